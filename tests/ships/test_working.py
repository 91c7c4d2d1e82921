"""Work on ships: planned through the yard, tallied when confirmed, straight between ship and train; and leaving."""

from datetime import timedelta

import pytest

from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Damage, PermissionRule, Visit
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.ships import services as ships
from apps.ships.models import StowageLine
from apps.ships.selectors import arrived, differing, load_troubles, tally, work_of
from apps.trains.models import Wagon, WagonLoad
from apps.yard import services as yard
from apps.yard.models import Standing, WorkOrder
from terminal.damages import Harm, Severity, Side
from terminal.errors import Refused
from terminal.events import EventKind
from terminal.lifecycle import LineState, Position
from terminal.readiness import NotReady, Step
from terminal.stowage import Deviation, StowageList
from terminal.work import Work
from tests.factories.calls import MARCH_14
from tests.factories.containers import HoldFactory, WeightFactory
from tests.factories.containers import container_number as box
from tests.factories.parties import staff
from tests.factories.ships import ShipCallFactory, StowageLineFactory
from tests.factories.trains import TrainVisitFactory
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db
BY, AT = Actor.itself("test"), MARCH_14
HOUR = timedelta(hours=1)


@pytest.fixture
def ship(lyg):
    BlockFactory(terminal=lyg)
    for laden in (True, False):
        PermissionRule.objects.create(
            terminal=lyg, regime="domestic", laden=laden, direction="outbound", step="load", required=False
        )
    return ShipCallFactory(working=True)


def carry_out(orders, at=AT):
    for order in orders:
        handed = yard.hand_out(order, equipment=None, by=BY, at=at)
        yard.confirm(handed, by=BY, at=at)


def confirmed(ship, at=AT):
    orders = ships.plan_discharge(ship, by=BY, at=at)
    carry_out(orders, at)
    return StowageLine.objects.filter(ship=ship)


def state(line):
    return StowageLine.objects.get(pk=line.pk).state


def kinds(kind):
    return Entry.objects.filter(kind=kind.value).count()


def test_what_is_listed_comes_off_the_topmost_first_and_is_tallied(ship):
    low, high = (StowageLineFactory(ship=ship, stow=stow) for stow in ("001-02-82", "001-02-84"))
    orders = ships.plan_discharge(ship, by=BY, at=AT)
    assert [order.visit for order in sorted(orders, key=lambda each: each.sequence)] == [high.visit, low.visit]
    carry_out(orders)
    for line in (low, high):
        line.refresh_from_db()
        assert (line.state, line.done_at, line.done_by) == (LineState.DONE, AT, BY.label)
        assert Standing.objects.filter(visit=line.visit).exists()


def test_a_box_is_asked_for_once(ship):
    StowageLineFactory(ship=ship)
    ships.plan_discharge(ship, by=BY, at=AT)
    with pytest.raises(ships.NothingToPlan):
        ships.plan_discharge(ship, by=BY, at=AT)
    assert WorkOrder.objects.count() == 1


def test_a_line_of_another_ship_is_not_planned(ship):
    other = StowageLineFactory()
    with pytest.raises(ships.NotOnThisList):
        ships.plan_discharge(ship, [other], by=BY, at=AT)


def test_who_has_not_the_right_plans_nothing(ship):
    StowageLineFactory(ship=ship)
    person = Actor.person(staff("ships.view_shipcall", "yard.change_workorder", username="clerk"))
    for plan in (ships.plan_discharge, ships.plan_load):
        with pytest.raises(NotYours):
            plan(ship, by=person, at=AT)
    assert not WorkOrder.objects.exists()


def test_what_is_ready_is_loaded_and_the_rest_says_why_not(ship):
    ready, heavy = (StowageLineFactory(ship=ship, to_load=True) for _ in range(2))
    Visit.objects.filter(pk=heavy.visit.pk).update(laden=True)
    [order] = ships.plan_load(ship, by=BY, at=AT)
    assert order.visit == ready.visit
    assert [(each.line, each.code) for each in load_troubles(ship, AT)] == [(heavy, "vgm-missing")]
    carry_out([order])
    assert (state(ready), state(heavy)) == (LineState.DONE, LineState.LISTED)


