"""The containers that use a booking of places: whose, how many, and what becomes of them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.containers import services as containers
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.models import SlotBooking
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.lifecycle import Position, VisitState
from terminal.work import Work
from tests.factories.calls import CallFactory
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory, container_number
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.places import BOOKED, CUT_OFF, DEPARTS, book_places, bookable_train
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db
BY = Actor.itself("test")
LATER = BOOKED + timedelta(hours=1)
AFTER = DEPARTS + timedelta(hours=1)


def a_box(number=1, size="42G1", party="almaty-cotton", **more):
    container = ContainerFactory(number=container_number(number), size_type=size)
    visit = VisitFactory(container=container, **{"destination": "", **more})
    VisitRoleFactory(visit=visit, party=PartyFactory(code=party))
    return visit


def assign(booking, *visits, at=LATER, by=BY):
    return services.assign_containers(booking, visits, by=by, at=at)


def unassign(booking, *visits, at=LATER, by=BY):
    return services.unassign_containers(booking, [each.container.number for each in visits], by=by, at=at)


def call_is(train, **values):
    type(train.call).objects.filter(pk=train.call_id).update(**values)


def fresh(row):
    return type(row)._default_manager.get(pk=row.pk)


def teu_held(train):
    return sum(row.held_teu for row in train.quotas.all())


def test_a_container_of_a_booking_is_planned_on_its_train_to_its_destination(lyg):
    train, box = bookable_train(), a_box()
    booking = assign(book_places(train, 2), box)
    for each in (box, fresh(box)):
        assert (each.departure_call_id, each.destination, each.version) == (train.call_id, "KZALA", 2)
    assert booking.version == 2
    assert Entry.objects.filter(kind="visit-changed", visit_id=box.pk).get().payload["destination"] == "KZALA"
    assert Entry.objects.filter(kind="slots-changed").get().payload["added"] == [box.container.number]


def test_taken_out_again_it_is_planned_on_nothing(lyg):
    train, box = bookable_train(), a_box()
    booking = assign(book_places(train, 2), box)
    unassign(booking, box)
    box = fresh(box)
    assert (box.departure_call, booking.slots.count(), booking.version) == (None, 0, 3)
    assert Entry.objects.filter(kind="visit-changed", visit_id=box.pk).last().payload == {"departure_call": None}
    with pytest.raises(services.NotInThisBooking):
        unassign(booking, box)


def test_one_that_uses_the_booking_already_stays_and_is_not_counted_again(lyg):
    box = a_box()
    booking = assign(book_places(bookable_train(), 2), box)
    assert assign(booking, box).version == 2


@pytest.mark.parametrize(
    "wrong", [{"party": "wheat"}, {"departed": True}, {"state": VisitState.CANCELLED.value}], ids=str
)
def test_a_strangers_box_and_one_that_is_gone_are_not_taken(lyg, wrong):
    booking, box = book_places(bookable_train(), 2), a_box(**wrong)
    with pytest.raises(services.NotYourContainer):
        assign(booking, box)
    with pytest.raises(services.NotYourContainer):
        services.require_visits(booking, [box.container.number], LATER)


@pytest.mark.parametrize("role", ["haulier", "broker"])
def test_who_has_a_part_in_a_box_and_no_say_over_it_does_not_send_it_away(lyg, role):
    booking, box = book_places(bookable_train(), 2), a_box()
    box.roles.update(role=role)
    with pytest.raises(services.NotYourContainer):
        services.require_visits(booking, [box.container.number], LATER)


def test_the_forwarders_word_counts_before_the_owners(lyg):
    booking, box = book_places(bookable_train(), 2), a_box()
    VisitRoleFactory(visit=box, party=PartyFactory(code="silk-forwarding"), role="forwarder")
    with pytest.raises(services.NotYourContainer):
        services.require_visits(booking, [box.container.number], LATER)


def test_a_part_that_has_ended_or_is_at_another_terminal_is_none(lyg):
    booking, ended = book_places(bookable_train(), 4, 2), a_box(1)
    ended.roles.update(until=LATER)
    abroad = a_box(2, terminal=TerminalFactory(khorgos=True))
    for box in (ended, abroad):
        with pytest.raises(services.NotYourContainer):
            assign(booking, box)


def test_a_box_goes_where_its_papers_say(lyg):
    booking = book_places(bookable_train(), 4, 2)
    assign(booking, a_box(1, destination="KZALA"))
    with pytest.raises(services.GoesElsewhere):
        assign(booking, a_box(2, destination="UZTAS"))


def test_no_more_teu_and_no_more_boxes_than_were_booked(lyg):
    booking = book_places(bookable_train(), 4, 3)
    assign(booking, a_box(1), a_box(2, "22G1"))
    with pytest.raises(services.MoreThanBooked) as refusal:
        assign(booking, a_box(3))
    assert refusal.value.facts["wanted_teu"] == "5.00"
    few = book_places(bookable_train(), 4, 2)
    with pytest.raises(services.MoreThanBooked):
        assign(few, *(a_box(n, "22G1") for n in (4, 5, 6)))
    assert few.slots.count() == 0
    with pytest.raises(services.MoreThanBooked):
        services.change_slots(booking, teu=Decimal(2), boxes=2, by=BY, at=LATER)


def test_a_box_goes_once(lyg):
    train, box = bookable_train(), a_box()
    assign(book_places(train, 2), box)
    with pytest.raises(services.InAnotherBooking):
        assign(book_places(train, 2), box)


def test_what_is_planned_on_another_carrier_is_not_put_on_the_train_unless_that_is_gone(lyg):
    ship, gone = CallFactory(ship=True, terminal=lyg), CallFactory(ship=True, terminal=lyg, phase="cancelled")
    booking = book_places(bookable_train(), 4, 2)
    with pytest.raises(services.LeavesByAnother):
        assign(booking, a_box(1, departure_call=ship))
    assert assign(booking, a_box(2, departure_call=gone)).slots.count() == 1


def test_who_waits_holds_no_place_for_a_container(lyg):
    train = bookable_train(KZALA=2)
    book_places(train, 2)
    with pytest.raises(services.HoldsNoPlaces):
        assign(book_places(train, 2, wait=True), a_box())


def test_after_the_cut_off_nothing_comes_in_and_only_staff_take_out(lyg):
    train, box = bookable_train(), a_box()
    cotton = Actor.program(PartyFactory(code="almaty-cotton"), "key")
    booking = assign(book_places(train, 4, 2), box, by=cotton)
    for act in (
        lambda: assign(booking, a_box(2), at=CUT_OFF, by=cotton),
        lambda: unassign(booking, box, at=CUT_OFF, by=cotton),
        lambda: services.cancel_slots(booking, by=cotton, at=CUT_OFF),
    ):
        with pytest.raises(services.CutOffPassed):
            act()
    assert unassign(booking, box, at=CUT_OFF).slots.count() == 0


def test_a_cancelled_booking_gives_its_boxes_back(lyg):
    train, box = bookable_train(), a_box()
    booking = assign(book_places(train, 2), box)
    services.cancel_slots(booking, by=BY, at=LATER)
    assert (fresh(box).departure_call, booking.slots.count(), teu_held(train)) == (None, 0, 0)
    assert assign(book_places(train, 2), box).slots.count() == 1


def test_a_box_that_stands_on_the_train_is_not_taken_out(lyg):
    train, box = bookable_train(), a_box(active=True)
    booking = assign(book_places(train, 2), box)
    Visit.objects.filter(pk=box.pk).update(position=Position.ON_CARRIER.value, carrier_call=train.call)
    with pytest.raises(containers.OnItsCarrier):
        unassign(booking, box)
    assert booking.slots.count() == 1


def test_what_was_asked_for_to_be_loaded_is_asked_for_no_more(lyg):
    train, box = bookable_train(), a_box(in_yard=True)
    yard.place(box, BlockFactory(terminal=lyg), 1, 1, 1, by=BY, at=BOOKED)
    booking = assign(book_places(train, 2), box)
    call_is(train, phase="in_processing", arrived_at=BOOKED)
    order = services.plan_load(train, [fresh(box)], by=BY, at=LATER)[0]
    assert order.kind == Work.LOAD
    unassign(booking, box)
    assert WorkOrder.objects.get(pk=order.pk).state == "cancelled"


def test_an_advice_that_is_taken_back_leaves_the_booking_with_its_place(lyg):
    train, box = bookable_train(), a_box()
    booking = assign(book_places(train, 2), box)
    containers.cancel_visit(box, by=BY, at=LATER)
    assert (booking.slots.count(), fresh(booking).version, teu_held(train)) == (0, 3, 2)


def test_a_box_that_came_under_another_number_keeps_its_booking(lyg):
    advised = a_box(1)
    booking = assign(book_places(bookable_train(), 2), advised)
    came = VisitFactory(container=ContainerFactory(number=container_number(2), size_type="42G1"), active=True)
    VisitRoleFactory(visit=came, party=PartyFactory(code="almaty-cotton"))
    containers.join_number(came, advised.container.number, reason="misread", by=BY, at=LATER)
    assert booking.slots.get().visit_id == came.pk


def test_at_the_cut_off_a_booking_keeps_what_its_containers_take(lyg):
    train = bookable_train(KZALA=10)
    used, unused = assign(book_places(train, 4, 2), a_box()), book_places(train, 6)
    waiting = book_places(train, 2, wait=True)
    assert services.release_slots(at=CUT_OFF - timedelta(minutes=1)) == []
    assert services.release_slots(at=CUT_OFF) == [used, unused, waiting]
    used, unused, waiting = map(fresh, (used, unused, waiting))
    assert (used.state, used.teu, used.boxes) == ("confirmed", 2, 1)
    assert (unused.state, waiting.state, teu_held(train)) == ("released", "released", 2)
    assert services.release_slots(at=CUT_OFF) == []


@pytest.mark.parametrize("teu", [1, 4], ids=["sold out", "places free"])
def test_a_box_that_turned_out_longer_takes_no_more_than_was_booked(lyg, teu):
    train, box = bookable_train(KZALA=teu), a_box(size="22G1")
    short = assign(book_places(train, 1), box)
    Visit.objects.filter(pk=box.pk).update(container=ContainerFactory(size_type="42G1"))
    services.release_slots(at=CUT_OFF)
    assert (fresh(short).teu, teu_held(train)) == (1, 1)


def test_a_train_whose_places_do_not_add_up_keeps_no_other_from_its_turn(lyg):
    broken, other = bookable_train(KZALA=4), bookable_train(KZALA=4)
    book_places(broken, 2)
    unused = book_places(other, 2)
    broken.quotas.update(held_teu=0)
    assert services.release_slots(at=CUT_OFF) == [unused]


def test_with_the_train_bookings_of_boxes_that_left_are_used_and_others_released(lyg):
    train, left, stayed, missed = bookable_train(), a_box(1), a_box(2, active=True), a_box(3, active=True)
    used, missing = assign(book_places(train, 4), left, stayed), assign(book_places(train, 2), missed)
    call_is(train, phase="departed", arrived_at=BOOKED, departed_at=DEPARTS)
    values = {"state": "departed", "position": "gone", "arrived_at": BOOKED, "departed_at": DEPARTS}
    Visit.objects.filter(pk=left.pk).update(**values)
    assert services.release_slots(at=AFTER) == [used, missing]
    assert [fresh(used).state, fresh(missing).state] == ["used", "released"]
    assert ([slot.visit_id for slot in used.slots.all()], missing.slots.count()) == ([left.pk], 0)
    assert (fresh(stayed).departure_call, teu_held(train)) == (None, 0)
    assert services.release_slots(at=AFTER) == []


def test_the_bookings_of_a_cancelled_train_are_cancelled_and_their_boxes_free(lyg):
    train, box = bookable_train(), a_box()
    booking = assign(book_places(train, 2), box)
    call_is(train, phase="cancelled", cancelled_at=LATER)
    services.release_slots(at=LATER)
    booking = fresh(booking)
    assert (booking.state, booking.reason) == ("cancelled", f"{train.call.number} was cancelled")
    assert (fresh(box).departure_call, booking.slots.count()) == (None, 0)


def test_a_train_whose_box_is_being_lifted_does_not_keep_others_from_their_turn(lyg):
    first, second = bookable_train(), bookable_train(DEPARTS + timedelta(days=1))
    box = a_box(in_yard=True)
    yard.place(box, BlockFactory(terminal=lyg), 1, 1, 1, by=BY, at=BOOKED)
    busy, other = assign(book_places(first, 2), box), book_places(second, 2)
    call_is(first, phase="in_processing", arrived_at=BOOKED)
    [order] = services.plan_load(first, [fresh(box)], by=BY, at=LATER)
    WorkOrder.objects.filter(pk=order.pk).update(state="in_progress")
    call_is(first, phase="departed", departed_at=DEPARTS)
    assert services.release_slots(at=AFTER + timedelta(days=1)) == [other]
    assert [SlotBooking.objects.get(pk=each.pk).state for each in (busy, other)] == ["confirmed", "released"]
