"""Trucks at the gate: in with what they bring, out with what they may take, and held while anything is wrong."""

from datetime import timedelta

import pytest

from apps.containers.models import Seal, Visit
from apps.containers.services import AlreadyHere, NewHold, note, place_holds, retract
from apps.containers.services.notes import NewSeal
from apps.gate import services
from apps.gate.models import Appointment
from apps.gate.services import Seen, SeenDamage
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.damages import Harm, Severity, Side
from terminal.gate import Condition, Trouble
from terminal.lifecycle import Position, StepNotAllowed, VisitState
from terminal.readiness import NotReady, Owner, Step
from terminal.seals import SealOwner
from terminal.work import Work
from tests.factories.containers import ReferenceFactory, VisitFactory
from tests.factories.gate import (
    CLERK,
    HOUR,
    MONDAY_EIGHT,
    THE_DAY_BEFORE,
    QuotaFactory,
    RulesFactory,
    book_truck,
    brings,
    collects,
    haulier,
    order_for,
    pin_for,
    released_box,
)
from tests.factories.parties import staff
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db
NOW = {"by": CLERK, "at": MONDAY_EIGHT}
OUT = {"by": CLERK, "at": MONDAY_EIGHT + HOUR}
BOX, BROUGHT = "CSQU3054383", "TCLU5088040"
SOUND = Seen(condition=Condition.SOUND)


@pytest.fixture
def gate(lyg):
    QuotaFactory(trucks=20)
    BlockFactory(terminal=lyg)
    BlockFactory(terminal=lyg, code="M", kind="empties")
    return lyg


def stacked(number=BOX, **more):
    """A released box in its cell."""
    visit = released_box(number, **more)
    yard.ground([visit], by=CLERK, at=THE_DAY_BEFORE)
    return visit


def the(appointment, number):
    return appointment.boxes.select_related("appointment__terminal", "visit").get(number=number)


def inside(*boxes, seen=SOUND, **more):
    """A truck that was let in at once."""
    truck = services.arrive_truck(book_truck(*boxes, **more), **NOW)
    for box in truck.boxes.all():
        services.inspect(box, seen, **NOW)
    return services.admit(truck, **NOW)


def work(truck, kind):
    """The yard makes the move asked for."""
    order = WorkOrder.objects.get(call=truck.call, kind=kind.value, state="planned")
    given = yard.hand_out(order, equipment=None, **NOW)
    return yard.confirm(given, **NOW)


def troubles(truck):
    return list(truck.troubles.filter(resolved_at=None).order_by("pk").values_list("kind", flat=True))


def test_a_truck_brings_one_box_and_takes_another(gate):
    order = order_for(stacked())
    truck = inside(brings(), collects())
    brought = Visit.objects.get(container__number=BROUGHT)
    assert (truck.status, truck.call.phase, brought.position) == ("arrived", "in_processing", Position.ON_CARRIER)
    work(truck, Work.RECEIVE)
    work(truck, Work.DELIVER)
    services.gate_out(truck, **OUT)
    brought.refresh_from_db()
    gone = Visit.objects.get(container__number=BOX)
    assert (brought.state, brought.position, brought.carrier_call) == ("active", "in_yard", None)
    assert (gone.state, gone.position, gone.departure_call) == (VisitState.DEPARTED, Position.GONE, truck.call)
    assert (truck.status, truck.left_at, truck.call.phase) == ("completed", OUT["at"], "departed")
    order.refresh_from_db()
    assert order.used_at == OUT["at"]
    kinds = set(Entry.objects.filter(call_id=truck.call_id).values_list("kind", flat=True))
    assert {"call-arrived", "truck-admitted", "container-gated-in", "container-gated-out", "call-departed"} <= kinds


def test_a_box_collected_under_a_pin_uses_it_up(gate):
    pin, digits = pin_for(stacked())
    truck = inside(collects(pin=digits))
    work(truck, Work.DELIVER)
    services.gate_out(truck, **OUT)
    pin.refresh_from_db()
    assert pin.used_at == OUT["at"]


def test_a_box_that_was_advised_arrives_under_its_advice_and_any_other_unannounced(gate):
    visit = VisitFactory(container__number=BROUGHT, laden=True)
    ReferenceFactory(visit=visit, value="BK-4711")
    stranger = VisitFactory(container__number="MSKU3456788")
    truck = inside(brings(reference="BK-4711"), brings("MSKU3456788"))
    visit.refresh_from_db()
    stranger.refresh_from_db()
    unannounced = Visit.objects.get(container__number="MSKU3456788", state="active")
    assert (visit.state, visit.arrival_call, stranger.state) == ("active", truck.call, "advised")
    assert unannounced.unannounced


