"""One site day, counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.moments import NaiveTime
from terminal.throughput import (
    DayCount,
    Direction,
    Mode,
    Movement,
    count_day,
    day_bounds,
    running_stock,
    site_day,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
ALMATY = ZoneInfo("Asia/Almaty")
BERLIN = ZoneInfo("Europe/Berlin")
FIRST_OF_MAY = datetime(2026, 5, 1, tzinfo=SHANGHAI)


def moved(hour, direction, mode, teu, boxes=1):
    return Movement(FIRST_OF_MAY + timedelta(hours=hour), Direction(direction), Mode(mode), Decimal(teu), boxes)


movements = st.builds(
    moved,
    st.integers(0, 23),
    st.sampled_from(Direction),
    st.sampled_from(Mode),
    st.sampled_from(["1", "2", "2.25"]),
)
days = st.lists(movements, max_size=20)


def test_a_box_counts_once_for_coming_and_going():
    day = count_day([moved(8, "in", "rail", "2.25"), moved(20, "out", "sea", "2.25")])
    assert day.throughput_teu == Decimal("2.25")
    assert (day.boxes_in, day.boxes_out, day.net_boxes, day.net_teu) == (1, 1, 0, 0)


def test_in_and_out_are_counted_apart_and_by_mode():
    day = count_day([moved(1, "in", "rail", "110", 60), moved(2, "in", "road", "2"), moved(3, "out", "barge", "1")])
    assert day.boxes_in_by_mode == {Mode.RAIL: 60, Mode.ROAD: 1, Mode.SEA: 0, Mode.BARGE: 0}
    assert day.teu_out_by_mode[Mode.BARGE] == 1
    assert (day.teu_in, day.teu_out, day.throughput_teu) == (112, 1, Decimal("56.5"))


def test_the_peak_is_the_highest_the_ground_stood_over_the_morning():
    day = count_day([moved(9, "in", "rail", "100"), moved(4, "out", "sea", "30"), moved(18, "out", "sea", "90")])
    assert day.peak_over_opening_teu == 70
    assert day.net_teu == -20


def test_a_day_that_only_empties_has_its_peak_at_the_start():
    assert count_day([moved(4, "out", "sea", "30")]).peak_over_opening_teu == 0


def test_what_crosses_at_one_moment_makes_no_peak_by_the_order_of_its_report():
    swap = [moved(9, "in", "rail", "5"), moved(9, "out", "sea", "5")]
    assert count_day(swap).peak_over_opening_teu == count_day(swap[::-1]).peak_over_opening_teu == 0


def test_a_quiet_day_is_a_day_of_zeros():
    assert count_day([]) == DayCount()
    assert count_day([]).throughput_teu == 0


def test_a_movement_without_a_zone_is_refused():
    with pytest.raises(NaiveTime):
        Movement(datetime(2026, 5, 1, 8), Direction.IN, Mode.RAIL, Decimal(1))  # noqa: DTZ001


def test_late_in_the_evening_of_utc_it_is_tomorrow_in_lianyungang():
    assert site_day(datetime(2026, 4, 30, 16, tzinfo=UTC), SHANGHAI) == date(2026, 5, 1)
    assert site_day(datetime(2026, 4, 30, 15, 59, tzinfo=UTC), SHANGHAI) == date(2026, 4, 30)


def test_a_day_in_lianyungang_begins_at_sixteen_utc():
    assert day_bounds(date(2026, 5, 1), SHANGHAI) == (
        datetime(2026, 4, 30, 16, tzinfo=UTC),
        datetime(2026, 5, 1, 16, tzinfo=UTC),
    )


def test_the_day_before_almaty_left_its_zone_had_twenty_five_hours():
    start, end = day_bounds(date(2024, 2, 29), ALMATY)
    assert start == datetime(2024, 2, 28, 18, tzinfo=UTC)
    assert end == datetime(2024, 2, 29, 19, tzinfo=UTC)
    assert site_day(datetime(2024, 2, 29, 18, 30, tzinfo=UTC), ALMATY) == date(2024, 2, 29)
    assert day_bounds(date(2024, 3, 1), ALMATY)[0] == end


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 1), 24)])
def test_days_on_which_the_clocks_are_changed_have_their_true_length(day, hours):
    start, end = day_bounds(day, BERLIN)
    assert end - start == timedelta(hours=hours)


def test_a_late_event_reopens_its_own_day_and_no_other():
    week = [[moved(8, "in", "rail", "100")], [moved(8, "in", "rail", "50")], [moved(8, "out", "sea", "120")]]
    before = [count_day(day) for day in week]
    week[1].append(moved(23, "out", "road", "2"))
    after = [count_day(day) for day in week]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]
    assert [stock.closing_teu for stock in running_stock(before, Decimal(10))] == [110, 160, 40]
    assert [stock.closing_teu for stock in running_stock(after, Decimal(10))] == [110, 158, 38]


def test_the_peak_of_a_day_stands_on_what_the_day_before_left():
    stocks = running_stock([count_day([moved(8, "in", "rail", "100")])] * 2, Decimal(10))
    assert [stock.peak_teu for stock in stocks] == [110, 210]


@given(days, st.randoms())
def test_the_count_does_not_depend_on_the_order_of_the_report(day, dice):
    shuffled = list(day)
    dice.shuffle(shuffled)
    assert count_day(shuffled) == count_day(day)


@given(days)
def test_what_came_in_is_what_went_out_and_what_stayed(day):
    counted = count_day(day)
    assert counted.teu_in == counted.teu_out + counted.net_teu
    assert counted.throughput_teu * 2 == counted.teu_in + counted.teu_out
    assert counted.peak_over_opening_teu >= max(Decimal(0), counted.net_teu)
    assert counted.peak_over_opening_teu <= counted.teu_in


@given(days, days)
def test_two_halves_of_a_day_add_up(one, other):
    whole, first, second = count_day(one + other), count_day(one), count_day(other)
    assert whole.teu_in == first.teu_in + second.teu_in
    assert whole.net_boxes == first.net_boxes + second.net_boxes


@given(days)
def test_the_same_moment_in_another_zone_counts_the_same(day):
    abroad = [replace(each, at=each.at.astimezone(ALMATY)) for each in day]
    assert count_day(abroad) == count_day(day)


@given(
    st.datetimes(datetime(2023, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([SHANGHAI, ALMATY, BERLIN]),
)
def test_every_moment_lies_in_the_bounds_of_its_site_day(moment, zone):
    start, end = day_bounds(site_day(moment, zone), zone)
    assert start <= moment < end
