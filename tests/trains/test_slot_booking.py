"""Places on trains: held, waited for, changed, given up, and never more than there are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.trains import services
from apps.trains.models import SlotBooking, TrainQuota, TrainService
from terminal.lifecycle import Phase
from tests.factories.parties import PartyFactory, staff
from tests.factories.places import BOOKED, CUT_OFF, DEPARTS, book_places, bookable_train, train_service
from tests.factories.trains import TrainVisitFactory

pytestmark = pytest.mark.django_db
BY = Actor.itself("test")
LATER = BOOKED + timedelta(hours=1)
KINDS = ["slots-booked", "slots-waiting", "slots-confirmed", "slots-changed", "slots-cancelled", "slots-released"]


def held(train):
    return {row.destination: (row.teu, row.held_teu) for row in train.quotas.all()}


def state(booking):
    return SlotBooking.objects.get(pk=booking.pk).state


def told(booking):
    entries = Entry.objects.filter(booking_id=booking.pk, kind__in=KINDS).order_by("pk")
    return [entry.kind for entry in entries]


def test_a_service_that_divides_nothing_gives_its_whole_train_two_teu_a_wagon(lyg):
    assert held(bookable_train()) == {"": (100, 0)}


def test_quotas_of_the_service_are_the_trains_and_the_rest_is_for_whoever_has_none(lyg):
    train = bookable_train(KZALA=60, UZTAS=25)
    assert held(train) == {"": (15, 0), "KZALA": (60, 0), "UZTAS": (25, 0)}
    book_places(train, 4, destination="KZHOR")
    assert held(train)[""] == (15, 4)


def test_no_rest_is_invented_where_the_quotas_take_the_whole_train(lyg):
    assert held(bookable_train(KZALA=60, UZTAS=40)) == {"KZALA": (60, 0), "UZTAS": (40, 0)}


def test_places_are_opened_once_and_keep_what_is_held(lyg):
    train = bookable_train(KZALA=10)
    book_places(train, 4)
    train.service.quotas.update(teu=5)
    services.open_quotas(train)
    assert held(train)["KZALA"] == (10, 4)


def test_many_trains_are_opened_in_as_many_queries_as_one(lyg, django_assert_max_num_queries):
    trains = [TrainVisitFactory(call__terminal=lyg, service=train_service()) for _ in range(4)]
    with django_assert_max_num_queries(5):
        services.open_quotas(*trains)
    assert TrainQuota.objects.filter(train__in=trains).count() == 4


def test_a_train_nobody_opened_is_opened_by_the_first_booking(lyg):
    train = TrainVisitFactory(call__terminal=lyg, call__scheduled_departure_at=DEPARTS, service=train_service())
    assert book_places(train, 2).state == "confirmed"
    assert held(train) == {"": (100, 2)}


def test_what_is_free_is_confirmed_at_once_and_told_to_its_party_only(lyg):
    train = bookable_train(KZALA=10)
    booking = book_places(train, 4, 2)
    assert (booking.state, booking.number[:3], held(train)["KZALA"]) == ("confirmed", "TB-", (10, 4))
    entry = Entry.objects.get(booking_id=booking.pk)
    assert (entry.kind, entry.audience, entry.payload["teu"]) == ("slots-booked", "owner", "4.00")


def test_what_is_not_free_is_refused_with_what_is_and_with_later_trains_that_have_it(lyg):
    train = bookable_train(KZALA=10)
    full = bookable_train(DEPARTS + timedelta(days=1))
    later = bookable_train(DEPARTS + timedelta(days=2))
    book_places(train, 8), book_places(full, 9, 5)
    with pytest.raises(services.NoPlaces) as refusal:
        book_places(train, 4)
    facts = refusal.value.facts
    assert (facts["free_teu"], held(train)["KZALA"]) == ("2.00", (10, 8))
    assert facts["next_trains"] == [
        {"id": str(later.call.public_id), "number": later.call.number, "departs_at": "2026-05-06T11:00:00Z",
         "free_teu": "10.00"}
    ]  # fmt: skip


def test_trains_past_their_cut_off_or_that_do_not_go_there_are_not_offered(lyg):
    train = bookable_train(KZALA=2)
    bookable_train(BOOKED + timedelta(hours=3))
    bookable_train(DEPARTS + timedelta(days=1), train_service(code="X8012", route=["KZALA", "CNLYG", "DEDUI"]))
    with pytest.raises(services.NoPlaces) as refusal:
        book_places(train, 4)
    assert refusal.value.facts["next_trains"] == []


def test_who_is_ready_to_wait_waits_and_holds_nothing(lyg):
    train = bookable_train(KZALA=4)
    book_places(train, 4)
    waiting = book_places(train, 2, wait=True)
    assert (waiting.state, held(train)["KZALA"], told(waiting)) == ("waiting", (4, 4), ["slots-waiting"])


def test_nobody_waits_for_a_destination_that_has_no_places(lyg):
    with pytest.raises(services.NoPlaces):
        book_places(bookable_train(KZALA=60, UZTAS=40), 2, destination="KZHOR", wait=True)


def test_places_that_come_free_go_to_the_oldest_they_suffice_for(lyg):
    train = bookable_train(KZALA=10)
    first, _rest = book_places(train, 4), book_places(train, 6)
    big = book_places(train, 5, 3, wait=True, at=BOOKED)
    small, smaller, last = (book_places(train, 2, wait=True, at=BOOKED + timedelta(minutes=n)) for n in (1, 2, 3))
    services.cancel_slots(first, by=BY, at=LATER)
    assert [state(each) for each in (first, big, small, smaller, last)] == [
        "cancelled", "waiting", "confirmed", "confirmed", "waiting",
    ]  # fmt: skip
    assert (held(train)["KZALA"], told(small)) == ((10, 10), ["slots-waiting", "slots-confirmed"])


def test_the_big_one_keeps_its_turn(lyg):
    train = bookable_train(KZALA=6)
    all_of_it = book_places(train, 6)
    big, small = book_places(train, 5, 3, wait=True), book_places(train, 2, wait=True, at=LATER)
    services.cancel_slots(all_of_it, by=BY, at=LATER)
    assert (state(big), state(small)) == ("confirmed", "waiting")


def test_who_waits_for_the_whole_trains_places_is_not_given_a_destinations(lyg):
    train = bookable_train(KZALA=60, UZTAS=38)
    rest, almaty = book_places(train, 2, destination="KZHOR"), book_places(train, 60, 30)
    capital, border = (book_places(train, 2, destination=to, wait=True) for to in ("KZALA", "CNXIY"))
    services.cancel_slots(rest, by=BY, at=LATER)
    assert (state(border), state(capital)) == ("confirmed", "waiting")
    services.cancel_slots(almaty, by=BY, at=LATER)
    assert state(capital) == "confirmed"


def test_the_beat_serves_whom_a_change_of_the_rows_left_waiting(lyg):
    train = bookable_train(KZALA=2)
    book_places(train, 2)
    waiting = book_places(train, 2, wait=True)
    train.quotas.update(teu=4)
    assert services.serve_waiting_lists(at=LATER) == [waiting]
    assert services.serve_waiting_lists(at=LATER) == []


def test_after_the_cut_off_nobody_is_served(lyg):
    train = bookable_train(KZALA=2)
    booking, waiting = book_places(train, 2), book_places(train, 2, wait=True)
    services.cancel_slots(booking, by=BY, at=CUT_OFF)
    assert (state(waiting), services.serve_waiting_lists(at=CUT_OFF)) == ("waiting", [])


def test_more_is_held_only_where_it_is_free_and_less_goes_to_who_waits(lyg):
    train = bookable_train(KZALA=10)
    booking, _other = book_places(train, 6), book_places(train, 4)
    waiting = book_places(train, 2, wait=True)
    with pytest.raises(services.NoPlaces):
        services.change_slots(booking, teu=Decimal(7), boxes=4, by=BY, at=LATER)
    assert held(train)["KZALA"] == (10, 10)
    services.change_slots(booking, teu=Decimal(4), boxes=2, by=BY, at=LATER)
    assert (booking.teu, booking.version, state(waiting), held(train)["KZALA"]) == (4, 2, "confirmed", (10, 10))


def test_a_change_that_changes_nothing_is_no_change(lyg):
    booking = book_places(bookable_train(), 2)
    services.change_slots(booking, teu=Decimal(2), by=BY, at=LATER)
    assert (booking.version, told(booking)) == (1, ["slots-booked"])


def test_a_wish_made_smaller_is_served_when_it_fits_and_one_made_bigger_waits_anew(lyg):
    train = bookable_train(KZALA=10)
    book_places(train, 8)
    modest, greedy = book_places(train, 4, wait=True), book_places(train, 4, wait=True)
    services.change_slots(modest, teu=Decimal(2), boxes=1, by=BY, at=LATER)
    services.change_slots(greedy, teu=Decimal(6), boxes=3, by=BY, at=LATER)
    assert (modest.state, greedy.state, greedy.booked_at) == ("confirmed", "waiting", LATER)


def test_a_change_meant_for_an_earlier_version_is_refused(lyg):
    booking = book_places(bookable_train(), 2)
    services.change_slots(booking, teu=Decimal(4), boxes=2, by=BY, at=LATER, versions=[1])
    with pytest.raises(Exception, match="version is 2"):
        services.change_slots(booking, teu=Decimal(6), boxes=3, by=BY, at=LATER, versions=[1])


def test_cancelled_twice_is_cancelled_once_and_gives_back_once(lyg):
    train = bookable_train(KZALA=10)
    booking, _other = book_places(train, 4), book_places(train, 6)
    for _ in range(2):
        services.cancel_slots(booking, by=BY, at=LATER, reason="no cotton")
    assert (booking.reason, held(train)["KZALA"], told(booking)) == (
        "no cotton", (10, 6), ["slots-booked", "slots-cancelled"],
    )  # fmt: skip
    with pytest.raises(services.BookingIsOver):
        services.change_slots(booking, teu=Decimal(2), boxes=1, by=BY, at=LATER)


def test_staff_put_one_that_waits_first_where_there_is_room(lyg):
    train = bookable_train(KZALA=6)
    all_of_it, waiting = book_places(train, 6), book_places(train, 4, wait=True)
    with pytest.raises(services.NoPlaces):
        services.confirm_slots(waiting, by=BY, at=LATER)
    services.cancel_slots(all_of_it, by=BY, at=CUT_OFF - timedelta(minutes=1))
    assert state(waiting) == "confirmed"


@pytest.mark.parametrize(
    ("teu", "boxes"), [("0", 1), ("-2", 1), ("2", 0), ("2", -1), ("0.99", 1), ("2.26", 1), ("1.5", 2), ("999", 1000)]
)
def test_teu_are_what_so_many_boxes_take(lyg, teu, boxes):
    train = bookable_train()
    with pytest.raises(services.TeuDoNotMatch):
        services.book_slots(
            train=train, party=PartyFactory(), destination="KZALA", teu=Decimal(teu), boxes=boxes, by=BY, at=BOOKED
        )


@pytest.mark.parametrize("phase", ["cancelled", "departed", "closed"])
def test_a_train_that_is_over_takes_no_booking_even_by_a_stale_row(lyg, phase):
    train = bookable_train()
    type(train.call).objects.filter(pk=train.call_id).update(phase=phase)
    with pytest.raises(services.NotOpenForBooking):
        book_places(train, 2)


def test_at_the_cut_off_booking_ends_by_the_calls_word_or_the_services(lyg):
    train = bookable_train()
    assert book_places(train, 2, at=CUT_OFF - timedelta(seconds=1)).state == "confirmed"
    with pytest.raises(services.CutOffPassed):
        book_places(train, 2, at=CUT_OFF)
    type(train.call).objects.filter(pk=train.call_id).update(cut_off_at=BOOKED)
    with pytest.raises(services.CutOffPassed):
        book_places(train, 2, at=BOOKED)


def test_a_train_that_only_brings_boxes_has_no_places(lyg):
    train = bookable_train(service=train_service(runs=TrainService.Runs.ARRIVING))
    assert held(train) == {}
    with pytest.raises(services.TakesNoBoxes):
        book_places(train, 2)


@pytest.mark.parametrize("elsewhere", ["DEDUI", "CNLYG"])
def test_a_train_goes_where_its_route_goes_from_here(lyg, elsewhere):
    with pytest.raises(services.DestinationNotServed) as refusal:
        book_places(bookable_train(), 2, destination=elsewhere)
    assert "KZALA, UZTAS" in str(refusal.value)


def test_without_a_route_a_train_goes_where_it_has_places(lyg):
    train = bookable_train(service=train_service(route=[]), KZALA=4)
    assert book_places(train, 2).state == "confirmed"
    with pytest.raises(services.DestinationNotServed):
        book_places(train, 2, destination="UZTAS")


def test_a_party_books_changes_and_gives_up_for_itself_and_staff_by_their_right(lyg):
    train, cotton = bookable_train(), PartyFactory(code="almaty-cotton")
    booking = book_places(train, 2, by=Actor.program(cotton, "key"))
    clerk, planner = (
        staff("trains.view_slotbooking", username="clerk"),
        staff("trains.change_slotbooking", username="p"),
    )
    wheat = Actor.program(PartyFactory(code="wheat"), "key")
    for stranger in (wheat, Actor.person(clerk)):
        for act in (
            lambda by: book_places(train, 2, party=cotton, by=by),
            lambda by: services.change_slots(booking, teu=Decimal(4), boxes=2, by=by, at=LATER),
            lambda by: services.cancel_slots(booking, by=by, at=LATER),
            lambda by: services.assign_containers(booking, [], by=by, at=LATER),
            lambda by: services.unassign_containers(booking, [], by=by, at=LATER),
            lambda by: services.confirm_slots(booking, by=by, at=LATER),
        ):
            with pytest.raises(NotYours):
                act(stranger)
    with pytest.raises(NotYours):
        services.confirm_slots(booking, by=Actor.program(cotton, "key"), at=LATER)
    services.change_slots(booking, teu=Decimal(4), boxes=2, by=Actor.person(planner), at=LATER)
    assert services.cancel_slots(booking, by=Actor.program(cotton, "key"), at=LATER).state == "cancelled"


def test_a_quota_is_not_lowered_below_what_is_held_and_raised_serves_who_waits(lyg):
    train = bookable_train(KZALA=6)
    booking, waiting = book_places(train, 6), book_places(train, 2, wait=True)
    quota = train.quotas.get(destination="KZALA")
    with pytest.raises(services.PlacesAreBooked) as refusal:
        services.change_places(quota, teu=Decimal(5), by=BY, at=LATER)
    assert (refusal.value.facts["bookings"], refusal.value.facts["held_teu"]) == (booking.number, "6.00")
    services.change_places(quota, teu=Decimal(8), by=BY, at=LATER)
    assert (state(waiting), held(train)["KZALA"]) == ("confirmed", (8, 8))
    for teu in ("-1", "1000"):
        with pytest.raises(services.LessThanNothing):
            services.change_places(quota, teu=Decimal(teu), by=BY, at=LATER)
    clerk = staff("trains.change_slotbooking", username="clerk")
    with pytest.raises(NotYours):
        services.change_places(quota, teu=Decimal(9), by=Actor.person(clerk), at=LATER)


def test_the_database_oversells_for_nobody_not_even_raw_sql(lyg):
    train = bookable_train(KZALA=6)
    book_places(train, 4)
    for change in ("held_teu = held_teu + 3", "held_teu = -1", "teu = 3"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE trains_trainquota SET {change} WHERE train_id = %s", [train.pk])
    assert held(train)["KZALA"] == (6, 4)


def test_places_tell_what_can_be_booked_now(lyg):
    train = bookable_train(KZALA=60, UZTAS=40)
    book_places(train, 4)
    told = {each.destination: each.free_teu for each in services.places(train, BOOKED)}
    assert told == {"KZALA": 56, "UZTAS": 40}
    assert {each.free_teu for each in services.places(train, CUT_OFF)} == {0}
    unopened = TrainVisitFactory(call__terminal=lyg, call__scheduled_departure_at=DEPARTS, service=train.service)
    assert {each.destination: each.teu for each in services.places(unopened, BOOKED)} == {"KZALA": 60, "UZTAS": 40}


def test_the_train_of_a_cancelled_call_is_over(lyg):
    train = bookable_train()
    booking = book_places(train, 2)
    type(train.call).objects.filter(pk=train.call_id).update(phase=Phase.CANCELLED.value)
    with pytest.raises(services.NotOpenForBooking):
        services.change_slots(booking, teu=Decimal(4), boxes=2, by=BY, at=LATER)
