"""The clock of a sandbox."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from terminal.sandbox import DAY, LOOP, PACE, opening, shown

BEGAN = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def test_a_loop_begins_a_day_before_it_ends():
    assert shown(BEGAN, BEGAN) == opening(BEGAN) == BEGAN - timedelta(hours=23)
    assert shown(BEGAN, BEGAN + LOOP) == BEGAN + LOOP == opening(BEGAN) + DAY


def test_a_minute_is_twenty_four():
    assert shown(BEGAN, BEGAN + timedelta(minutes=10)) - opening(BEGAN) == timedelta(minutes=10) * PACE


@given(st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=2)))
def test_a_sandbox_never_tells_of_the_future(later):
    at = BEGAN + later
    assert shown(BEGAN, at) <= at


LATER = st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=3))


@given(LATER, LATER)
def test_within_a_loop_the_clock_never_goes_back(one, other):
    first, second = sorted([BEGAN + one, BEGAN + other])
    assert shown(BEGAN, first) <= shown(BEGAN, second)


def test_nobody_began_another_loop_and_the_clock_shows_the_time_on_the_wall():
    assert shown(BEGAN, BEGAN + timedelta(hours=5)) == BEGAN + timedelta(hours=5)