@pytest.mark.parametrize("barge", [False, True])
def test_a_laden_box_goes_on_no_ship_or_barge_without_a_verified_mass(lyg, ship, barge):
    carrier = ShipCallFactory(working=True, barge=barge)
    line = StowageLineFactory(ship=carrier, to_load=True)
    Visit.objects.filter(pk=line.visit.pk).update(laden=True)
    with pytest.raises(NotReady) as refused:
        ships.plan_load(carrier, [line], by=BY, at=AT)
    assert refused.value.facts["codes"] == "vgm-missing"
    WeightFactory(visit=line.visit)
    assert len(ships.plan_load(carrier, [line], by=BY, at=AT)) == 1


@pytest.mark.parametrize("barge", [False, True])
def test_a_box_that_came_after_the_cut_off_is_loaded_on_no_ship_or_barge(ship, barge):
    carrier = ShipCallFactory(working=True, barge=barge, call__cut_off_at=AT - HOUR)
    line = StowageLineFactory(ship=carrier, to_load=True)
    with pytest.raises(ships.NotToBePlanned, match="past_cut_off"):
        ships.plan_load(carrier, [line], by=BY, at=AT)
    with pytest.raises(NotReady, match="cut-off-passed"):
        containers.require_ready([line.visit], step=Step.LOAD, at=AT)


def test_a_hold_placed_after_planning_stops_the_confirmation_and_the_line_stays_open(ship):
    line = StowageLineFactory(ship=ship, to_load=True)
    [order] = ships.plan_load(ship, by=BY, at=AT)
    HoldFactory(visit=line.visit)
    handed = yard.hand_out(order, equipment=None, by=BY, at=AT)
    with pytest.raises(NotReady):
        yard.confirm(handed, by=BY, at=AT)
    assert state(line) == LineState.LISTED


def train_with(*visits):
    train = TrainVisitFactory(call__phase="in_processing", call__arrived_at=AT)
    for place in range(1, 1 + max(1, len(visits))):
        Wagon.objects.create(train=train, sequence=place, scheme="CN7", number=f"{5270000 + place}")
    for wagon, visit in zip(train.wagons.order_by("sequence"), visits, strict=False):
        WagonLoad.objects.create(wagon=wagon, visit=visit, leg="arriving")
        Visit.objects.filter(pk=visit.pk).update(arrival_call=train.call)
    return train


def test_a_box_goes_straight_from_ship_to_train_and_touches_no_cell(ship):
    train = train_with()
    line = StowageLineFactory(ship=ship, onward_call=train.call, visit__departure_call=train.call, visit__laden=False,
                              visit__regime="domestic", visit__direction="outbound")  # fmt: skip
    with pytest.raises(ships.NothingToPlan):
        ships.plan_discharge(ship, by=BY, at=AT)
    [order] = ships.plan_transfer(ship, train, by=BY, at=AT)
    assert (order.kind, order.call, order.onward_call) == (Work.TRANSFER, ship.call, train.call)
    carry_out([order])
    assert state(line) == LineState.DONE
    assert not Standing.objects.exists()
    assert kinds(EventKind.CONTAINER_MOVED) == 0
    visit = Visit.objects.get(pk=line.visit.pk)
    assert (visit.position, visit.carrier_call) == (Position.ON_CARRIER, train.call)
    moved = Entry.objects.filter(visit_id=visit.pk, kind__in=["container-discharged", "container-loaded"])
    assert set(moved.values_list("kind", "call_id")) == {
        ("container-discharged", ship.call_id), ("container-loaded", train.call_id),
    }  # fmt: skip
    assert WagonLoad.objects.get(visit=visit, leg="departing").wagon.train == train


def test_a_box_goes_straight_from_train_to_ship_and_both_count_it(ship):
    line = StowageLineFactory(ship=ship, listed_in="load", visit__departure_call=ship.call, visit__laden=False,
                              visit__regime="domestic", visit__direction="outbound")  # fmt: skip
    train = train_with(line.visit)
    carry_out(ships.plan_transfer(ship, train, by=BY, at=AT))
    assert state(line) == LineState.DONE
    assert WagonLoad.objects.get(visit=line.visit, leg="arriving").done_at == AT
    assert not Standing.objects.exists()