@pytest.mark.parametrize(
    ("more", "at", "kind"),
    [
        ({}, MONDAY_EIGHT - timedelta(minutes=31), Trouble.TOO_EARLY),
        ({}, MONDAY_EIGHT + timedelta(minutes=91), Trouble.TOO_LATE),
        ({"plate": "X 1"}, MONDAY_EIGHT, Trouble.OTHER_TRUCK),
    ],
)
def test_the_wrong_hour_and_the_wrong_truck_go_to_the_trouble_desk(gate, more, at, kind):
    truck = services.arrive_truck(book_truck(), by=CLERK, at=at, **more)
    assert (truck.status, troubles(truck)) == ("in_trouble", [kind])


def test_within_the_tolerance_a_truck_goes_straight_on(gate):
    for minutes in (-30, 90):
        truck = services.arrive_truck(book_truck(plate=f"A{minutes}"), by=CLERK, at=MONDAY_EIGHT + minutes * HOUR / 60)
        assert troubles(truck) == []


def test_a_truck_without_appointment_is_held_until_the_desk_lets_it_in(gate):
    order_for(stacked())
    truck = services.arrive_without_appointment(
        terminal=gate, plate="x 1", haulier=haulier(), boxes=[collects()], **NOW
    )
    assert (truck.status, truck.starts_at, troubles(truck)) == ("in_trouble", None, [Trouble.NO_APPOINTMENT])
    with pytest.raises(services.TruckIsHeld):
        services.admit(truck, **NOW)
    services.resolve_trouble(truck.troubles.get(), resolution="a free slot", **NOW)
    truck.refresh_from_db()
    assert services.admit(truck, **NOW).status == "arrived"
    with pytest.raises(services.TruckIsHere):
        services.arrive_without_appointment(terminal=gate, plate="X1", boxes=[brings()], **NOW)


def test_without_appointment_and_without_a_right_nothing_is_written_but_the_refusal(gate):
    stacked()
    with pytest.raises(services.NoRightToCollect):
        services.arrive_without_appointment(terminal=gate, plate="X1", haulier=haulier(), boxes=[collects()], **NOW)
    assert not Appointment.objects.exists()
    assert Entry.objects.filter(kind="collection-refused").count() == 1


def test_a_right_that_ran_out_and_a_box_on_hold_hold_the_truck(gate):
    visit = stacked()
    order = order_for(visit)
    booked = book_truck(collects())
    place_holds([NewHold(visit=visit, owner=Owner.TERMINAL, reason="unpaid")], by=CLERK, at=THE_DAY_BEFORE)
    services.revoke_delivery_order(order, by=CLERK, at=THE_DAY_BEFORE)
    truck = services.arrive_truck(booked, **NOW)
    assert troubles(truck) == [Trouble.NO_RIGHT, Trouble.NOT_READY]


def test_a_box_that_is_here_already_cannot_be_brought(gate):
    VisitFactory(container__number=BROUGHT, active=True)
    truck = services.arrive_truck(book_truck(), **NOW)
    assert troubles(truck) == [Trouble.WRONG_BOX]
    services.resolve_trouble(truck.troubles.get(), resolution="let us see", **NOW)
    services.inspect(truck.boxes.get(), SOUND, **NOW)
    truck.refresh_from_db()
    with pytest.raises(AlreadyHere):
        services.admit(truck, **NOW)


def test_a_truck_turned_away_leaves_as_it_came(gate):
    truck = services.arrive_truck(book_truck(plate="A1"), by=CLERK, at=MONDAY_EIGHT - 2 * HOUR)
    services.turn_away(truck, reason="come at eight", **NOW)
    assert (truck.status, truck.call.phase, troubles(truck)) == ("turned_away", "departed", [])
    assert Visit.objects.get(container__number=BROUGHT).state == VisitState.CANCELLED
    assert truck.boxes.get().ended_at == MONDAY_EIGHT


def test_what_is_inside_is_let_out_and_not_turned_away(gate):
    truck = inside(brings())
    services.open_trouble(truck, kind=Trouble.OTHER, note="driver is ill", **NOW)
    with pytest.raises(services.AlreadyLetIn):
        services.turn_away(truck, reason="ill", **NOW)
    with pytest.raises(services.TruckIsHeld):
        services.gate_out(truck, **OUT)


def test_uninspected_boxes_pass_neither_way_unless_the_gate_says_so(gate):
    order_for(stacked())
    truck = services.arrive_truck(book_truck(brings(), collects()), **NOW)
    with pytest.raises(services.NotInspected, match=BROUGHT):
        services.admit(truck, **NOW)
    services.inspect(the(truck, BROUGHT), SOUND, **NOW)
    services.admit(truck, **NOW)
    work(truck, Work.RECEIVE)
    work(truck, Work.DELIVER)
    with pytest.raises(services.NotInspected, match=BOX):
        services.gate_out(truck, **OUT)
    RulesFactory(inspects_out=False)
    assert services.gate_out(truck, **OUT).status == "completed"


