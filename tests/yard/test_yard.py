"""Boxes in cells: what PostgreSQL refuses, what the commands refuse, and where boxes are put."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.common.integrity import violated_constraint
from apps.containers.services import leave_visits
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.yard import services as yard
from apps.yard.models import Cell, Standing
from apps.yard.selectors import utilisation
from terminal.lifecycle import Position
from terminal.readiness import Step
from terminal.stacking import HeavierOnLighter, NoCornersBelow, WrongBlock
from tests.factories.containers import VisitFactory
from tests.factories.parties import UserFactory
from tests.factories.yard import BlockClosureFactory, BlockFactory

BY = Actor.itself("test")


def box(gross_kg=20_000, size_type="22G1", **more):
    return VisitFactory(in_yard=True, gross_kg=gross_kg, container__size_type=size_type, **more)


@pytest.fixture
def block(lyg):
    return BlockFactory(terminal=lyg)


def put(visit, block, bay, row, tier):
    return yard.place(visit, block, bay, row, tier, by=BY, at=timezone.now())


class TestTheDatabaseItself:
    """Whatever a program does, PostgreSQL refuses what cannot be, by name."""

    def test_refuses_a_second_box_in_a_cell(self, block):
        put(box(), block, 1, 1, 1)
        other = put(box(), block, 2, 1, 1)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Cell.objects.filter(standing=other).update(bay=1)
        assert violated_constraint(refused.value) == "cell_holds_one_container"

    def test_refuses_a_box_on_air(self, block):
        standing = put(box(), block, 1, 1, 1)
        self.refuses("nothing_floats", lambda: Cell.objects.filter(standing=standing).update(tier=2))

    def test_refuses_to_take_the_box_below_another(self, block):
        below = put(box(), block, 1, 1, 1)
        put(box(), block, 1, 1, 2)
        self.refuses("nothing_floats", below.delete)

    def test_lets_two_boxes_change_places_within_one_transaction(self, block):
        below, upper = put(box(), block, 1, 1, 1), put(box(), block, 1, 1, 2)
        with transaction.atomic():
            Cell.objects.filter(standing=below).delete()
            Cell.objects.filter(standing=upper).update(tier=1)
            Cell.objects.create(standing=below, block=block, bay=1, row=1, tier=2)
            self.check_now()

    def test_refuses_more_tiers_than_the_block_has(self, block):
        standing = put(box(), block, 1, 1, 1)
        self.refuses("stack_is_not_too_high", lambda: Cell.objects.filter(standing=standing).update(tier=5))

    def test_refuses_a_bay_the_block_does_not_have(self, block):
        standing = put(box(), block, 1, 1, 1)
        self.refuses("cell_lies_in_its_block", lambda: Cell.objects.filter(standing=standing).update(bay=7))

    def refuses(self, constraint, act):
        def at_commit():
            with transaction.atomic():
                act()
                self.check_now()

        with pytest.raises(IntegrityError) as refused:
            at_commit()
        assert violated_constraint(refused.value) == constraint

    @staticmethod
    def check_now():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


class TestPlacing:
    def test_a_placed_box_is_in_its_cell_and_in_the_journal(self, block):
        visit = box()
        standing = put(visit, block, 3, 2, 1)
        assert str(standing) == f"{block.code}-03-02-1"
        entry = Entry.objects.get(visit_id=visit.pk, kind="container-moved")
        assert entry.payload["to"] == str(standing)

    def test_a_40_foot_box_covers_two_bays(self, block):
        put(box(size_type="42G1"), block, 3, 1, 1)
        assert set(Cell.objects.values_list("bay", flat=True)) == {3, 4}
        with pytest.raises(yard.CellTaken):
            put(box(), block, 4, 1, 1)

    def test_nothing_is_left_behind_when_a_cell_is_taken(self, block):
        put(box(), block, 1, 1, 1)
        loser = box()
        with pytest.raises(yard.CellTaken):
            put(loser, block, 1, 1, 1)
        assert not Standing.objects.filter(visit=loser).exists()

    @pytest.mark.parametrize(
        ("spot", "refusal"),
        [
            ((1, 1, 2), yard.NothingBelow),
            ((1, 1, 5), yard.TooHigh),
            ((1, 1, 0), yard.TooHigh),
            ((7, 1, 1), yard.OutsideBlock),
            ((1, 4, 1), yard.OutsideBlock),
            ((0, 1, 1), yard.OutsideBlock),
        ],
    )
    def test_what_cannot_be_is_refused_by_name(self, block, spot, refusal):
        with pytest.raises(refusal):
            put(box(), block, *spot)

    def test_a_40_foot_box_cannot_hang_over_the_end_of_the_block(self, block):
        with pytest.raises(yard.OutsideBlock):
            put(box(size_type="42G1"), block, 6, 1, 1)

    def test_a_40_foot_box_needs_both_bays_below(self, block):
        put(box(), block, 1, 1, 1)
        with pytest.raises(yard.NothingBelow):
            put(box(size_type="42G1"), block, 1, 1, 2)

    def test_a_20_foot_box_has_no_corners_to_stand_on_over_a_40_foot_one(self, block):
        put(box(size_type="42G1"), block, 1, 1, 1)
        with pytest.raises(NoCornersBelow):
            put(box(), block, 1, 1, 2)

    def test_a_long_box_does_not_stand_on_half_of_another(self, block):
        put(box(size_type="42G1"), block, 2, 1, 1)
        put(box(), block, 1, 1, 1)
        with pytest.raises(NoCornersBelow):
            put(box(size_type="42G1"), block, 1, 1, 2)
        put(box(size_type="45G1"), block, 2, 1, 2)

    def test_a_heavy_box_does_not_stand_on_a_light_one(self, block):
        put(box(gross_kg=5_000), block, 1, 1, 1)
        with pytest.raises(HeavierOnLighter):
            put(box(gross_kg=8_001), block, 1, 1, 2)
        put(box(gross_kg=8_000), block, 1, 1, 2)

    def test_a_reefer_stands_by_the_plugs(self, block):
        with pytest.raises(WrongBlock):
            put(box(goods="reefer"), block, 1, 1, 1)

    def test_a_closed_block_takes_nothing_in(self, block):
        BlockClosureFactory(block=block)
        with pytest.raises(yard.BlockClosed):
            put(box(), block, 1, 1, 1)

    def test_a_box_that_has_not_come_has_no_cell(self, block):
        with pytest.raises(yard.NotInTheYard):
            put(VisitFactory(), block, 1, 1, 1)

    def test_a_box_stands_in_one_place(self, block):
        visit = box()
        put(visit, block, 1, 1, 1)
        with pytest.raises(yard.AlreadyPlaced):
            put(visit, block, 2, 1, 1)

    def test_a_block_of_another_terminal_is_not_ours(self, lyg):
        elsewhere = BlockFactory(terminal__khorgos=True)
        with pytest.raises(yard.AnotherTerminal):
            put(box(), elsewhere, 1, 1, 1)

    def test_a_person_without_the_right_places_nothing(self, block):
        stranger = Actor.person(UserFactory())
        with pytest.raises(NotYours):
            yard.place(box(), block, 1, 1, 1, by=stranger, at=timezone.now())


class TestMoving:
    def test_a_box_may_take_the_cell_another_left(self, block):
        first, second = put(box(), block, 1, 1, 1), put(box(), block, 2, 1, 1)
        yard.move(first, block, 3, 1, 1, by=BY, at=timezone.now())
        moved = yard.move(second, block, 1, 1, 1, by=BY, at=timezone.now())
        assert (moved.bay, moved.tier) == (1, 1)

    def test_a_box_under_another_is_not_moved(self, block):
        below, upper = put(box(), block, 1, 1, 1), put(box(), block, 1, 1, 2)
        with pytest.raises(yard.BoxOnTop) as refused:
            yard.move(below, block, 2, 1, 1, by=BY, at=timezone.now())
        assert upper.visit.container.number in str(refused.value)
        below.refresh_from_db()
        assert below.bay == 1

    def test_a_box_is_not_moved_onto_itself(self, block):
        standing = put(box(), block, 1, 1, 1)
        with pytest.raises(yard.NothingBelow):
            yard.move(standing, block, 1, 1, 2, by=BY, at=timezone.now())

    def test_a_whole_stack_is_lifted_off_at_once(self, block):
        below, upper = put(box(), block, 1, 1, 1), put(box(), block, 1, 1, 2)
        assert yard.lift_off([below.visit, upper.visit], by=BY, at=timezone.now()) == 2
        assert not Cell.objects.exists()


class TestGrounding:
    def test_every_box_finds_the_lowest_place_in_a_block_of_its_kind(self, lyg):
        general = BlockFactory(terminal=lyg)
        reefers = BlockFactory(terminal=lyg, kind="reefer")
        boxes = [box() for _ in range(4)] + [box(goods="reefer"), box(size_type="45G1")]
        standings = yard.ground(boxes, by=BY, at=timezone.now())
        assert {s.tier for s in standings} == {1}
        assert next(s for s in standings if s.visit.goods == "reefer").block == reefers
        assert {s.block for s in standings if s.visit.goods != "reefer"} == {general}

    def test_a_full_block_is_filled_to_the_last_cell_and_the_next_box_keeps_its_cell_unknown(self, lyg):
        BlockFactory(terminal=lyg, bays=2, rows=1, tiers=2)
        boxes = [box() for _ in range(5)]
        assert len(yard.ground(boxes, by=BY, at=timezone.now())) == 4
        assert utilisation(lyg).cell_unknown == 1

    def test_a_box_that_has_a_cell_keeps_it(self, block):
        standing = put(box(), block, 5, 1, 1)
        assert yard.ground([standing.visit], by=BY, at=timezone.now()) == []

    def test_a_hundred_boxes_need_no_more_queries_than_one(self, block, django_assert_max_num_queries):
        boxes = [box(gross_kg=None) for _ in range(60)]
        with django_assert_max_num_queries(15):
            yard.ground(boxes, by=BY, at=timezone.now())

    def test_what_it_builds_obeys_every_rule_of_the_yard(self, lyg):
        BlockFactory(terminal=lyg, bays=8, rows=4)
        sizes = ["22G1", "42G1", "45G1", "22G1"]
        boxes = [box(gross_kg=4_000 + 517 * n % 20_000, size_type=sizes[n % 4]) for n in range(70)]
        yard.ground(boxes, by=BY, at=timezone.now())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for standing in Standing.objects.filter(tier__gt=1):
            below = Standing.objects.filter(
                cells__bay=standing.bay, cells__row=standing.row, cells__tier=standing.tier - 1
            ).get()
            assert standing.visit.gross_kg <= below.visit.gross_kg + 3_000
            assert standing.bays >= below.bays


class TestLeaving:
    def leave(self, visit):
        leave_visits([visit], step=Step.GATE_OUT, by=BY, at=timezone.now())

    def free_to_go(self, lyg):
        from tests.factories.containers import PermissionRuleFactory

        PermissionRuleFactory(terminal=lyg, regime="domestic", direction="outbound", step="gate_out", required=False)
        return box(regime="domestic", direction="outbound")

    def test_a_box_that_leaves_frees_its_cell(self, lyg, block):
        visit = self.free_to_go(lyg)
        put(visit, block, 1, 1, 1)
        self.leave(visit)
        assert visit.position == Position.GONE
        assert not Cell.objects.exists()

    def test_what_stood_on_top_makes_way_and_is_counted_as_rehandled(self, lyg, block):
        visit, upper = self.free_to_go(lyg), box()
        put(visit, block, 1, 1, 1)
        put(upper, block, 1, 1, 2)
        self.leave(visit)
        moved = Standing.objects.get(visit=upper)
        assert moved.tier == 1
        entry = Entry.objects.filter(visit_id=upper.pk, kind="container-moved").latest("id")
        assert entry.payload["rehandle"] is True
        assert entry.payload["from"] == f"{block.code}-01-01-2"


@pytest.mark.django_db(transaction=True)
def test_of_two_placements_into_one_cell_at_once_one_wins(lyg):
    block, at = BlockFactory(terminal=lyg), timezone.now()
    boxes, outcomes, start = [box(), box()], [], threading.Barrier(2)

    def place(visit):
        start.wait()
        try:
            yard.place(visit, block, 1, 1, 1, by=BY, at=at)
            outcomes.append("placed")
        except yard.CellTaken:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=place, args=(visit,)) for visit in boxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["placed", "refused"]
    assert Cell.objects.count() == 1


def test_the_yard_is_as_full_as_the_teu_that_stand_in_it(lyg, block):
    put(box(), block, 1, 1, 1)
    box(size_type="L5G1")
    VisitFactory()
    use = utilisation(lyg)
    assert (use.boxes, str(use.teu), use.capacity_teu, use.cell_unknown) == (2, "3.25", 4936, 1)
    assert str(use.blocks[0].teu) == "1.00"


def test_a_look_is_noted(block):
    standing = put(box(), block, 1, 1, 1)
    seen = timezone.now() + timedelta(hours=1)
    yard.verify(standing, by=BY, at=seen)
    standing.refresh_from_db()
    assert standing.verified_at == seen
    assert standing.version == 2
