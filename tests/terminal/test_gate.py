"""Hours of the gate and what a truck can carry."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from terminal.gate import HOUR, NothingToDo, TheSameBoxTwice, TooMuchForATruck, hour_at, require_truckload
from terminal.moments import NaiveTime
from terminal.throughput import Direction

IN, OUT = Direction.IN, Direction.OUT
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_an_hour_begins_on_the_wall_clock_of_the_site_even_where_that_is_half_past_in_utc():
    moment = datetime(2026, 4, 1, 1, 45, tzinfo=UTC)
    assert hour_at(moment, SHANGHAI) == datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
    assert hour_at(moment, ZoneInfo("Asia/Kolkata")) == datetime(2026, 4, 1, 1, 30, tzinfo=UTC)


def test_the_hour_that_comes_twice_in_autumn_is_two_hours():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    hours = [hour_at(first + n * HOUR, ZoneInfo("Europe/Berlin")) for n in range(2)]
    assert hours[1] - hours[0] == HOUR


def test_a_time_without_zone_is_no_hour():
    with pytest.raises(NaiveTime):
        hour_at(datetime(2026, 4, 1), SHANGHAI)  # noqa: DTZ001


@pytest.mark.parametrize(
    "boxes",
    [
        [(IN, "A", "22G1"), (IN, "B", "22G1"), (OUT, "C", "22G1"), (OUT, "D", "22G1")],
        [(IN, "A", "45G1"), (OUT, "A", "L5G1")],
        [(OUT, "A", "L5G1")],
    ],
    ids=["two pairs", "a long one each way", "one of 45 feet"],
)
def test_a_truck_carries_two_short_boxes_or_one_long_one_each_way(boxes):
    require_truckload(boxes)


@pytest.mark.parametrize(
    "boxes",
    [
        [(IN, "A", "22G1"), (IN, "B", "22G1"), (IN, "C", "22G1")],
        [(OUT, "A", "45G1"), (OUT, "B", "22G1")],
        [(OUT, "A", "45G1"), (OUT, "B", "L5G1")],
    ],
    ids=["three short", "long and short", "two long"],
)
def test_more_is_too_much_for_a_truck(boxes):
    with pytest.raises(TooMuchForATruck):
        require_truckload(boxes)


def test_a_truck_comes_for_something_and_for_no_box_twice():
    with pytest.raises(NothingToDo):
        require_truckload([])
    with pytest.raises(TheSameBoxTwice):
        require_truckload([(IN, "A", "22G1"), (IN, "A", "22G1")])