def test_nothing_between_ship_and_train_is_said_so(ship):
    StowageLineFactory(ship=ship)
    with pytest.raises(ships.NotBetweenThese):
        ships.plan_transfer(ship, train_with(), by=BY, at=AT)


def test_a_box_in_no_list_is_tallied_as_over(ship):
    order = ships.expect_overlanded(ship, number=box(77), size_type="22G1", by=BY, at=AT)
    assert not StowageLine.objects.exists()
    carry_out([order])
    line = StowageLine.objects.get()
    assert (line.unlisted, line.state, line.visit.unannounced) == (True, LineState.DONE, True)
    assert kinds(EventKind.TALLY_OVER) == 1
    assert [(each.what, found) for found, [each] in differing(ship)] == [(Deviation.OVER, line)]


def test_a_listed_box_that_is_not_on_board_is_short_and_its_order_is_called_off(ship):
    line = StowageLineFactory(ship=ship)
    [order] = ships.plan_discharge(ship, by=BY, at=AT)
    ships.report_short(line, by=BY, at=AT, remark="place empty")
    order.refresh_from_db()
    assert (state(line), order.state) == (LineState.SHORT, "cancelled")
    assert [row["result"] for row in arrived(ship)] == ["shortlanded"]


def test_a_box_reported_short_that_comes_off_after_all_is_done(ship):
    line = StowageLineFactory(ship=ship)
    ships.report_short(line, by=BY, at=AT)
    carry_out(yard.plan_orders([yard.NewOrder(kind=Work.DISCHARGE, visit=line.visit, call=ship.call)], by=BY, at=AT))
    assert state(line) == LineState.DONE


def test_what_the_tally_saw_is_kept_and_every_deviation_named(ship):
    line = StowageLineFactory(ship=ship, seals=["YSL1"], stow="001-02-82")
    confirmed(ship)
    seen = ships.Seen(
        seals=["ysl 2"], gross_kg=25_000, stow="001-02-84", remark="corner post bent",
        damage=(Side.CORNERS, Harm.BENT, Severity.MAJOR),
    )  # fmt: skip
    person = Actor.person(staff("ships.change_shipcall", username="tally"))
    ships.note_seen(line, seen, by=person, at=AT)
    [(_line, found)] = differing(ship)
    assert [(each.what, each.planned, each.realised) for each in found] == [
        (Deviation.OTHER_SEAL, "YSL1", "YSL2"),
        (Deviation.OTHER_WEIGHT, "22000 kg", "25000 kg"),
        (Deviation.OTHER_STOW, "001-02-82", "001-02-84"),
        (Deviation.REMARKED, "", "corner post bent"),
    ]
    assert (line.tallied_at, line.tallied_by) == (AT, "user:tally")
    assert Damage.objects.get(visit=line.visit).noted_by == "user:tally"
    [row] = tally(ship)
    assert row["deviations"] == "other_seal other_weight other_stow remarked"


def test_a_tally_that_saw_nothing_is_refused(ship):
    with pytest.raises(ships.NothingSeen):
        ships.note_seen(StowageLineFactory(ship=ship), ships.Seen(remark="  "), by=BY, at=AT)


def test_a_discharge_that_never_was_opens_its_line_again(ship):
    line = StowageLineFactory(ship=ship)
    confirmed(ship)
    ships.expect_overlanded(ship, number=box(77), size_type="22G1", by=BY, at=AT)
    carry_out(WorkOrder.objects.open())
    for entry in Entry.objects.filter(kind__in=["container-moved", "container-discharged"]).order_by("-pk"):
        containers.retract(entry.public_id, reason="wrong box", by=BY, at=AT)
    assert list(StowageLine.objects.values_list("number", "state", "done_by")) == [(line.number, "listed", "")]


