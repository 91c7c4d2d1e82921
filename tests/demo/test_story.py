"""The demo week moved to now: whole weeks, nothing twice, nothing out of order."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from apps.demo.story import FULLEST_WEEK, STAY, When, read, reuse, weeks_to

SHANGHAI = ZoneInfo("Asia/Shanghai")
FLOW = Path(__file__).resolve().parents[2] / "fixtures" / "demo" / "flow.csv"


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 4, 30, tzinfo=SHANGHAI),
        datetime(2026, 5, 6, 23, 59, 59, tzinfo=SHANGHAI),
        datetime(2026, 11, 24, 7, tzinfo=SHANGHAI),
        datetime(2025, 1, 1, tzinfo=SHANGHAI),
        datetime(2032, 2, 29, 12, tzinfo=SHANGHAI),
    ],
)
def test_now_falls_into_the_fullest_days_after_whole_weeks(now):
    shift = weeks_to(now, SHANGHAI)
    assert shift % timedelta(weeks=1) == timedelta(0)
    assert (
        FULLEST_WEEK.replace(tzinfo=SHANGHAI)
        <= now - shift
        < FULLEST_WEEK.replace(tzinfo=SHANGHAI) + timedelta(weeks=1)
    )


@pytest.fixture(scope="module")
def story():
    return read(FLOW, now=datetime(2026, 11, 24, 7, tzinfo=SHANGHAI), zone=SHANGHAI)


def test_the_whole_file_is_told(story):
    assert len(story.stays) == 1313
    assert len(reuse(story.stays)) == 1164


def test_every_box_comes_before_it_goes_and_within_its_vehicles_stay(story):
    for stay in story.stays:
        assert stay.by.comes_at <= stay.in_at < stay.out_at <= stay.on.leaves_at
        assert stay.in_at <= stay.by.leaves_at


def test_a_box_that_comes_twice_left_before_it_came_again(story):
    for stays in reuse(story.stays).values():
        for first, second in pairwise(stays):
            assert first.out_at <= second.in_at


def test_trains_stay_nine_hours_and_ships_a_day():
    assert [STAY[mode] for mode in ("rail", "sea")] == [timedelta(hours=9), timedelta(hours=24)]


def test_a_vehicle_is_gone_here_or_to_come(story):
    train = next(vehicle for vehicle in story.vehicles if vehicle.ref == "TRN13")
    hour = timedelta(hours=1)
    moments = [train.comes_at - hour, train.comes_at, train.leaves_at - hour, train.leaves_at]
    assert [train.when(moment) for moment in moments] == [When.TO_COME, When.HERE, When.HERE, When.GONE]
