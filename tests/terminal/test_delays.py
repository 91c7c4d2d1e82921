"""Will a train's work be done in time?"""

from datetime import UTC, datetime, timedelta

import pytest

from terminal.delays import SAID, Cause, Lifts, Measured, Pace, delay, pace

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def late(lifts=60, per_hour=20.0, begins_at=NOON, departs_at=NOON + 2 * HOUR, site_per_hour=30.0):
    measured = Pace(lifts_per_hour=per_hour, measured=Measured.TRAIN)
    said = {"begins_at": begins_at, "departs_at": departs_at, "site_per_hour": site_per_hour}
    return delay(lifts=lifts, pace=measured, now=NOON, **said)


@pytest.mark.parametrize(
    ("how_things_are", "cause", "minutes"),
    [
        ({}, Cause.SLOW_WORK, 60),
        ({"lifts": 100}, Cause.MUCH_WORK, 180),
        ({"begins_at": NOON + HOUR}, Cause.COMES_LATE, 120),
        ({"lifts": 0, "departs_at": NOON - HOUR}, Cause.NOT_AWAY, 60),
        ({"lifts": 0, "begins_at": NOON + 3 * HOUR}, Cause.COMES_LATE, 60),
    ],
)
def test_a_train_that_will_be_late_is_told_with_the_cause(how_things_are, cause, minutes):
    found = late(**how_things_are)
    assert (found.cause, found.facts["minutes"]) == (cause, minutes)
    assert f"{minutes} min" in SAID[cause] % found.facts


def test_a_train_whose_work_ends_just_in_time_is_not_late():
    assert late(lifts=40) is None
    assert late(lifts=41) is not None
    assert late(lifts=0, departs_at=NOON) is None


def test_a_pace_is_the_trains_own_then_the_terminals_then_what_the_site_was_built_for():
    own, all_trains = Lifts(lifts=30, hours=2.0), Lifts(lifts=80, hours=4.0)
    assert pace(own, all_trains, 30.0) == Pace(lifts_per_hour=15.0, measured=Measured.TRAIN)
    few = Lifts(lifts=4, hours=0.1)
    assert pace(few, all_trains, 30.0) == Pace(lifts_per_hour=20.0, measured=Measured.TERMINAL)
    assert pace(few, few, 30.0) == Pace(lifts_per_hour=30.0, measured=Measured.SITE)
