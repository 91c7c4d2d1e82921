"""Suggestions from the books: open and free places only, explained, by when carriers are planned to leave."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import HeldCell, Standing, WorkOrder
from terminal.lifecycle import Phase
from terminal.readiness import Step
from terminal.regimes import Regime
from terminal.work import Work
from tests.factories.calls import CallFactory
from tests.factories.containers import PermissionFactory, VisitFactory
from tests.factories.parties import staff
from tests.factories.yard import BlockClosureFactory, BlockFactory

BY = Actor.itself("test")
NOW = timezone.now()


@pytest.fixture
def block(lyg):
    return BlockFactory(terminal=lyg, code="A", bays=2, rows=2, tiers=4)


def here(size_type="22G1", **more):
    return VisitFactory(in_yard=True, container__size_type=size_type, arrived_at=NOW, **more)


def put(visit, block, bay=1, row=1, tier=1):
    return yard.place(visit, block, bay, row, tier, by=BY, at=NOW)


def train(terminal, hours, **more):
    due = NOW + timedelta(hours=hours)
    return CallFactory(terminal=terminal, scheduled_arrival_at=due, scheduled_departure_at=due, **more)


def suggested(visit, at=NOW, most=20):
    return [each.cell for each in yard.suggest_places(visit, at=at, most=most)]


def test_a_suggestion_can_be_carried_out_and_says_what_it_will_cost(block):
    visit = here()
    first = yard.suggest_places(visit, at=NOW)[0]
    assert (first.rehandles, first.points) == (0, sum(reason.points for reason in first.reasons))
    place = first.place
    standing = yard.place(visit, block, place.bay, place.row, place.tier, by=BY, at=NOW)
    assert str(standing) == first.cell


def test_closed_bays_are_not_suggested(block):
    BlockClosureFactory(block=block, first_bay=1, last_bay=1, since=NOW - timedelta(hours=1))
    assert {cell[:4] for cell in suggested(here())} == {"A-02"}
    assert suggested(here("42G1")) == []


def test_who_finds_no_place_is_told_why(block):
    BlockClosureFactory(block=block, since=NOW - timedelta(hours=1))
    assert [str(each) for each in yard.why_no_place(here(), at=NOW)] == [
        "4 places: closed, held for other boxes, or kept free by a rule of good practice."
    ]


def test_what_is_kept_for_another_box_is_not_suggested_until_its_time_is_over(lyg):
    block = BlockFactory(terminal=lyg, code="A", bays=1, rows=1, tiers=2)
    mine = put(here(), BlockFactory(terminal=lyg, code="B", bays=1, rows=1, tiers=1)).visit
    place = yard.suggest_places(mine, at=NOW)[0].place
    asked = yard.NewOrder(kind=Work.SHIFT, visit=mine, place=place)
    order = yard.plan_orders([asked], by=BY, at=NOW)[0]
    yard.hold_place(order, place, at=NOW)
    late = HeldCell.objects.get(block=block).until + timedelta(seconds=1)
    assert suggested(here()) == []
    assert suggested(mine) == ["A-01-01-1"]
    assert suggested(here(), at=late) == ["A-01-01-1"]


def test_the_stack_a_box_stands_in_is_no_other_place_for_it(block):
    standing = put(here(), block)
    assert not any(cell.startswith("A-01-01") for cell in suggested(standing.visit))


def test_a_box_is_not_put_on_one_whose_train_leaves_before_its_own(lyg, block):
    put(here(departure_call=train(lyg, 5)), block)
    put(here(departure_call=train(lyg, 150)), block, row=2)
    first = yard.suggest_places(here(departure_call=train(lyg, 60)), at=NOW)[0]
    assert (first.place.row, first.place.tier) == (2, 2)
    assert first.rehandles < 0.1


def test_a_cancelled_train_takes_nobody_anywhere(lyg):
    gone = {"phase": Phase.CANCELLED.value, "cancelled_at": NOW, "scheduled_departure_at": NOW + timedelta(hours=5)}
    alone = BlockFactory(terminal=lyg, code="Z", bays=1, rows=1, kind="empties")
    put(here(laden=False, departure_call=CallFactory(terminal=lyg, **gone)), alone)
    assert yard.suggest_places(here(laden=False, destination=""), at=NOW)[0].rehandles == pytest.approx(0.5)


def test_boxes_of_one_train_are_not_in_each_others_way(lyg):
    block = BlockFactory(terminal=lyg, bays=1, rows=1, tiers=3)
    call = train(lyg, 8)
    put(here(departure_call=call), block)
    assert yard.suggest_places(here(departure_call=call), at=NOW)[0].rehandles == 0
    assert yard.suggest_places(here(departure_call=train(lyg, 8)), at=NOW)[0].rehandles == pytest.approx(0.5)


def test_how_long_boxes_for_a_place_stay_is_learned_from_those_that_left(lyg):
    block = BlockFactory(terminal=lyg, bays=4, rows=1)
    for destination, hours in (("KZALA", 20), ("JPTYO", 200)):
        for _ in range(20):
            left = NOW - timedelta(hours=1)
            gone = {"arrived_at": left - timedelta(hours=hours), "departed_at": left}
            VisitFactory(departed=True, destination=destination, **gone)
    put(here("42G1", destination="KZALA"), block)
    put(here("42G1", destination="JPTYO"), block, bay=3)
    on = {each.place.bay: each.rehandles for each in yard.suggest_places(here("42G1", destination=""), at=NOW)}
    assert on[3] < 0.3 < 0.7 < on[1]


def test_goods_in_bond_are_sent_to_the_bonded_block(lyg, block):
    BlockFactory(terminal=lyg, code="S", kind="bonded", bays=2, rows=1)
    assert suggested(here(regime=Regime.BONDED_ENTRY.value))[0].startswith("S-")
    assert not any(cell.startswith("S-") for cell in suggested(here()))


def test_the_site_says_how_much_heavier_a_box_may_be_than_the_one_below(lyg):
    block = BlockFactory(terminal=lyg, bays=1, rows=1)
    put(here(gross_kg=10_000), block)
    heavy = here(gross_kg=17_000)
    assert suggested(heavy) == []
    lyg.stacking_tolerance_kg = 8_000
    lyg.save()
    heavy.refresh_from_db()
    (cell,) = suggested(heavy)
    put(heavy, block, tier=2)
    assert str(Standing.objects.get(visit=heavy)) == cell


def test_a_suggestion_takes_as_many_queries_however_many_boxes_stand(lyg, block, django_assert_num_queries):
    visit = here()
    yard.suggest_places(visit, at=NOW)
    for row, tier in ((1, 1), (2, 1), (1, 2)):
        put(here(departure_call=train(lyg, 9)), block, row=row, tier=tier)
    with django_assert_num_queries(4):
        assert yard.suggest_places(visit, at=NOW)


def test_a_whole_train_is_put_where_one_box_after_the_other_would_be(lyg):
    BlockFactory(terminal=lyg, bays=6, rows=2, tiers=3)
    early, late = train(lyg, 6), train(lyg, 120)
    boxes = [here("42G1", gross_kg=None, departure_call=call) for call in (early, late) * 9]
    standings = yard.ground(boxes, by=BY, at=NOW)
    below = {(each.bay, each.row): each for each in sorted(standings, key=lambda each: -each.tier)}
    assert len(standings) == 18
    stands_on = [(each, below[each.bay, each.row]) for each in standings if each.tier > 1]
    assert not any(each.visit.departure_call == late and base.visit.departure_call == early for each, base in stands_on)


def test_what_makes_way_is_put_where_it_is_least_in_the_way(lyg, block):
    call = train(lyg, 1)
    leaving = here(departure_call=call)
    PermissionFactory(visit=leaving, step=Step.LOAD.value)
    put(leaving, block)
    put(here(departure_call=train(lyg, 50)), block, tier=2)
    put(here(departure_call=train(lyg, 5)), block, row=2)
    put(here(departure_call=train(lyg, 150)), block, bay=2)
    moved = Standing.objects.get(tier=2).visit
    yard.vacate([leaving.pk], work=Work.LOAD, by=BY, at=NOW)
    assert str(Standing.objects.get(visit=moved)) != "A-01-02-2"


class TestThePage:
    """A planner moves a box: to one of three places, each explained, or elsewhere, and says why."""

    @pytest.fixture
    def planner(self, client, lyg):
        rights = ("yard.view_standing", "yard.view_block", "yard.change_standing")
        client.force_login(staff(*rights, username="planner"))
        return client

    def page(self, standing):
        return reverse("admin:yard_standing_do", args=[standing.pk, "move"])

    def answer(self, client, standing, **answers):
        return client.post(self.page(standing), {"answered": "1", **answers}, follow=True).content.decode()

    def test_it_shows_the_places_with_every_rules_sentence_and_moves_to_the_chosen_one(self, planner, block):
        standing = put(here(), block)
        told = yard.suggest_places(standing.visit, at=NOW)
        shown = planner.get(self.page(standing)).content.decode()
        assert all(each.cell in shown and str(each.reasons[0]) in shown for each in told)
        assert "truncate" not in shown.partition("<form")[2].partition("</form")[0]
        assert standing.visit.container.number in shown
        assert "expand_more" in shown, "a list of blocks looks like a field to type in"
        place = told[0].place
        self.answer(planner, standing, to=f"{block.pk}-{place.bay}-{place.row}-{place.tier}")
        assert str(Standing.objects.get(visit=standing.visit)) == told[0].cell

    def test_another_cell_needs_a_reason_which_is_kept(self, planner, block):
        standing = put(here(), block)
        cell = {"to": "elsewhere", "block": block.pk, "bay": 1, "row": 2, "tier": 1}
        assert "Say why another cell" in self.answer(planner, standing, **cell)
        assert str(Standing.objects.get(visit=standing.visit)) == "A-01-01-1"
        self.answer(planner, standing, **cell, reason="nearer to the scanner")
        assert str(Standing.objects.get(visit=standing.visit)) == "A-01-02-1"
        assert WorkOrder.objects.get(visit=standing.visit).reason == "nearer to the scanner"

    def test_a_half_told_cell_is_asked_for_again(self, planner, block):
        standing = put(here(), block)
        told = self.answer(planner, standing, to="elsewhere", block=block.pk, reason="nearer")
        assert "Say which cell" in told

    def test_where_no_place_is_free_the_page_says_why(self, planner, lyg):
        block = BlockFactory(terminal=lyg, bays=1, rows=1)
        shown = planner.get(self.page(put(here(), block))).content.decode()
        assert "No place is free: 1 places: closed" in shown


@pytest.mark.django_db(transaction=True)
def test_two_who_are_given_work_at_once_are_never_sent_to_one_cell(lyg):
    BlockFactory(terminal=lyg, code="B", bays=6, rows=1, tiers=1)
    block = BlockFactory(terminal=lyg, code="A", bays=6, rows=2, tiers=4)
    boxes = [put(here(), block, bay=bay).visit for bay in range(1, 7)]
    asked = [yard.NewOrder(kind=Work.SHIFT, visit=visit) for visit in boxes]
    orders = yard.plan_orders(asked, by=BY, at=NOW)
    start, outcomes = threading.Barrier(len(orders)), []

    def take(order):
        try:
            start.wait(timeout=20)
            outcomes.append(yard.hand_out(order, equipment=None, by=BY, at=NOW).target)
        except Exception as failed:
            outcomes.append(repr(failed))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = sorted(HeldCell.objects.values_list("block__code", "bay", "row", "tier"))
    assert len(held) == len(orders)
    assert sorted(outcomes) == [f"{code}-{bay:02d}-{row:02d}-{tier}" for code, bay, row, tier in held]
