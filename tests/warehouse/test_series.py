"""Bookings that come again: all days or those that fit, with a report of the others."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from apps.parties.actors import Actor, NotYours
from apps.warehouse import services
from apps.warehouse.models import Booking, BookingSeries
from apps.warehouse.selectors import InThePast, TooFarAhead
from terminal import recurring
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1, HALF, MAY_4, ZoneFactory, book

MONDAY = date(2026, 5, 4)
mark = pytest.mark.django_db


def series(zone, **more):
    party = PartyFactory(code="almaty-cotton")
    wish = {
        "area_m2": Decimal(300), "weekdays": [1, 3], "from_clock": time(8), "duration_minutes": 600,
        "first_on": MONDAY, "last_on": MONDAY + timedelta(days=13), "by": Actor.program(party, "test"), "at": APRIL_1,
    } | more  # fmt: skip
    return services.book_series(zone=zone, party=party, **wish)


def test_weeks_are_counted_from_the_week_of_the_first_day():
    wednesday = MONDAY + timedelta(days=2)
    found = list(recurring.days(wednesday, MONDAY + timedelta(days=20), {1, 3}, every_weeks=2))
    assert found == [wednesday, MONDAY + timedelta(days=14), MONDAY + timedelta(days=16)]


def test_the_days_of_a_series_are_counted_without_naming_one():
    assert recurring.how_many(MONDAY, date.max, {1, 2, 3, 4, 5, 6, 7}) == (date.max - MONDAY).days + 1
    for every_weeks in (1, 2, 3):
        for first in (MONDAY + timedelta(days=n) for n in range(7)):
            wish = (first, MONDAY + timedelta(days=40), {1, 3, 7}, every_weeks)
            assert recurring.how_many(*wish) == len(list(recurring.days(*wish)))


@mark
@pytest.mark.parametrize(
    ("first_on", "last_on", "refusal"),
    [
        (date.max, date.max, TooFarAhead),
        (date.min, date.min, InThePast),
        (MONDAY, date.max, services.TooManyDays),
    ],
)
def test_days_at_the_ends_of_the_calendar_are_refused(first_on, last_on, refusal):
    with pytest.raises(refusal):
        series(ZoneFactory(), weekdays=[1, 2, 3, 4, 5, 6, 7], first_on=first_on, last_on=last_on)


@mark
def test_every_day_is_a_booking_at_the_same_time_of_the_sites_clock():
    made, days = series(ZoneFactory())
    starts = [day.booking.start_at for day in days]
    assert starts == [MAY_4 + timedelta(days=n, hours=8) for n in (0, 2, 7, 9)]
    assert {each.series for each in Booking.objects.all()} == {made}
    assert {each.end_at - each.start_at for each in Booking.objects.all()} == {timedelta(hours=10)}


@mark
def test_all_or_none_books_nothing_and_names_the_days_that_do_not_fit():
    zone = ZoneFactory()
    book(zone, 800, MAY_4 + timedelta(days=2), MAY_4 + timedelta(days=3))
    with pytest.raises(services.SeriesDoesNotFit, match="1 of 4 days") as refusal:
        series(zone)
    (told,) = refusal.value.facts["refused"]
    assert (told["on"], told["code"], told["free_m2"]) == ("2026-05-06", "no-room", "200.00")
    assert (Booking.objects.count(), BookingSeries.objects.count()) == (1, 0)


@mark
def test_those_that_fit_are_booked_and_the_others_are_reported():
    zone = ZoneFactory()
    book(zone, 800, MAY_4 + timedelta(days=2), MAY_4 + timedelta(days=3))
    _, days = series(zone, all_or_none=False)
    assert [day.refusal.code() if day.refusal else "booked" for day in days] == [
        "booked",
        "no-room",
        "booked",
        "booked",
    ]
    assert Booking.objects.count() == 4


@mark
def test_a_series_of_which_nothing_fits_is_none():
    zone = ZoneFactory()
    with pytest.raises(services.SeriesDoesNotFit):
        series(zone, area_m2=Decimal(1001), all_or_none=False)
    assert not BookingSeries.objects.exists()


@mark
@pytest.mark.parametrize(
    ("slip", "refusal"),
    [
        ({"last_on": MONDAY, "weekdays": [7]}, services.NoDays),
        ({"last_on": MONDAY + timedelta(days=800)}, services.TooManyDays),
        ({"by": Actor.program(PartyFactory.build(pk=999, code="wheat"), "test")}, NotYours),
    ],
)
def test_what_is_no_series_is_refused(slip, refusal):
    with pytest.raises(refusal):
        series(ZoneFactory(), **slip)


@mark
def test_the_rest_of_a_series_is_given_up_and_what_is_in_stays():
    zone = ZoneFactory(confirms_at_once=True)
    made, days = series(zone)
    clerk, by = Actor.itself("clerk"), Actor.program(made.party, "test")
    services.check_in(days[0].booking, by=clerk, at=MAY_4 + HALF)
    given_up = services.cancel_series(made, by=by, at=MAY_4 + HALF)
    assert [each.pk for each in given_up] == [day.booking.pk for day in days[1:]]
    assert {row.on for row in zone.half_days.filter(used_m2__gt=0)} == {MONDAY}
    assert services.cancel_series(made, by=by, at=MAY_4 + HALF) == []
    assert made.cancelled_at == MAY_4 + HALF