def test_progress_tells_what_is_done_and_when_it_ends(ship):
    for hours in range(3):
        StowageLineFactory(ship=ship, state="done", done_at=AT + hours * HOUR)
    StowageLineFactory.create_batch(2, ship=ship)
    StowageLineFactory(ship=ship, state="cancelled", reason="hatch stuck")
    told = work_of(ship, AT + 2 * HOUR)[StowageList.DISCHARGE]
    assert (told.planned, told.done, told.left, told.pace) == (5, 3, 2, 1)
    assert told.ends_at == AT + 4 * HOUR


def leave(ship):
    Call.objects.filter(pk=ship.call_id).update(phase="ready")
    ship.call.refresh_from_db()
    ships.depart_ship(ship, by=BY, at=AT)


@pytest.mark.parametrize("to_load", [False, True])
def test_a_ship_does_not_leave_while_a_line_is_open(ship, to_load):
    line = StowageLineFactory(ship=ship, to_load=to_load)
    with pytest.raises(ships.ListsStillOpen, match=line.number):
        leave(ship)
    assert Call.objects.get(pk=ship.call_id).phase == "ready"
    ships.cancel_lines([line], reason="hatch stuck", by=BY, at=AT)
    leave(ship)
    assert Call.objects.get(pk=ship.call_id).phase == "departed"


def test_a_line_is_given_up_with_a_reason_and_its_order_with_it(ship):
    line = StowageLineFactory(ship=ship)
    [order] = ships.plan_discharge(ship, by=BY, at=AT)
    with pytest.raises(Refused):
        ships.cancel_lines([line], reason=" ", by=BY, at=AT)
    assert state(line) == LineState.LISTED
    ships.cancel_lines([line], reason="stays for Busan", by=BY, at=AT)
    order.refresh_from_db()
    assert order.state == "cancelled"
    entry = Entry.objects.get(kind=EventKind.STOWAGE_LINE_CANCELLED.value)
    assert (entry.payload["status"], entry.payload["reason"]) == ("remains_on_board", "stays for Busan")
    assert [row["result"] for row in arrived(ship)] == ["remains_on_board"]


def test_a_line_given_up_can_be_taken_up_again_and_a_worked_one_cannot_be_given_up(ship):
    line = StowageLineFactory(ship=ship)
    ships.cancel_lines([line], reason="hatch stuck", by=BY, at=AT)
    ships.reinstate_lines([line], by=BY, at=AT)
    assert (state(line), StowageLine.objects.get().reason) == (LineState.LISTED, "")
    confirmed(ship)
    for change in (lambda: ships.cancel_lines([line], reason="late", by=BY, at=AT),
                   lambda: ships.reinstate_lines([line], by=BY, at=AT)):  # fmt: skip
        with pytest.raises(ships.NotListedAnyMore):
            change()


def test_customs_are_told_of_every_box_that_came_with_what_was_seen(ship):
    line = StowageLineFactory(ship=ship, seals=["YSL1"], un_number="1203", imdg_class="3", bill_of_lading="YSL-0042")
    StowageLineFactory(ship=ship, to_load=True)
    confirmed(ship)
    ships.note_seen(line, ships.Seen(seals=["YSL2"]), by=BY, at=AT)
    [row] = arrived(ship)
    told = {"ship": "Haizhou Bay", "imo": "9074729", "result": "landed", "seals": "YSL2", "un_number": "1203",
            "bill_of_lading": "YSL-0042", "discharged_at": AT, "terminal": "CNLYG"}  # fmt: skip
    assert told.items() <= row.items()


def test_a_box_that_came_off_under_a_wrong_number_is_neither_short_nor_over_once_it_is_joined(ship):
    line = StowageLineFactory(ship=ship)
    order = ships.expect_overlanded(ship, number=box(1, "MSK"), size_type="22G1", by=BY, at=AT)
    carry_out([order])
    over = StowageLine.objects.get(unlisted=True)
    seen = Visit.objects.get(pk=over.visit_id)
    containers.join_number(seen, line.number, reason="misread", by=BY, at=AT)
    (joined,) = StowageLine.objects.filter(ship=ship)
    assert (joined.pk, joined.visit, joined.state, joined.done_at) == (line.pk, seen, LineState.DONE, AT)
