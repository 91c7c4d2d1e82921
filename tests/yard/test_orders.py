"""Work orders: every move is asked for, handed out to one, and confirmed once; only then is the yard another."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.containers import services as containers
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.yard import services as yard
from apps.yard.models import Downtime, HeldCell, Standing, WorkOrder
from terminal.events import EventKind
from terminal.lifecycle import OrderState, Phase, Position, StepNotAllowed
from terminal.readiness import NotReady, Owner, Step
from terminal.stacking import HeavierOnLighter, Place
from terminal.throughput import Mode
from terminal.work import CannotDo, Cause, Machine, Work
from tests.factories.calls import CallFactory
from tests.factories.containers import PermissionFactory, VisitFactory
from tests.factories.parties import UserFactory
from tests.factories.yard import BlockFactory, EquipmentFactory

BY = Actor.itself("test")
NOW = timezone.now()
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def block(lyg):
    return BlockFactory(terminal=lyg, code="A")


@pytest.fixture
def stacker(lyg):
    return EquipmentFactory(terminal=lyg, code="RS1")


@pytest.fixture
def train(lyg):
    return CallFactory(terminal=lyg, number="X9014", phase=Phase.IN_PROCESSING.value, arrived_at=NOW)


@pytest.fixture
def truck(lyg):
    return CallFactory(terminal=lyg, mode=Mode.ROAD.value, number="苏G12345", phase=Phase.ARRIVED.value, arrived_at=NOW)


def stands(block, bay, row, tier, *, allowed=(), **more):
    visit = VisitFactory(in_yard=True, terminal=block.terminal, **more)
    for step in allowed:
        PermissionFactory(visit=visit, step=step.value)
    yard.place(visit, block, bay, row, tier, by=BY, at=NOW)
    return visit


def ask(kind, visit, **more):
    return yard.plan_orders([yard.NewOrder(kind=kind, visit=visit, **more)], by=BY, at=NOW)[0]


def hand_out(order, equipment=None):
    return yard.hand_out(order, equipment=equipment, by=BY, at=NOW)


def confirm(order, **more):
    return yard.confirm(order, by=BY, at=SOON, **more)


def cell_of(visit):
    return str(Standing.objects.select_related("block").get(visit=visit))


class TestAsking:
    def test_a_move_is_asked_for_before_it_is_made_and_changes_nothing(self, block):
        visit = stands(block, 1, 1, 1)
        order = ask(Work.SHIFT, visit, place=Place(block.pk, 3, 1, 1), reason="inspection")
        assert (order.state, order.target, order.reason) == ("planned", "A-03-01-1", "inspection")
        assert cell_of(visit) == "A-01-01-1"

    def test_the_same_is_not_asked_for_twice(self, block):
        visit = stands(block, 1, 1, 1)
        ask(Work.SHIFT, visit)
        with pytest.raises(yard.HasAnOrder):
            ask(Work.SHIFT, visit)

    def test_a_box_is_discharged_only_from_a_train_ship_or_barge(self, lyg, truck):
        with pytest.raises(yard.NeedsACarrier):
            ask(Work.DISCHARGE, VisitFactory(terminal=lyg), call=truck)
        with pytest.raises(yard.NeedsACarrier):
            ask(Work.DISCHARGE, VisitFactory(terminal=lyg))

    def test_a_move_of_a_box_that_is_not_there_is_refused(self, lyg):
        with pytest.raises(yard.NotForThisWork):
            ask(Work.SHIFT, VisitFactory(terminal=lyg))

    def test_a_box_is_not_loaded_on_a_train_it_is_not_planned_on(self, block, train):
        with pytest.raises(yard.NotItsCarrier):
            ask(Work.LOAD, stands(block, 1, 1, 1), call=train)

    def test_a_carrier_of_another_terminal_is_named_as_such(self, lyg, train):
        there = CallFactory(terminal__khorgos=True, number="X8001", phase=Phase.ARRIVED.value, arrived_at=NOW)
        visit = VisitFactory(terminal=lyg, departure_call=there)
        with pytest.raises(yard.CarrierElsewhere, match=f"X8001 does not call at {lyg.name}"):
            ask(Work.DISCHARGE, visit, call=there)
        with pytest.raises(yard.CarrierElsewhere):
            ask(Work.TRANSFER, visit, call=train, onward_call=there)

    @pytest.mark.parametrize("there", ["another terminal", "nowhere"])
    def test_a_place_at_another_terminal_is_none(self, block, there):
        other = BlockFactory(terminal__khorgos=True, code="Z").pk if there == "another terminal" else 0
        with pytest.raises(yard.AnotherTerminal):
            ask(Work.SHIFT, stands(block, 1, 1, 1), place=Place(other, 1, 1, 1))

    def test_asking_takes_the_right(self, block):
        with pytest.raises(NotYours):
            yard.plan_orders(
                [yard.NewOrder(kind=Work.SHIFT, visit=stands(block, 1, 1, 1))],
                by=Actor.person(UserFactory()),
                at=NOW,
            )


class TestHandingOut:
    def test_the_first_priority_goes_first_then_what_is_due_then_the_turn(self, block):
        asked = [
            ask(Work.SHIFT, stands(block, bay, 1, 1), **more)
            for bay, more in enumerate(
                [{"sequence": 2}, {"sequence": 1}, {"due_at": SOON}, {"due_at": NOW}, {"priority": 1}], start=1
            )
        ]
        taken = [yard.hand_out_next(block.terminal, equipment=None, by=BY, at=NOW) for _ in asked]
        assert [order.pk for order in taken] == [asked[n].pk for n in (4, 3, 2, 1, 0)]
        assert yard.hand_out_next(block.terminal, equipment=None, by=BY, at=NOW) is None

    def test_a_place_is_found_and_kept_for_the_box_that_is_handed_out(self, block):
        order = hand_out(ask(Work.SHIFT, stands(block, 1, 1, 1)))
        held = HeldCell.objects.get(order=order)
        assert (held.bay, held.row, held.tier) == (order.bay, order.row, order.tier)
        assert held.until == NOW + yard.HOLD_FOR

    def test_a_machine_has_one_order_in_hand(self, block, stacker):
        hand_out(ask(Work.SHIFT, stands(block, 1, 1, 1)), stacker)
        with pytest.raises(yard.MachineBusy):
            hand_out(ask(Work.SHIFT, stands(block, 2, 1, 1)), stacker)

    def test_a_machine_that_is_down_takes_nothing(self, block, stacker):
        Downtime.objects.create(equipment=stacker, since=NOW, reason="tyre")
        with pytest.raises(yard.MachineDown, match="tyre"):
            yard.hand_out_next(block.terminal, equipment=stacker, by=BY, at=NOW)

    def test_a_machine_that_is_out_of_service_takes_nothing(self, block):
        with pytest.raises(yard.MachineDown):
            yard.hand_out_next(block.terminal, equipment=EquipmentFactory(active=False), by=BY, at=NOW)

    def test_a_rail_crane_moves_no_box_within_the_yard(self, block):
        crane = EquipmentFactory(terminal=block.terminal, kind=Machine.RAIL_GANTRY.value)
        order = ask(Work.SHIFT, stands(block, 1, 1, 1))
        with pytest.raises(CannotDo):
            hand_out(order, crane)
        assert yard.hand_out_next(block.terminal, equipment=crane, by=BY, at=NOW) is None

    def test_a_rail_crane_does_not_reach_a_ship(self, lyg):
        ship = CallFactory(terminal=lyg, mode=Mode.SEA.value, phase=Phase.IN_PROCESSING.value, arrived_at=NOW)
        crane = EquipmentFactory(terminal=lyg, kind=Machine.RAIL_GANTRY.value)
        order = ask(Work.DISCHARGE, VisitFactory(terminal=lyg, arrival_call=ship), call=ship)
        with pytest.raises(CannotDo):
            hand_out(order, crane)

    def test_an_empty_handler_is_given_empty_boxes_only(self, block):
        handler = EquipmentFactory(terminal=block.terminal, kind=Machine.EMPTY_HANDLER.value)
        ask(Work.SHIFT, stands(block, 1, 1, 1), priority=1)
        empty = ask(Work.SHIFT, stands(block, 2, 1, 1, laden=False))
        assert yard.hand_out_next(block.terminal, equipment=handler, by=BY, at=NOW).pk == empty.pk

    def test_what_is_not_ready_is_passed_over(self, block, train):
        held = stands(block, 1, 1, 1, departure_call=train)
        free = stands(block, 2, 1, 1, departure_call=train, allowed=[Step.LOAD])
        ask(Work.LOAD, held, call=train, priority=1)
        ready = ask(Work.LOAD, free, call=train)
        assert yard.hand_out_next(block.terminal, equipment=None, by=BY, at=NOW).pk == ready.pk
        assert yard.hand_out_next(block.terminal, equipment=None, by=BY, at=NOW) is None

    def test_an_order_handed_back_is_the_next_ones_and_its_place_anybodys(self, block, stacker):
        order = hand_out(ask(Work.SHIFT, stands(block, 1, 1, 1)), stacker)
        yard.hand_back(order, by=BY, at=NOW)
        assert (order.state, order.equipment, HeldCell.objects.count()) == ("planned", None, 0)
        assert yard.hand_out_next(block.terminal, equipment=stacker, by=BY, at=NOW).pk == order.pk

    def test_who_may_only_carry_out_takes_the_next_and_asks_for_none(self, block):
        with pytest.raises(NotYours):
            yard.hand_out_next(block.terminal, equipment=None, by=Actor.person(UserFactory()), at=NOW)


class TestHeldPlaces:
    def test_a_place_kept_for_one_box_is_refused_to_another_until_its_time_is_over(self, block):
        place = Place(block.pk, 3, 1, 1)
        ask(Work.SHIFT, stands(block, 1, 1, 1), place=place)
        with pytest.raises(yard.PlaceHeld):
            ask(Work.SHIFT, stands(block, 2, 1, 1), place=place)
        late = yard.plan_orders(
            [yard.NewOrder(kind=Work.SHIFT, visit=stands(block, 4, 1, 1), place=place)],
            by=BY,
            at=NOW + yard.HOLD_FOR,
        )
        assert HeldCell.objects.get(bay=3).order == late[0]

    def test_a_machine_does_not_set_down_where_another_box_is_expected(self, block):
        ask(Work.SHIFT, stands(block, 1, 1, 1), place=Place(block.pk, 3, 1, 1))
        other = hand_out(ask(Work.SHIFT, stands(block, 2, 1, 1)))
        with pytest.raises(yard.PlaceHeld):
            confirm(other, place=Place(block.pk, 3, 1, 1), place_reason="nearer")

    def test_a_place_that_was_taken_meanwhile_is_replaced_by_another(self, block):
        order = ask(Work.SHIFT, stands(block, 1, 1, 1), place=Place(block.pk, 3, 1, 1))
        HeldCell.objects.all().delete()
        stands(block, 3, 1, 1)
        assert hand_out(order).target != "A-03-01-1"


class TestConfirming:
    def test_the_box_is_where_it_was_put_and_the_journal_says_from_where(self, block, stacker):
        visit = stands(block, 1, 1, 1)
        order = hand_out(ask(Work.SHIFT, visit, place=Place(block.pk, 3, 1, 1), reason="inspection"), stacker)
        yard.start(order, by=BY, at=NOW)
        confirm(order)
        assert cell_of(visit) == "A-03-01-1"
        assert (order.state, order.came_from, order.went_to) == ("done", "A-01-01-1", "A-03-01-1")
        moved = Entry.objects.filter(kind=EventKind.CONTAINER_MOVED.value, visit_id=visit.pk).latest("pk")
        assert moved.payload == {"from": "A-01-01-1", "to": "A-03-01-1", "rehandle": False, "reason": "inspection"}
        assert not HeldCell.objects.exists()

    def test_nothing_is_confirmed_twice(self, block):
        order = hand_out(ask(Work.SHIFT, stands(block, 1, 1, 1)))
        stale = WorkOrder.objects.get(pk=order.pk)
        confirm(order)
        with pytest.raises(yard.AlreadyConfirmed, match="terminal:test"):
            confirm(stale)

    def test_what_was_not_handed_out_is_not_confirmed(self, block):
        visit = stands(block, 1, 1, 1)
        with pytest.raises(StepNotAllowed):
            confirm(ask(Work.SHIFT, visit, place=Place(block.pk, 3, 1, 1)))
        assert cell_of(visit) == "A-01-01-1"

    def test_another_place_is_a_fact_with_a_reason(self, block):
        visit = stands(block, 1, 1, 1)
        order = hand_out(ask(Work.SHIFT, visit, place=Place(block.pk, 3, 1, 1)))
        with pytest.raises(yard.SayWhy):
            confirm(order, place=Place(block.pk, 4, 1, 1))
        confirm(order, place=Place(block.pk, 4, 1, 1), place_reason="puddle")
        assert (cell_of(visit), order.place_reason) == ("A-04-01-1", "puddle")

    @pytest.mark.parametrize(
        ("place", "refusal"),
        [((3, 1, 2), yard.NothingBelow), ((2, 1, 1), yard.CellTaken), ((9, 1, 1), yard.OutsideBlock)],
    )
    def test_what_cannot_be_is_refused_and_the_yard_and_the_order_are_as_they_were(self, block, place, refusal):
        visit, _ = stands(block, 1, 1, 1), stands(block, 2, 1, 1)
        order = hand_out(ask(Work.SHIFT, visit, place=Place(block.pk, 4, 1, 1)))
        with pytest.raises(refusal):
            confirm(order, place=Place(block.pk, *place), place_reason="because")
        assert cell_of(visit) == "A-01-01-1"
        assert WorkOrder.objects.get(pk=order.pk).state == OrderState.DISPATCHED

    def test_bad_practice_that_has_happened_is_a_fact_but_no_command(self, block):
        heavy, _ = stands(block, 1, 1, 1, gross_kg=30_000), stands(block, 2, 1, 1, gross_kg=5_000)
        with pytest.raises(HeavierOnLighter):
            yard.move(heavy.standing, block, 2, 1, 2, by=BY, at=NOW)
        order = hand_out(ask(Work.SHIFT, heavy, place=Place(block.pk, 4, 1, 1)))
        confirm(order, place=Place(block.pk, 2, 1, 2), place_reason="puddle")
        assert cell_of(heavy) == "A-02-01-2"

    def test_a_box_under_another_does_not_move(self, block):
        below = stands(block, 1, 1, 1)
        order = hand_out(ask(Work.SHIFT, below, place=Place(block.pk, 3, 1, 1)))
        stands(block, 1, 1, 2)
        with pytest.raises(yard.BoxOnTop):
            confirm(order)

    def test_work_that_ends_on_a_carrier_takes_no_cell(self, block, train):
        visit = stands(block, 1, 1, 1, departure_call=train, allowed=[Step.LOAD])
        order = hand_out(ask(Work.LOAD, visit, call=train))
        with pytest.raises(yard.TakesNoPlace):
            confirm(order, place=Place(block.pk, 3, 1, 1))


class TestEachKindOfWork:
    def test_a_box_comes_off_the_train_into_its_cell(self, block, train):
        visit = VisitFactory(terminal=block.terminal, arrival_call=train)
        order = confirm(hand_out(ask(Work.DISCHARGE, visit, call=train)))
        visit.refresh_from_db()
        assert (visit.position, order.came_from) == (Position.IN_YARD, "X9014")
        assert order.went_to == cell_of(visit)

    def test_a_box_is_loaded_and_its_cell_is_free(self, block, train):
        visit = stands(block, 1, 1, 1, departure_call=train, allowed=[Step.LOAD])
        order = confirm(hand_out(ask(Work.LOAD, visit, call=train)))
        visit.refresh_from_db()
        assert (visit.position, visit.carrier_call) == (Position.ON_CARRIER, train)
        assert (order.came_from, order.went_to) == ("A-01-01-1", "X9014")
        assert not Standing.objects.exists()
        assert WorkOrder.objects.count() == 1

    def test_a_hold_placed_meanwhile_refuses_the_move(self, block, train):
        visit = stands(block, 1, 1, 1, departure_call=train, allowed=[Step.LOAD])
        order = hand_out(ask(Work.LOAD, visit, call=train))
        containers.place_holds([containers.NewHold(visit=visit, owner=Owner.CUSTOMS, reason="x-ray")], by=BY, at=NOW)
        with pytest.raises(NotReady):
            confirm(order)
        assert cell_of(visit) == "A-01-01-1"

    def test_a_box_comes_off_its_truck_and_another_goes_onto_it(self, block, truck):
        comes = VisitFactory(terminal=block.terminal)
        containers.arrive_visits([containers.Arrived(comes, Position.ON_CARRIER, truck)], by=BY, at=NOW)
        confirm(hand_out(ask(Work.RECEIVE, comes, call=truck)))
        goes = stands(block, 6, 3, 1, allowed=[Step.GATE_OUT])
        confirm(hand_out(ask(Work.DELIVER, goes, call=truck)))
        comes, goes = (Visit.objects.get(pk=each.pk) for each in (comes, goes))
        assert (comes.position, goes.position, goes.carrier_call) == (Position.IN_YARD, Position.ON_CARRIER, truck)

    def test_a_transfer_touches_no_cell_and_counts_in_and_out(self, lyg, block, train):
        ship = CallFactory(terminal=lyg, mode=Mode.SEA.value, phase=Phase.IN_PROCESSING.value, arrived_at=NOW)
        visit = VisitFactory(terminal=lyg, arrival_call=ship, departure_call=train)
        PermissionFactory(visit=visit, step=Step.LOAD.value)
        order = confirm(hand_out(ask(Work.TRANSFER, visit, call=ship, onward_call=train)))
        kinds = list(Entry.objects.filter(visit_id=visit.pk, audience="public").values_list("kind", flat=True))
        assert kinds == [EventKind.CONTAINER_DISCHARGED, EventKind.CONTAINER_LOADED]
        assert not Entry.objects.filter(kind=EventKind.CONTAINER_MOVED.value).exists()
        assert (order.went_to, WorkOrder.objects.count()) == ("X9014", 1)

    def test_whoever_keeps_the_carriers_books_can_refuse_the_move(self, block, train):
        def refuse(**_told):
            raise yard.NotItsCarrier(number="", carrier="")

        visit = VisitFactory(terminal=block.terminal, arrival_call=train)
        order = hand_out(ask(Work.DISCHARGE, visit, call=train))
        yard.carried_out.connect(refuse)
        try:
            with pytest.raises(yard.NotItsCarrier):
                confirm(order)
        finally:
            yard.carried_out.disconnect(refuse)
        visit.refresh_from_db()
        assert visit.position == Position.INBOUND


class TestDigging:
    @pytest.fixture
    def buried(self, block, train):
        below = stands(block, 1, 1, 1, departure_call=train, allowed=[Step.LOAD])
        middle, top = stands(block, 1, 1, 2), stands(block, 1, 1, 3)
        return ask(Work.LOAD, below, call=train), middle, top

    def test_what_stands_on_a_box_is_handed_out_before_it_the_topmost_first(self, block, buried):
        order, middle, top = buried
        given = [yard.hand_out_next(block.terminal, equipment=None, by=BY, at=NOW)]
        assert (given[0].kind, given[0].visit, given[0].makes_way_for) == ("rehandle", top, order)
        assert yard.hand_out_next(block.terminal, equipment=None, by=BY, at=NOW) is None
        for _ in range(2):
            confirm(given[-1])
            given.append(yard.hand_out_next(block.terminal, equipment=None, by=BY, at=NOW))
        assert [each.visit for each in given] == [top, middle, order.visit]
        confirm(given[-1])
        assert Entry.objects.filter(payload__rehandle=True).count() == 2

    def test_an_order_for_a_buried_box_gives_the_digging_instead(self, buried):
        order, _, top = buried
        assert hand_out(order).visit == top
        with pytest.raises(yard.WaitsForDigging):
            hand_out(order)

    def test_a_box_dug_out_is_not_put_back_on_the_stack(self, block, buried):
        order, _, top = buried
        digging = confirm(hand_out(order))
        assert not digging.went_to.startswith("A-01-01")
        assert cell_of(top) == digging.went_to

    def test_digging_nobody_needs_any_more_is_cancelled_with_its_order(self, buried):
        order, *_ = buried
        rehandle = hand_out(order)
        yard.hand_back(rehandle, by=BY, at=NOW)
        yard.cancel_order(order, reason="other train", by=BY, at=NOW)
        assert set(WorkOrder.objects.values_list("state", flat=True)) == {"cancelled"}

    def test_a_command_that_takes_a_buried_box_keeps_its_rehandles_as_orders(self, block, buried):
        order, middle, top = buried
        containers.leave_visits([order.visit], step=Step.LOAD, by=BY, at=SOON)
        done = {(each.kind, each.visit_id) for each in WorkOrder.objects.filter(state="done")}
        assert done == {("load", order.visit_id), ("rehandle", middle.pk), ("rehandle", top.pk)}


class TestTroubles:
    def test_an_order_set_aside_says_why_frees_its_machine_and_has_a_way_back(self, block, stacker):
        order = hand_out(ask(Work.SHIFT, stands(block, 1, 1, 1)), stacker)
        yard.quarantine(order, cause=Cause.NOT_FOUND, note="not in its cell", by=BY, at=NOW)
        assert (order.state, order.cause, order.equipment) == ("quarantined", "not_found", None)
        assert yard.hand_out_next(block.terminal, equipment=stacker, by=BY, at=NOW) is None
        yard.resume(order, by=BY, at=NOW)
        assert yard.hand_out_next(block.terminal, equipment=stacker, by=BY, at=NOW).pk == order.pk

    def test_what_is_set_aside_is_not_confirmed(self, block):
        order = hand_out(ask(Work.SHIFT, stands(block, 1, 1, 1)))
        yard.quarantine(order, cause=Cause.BLOCKED, by=BY, at=NOW)
        with pytest.raises(StepNotAllowed):
            confirm(order)

    def test_a_done_order_is_neither_set_aside_nor_cancelled(self, block):
        order = confirm(hand_out(ask(Work.SHIFT, stands(block, 1, 1, 1))))
        with pytest.raises(StepNotAllowed):
            yard.quarantine(order, cause=Cause.OTHER, by=BY, at=NOW)
        with pytest.raises(StepNotAllowed):
            yard.cancel_order(order, reason="", by=BY, at=NOW)

    def test_an_order_is_not_cancelled_under_the_hands_of_whoever_works_on_it(self, block, stacker):
        order = hand_out(ask(Work.SHIFT, stands(block, 1, 1, 1)), stacker)
        with pytest.raises(yard.OrderInHand, match="handed back or set aside"):
            yard.cancel_order(order, reason="not wanted", by=BY, at=NOW)
        assert WorkOrder.objects.get(pk=order.pk).equipment == stacker

    @pytest.mark.parametrize("begun", [False, True])
    def test_what_somebody_has_in_hand_for_a_box_that_left_ends_and_the_machine_is_free(
        self, block, train, stacker, begun
    ):
        visit = stands(block, 1, 1, 1, departure_call=train, allowed=[Step.LOAD])
        order = hand_out(ask(Work.SHIFT, visit), stacker)
        if begun:
            yard.start(order, by=BY, at=NOW)
        containers.leave_visits([visit], step=Step.LOAD, by=BY, at=SOON)
        order.refresh_from_db()
        assert (order.state, order.equipment, order.note) == ("cancelled", None, "the box has left")
        assert not HeldCell.objects.exists()
        told = Entry.objects.filter(kind__startswith="work-order").order_by("-pk").values_list("kind", flat=True)
        assert list(told[:2]) == ["work-order-cancelled", "work-order-quarantined"]

    def test_what_was_asked_for_a_box_that_left_is_cancelled(self, block, train):
        visit = stands(block, 1, 1, 1, departure_call=train, allowed=[Step.LOAD])
        shift = ask(Work.SHIFT, visit)
        confirm(hand_out(ask(Work.LOAD, visit, call=train)))
        assert WorkOrder.objects.get(pk=shift.pk).state == OrderState.CANCELLED

    def test_every_step_of_an_order_is_journalled_for_staff_alone(self, block):
        order = hand_out(ask(Work.SHIFT, stands(block, 1, 1, 1)))
        yard.start(order, by=BY, at=NOW)
        confirm(order)
        told = Entry.objects.filter(kind__startswith="work-order").order_by("pk")
        assert [each.kind.removeprefix("work-order-") for each in told] == ["planned", "dispatched", "started", "done"]
        assert {each.audience for each in told} == {"staff"}


class TestAtOnce:
    def test_a_move_by_command_is_an_order_that_is_done(self, block):
        visit = stands(block, 1, 1, 1)
        yard.move(visit.standing, block, 3, 1, 1, by=BY, at=NOW, reason="drain")
        order = WorkOrder.objects.get()
        assert (order.kind, order.state, order.went_to, order.reason) == ("shift", "done", "A-03-01-1", "drain")

    def test_a_command_finishes_the_order_that_asked_for_it(self, block, train):
        visit = stands(block, 1, 1, 1, departure_call=train, allowed=[Step.LOAD])
        order = ask(Work.LOAD, visit, call=train)
        containers.leave_visits([visit], step=Step.LOAD, by=BY, at=SOON)
        order.refresh_from_db()
        assert (order.state, order.came_from, order.done_at) == ("done", "A-01-01-1", SOON)
        assert WorkOrder.objects.count() == 1
