"""Half-days of a site, on its own wall clock."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.capacity import EmptyStay, HalfDay, half_day_at, half_day_bounds, half_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
ALMATY = ZoneInfo("Asia/Almaty")
BERLIN = ZoneInfo("Europe/Berlin")

moments = st.datetimes(datetime(2023, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from([SHANGHAI, ALMATY, BERLIN])


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_a_window_uses_every_half_day_it_touches():
    assert half_days(at("2026-05-01 11:59"), at("2026-05-02 12:01"), SHANGHAI) == [
        HalfDay(date(2026, 5, 1), 0),
        HalfDay(date(2026, 5, 1), 1),
        HalfDay(date(2026, 5, 2), 0),
        HalfDay(date(2026, 5, 2), 1),
    ]


def test_a_window_that_ends_at_noon_leaves_the_afternoon_free():
    assert half_days(at("2026-05-01 00:00"), at("2026-05-01 12:00"), SHANGHAI) == [HalfDay(date(2026, 5, 1), 0)]


def test_a_window_from_noon_to_midnight_is_one_afternoon():
    assert half_days(at("2026-05-01 12:00"), at("2026-05-02 00:00"), SHANGHAI) == [HalfDay(date(2026, 5, 1), 1)]


def test_the_day_is_that_of_the_site_and_not_of_utc():
    assert half_day_at(datetime(2026, 4, 30, 16, tzinfo=UTC), SHANGHAI) == HalfDay(date(2026, 5, 1), 0)
    assert half_day_at(datetime(2026, 4, 30, 16, tzinfo=UTC), ALMATY) == HalfDay(date(2026, 4, 30), 1)


def test_the_morning_in_which_the_clocks_spring_forward_is_eleven_hours_long():
    start, end = half_day_bounds(HalfDay(date(2026, 3, 29), 0), BERLIN)
    assert end - start == timedelta(hours=11)


def test_almaty_has_a_longer_half_day_when_it_changes_its_zone():
    lengths = {
        half: half_day_bounds(half, ALMATY)[1] - half_day_bounds(half, ALMATY)[0]
        for half in (HalfDay(date(2024, 2, 29), 0), HalfDay(date(2024, 2, 29), 1), HalfDay(date(2024, 3, 1), 0))
    }
    assert sum(lengths.values(), timedelta()) == timedelta(hours=37)


def test_an_empty_window_touches_nothing_and_is_refused():
    with pytest.raises(EmptyStay):
        half_days(at("2026-05-01 12:00"), at("2026-05-01 12:00"), SHANGHAI)


def test_half_days_sort_in_time_order():
    first = HalfDay(date(2026, 5, 1), 0)
    assert sorted([first.next.next, first, first.next]) == [first, first.next, first.next.next]


@given(moments, st.timedeltas(timedelta(seconds=1), timedelta(days=9)), zones)
def test_the_half_days_cover_the_window_without_gap_and_none_is_too_many(start, length, zone):
    end = start + length
    bounds = [half_day_bounds(each, zone) for each in half_days(start, end, zone)]
    assert bounds[0][0] <= start < bounds[0][1]
    assert bounds[-1][0] < end <= bounds[-1][1]
    assert all(before[1] == after[0] for before, after in pairwise(bounds))


@given(moments, zones)
def test_every_moment_lies_in_its_own_half_day(moment, zone):
    start, end = half_day_bounds(half_day_at(moment, zone), zone)
    assert start <= moment < end
