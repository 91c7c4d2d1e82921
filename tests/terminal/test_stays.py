"""Room or no room: checked against counting hour by hour."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.capacity import EmptyStay, Stay, next_that_fits, peak, peak_within, room
from terminal.moments import NaiveTime

MONDAY = datetime(2026, 4, 27, tzinfo=UTC)
HOURS = 60


def hour(number):
    return MONDAY + timedelta(hours=number)


def held(stays, moment):
    return sum((stay.amount for stay in stays if stay.start <= moment < stay.end), Decimal(0))


def most(stays, first, last):
    return max(held(stays, hour(number)) for number in range(first, last))


@st.composite
def stays(draw):
    start = draw(st.integers(0, HOURS - 1))
    end = draw(st.integers(start + 1, HOURS))
    return Stay(hour(start), hour(end), Decimal(draw(st.integers(1, 50))))


@st.composite
def windows(draw):
    start = draw(st.integers(0, HOURS - 1))
    return start, draw(st.integers(start + 1, HOURS))


some_stays = st.lists(stays(), max_size=12)


def test_one_that_leaves_at_noon_makes_room_for_one_that_comes_at_noon():
    before, after = Stay(hour(0), hour(12), Decimal(60)), Stay(hour(12), hour(24), Decimal(60))
    assert peak([before, after]) == 60
    assert room([before], Decimal(100), hour(12), hour(24)) == 100


def test_nothing_stands_where_nobody_stays():
    assert peak([]) == 0
    assert room([], Decimal(100), hour(0), hour(1)) == 100


def test_only_the_window_is_asked_about():
    assert peak_within([Stay(hour(0), hour(5), Decimal(9)), Stay(hour(5), hour(9))], hour(5), hour(6)) == 1


def test_an_overbooked_window_has_less_than_no_room():
    assert room([Stay(hour(0), hour(2), Decimal(120))], Decimal(100), hour(1), hour(3)) == -20


@pytest.mark.parametrize(("start", "end", "amount"), [(1, 1, "1"), (2, 1, "1"), (1, 2, "0"), (1, 2, "-5")])
def test_a_stay_without_length_or_amount_is_refused(start, end, amount):
    with pytest.raises(EmptyStay) as refused:
        Stay(hour(start), hour(end), Decimal(amount))
    assert refused.value.kind == "content"


def test_a_window_without_length_is_refused():
    with pytest.raises(EmptyStay):
        room([], Decimal(100), hour(3), hour(3))


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(NaiveTime):
        Stay(datetime(2026, 4, 27, 8), hour(12))  # noqa: DTZ001


def test_the_next_that_fits_is_when_enough_has_left():
    booked = [Stay(hour(0), hour(10), Decimal(80)), Stay(hour(6), hour(20), Decimal(40))]
    wanted = (Decimal(100), Decimal(50), timedelta(hours=4))
    assert next_that_fits(booked, *wanted, hour(0), hour(HOURS)) == hour(10)
    assert next_that_fits(booked, Decimal(100), Decimal(70), timedelta(hours=4), hour(0), hour(HOURS)) == hour(20)


def test_what_takes_exactly_all_that_is_left_fits():
    whole = Decimal(100)
    assert next_that_fits([], whole, whole, timedelta(hours=1), hour(0), hour(HOURS)) == hour(0)
    beside = [Stay(hour(0), hour(9), Decimal(60))]
    assert next_that_fits(beside, whole, Decimal(40), timedelta(hours=4), hour(0), hour(HOURS)) == hour(0)
    before = [Stay(hour(4), hour(9), whole)]
    assert next_that_fits(before, whole, Decimal(1), timedelta(hours=4), hour(0), hour(HOURS)) == hour(0)


def test_what_is_larger_than_the_whole_never_fits():
    assert next_that_fits([], Decimal(100), Decimal(101), timedelta(hours=1), hour(0), hour(HOURS)) is None


def test_a_start_at_the_horizon_still_counts_and_one_after_it_does_not():
    booked = [Stay(hour(0), hour(10), Decimal(100))]
    wanted = (Decimal(100), Decimal(1), timedelta(hours=1), hour(0))
    assert next_that_fits(booked, *wanted, hour(10)) == hour(10)
    assert next_that_fits(booked, *wanted, hour(9)) is None


@given(some_stays)
def test_the_peak_is_the_fullest_hour(booked):
    assert peak(booked) == most(booked, 0, HOURS)


@given(some_stays, windows())
def test_the_peak_within_a_window_is_its_fullest_hour(booked, window):
    first, last = window
    assert peak_within(booked, hour(first), hour(last)) == most(booked, first, last)


@given(some_stays, stays())
def test_one_more_stay_takes_exactly_its_amount_from_its_own_window(booked, more):
    capacity = Decimal(100)
    before = room(booked, capacity, more.start, more.end)
    assert room([*booked, more], capacity, more.start, more.end) == before - more.amount


@given(some_stays, st.integers(1, 60), st.integers(1, 30), st.integers(0, HOURS))
def test_the_next_that_fits_is_the_first_hour_that_fits(booked, amount, duration, not_before):
    capacity = Decimal(100)

    def fits_at(number):
        return most(booked, number, number + duration) + amount <= capacity

    found = next_that_fits(
        booked, capacity, Decimal(amount), timedelta(hours=duration), hour(not_before), hour(2 * HOURS)
    )
    assert found == hour(next(number for number in range(not_before, 2 * HOURS + 1) if fits_at(number)))
