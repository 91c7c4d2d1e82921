"""Area × time is never overbooked: an exact sweep over the bookings checks the counters, in sequence and in a crowd."""

import contextlib
import threading
import time
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.parties.actors import Actor
from apps.warehouse import selectors, services
from apps.warehouse.models import Booking, HalfDay
from terminal.capacity import HalfDay as HalfDayOfSite
from terminal.capacity import Stay, half_day_bounds, peak, peak_within
from terminal.errors import Refused
from terminal.lifecycle import BookingStatus
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1, HALF, MAY_4, ZoneFactory, book

CLERK = Actor.itself("clerk")
NOW = MAY_4 + timedelta(hours=30)
"""The middle of the booked week: some bookings have begun, some are still to come."""

STEPS = {
    "confirm": services.confirm,
    "check_in": services.check_in,
    "complete": services.complete,
    "no_show": services.note_no_show,
    "cancel": services.cancel_booking,
}
sequences = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.integers(1, 700), st.integers(0, 90), st.integers(1, 60)),
        st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 15), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("sweep"), st.just(0), st.just(0), st.just(0)),
    ),
    max_size=24,
)


def act(zone, made, name, first, second, third):
    at = [APRIL_1, NOW][second] if name in STEPS else APRIL_1
    if name == "book":
        start = MAY_4 + timedelta(hours=second)
        made.append(book(zone, first, start, start + timedelta(hours=third)))
    elif name == "sweep":
        services.expire_bookings(at=NOW)
        services.note_no_shows(at=NOW)
    elif made:
        STEPS[name](Booking.objects.get(pk=made[first % len(made)].pk), by=CLERK, at=at)


def swept(zone):
    exact = [Stay(each.start_at, each.end_at, each.area_m2) for each in zone.bookings.holding_space()]
    return exact, selectors.stays(zone, MAY_4 - 2 * HALF)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=sequences)
def test_after_any_sequence_the_counters_are_the_bookings_and_never_more_than_there_is(sequence):
    Booking.objects.all().delete()
    HalfDay.objects.all().delete()
    zone, made = ZoneFactory(), []
    for step in sequence:
        with contextlib.suppress(Refused):
            act(zone, made, *step)
    exact, widened = swept(zone)
    assert peak(exact) <= peak(widened) <= zone.capacity_m2
    for row in zone.half_days.all():
        start, end = half_day_bounds(HalfDayOfSite(row.on, row.half), zone.terminal.zone)
        if end > NOW:
            assert row.used_m2 == peak_within(widened, start, end)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sequence=st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 90), st.integers(1, 60)), max_size=10),
    wish=st.tuples(st.integers(1, 1000), st.integers(0, 90), st.integers(1, 60)),
)
def test_the_next_time_offered_can_be_booked_and_nothing_earlier_on_the_half_day_grid(sequence, wish):
    Booking.objects.all().delete()
    HalfDay.objects.all().delete()
    zone = ZoneFactory()
    for step in sequence:
        with contextlib.suppress(services.NoRoom):
            act(zone, [], "book", *step)
    area, hours, length = wish
    start, duration = MAY_4 + timedelta(hours=hours), timedelta(hours=length)
    offered = selectors.next_time(zone, Decimal(area), duration, start)
    tried = start
    while tried < offered:
        assert selectors.free_area(zone, tried, tried + duration) < area
        tried += timedelta(hours=1)
    assert book(zone, area, offered, offered + duration)


def crowd(work, threads=16):
    """Run ``work(n)`` in that many threads at once and count their answers."""
    ready, answers = threading.Barrier(threads), Counter()
    lock = threading.Lock()

    def run(number):
        try:
            ready.wait()
            for answer in work(number):
                with lock:
                    answers[answer] += 1
        finally:
            connection.close()

    crew = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_take_all_the_area_and_not_a_square_metre_more():
    zone, party = ZoneFactory(), PartyFactory(code="almaty-cotton")

    def work(number):
        for attempt in range(10):
            start = MAY_4 + ((number + attempt) % 3) * HALF
            try:
                book(zone, 50, start, start + 2 * HALF, party=party)
                yield "booked"
            except services.NoRoom:
                yield "full"

    answers = crowd(work)
    exact, widened = swept(zone)
    assert sum(answers.values()) == 160
    assert answers["booked"] == Booking.objects.count()
    assert peak(exact) == peak(widened) == 1000
    assert {row.used_m2 for row in zone.half_days.filter(used_m2__gt=0)} >= {Decimal(1000)}
    for n in range(3):
        with pytest.raises(services.NoRoom):
            book(zone, 50, MAY_4 + n * HALF, MAY_4 + (n + 2) * HALF)


@pytest.mark.django_db(transaction=True)
def test_a_cancellation_and_the_expiry_at_the_same_moment_give_the_area_back_once():
    zone = ZoneFactory()
    booking = book(zone, 400)
    neighbour = services.confirm(book(zone, 300), by=CLERK, at=APRIL_1)

    def work(number):
        try:
            if number % 2:
                yield from ("expired" for _ in services.expire_bookings(at=MAY_4))
            else:
                services.cancel_booking(Booking.objects.get(pk=booking.pk), by=CLERK, at=MAY_4)
                yield "cancelled"
        except Refused:
            yield "refused"

    crowd(work, threads=8)
    booking.refresh_from_db()
    assert booking.status in {BookingStatus.CANCELLED, BookingStatus.EXPIRED}
    assert zone.half_days.get().used_m2 == neighbour.area_m2


@pytest.mark.django_db(transaction=True)
def test_a_zone_made_smaller_while_sixteen_book_never_holds_more_than_it_has():
    zone, party = ZoneFactory(), PartyFactory(code="almaty-cotton")

    def work(number):
        try:
            if number == 0:
                services.resize_zone(zone, usable_m2=Decimal(500), overbooking_percent=Decimal(0), by=CLERK, at=APRIL_1)
            else:
                book(zone, 100, MAY_4 + (number % 5) * HALF, party=party)
            yield "done"
        except (services.NoRoom, services.AreaIsBooked):
            yield "refused"

    crowd(work)
    zone.refresh_from_db()
    assert all(row.used_m2 <= row.capacity_m2 == zone.capacity_m2 for row in zone.half_days.all())


@pytest.mark.django_db(transaction=True)
def test_a_zone_resized_while_a_booking_counts_waits_its_turn():
    zone, troubles = ZoneFactory(), []
    for n in (3, 2, 1, 0):
        book(zone, 10, MAY_4 + n * HALF, MAY_4 + (n + 1) * HALF)

    def resize() -> None:
        try:
            services.resize_zone(
                zone, usable_m2=Decimal(900), overbooking_percent=Decimal(0), by=CLERK, at=APRIL_1
            )  # fmt: skip
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    resizing = threading.Thread(target=resize)
    with transaction.atomic():
        HalfDay.objects.select_for_update(no_key=True).get(on="2026-05-04", half=0)
        resizing.start()
        time.sleep(1)  # it waits for the first half-day now
        Booking.objects.filter(zone=zone).update(area_m2=30)
    resizing.join()
    assert troubles == []
    counted = set(HalfDay.objects.filter(zone=zone).values_list("used_m2", "capacity_m2"))
    assert counted == {(Decimal(30), Decimal(900))}
