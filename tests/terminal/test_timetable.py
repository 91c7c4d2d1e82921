"""When trains run: weekdays, the days a line is valid, and the site's clock."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from terminal.timetable import RunningDays

SHANGHAI, ALMATY = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Almaty")
MONDAY = date(2026, 5, 4)


def line(*weekdays, arrives=time(10, 15), departs=time(19, 15), later=0, since=MONDAY, until=None):
    return RunningDays(
        weekdays=weekdays,
        arrives_at=arrives,
        departs_at=departs,
        departs_days_later=later,
        valid_from=since,
        valid_until=until,
    )


@given(
    st.sets(st.integers(1, 7)),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_a_train_runs_on_its_weekdays_while_its_line_is_valid(weekdays, since, first, until):
    last = date.fromordinal(first.toordinal() + 40)
    every = [date.fromordinal(first.toordinal() + n) for n in range(41)]
    valid = [day for day in every if day >= since and (until is None or day <= until)]
    runs = line(*weekdays, since=since, until=until).between(first, last)
    assert runs == [day for day in valid if day.isoweekday() in weekdays]


LINES = st.builds(
    line,
    st.integers(1, 7),
    st.integers(1, 7),
    arrives=st.sampled_from([time(10), time(11)]),
    since=st.dates(date(2026, 5, 1), date(2026, 5, 20)),
    until=st.none() | st.dates(date(2026, 5, 1), date(2026, 5, 20)),
)


@given(LINES, LINES)
def test_two_lines_double_each_other_where_both_arrive_at_one_moment(one, other):
    whole = date(2026, 5, 1), date(2026, 6, 30)
    moments = [{each.times(day, SHANGHAI)[0] for day in each.between(*whole)} for each in (one, other)]
    assert one.doubles(other) == bool(moments[0] & moments[1])


def test_times_are_those_of_the_sites_clock():
    arrives, departs = line(1).times(MONDAY, SHANGHAI)
    assert (arrives, departs) == (datetime(2026, 5, 4, 2, 15, tzinfo=UTC), datetime(2026, 5, 4, 11, 15, tzinfo=UTC))


def test_a_train_may_leave_a_day_later():
    arrives, departs = line(1, arrives=time(20), departs=time(5), later=1).times(MONDAY, SHANGHAI)
    assert (departs - arrives).total_seconds() == 9 * 3600


def test_kazakhstan_had_another_clock_before_march_2024():
    before, _ = line(1).times(date(2024, 2, 26), ALMATY)
    after, _ = line(1).times(date(2024, 3, 4), ALMATY)
    assert (before.hour, after.hour) == (4, 5)
