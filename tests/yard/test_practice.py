"""Good practice in the yard: asked before a command and of every suggestion, flagged where it is broken in fact."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from apps.containers.services import NewHazard, NewTemperature, note
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import SegregationRule, SegregationTable, Standing
from apps.yard.selectors import practice_flags
from terminal.events import EventKind
from terminal.reefers import Reading
from terminal.regimes import Goods
from terminal.stacking import Place
from terminal.stacking.practice import EmptyWithLaden, NoPlug, TooNear
from terminal.work import Work
from tests.factories.containers import ContainerFactory, VisitFactory
from tests.factories.parties import staff
from tests.factories.yard import BlockClosureFactory, BlockFactory

BY = Actor.itself("test")
NOW = timezone.now()


@pytest.fixture
def table(lyg):
    call_command("loaddata", "segregation", verbosity=0)


@pytest.fixture
def general(lyg):
    return BlockFactory(terminal=lyg, code="A")


@pytest.fixture
def dangerous(lyg):
    return BlockFactory(terminal=lyg, code="H", kind="dangerous_goods", bays=10, rows=6)


@pytest.fixture
def cold(lyg):
    return BlockFactory(terminal=lyg, code="R", kind="reefer", plugs=1)


def comes(block, **more):
    return VisitFactory(in_yard=True, terminal=block.terminal, **more)


def holds(block, *classes, **more):
    visit = comes(block, goods=Goods.DANGEROUS_GOODS.value, **more)
    note([NewHazard(visit=visit, un_number="1203", imdg_class=each) for each in classes], by=BY, at=NOW)
    return visit


def keeps_cold(block, laden=True):
    visit = comes(block, goods=Goods.REEFER.value, laden=laden, container=ContainerFactory(size_type="22R1"))
    if laden:
        note([NewTemperature(visit=visit, celsius=Decimal(-18), reading=Reading.SET_POINT)], by=BY, at=NOW)
    return visit


def place(visit, block, bay, row=1, tier=1):
    return yard.place(visit, block, bay, row, tier, by=BY, at=NOW)


def put_there(visit, block, bay, row=1, tier=1):
    """As a machine does: a fact."""
    order = yard.plan_orders([yard.NewOrder(kind=Work.SHIFT, visit=visit)], by=BY, at=NOW)[0]
    yard.hand_out(order, equipment=None, by=BY, at=NOW)
    return yard.confirm(order, place=Place(block.pk, bay, row, tier), place_reason="puddle", by=BY, at=NOW)


def flags(block):
    return {(flag.number, flag.rule) for flag in practice_flags(block.terminal, NOW)}


@pytest.mark.usefixtures("table")
class TestDangerousGoods:
    @pytest.mark.parametrize(
        ("bay", "row", "near"),
        [(1, 2, True), (1, 3, True), (1, 4, False), (2, 1, True), (3, 1, False), (3, 2, False)],
    )
    def test_flammable_liquids_and_oxidizers_are_six_metres_apart(self, dangerous, bay, row, near):
        place(holds(dangerous, "3"), dangerous, 1)
        oxidizer = holds(dangerous, "5.1")
        if not near:
            place(oxidizer, dangerous, bay, row)
            return
        with pytest.raises(TooNear, match=r"IMDG 41-22 asks for 6\.0 m"):
            place(oxidizer, dangerous, bay, row)

    def test_they_do_not_stand_on_one_another_either(self, dangerous):
        place(holds(dangerous, "3"), dangerous, 1)
        with pytest.raises(TooNear, match=r"0\.0 m"):
            place(holds(dangerous, "5.1"), dangerous, 1, tier=2)

    def test_a_long_box_is_measured_from_its_nearer_end(self, dangerous):
        long = ContainerFactory(size_type="42G1")
        place(holds(dangerous, "3", container=long), dangerous, 1)
        with pytest.raises(TooNear):
            place(holds(dangerous, "5.1"), dangerous, 3)
        place(holds(dangerous, "5.1"), dangerous, 4)

    def test_goods_that_may_meet_stand_side_by_side(self, dangerous):
        place(holds(dangerous, "3"), dangerous, 1)
        place(holds(dangerous, "6.1"), dangerous, 1, tier=2)
        assert flags(dangerous) == set()

    def test_a_box_of_which_nobody_said_the_class_is_kept_as_far_as_any(self, dangerous):
        place(comes(dangerous, goods=Goods.DANGEROUS_GOODS.value), dangerous, 1)
        with pytest.raises(TooNear, match=r"\(\?\)"):
            place(holds(dangerous, "8"), dangerous, 3)

    def test_a_box_may_be_moved_though_its_old_cell_is_near(self, dangerous):
        standing = place(holds(dangerous, "1.1D"), dangerous, 1)
        yard.move(standing, dangerous, 2, 1, 1, by=BY, at=NOW)
        with pytest.raises(TooNear):
            yard.move(place(holds(dangerous, "3"), dangerous, 10), dangerous, 4, 1, 1, by=BY, at=NOW)

    def test_what_is_suggested_keeps_the_distance_until_nothing_is_left(self, dangerous):
        place(holds(dangerous, "5.1"), dangerous, 1, row=1)
        fuel = holds(dangerous, "3")
        found = yard.suggest(fuel, at=NOW)
        assert (found.bay, found.row) == (1, 4)
        for bay in (1, 4, 7, 10):
            place(holds(dangerous, "5.1"), dangerous, bay, row=1, tier=1 + (bay == 1))
            place(holds(dangerous, "5.1"), dangerous, bay, row=4)
        assert yard.suggest(fuel, at=NOW) is None

    def test_arrivals_are_given_cells_far_enough_from_each_other(self, dangerous):
        visits = [holds(dangerous, each) for each in ("3", "5.1", "3", "5.1")]
        assert len(yard.ground(visits, by=BY, at=NOW)) == 4
        assert flags(dangerous) == set()

    def test_arrivals_of_unknown_class_have_a_cell_all_the_same_and_a_flag(self, lyg):
        small = BlockFactory(terminal=lyg, kind="dangerous_goods", bays=2, rows=2)
        visits = [comes(small, goods=Goods.DANGEROUS_GOODS.value) for _ in range(2)]
        yard.ground(visits, by=BY, at=NOW)
        assert Standing.objects.count() == 2
        assert flags(small) == {(each.container.number, "too-near") for each in visits}

    def test_what_is_of_unknown_class_is_suggested_a_place_but_not_commanded_there(self, lyg):
        small = BlockFactory(terminal=lyg, kind="dangerous_goods", bays=2, rows=2)
        place(comes(small, goods=Goods.DANGEROUS_GOODS.value), small, 1)
        second = comes(small, goods=Goods.DANGEROUS_GOODS.value)
        found = yard.suggest(second, at=NOW)
        with pytest.raises(TooNear):
            place(second, small, found.bay, found.row)

    def test_a_newer_table_counts_from_its_day(self, dangerous):
        place(holds(dangerous, "3"), dangerous, 1)
        later = SegregationTable.objects.create(name="IMDG 42-24", valid_from=NOW.date(), separated_from_m=3)
        SegregationRule.objects.create(table=later, one="3", other="5.1", code=2)
        place(holds(dangerous, "5.1"), dangerous, 1, row=3)
        SegregationTable.objects.filter(pk=later.pk).update(valid_from=date(2100, 1, 1))
        assert {rule for _, rule in flags(dangerous)} == {"too-near"}


class TestReefers:
    def test_a_reefer_that_keeps_a_temperature_needs_a_free_plug(self, cold):
        place(keeps_cold(cold), cold, 1)
        with pytest.raises(NoPlug, match="1 plugs"):
            place(keeps_cold(cold), cold, 2)
        place(comes(cold, goods=Goods.REEFER.value), cold, 2)

    def test_a_block_has_a_plug_for_each_place_on_the_ground_unless_it_is_told(self, lyg, cold):
        assert cold.reefer_plugs == 1
        assert BlockFactory(terminal=lyg, kind="reefer").reefer_plugs == 18
        assert BlockFactory(terminal=lyg, kind="bonded").reefer_plugs == 0

    def test_a_block_without_plugs_takes_none(self, lyg):
        bonded = BlockFactory(terminal=lyg, kind="bonded")
        with pytest.raises(NoPlug):
            place(keeps_cold(bonded), bonded, 1)

    def test_what_is_suggested_has_a_plug(self, lyg, cold):
        other = BlockFactory(terminal=lyg, code="R2", kind="reefer", plugs=1)
        place(keeps_cold(cold), cold, 1)
        second = keeps_cold(cold)
        assert yard.suggest(second, at=NOW).block_id == other.pk
        yard.ground([second], by=BY, at=NOW)
        assert yard.suggest(keeps_cold(cold), at=NOW) is None


class TestEmpties:
    def test_an_empty_box_and_a_laden_one_do_not_share_a_stack(self, general):
        place(comes(general), general, 1)
        with pytest.raises(EmptyWithLaden):
            place(comes(general, laden=False), general, 1, tier=2)

    def test_what_is_suggested_and_grounded_keeps_them_apart_though_it_stands_higher(self, lyg):
        small = BlockFactory(terminal=lyg, bays=2, rows=1)
        place(comes(small), small, 1)
        for tier in (1, 2):
            place(comes(small, laden=False), small, 2, tier=tier)
        found = yard.suggest(comes(small, laden=False), at=NOW)
        assert (found.bay, found.tier) == (2, 3)
        yard.ground([comes(small, laden=False), comes(small), comes(small), comes(small)], by=BY, at=NOW)
        assert Standing.objects.filter(visit__laden=False, bay=2).count() == 3
        assert Standing.objects.filter(visit__laden=True, bay=1).count() == 4

    def test_in_a_block_of_empties_only_the_block_is_wrong_for_a_laden_box(self, lyg, general):
        empties = BlockFactory(terminal=lyg, kind="empties")
        place(comes(empties, laden=False), empties, 1)
        put_there(place(comes(general), general, 1).visit, empties, 1, tier=2)
        assert {rule for _, rule in flags(empties)} == {"wrong-block"}


class TestFacts:
    def test_each_rule_that_is_broken_in_fact_is_flagged_with_what_helps(self, lyg, general, dangerous, cold):
        light, heavy = comes(general, gross_kg=5_000), comes(general, gross_kg=30_000)
        place(light, general, 1)
        place(heavy, general, 2)
        put_there(heavy, general, 1, tier=2)
        empty = place(comes(general, laden=False), general, 3).visit
        put_there(empty, general, 1, tier=3)
        chilled = keeps_cold(cold)
        place(chilled, cold, 1)
        put_there(chilled, general, 4)
        found = {(flag.number, flag.rule): flag for flag in practice_flags(lyg, NOW)}
        assert set(found) == {
            (heavy.container.number, "heavier-on-lighter"),
            (empty.container.number, "empty-with-laden"),
            (chilled.container.number, "wrong-block"),
            (chilled.container.number, "no-plug"),
        }
        assert all(flag.remedy for flag in found.values())
        assert found[heavy.container.number, "heavier-on-lighter"].where == "A-01-01-2"

    def test_the_move_itself_says_what_is_wrong_with_it(self, general):
        place(comes(general, gross_kg=5_000), general, 1)
        heavy = place(comes(general, gross_kg=30_000), general, 2).visit
        BlockClosureFactory(block=general, first_bay=1, last_bay=1)
        put_there(heavy, general, 1, tier=2)
        told = Entry.objects.filter(kind=EventKind.CONTAINER_MOVED.value, visit_id=heavy.pk).latest("pk")
        assert [each["rule"] for each in told.payload["flags"]] == ["block-closed", "heavier-on-lighter"]
        put_there(heavy, general, 2)
        told = Entry.objects.filter(kind=EventKind.CONTAINER_MOVED.value, visit_id=heavy.pk).latest("pk")
        assert "flags" not in told.payload

    def test_a_whole_yard_is_looked_over_in_a_fixed_number_of_queries(self, general, django_assert_num_queries):
        place(comes(general), general, 1)
        with django_assert_num_queries(5):
            practice_flags(general.terminal, NOW)
        for bay in (2, 3, 4):
            place(comes(general), general, bay)
        with django_assert_num_queries(5):
            practice_flags(general.terminal, NOW)


class TestThePage:
    ADDRESS = reverse("admin:yard_out_of_order")

    def test_it_tells_what_stands_out_of_order_and_what_helps(self, client, general):
        client.force_login(staff("yard.view_standing", username="planner", terminal=general.terminal))
        place(comes(general, gross_kg=5_000), general, 1)
        heavy = place(comes(general, gross_kg=30_000), general, 2).visit
        put_there(heavy, general, 1, tier=2)
        page = client.get(self.ADDRESS).content.decode()
        assert heavy.container.number in page
        assert "30000 kg may not stand on 5000 kg" in page
        assert "onto a heavier box" in page
        assert heavy.container.number not in client.get(self.ADDRESS, {"rule": "no-plug"}).content.decode()

    def test_it_is_not_for_those_who_do_not_see_the_yard(self, client, lyg):
        client.force_login(staff("calls.view_call", username="clerk", terminal=lyg))
        assert client.get(self.ADDRESS).status_code == 403

    @pytest.mark.usefixtures("table")
    def test_the_table_of_the_code_is_shown_whole(self, client, lyg):
        rights = ("yard.view_segregationtable", "yard.change_segregationtable")
        client.force_login(staff(*rights, username="planner", terminal=lyg))
        shown = client.get(reverse("admin:yard_segregationtable_change", args=[1])).content.decode()
        assert shown.count('<td class="px-1">') == 400