def test_a_truck_does_not_leave_before_everything_is_done(gate):
    order_for(stacked())
    truck = inside(brings(), collects())
    with pytest.raises(services.StillInside, match=f"off it {BROUGHT}; not on it {BOX}"):
        services.gate_out(truck, **OUT)
    work(truck, Work.RECEIVE)
    services.leave_behind(the(truck, BOX), reason="no time", **NOW)
    assert services.gate_out(truck, **OUT).status == "completed"
    assert WorkOrder.objects.get(kind="deliver").state == "cancelled"
    assert Visit.objects.get(container__number=BOX).position == Position.IN_YARD
    assert book_truck(collects(), starts_at=MONDAY_EIGHT, at=MONDAY_EIGHT).status == "booked"


def test_a_right_taken_back_while_the_truck_is_inside_stops_it_at_the_gate_and_is_journalled(gate):
    order = order_for(stacked())
    truck = inside(collects())
    work(truck, Work.DELIVER)
    services.revoke_delivery_order(order, **NOW)
    with pytest.raises(services.NoRightToCollect, match=BOX):
        services.gate_out(truck, **OUT)
    visit = Visit.objects.get(container__number=BOX)
    assert (visit.state, visit.carrier_call, visit.departed_at) == ("active", truck.call, None)
    assert list(Entry.objects.filter(kind="collection-refused").values_list("audience", flat=True)) == ["staff"]
    _, digits = pin_for(visit, at=MONDAY_EIGHT)
    with pytest.raises(services.WrongPin):
        services.present_pin(the(truck, BOX), "11111111", **NOW)
    services.present_pin(the(truck, BOX), digits, **NOW)
    assert services.gate_out(truck, **OUT).status == "completed"


def test_another_boxs_pin_does_not_open_the_gate(gate):
    order = order_for(stacked())
    _, digits = pin_for(released_box("MSKU3456788"))
    truck = inside(collects())
    work(truck, Work.DELIVER)
    services.revoke_delivery_order(order, **NOW)
    with pytest.raises(services.NoRightToCollect):
        services.present_pin(the(truck, BOX), digits, **NOW)
    with pytest.raises(services.NoRightToCollect):
        services.gate_out(truck, **OUT)


def test_a_hold_placed_while_the_truck_is_inside_stops_it_at_the_gate(gate):
    visit = stacked()
    order_for(visit)
    truck = inside(collects())
    work(truck, Work.DELIVER)
    place_holds([NewHold(visit=visit, owner=Owner.CUSTOMS, step=Step.GATE_OUT, reason="x-ray")], **NOW)
    with pytest.raises(NotReady):
        services.gate_out(truck, **OUT)
    visit.refresh_from_db()
    assert (visit.state, truck.status) == ("active", "arrived")


def test_nothing_is_put_on_a_truck_that_is_not_to_collect_it(gate):
    order_for(stacked())
    other = stacked("MSKU3456788")
    truck = inside(collects())
    (order,) = yard.plan_orders([yard.NewOrder(kind=Work.DELIVER, visit=other, call=truck.call)], **NOW)
    given = yard.hand_out(order, equipment=None, **NOW)
    with pytest.raises(services.NotForThisTruck):
        yard.confirm(given, **NOW)
    other.refresh_from_db()
    assert (other.position, other.carrier_call) == (Position.IN_YARD, None)


def test_a_box_on_the_truck_is_not_left_behind(gate):
    order_for(stacked())
    truck = inside(collects())
    work(truck, Work.DELIVER)
    with pytest.raises(services.BoxIsAboard):
        services.leave_behind(the(truck, BOX), reason="no", **NOW)


def test_a_box_that_may_not_leave_is_taken_off_again_and_then_left_behind(gate):
    order = order_for(stacked())
    truck = inside(collects())
    with pytest.raises(services.NotAboard):
        services.take_off(the(truck, BOX), reason="held", **NOW)
    work(truck, Work.DELIVER)
    services.revoke_delivery_order(order, **NOW)
    services.take_off(the(truck, BOX), reason="its order was taken back", **NOW)
    work(truck, Work.RECEIVE)
    services.leave_behind(the(truck, BOX), reason="no right any more", **NOW)
    services.gate_out(truck, **OUT)
    box = Visit.objects.get(container__number=BOX)
    assert (box.state, box.position, box.standing.tier) == ("active", "in_yard", 1)


