"""Area × time: what is held, what is refused, and when it would fit."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.warehouse import selectors, services
from apps.warehouse.models import Booking, HalfDay
from terminal.capacity import EmptyStay
from terminal.lifecycle import StepNotAllowed
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.warehouse import APRIL_1, HALF, MAY_4, ClosureFactory, ZoneFactory, book

pytestmark = pytest.mark.django_db
CLERK = Actor.itself("clerk")


def held(zone, start=MAY_4):
    return 1000 - selectors.free_area(zone, start, start + HALF)


def test_a_request_holds_its_area_in_every_half_day_it_touches():
    zone = ZoneFactory()
    book(zone, 300, MAY_4 + timedelta(hours=11), MAY_4 + timedelta(hours=13))
    assert [held(zone, MAY_4 + n * HALF) for n in (-1, 0, 1, 2)] == [0, 300, 300, 0]


def test_a_stay_that_ends_at_noon_makes_room_for_one_that_begins_at_noon():
    zone = ZoneFactory()
    book(zone, 1000, MAY_4, MAY_4 + HALF)
    assert book(zone, 1000, MAY_4 + HALF, MAY_4 + 2 * HALF).status == "requested"


def test_a_full_zone_says_how_much_is_free_and_when_it_fits_next():
    zone = ZoneFactory()
    book(zone, 700, MAY_4, MAY_4 + timedelta(hours=30))
    with pytest.raises(services.NoRoom) as refusal:
        book(zone, 301, MAY_4, MAY_4 + HALF)
    midday = MAY_4 + 3 * HALF
    assert refusal.value.facts == {
        "zone": "A", "area_m2": "301.00", "free_m2": "300.00", "next_start_at": midday.isoformat(),
        "next_starts": [(midday + n * HALF).isoformat() for n in range(3)],
    }  # fmt: skip
    assert book(zone, 301, midday).start_at == midday


def test_a_refused_booking_leaves_nothing_behind():
    zone = ZoneFactory()
    book(zone, 700)
    with pytest.raises(services.NoRoom):
        book(zone, 301, MAY_4 - HALF, MAY_4 + HALF)
    assert held(zone, MAY_4 - HALF) == 0
    assert Booking.objects.count() == 1
    assert Entry.objects.filter(booking_id__isnull=False).count() == 1


def test_more_than_the_zone_has_never_fits():
    with pytest.raises(services.NoRoom) as refusal:
        book(ZoneFactory(), "1000.01")
    assert refusal.value.facts["next_start_at"] is None


def test_a_stated_overbooking_is_the_limit():
    zone = ZoneFactory(overbooking_percent=Decimal("5.5"))
    book(zone, 1055)
    with pytest.raises(services.NoRoom):
        book(zone, "0.01")


def test_closed_is_not_full_and_says_when_the_closure_is_over():
    closure = ClosureFactory()
    with pytest.raises(services.ZoneClosed) as refusal:
        book(closure.zone, 1, MAY_4 + HALF, MAY_4 + 4 * HALF)
    assert refusal.value.facts["reason"] == "stocktaking"
    assert refusal.value.facts["next_start_at"] == (MAY_4 + 2 * HALF).isoformat()


def test_the_next_time_after_a_closure_also_has_room():
    closure = ClosureFactory()
    book(closure.zone, 1000, MAY_4 + 2 * HALF, MAY_4 + 3 * HALF)
    with pytest.raises(services.ZoneClosed) as refusal:
        book(closure.zone, 1)
    assert refusal.value.facts["next_start_at"] == (MAY_4 + 3 * HALF).isoformat()


def test_goods_come_in_the_opening_hours_and_may_stay_the_night():
    zone = ZoneFactory(daytime=True)
    book(zone, 10, MAY_4 + timedelta(hours=8), MAY_4 + timedelta(hours=33))
    with pytest.raises(services.ZoneClosed) as refusal:
        book(zone, 10, MAY_4 + timedelta(hours=18), MAY_4 + timedelta(hours=20))
    assert refusal.value.facts["reason"] == "outside-opening-hours"
    assert refusal.value.facts["next_start_at"] == (MAY_4 + timedelta(hours=32)).isoformat()


def test_a_day_of_the_week_that_is_shut_takes_nothing_in_and_the_next_opening_is_told():
    zone = ZoneFactory(daytime=True, closed_weekdays=[1])
    with pytest.raises(services.ZoneClosed) as refusal:
        book(zone, 10, MAY_4 + timedelta(hours=9), MAY_4 + timedelta(hours=12))
    opens = MAY_4 + timedelta(days=1, hours=8)
    assert refusal.value.facts["next_starts"][0] == opens.isoformat()
    assert book(zone, 10, opens, opens + HALF)
    never = ZoneFactory(code="B", closed_weekdays=[1, 2, 3, 4, 5, 6, 7])
    assert selectors.next_starts(never, Decimal(1), HALF, MAY_4) == []


def test_hours_past_midnight_are_one_night():
    zone = ZoneFactory(opens_at="22:00", closes_at="06:00")
    assert book(zone, 10, MAY_4 + timedelta(hours=5), MAY_4 + timedelta(hours=7))
    with pytest.raises(services.ZoneClosed):
        book(zone, 10, MAY_4 + timedelta(hours=6), MAY_4 + timedelta(hours=7))


def test_a_zone_out_of_operation_never_fits():
    with pytest.raises(services.ZoneClosed) as refusal:
        book(ZoneFactory(active=False), 1)
    facts = {"zone": "A", "reason": "not-in-operation", "next_start_at": None, "next_starts": []}
    assert refusal.value.facts == facts


def test_a_stay_needs_length_and_area():
    zone = ZoneFactory()
    with pytest.raises(EmptyStay):
        book(zone, 10, MAY_4, MAY_4)
    with pytest.raises(EmptyStay):
        book(zone, 0)


def test_the_past_cannot_be_booked_but_the_present_half_day_can():
    zone = ZoneFactory()
    with pytest.raises(services.InThePast):
        book(zone, 10, MAY_4, MAY_4 + 3 * HALF, at=MAY_4 + HALF)
    assert book(zone, 10, MAY_4, MAY_4 + HALF, at=MAY_4 + timedelta(hours=11))


def test_a_stay_past_the_horizon_is_refused_with_the_latest_end():
    with pytest.raises(services.TooFarAhead) as refusal:
        book(ZoneFactory(), 10, APRIL_1 + timedelta(days=400), APRIL_1 + timedelta(days=401))
    assert refusal.value.facts["latest_end_at"] == (APRIL_1 + timedelta(days=400)).isoformat()


def test_a_zone_that_confirms_at_once_confirms_at_once():
    booking = book(ZoneFactory(confirms_at_once=True), 10)
    assert (booking.status, booking.expires_at) == ("confirmed", None)


def test_unpacking_needs_a_box_of_ones_own_and_a_strangers_box_answers_as_none():
    zone, cotton, wheat = ZoneFactory(), PartyFactory(code="cotton"), PartyFactory(code="wheat")
    own = VisitRoleFactory(party=cotton).visit
    strangers = VisitRoleFactory(party=wheat).visit
    left = VisitRoleFactory(party=cotton, visit=VisitFactory(departed=True)).visit
    assert book(zone, 10, party=cotton, work="strip", visit=own).visit == own
    for visit in (None, strangers, left):
        with pytest.raises(services.NoSuchContainer) as refusal:
            book(zone, 10, party=cotton, work="strip", visit=visit)
        assert refusal.value.facts == {}


def test_a_party_books_for_itself_only():
    cotton, wheat = PartyFactory(code="cotton"), PartyFactory(code="wheat")
    with pytest.raises(NotYours):
        book(ZoneFactory(), 10, party=cotton, by=Actor.program(wheat, "key"))


def test_a_request_nobody_answers_gives_its_area_back_once():
    zone = ZoneFactory()
    booking = book(zone, 400)
    assert booking.expires_at == APRIL_1 + timedelta(hours=48)
    assert services.expire_bookings(at=booking.expires_at - timedelta(seconds=1)) == []
    assert services.expire_bookings(at=booking.expires_at) == [booking]
    assert services.expire_bookings(at=booking.expires_at) == []
    assert held(zone) == 0


def test_an_expired_request_cannot_be_confirmed_even_before_it_is_swept():
    booking = book(ZoneFactory(), 400)
    with pytest.raises(services.RequestHasExpired):
        services.confirm(booking, by=CLERK, at=booking.expires_at)


def test_a_confirmed_booking_does_not_expire():
    zone = ZoneFactory()
    services.confirm(book(zone, 400), by=CLERK, at=APRIL_1)
    assert services.expire_bookings(at=MAY_4) == []
    assert held(zone) == 400


def test_rejection_gives_the_area_back_and_keeps_the_reason():
    zone = ZoneFactory()
    booking = services.reject(book(zone, 400), by=CLERK, at=APRIL_1, reason="floor load")
    booking.refresh_from_db()
    assert (booking.status, booking.reason, held(zone)) == ("rejected", "floor load", 0)


def test_an_early_end_frees_the_present_half_day_and_what_follows_only():
    zone = ZoneFactory()
    booking = services.confirm(book(zone, 400, MAY_4, MAY_4 + 4 * HALF), by=CLERK, at=APRIL_1)
    services.check_in(booking, by=CLERK, at=MAY_4)
    services.complete(booking, by=CLERK, at=MAY_4 + HALF + timedelta(hours=1))
    assert [held(zone, MAY_4 + n * HALF) for n in range(4)] == [400, 0, 0, 0]


def test_goods_cannot_come_before_their_half_day_nor_after_the_end():
    booking = services.confirm(book(ZoneFactory(), 400, MAY_4 + timedelta(hours=3)), by=CLERK, at=APRIL_1)
    with pytest.raises(services.NotItsTime):
        services.check_in(booking, by=CLERK, at=MAY_4 - timedelta(seconds=1))
    with pytest.raises(services.NotItsTime):
        services.check_in(booking, by=CLERK, at=booking.end_at)
    assert services.check_in(booking, by=CLERK, at=MAY_4).status == "checked_in"


def test_whoever_does_not_come_loses_the_rest_of_the_time():
    zone = ZoneFactory(no_show_after_hours=6)
    booking = services.confirm(book(zone, 400, MAY_4, MAY_4 + 4 * HALF), by=CLERK, at=APRIL_1)
    assert services.note_no_shows(at=MAY_4 + timedelta(hours=5)) == []
    assert services.note_no_shows(at=MAY_4 + timedelta(hours=13)) == [booking]
    assert [held(zone, MAY_4 + n * HALF) for n in range(4)] == [400, 0, 0, 0]


def test_cancelling_twice_is_cancelling_once():
    zone = ZoneFactory()
    booking = book(zone, 400)
    for _ in range(2):
        services.cancel_booking(Booking.objects.get(pk=booking.pk), by=CLERK, at=APRIL_1)
    assert held(zone) == 0
    assert Entry.objects.filter(kind="booking-cancelled").count() == 1


def test_what_has_expired_cannot_be_cancelled_with_an_old_look():
    booking = book(ZoneFactory(), 400)
    services.expire_bookings(at=MAY_4)
    with pytest.raises(StepNotAllowed):
        services.cancel_booking(booking, by=CLERK, at=MAY_4)


def test_a_stranger_cannot_cancel():
    booking = book(ZoneFactory(), 400)
    with pytest.raises(NotYours):
        services.cancel_booking(booking, by=Actor.program(PartyFactory(code="wheat"), "key"), at=APRIL_1)


def test_a_person_needs_the_right_at_this_terminal():
    booking = book(ZoneFactory(), 400)
    clerk = Actor.person(staff("warehouse.change_booking", username="clerk"))
    with pytest.raises(NotYours):
        services.confirm(booking, by=Actor.person(staff("warehouse.view_booking", username="reader")), at=APRIL_1)
    assert services.confirm(booking, by=clerk, at=APRIL_1).status == "confirmed"


def test_the_oldest_wait_is_served_first_when_room_comes_free():
    zone, wait = ZoneFactory(), {"by": CLERK, "area_m2": Decimal(600), "start_at": MAY_4, "end_at": MAY_4 + HALF}
    holding = book(zone, 1000)
    party = PartyFactory(code="almaty-cotton")
    first = services.join_waiting_list(zone=zone, party=party, at=APRIL_1, **wait)
    services.join_waiting_list(zone=zone, party=party, at=APRIL_1 + timedelta(minutes=1), **wait)
    assert services.serve_waiting_list(at=APRIL_1) == []
    services.cancel_booking(holding, by=CLERK, at=APRIL_1)
    assert services.serve_waiting_list(at=APRIL_1) == [first]
    assert held(zone) == 600
    assert services.serve_waiting_list(at=APRIL_1) == []


def test_a_zone_cannot_become_smaller_than_what_is_booked_in_it():
    zone = ZoneFactory()
    book(zone, 700, APRIL_1, APRIL_1 + timedelta(hours=1))
    named = book(zone, 600).number
    smaller = {"usable_m2": Decimal(650), "overbooking_percent": Decimal(0), "by": CLERK}
    with pytest.raises(services.AreaIsBooked) as refusal:
        services.resize_zone(zone, at=APRIL_1, **smaller)
    assert "700.00 m² of A are booked for 2026-04-01 00–12" in str(refusal.value)
    with pytest.raises(services.AreaIsBooked, match=f"Bookings: {named}") as refusal:
        services.resize_zone(zone, at=APRIL_1 + HALF, **smaller | {"usable_m2": Decimal(599)})
    assert (refusal.value.facts["bookings"], refusal.value.facts["more"]) == ([named], 0)
    assert services.resize_zone(zone, at=APRIL_1 + HALF, **smaller).usable_m2 == 650
    with pytest.raises(services.NoRoom):
        book(zone, 51)
    assert book(zone, 50)


def test_raw_sql_cannot_overbook_either():
    zone = ZoneFactory()
    book(zone, 400)
    with pytest.raises(IntegrityError, match="half_day_is_not_overbooked"), transaction.atomic():
        HalfDay.objects.filter(zone=zone).update(used_m2=Decimal("1000.01"))
    with pytest.raises(IntegrityError, match="half_day_is_not_overbooked"), transaction.atomic():
        HalfDay.objects.filter(zone=zone).update(capacity_m2=Decimal(399))


def test_utilisation_is_what_is_held_now(django_assert_num_queries):
    zone = ZoneFactory()
    book(zone, 400)
    ZoneFactory(code="B", name="Bonded B", usable_m2=500)
    with django_assert_num_queries(1):
        uses = selectors.utilisation(zone.terminal, MAY_4 + timedelta(hours=2))
    assert [(use.code, use.held_m2, use.free_m2) for use in uses] == [("A", 400, 600), ("B", 0, 500)]
    assert [use.held_m2 for use in selectors.utilisation(zone.terminal, MAY_4 + HALF)] == [0, 0]
