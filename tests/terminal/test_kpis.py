"""Shares, lengths and spans that can be summed, and what they are compared with."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.kpis import (
    Against,
    Lengths,
    Load,
    Ratio,
    Span,
    hours_of,
    lengths_of,
    mean_level,
    month_of,
    months_in,
    punctual,
    running_mean,
    week_of,
)
from terminal.throughput import day_bounds

days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
spans = st.builds(lambda first, many: Span(first, first + timedelta(days=many)), days, st.integers(0, 400))
minutes = st.lists(st.integers(0, 50_000), max_size=30)


class TestShares:
    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=9))
    def test_the_share_of_a_month_is_no_average_of_its_days(self, parts):
        month = sum((Ratio(part, whole) for part, whole in parts), Ratio())
        whole = sum(whole for _part, whole in parts)
        expected = Decimal(sum(part for part, _whole in parts)) / whole if whole else None
        assert month.share == expected

    def test_of_nothing_there_is_no_share(self):
        assert Ratio(0, 0).share is None
        assert Against(Decimal(5), Decimal(0)).share is None
        assert (Against(Decimal(5), None).share, Against(Decimal(5), None).difference) == (None, None)

    def test_a_figure_stands_beside_the_rated_one_as_share_and_difference(self):
        beside = Against(Decimal(8), Decimal(10))
        assert (beside.share, beside.difference) == (Decimal("0.8"), Decimal(-2))

    def test_nobody_said_is_neither_laden_nor_empty(self):
        assert [Load.of(each) for each in (True, False, None)] == [Load.LADEN, Load.EMPTY, Load.UNKNOWN]


class TestPunctuality:
    def test_the_tolerated_minute_is_in_time_and_the_next_is_not(self):
        assert punctual([-600, 15, 16], 15) == Ratio(2, 3)

    def test_no_train_is_neither_late_nor_in_time(self):
        assert punctual([], 15).share is None


class TestLengths:
    @given(minutes, minutes)
    def test_lengths_of_two_days_together_are_those_of_all_boxes(self, one, other):
        assert lengths_of(sorted(one) + sorted(other)) == lengths_of([*other, *one])

    @given(st.lists(st.integers(0, 99), min_size=1, max_size=30))
    def test_half_do_not_exceed_the_median_and_nine_in_ten_not_the_other(self, known):
        told = lengths_of(known)
        assert sum(each <= told.median for each in known) * 2 >= len(known)
        assert sum(each < told.median for each in known) * 2 < len(known)
        assert sum(each <= told.p90 for each in known) * 10 >= 9 * len(known)
        assert sum(each < told.p90 for each in known) * 10 < 9 * len(known)
        assert told.most == max(known)

    def test_of_no_box_there_is_no_length(self):
        assert lengths_of([]) == Lengths(0, None, None, None)


class TestRunningMean:
    @given(st.lists(st.integers(0, 50), max_size=40))
    def test_each_is_the_mean_of_seven_days_and_the_first_six_have_none(self, trains):
        for place, mean in enumerate(running_mean(trains)):
            last = trains[max(0, place - 6) : place + 1]
            assert mean == (Decimal(sum(last)) / 7 if len(last) == 7 else None)


class TestSpans:
    @given(spans)
    def test_months_hold_every_day_once(self, span):
        months = list(months_in(span))
        assert sum(month.days for month in months) == span.days
        assert all(month.first.month == month.last.month for month in months)
        assert (months[0].first, months[-1].last) == (span.first, span.last)

    @given(days)
    def test_a_month_is_compared_with_whole_months(self, day):
        month = month_of(day)
        assert month.before().is_month
        assert month.before().last == month.first - timedelta(days=1)
        assert month.a_year_earlier().is_month
        assert (month.a_year_earlier().first.month, month.a_year_earlier().first.year) == (day.month, day.year - 1)

    @given(spans)
    def test_last_week_has_the_same_days_of_the_week(self, span):
        earlier = span.a_week_earlier()
        assert (earlier.first.weekday(), earlier.days) == (span.first.weekday(), span.days)

    def test_the_leap_day_is_compared_with_the_day_before_march(self):
        leap = Span(date(2024, 2, 29), date(2024, 2, 29))
        assert leap.a_year_earlier() == Span(date(2023, 2, 28), date(2023, 2, 28))

    def test_as_many_days_just_before_where_it_is_no_month(self):
        assert Span(date(2026, 5, 2), date(2026, 5, 3)).before() == Span(date(2026, 4, 30), date(2026, 5, 1))

    @given(days)
    def test_a_week_begins_on_monday(self, day):
        week = week_of(day)
        assert (week.first.weekday(), week.days) == (0, 7)
        assert week.first <= day <= week.last


class TestHours:
    @pytest.mark.parametrize(
        ("zone", "day", "hours"),
        [
            ("Asia/Shanghai", date(2026, 5, 2), 24),
            ("Asia/Almaty", date(2024, 2, 29), 25),
            ("Europe/Berlin", date(2026, 3, 29), 23),
            ("Europe/Berlin", date(2026, 10, 25), 25),
        ],
    )
    def test_a_day_has_as_many_hours_as_its_clocks_make_it(self, zone, day, hours):
        starts, ends = day_bounds(day, ZoneInfo(zone))
        found = hours_of(starts, ends)
        assert len(found) == hours
        assert found[0] == starts
        assert found[-1] + timedelta(hours=1) == ends

    def test_a_stock_that_rises_at_noon_is_half_of_it_on_average(self):
        assert mean_level(Decimal(100), Decimal(240), Decimal(24)) == 110
        assert mean_level(Decimal(100), Decimal(0), Decimal(0)) == 100

    @settings(max_examples=30)
    @given(st.integers(0, 10**8).map(lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=3 * n)))
    def test_every_moment_lies_in_one_hour(self, at):
        starts, ends = day_bounds(at.date(), ZoneInfo("UTC"))
        assert sum(hour <= at < hour + timedelta(hours=1) for hour in hours_of(starts, ends)) == 1