def test_a_box_more_can_be_added_at_the_gate_but_not_too_much_and_not_inside(gate):
    truck = services.arrive_truck(book_truck(), **NOW)
    services.add_box(truck, brings("MSKU3456788"), **NOW)
    with pytest.raises(Exception, match="two 20′ boxes or one longer box"):
        services.add_box(truck, brings("CSQU3054383"), **NOW)
    for box in truck.boxes.all():
        services.inspect(box, SOUND, **NOW)
    services.admit(truck, **NOW)
    with pytest.raises(services.AlreadyLetIn):
        services.add_box(truck, brings("CSQU3054383"), **NOW)


def test_seals_and_damages_seen_are_noted_of_the_box(gate):
    truck = services.arrive_truck(book_truck(), **NOW)
    dent = SeenDamage(side=Side.LEFT, harm=Harm.DENT, severity=Severity.MINOR)
    seen = Seen(condition=Condition.DAMAGED, seals=[("s 4711", SealOwner.CARRIER)], damages=[dent], remark="wet")
    receipt = services.inspect(truck.boxes.get(), seen, **NOW)
    assert (receipt.seals, receipt.damages.get().harm, receipt.number[:4]) == (["S4711"], "dent", "EIR-")
    assert Seal.objects.get().number == "S4711"
    assert troubles(truck) == []
    (told,) = Entry.objects.filter(kind="container-inspected").values_list("payload", flat=True)
    assert (told["condition"], told["seals"], told["damages"]) == ("damaged", "S4711", 1)


def test_a_seal_that_is_gone_and_an_unsafe_box_hold_the_truck(gate):
    visit = stacked()
    note([NewSeal(visit=visit, number="S1", owner=SealOwner.SHIPPER)], by=CLERK, at=THE_DAY_BEFORE)
    order_for(visit)
    truck = services.arrive_truck(book_truck(collects()), **NOW)
    bent = SeenDamage(side=Side.CORNERS, harm=Harm.BENT, severity=Severity.UNSAFE)
    services.inspect(truck.boxes.get(), Seen(condition=Condition.DAMAGED, seals=[], damages=[bent]), **NOW)
    truck.refresh_from_db()
    assert (truck.status, troubles(truck)) == ("in_trouble", [Trouble.SEAL, Trouble.DAMAGE])
    assert truck.troubles.first().note == "S1"


def test_a_photo_that_is_no_picture_is_refused_and_nothing_is_noted(gate):
    from io import BytesIO

    truck = services.arrive_truck(book_truck(), **NOW)
    with pytest.raises(Exception, match="is not a picture"):
        services.inspect(truck.boxes.get(), Seen(condition=Condition.SOUND, photos=[BytesIO(b"MZ")]), **NOW)
    assert not truck.boxes.get().inspections.exists()


def test_a_case_is_resolved_with_a_word_and_only_the_last_lets_the_truck_go_on(gate):
    truck = services.arrive_truck(book_truck(), **NOW)
    cases = [services.open_trouble(truck, kind=kind, **NOW) for kind in (Trouble.PAPERS, Trouble.OTHER)]
    with pytest.raises(services.SayHow):
        services.resolve_trouble(cases[0], resolution=" ", **NOW)
    states = []
    for case in cases:
        services.resolve_trouble(case, resolution="papers brought", **NOW)
        truck.refresh_from_db()
        states.append(truck.status)
    assert states == ["in_trouble", "arrived"]


def test_only_gate_staff_work_at_the_gate(gate):
    booked = book_truck()
    for who in (Actor.person(staff("gate.view_appointment", username="wang")), Actor.program(haulier(), "key")):
        with pytest.raises(NotYours):
            services.arrive_truck(booked, by=who, at=MONDAY_EIGHT)
    clerk = Actor.person(staff("gate.change_appointment", username="li"))
    truck = services.arrive_truck(booked, by=clerk, at=MONDAY_EIGHT)
    services.inspect(truck.boxes.get(), SOUND, by=clerk, at=MONDAY_EIGHT)
    services.admit(truck, by=clerk, at=MONDAY_EIGHT)
    work(truck, Work.RECEIVE)
    assert services.gate_out(truck, by=clerk, at=OUT["at"]).status == "completed"


def test_a_truck_arrives_once_and_leaves_once(gate):
    truck = inside(brings())
    with pytest.raises(StepNotAllowed):
        services.arrive_truck(truck, **NOW)
    work(truck, Work.RECEIVE)
    services.gate_out(truck, **OUT)
    with pytest.raises(StepNotAllowed):
        services.gate_out(truck, **OUT)


def test_a_gate_out_taken_back_gives_the_right_back(gate):
    order = order_for(stacked())
    truck = inside(collects())
    work(truck, Work.DELIVER)
    services.gate_out(truck, **OUT)
    left = Entry.objects.get(kind="container-gated-out").public_id
    retract(left, reason="the wrong button", by=CLERK, at=OUT["at"])
    order.refresh_from_db()
    assert (order.used_at, truck.boxes.get().done_at) == (None, None)
