"""When fullness is worth an alert, and when it is over."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.lifecycle import ALERT, AlertState
from terminal.moments import NaiveTime
from terminal.pressure import Level, NotRated, Thresholds, ThresholdsOutOfOrder, Watch, day_outlook, level, observe

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LINES = Thresholds()
CALM = Watch(AlertState.NORMAL, NOON)


def minutes(number):
    return NOON + timedelta(minutes=number)


def after(watch, *readings):
    """The watch after ``(minute, reading)`` pairs."""
    for minute, reading in readings:
        watch = observe(watch, LINES, reading, minutes(minute))
    return watch


def states(*readings):
    watches = accumulate(readings, lambda watch, each: after(watch, each), initial=CALM)
    return [watch.state.value for watch in watches][1:]


shares = st.none() | st.decimals(0, Decimal("1.2"), places=2)
readings = st.lists(st.tuples(st.integers(0, 40), shares), max_size=40)


def watched(steps):
    """Every watch along readings whose gaps are given in minutes."""
    watch, minute = CALM, 0
    yield watch
    for gap, share in steps:
        minute += gap
        watch = observe(watch, LINES, share, minutes(minute))
        yield watch


def test_a_full_yard_raises_one_alert_after_fifteen_minutes_and_clears_it_after_thirty():
    assert states((0, 0.86), (10, 0.90), (15, 0.87), (40, 0.79), (69, 0.78), (70, 0.78)) == [
        "pending", "pending", "alerting", "recovering", "recovering", "normal",
    ]  # fmt: skip


def test_a_short_breach_is_forgotten():
    assert states((0, 0.86), (10, 0.84), (20, 0.86), (34, 0.86)) == ["pending", "normal", "pending", "pending"]


def test_inside_the_band_nothing_begins_and_nothing_ends():
    assert states((0, 0.84), (60, 0.80)) == ["normal", "normal"]
    assert states((0, 0.9), (15, 0.9), (20, 0.84), (90, 0.80), (300, 0.82)) == [
        "pending", "alerting", "alerting", "alerting", "alerting",
    ]  # fmt: skip


def test_a_recovery_that_does_not_last_is_the_same_alert_going_on():
    watch = after(CALM, (0, 0.9), (15, 0.9), (20, 0.7), (30, 0.83))
    assert watch.state is AlertState.ALERTING
    assert watch.is_alerting


def test_no_reading_is_a_state_of_its_own_and_no_recovery():
    silent = after(CALM, (0, 0.9), (15, 0.9), (20, None))
    assert silent.state is AlertState.NO_DATA
    assert silent.is_alerting
    assert after(silent, (25, 0.9)).state is AlertState.ALERTING
    assert after(silent, (25, 0.5)).state is AlertState.RECOVERING
    assert after(silent, (25, None)) is silent


def test_a_calm_stock_that_fell_silent_comes_back_calm_or_pending():
    silent = after(CALM, (0, None))
    assert not silent.is_alerting
    assert after(silent, (5, 0.5)).state is AlertState.NORMAL
    assert after(silent, (500, 0.95)).state is AlertState.PENDING


def test_what_is_not_a_number_is_no_reading():
    assert after(CALM, (0, float("nan"))).state is AlertState.NO_DATA


def test_a_state_that_goes_on_keeps_the_time_it_began():
    assert after(CALM, (3, 0.9), (9, 0.95)).since == minutes(3)


def test_a_clock_that_was_set_back_delays_an_alert_and_does_not_raise_one():
    pending = after(CALM, (10, 0.9))
    assert after(pending, (-600, 0.9)) == pending
    assert after(pending, (-600, 0.9), (25, 0.9)).state is AlertState.ALERTING
    assert after(pending, (-600, 0.5)).since == minutes(10)


def test_a_reading_on_the_line_is_over_it():
    assert [level(LINES, share) for share in (0.74, Decimal("0.75"), 0.8499, 0.85, None)] == [
        Level.OK, Level.WARN, Level.WARN, Level.RAISE, Level.UNKNOWN,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        {"clear_below": Decimal("0.86")},
        {"clear_below": Decimal(0)},
        {"warn": Decimal("0.9")},
        {"pending": timedelta(minutes=-1)},
        {"recovery": timedelta(minutes=-1)},
    ],
)
def test_lines_out_of_order_are_refused(lines):
    with pytest.raises(ThresholdsOutOfOrder) as refused:
        Thresholds(**lines)
    assert "not above raise" in str(refused.value)


def test_lines_may_lie_on_each_other_and_need_not_wait():
    line = Decimal("0.85")
    at_once = Thresholds(warn=line, raise_at=line, clear_below=line, pending=timedelta(), recovery=timedelta())
    breached = observe(observe(CALM, at_once, line, NOON), at_once, line, NOON)
    assert breached.state is AlertState.ALERTING


def test_exactly_on_the_raise_line_is_a_breach_and_exactly_on_the_clear_line_is_no_recovery():
    assert states((0, 0.85), (15, 0.85), (20, 0.80)) == ["pending", "alerting", "alerting"]


def test_a_watch_or_a_reading_without_a_zone_is_refused():
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(NaiveTime):
        Watch(AlertState.NORMAL, naive)
    with pytest.raises(NaiveTime):
        observe(CALM, LINES, 0.9, naive)


@given(readings)
def test_every_change_obeys_the_lifecycle_of_alerts(steps):
    for before, now in pairwise(watched(steps)):
        assert before.state is now.state or ALERT.can_step(before.state, now.state)
        assert now.since >= before.since


@given(readings)
def test_an_alert_is_raised_only_by_a_breach_that_lasted(steps):
    along = list(watched(steps))
    for before, now in pairwise(along):
        if now.is_alerting and not before.is_alerting:
            assert before.state is AlertState.PENDING
            assert now.since - before.since >= LINES.pending


@given(readings)
def test_an_alert_ends_only_by_a_recovery_that_lasted(steps):
    for before, now in pairwise(watched(steps)):
        if before.is_alerting and not now.is_alerting:
            assert before.state is AlertState.RECOVERING
            assert now.since - before.since >= LINES.recovery


@given(readings, st.lists(st.tuples(st.integers(0, 90), st.decimals(Decimal("0.80"), Decimal("0.84"), places=2))))
def test_a_reading_that_moves_inside_the_band_never_flaps(before, inside):
    *_, start = watched(before)
    watch, minute = start, 10_000
    seen = []
    for gap, share in inside:
        minute += gap
        watch = observe(watch, LINES, share, minutes(minute))
        seen.append(watch.is_alerting)
    assert set(seen) <= {start.is_alerting}


@given(st.lists(st.tuples(st.integers(-500, 500), shares), max_size=40))
def test_a_clock_that_jumps_about_breaks_nothing(steps):
    for before, now in pairwise(watched(steps)):
        assert before.state is now.state or ALERT.can_step(before.state, now.state)
        assert now.since >= before.since


def test_a_day_is_judged_by_what_it_will_come_to():
    outlook = day_outlook(done=7, still_planned=4, rated=Decimal("10.2"))
    assert outlook.expected == 11
    assert round(outlook.share, 3) == Decimal("1.078")
    assert outlook.exceeds


def test_a_day_exactly_full_does_not_exceed():
    assert not day_outlook(Decimal("6.2"), 4, Decimal("10.2")).exceeds


def test_the_target_exceeds_the_rated_day_even_before_it_begins():
    assert day_outlook(0, 1_507, 1_123).exceeds


@pytest.mark.parametrize("rated", [0, -1])
def test_a_day_cannot_be_judged_against_nothing(rated):
    with pytest.raises(NotRated):
        day_outlook(1, 1, rated)
