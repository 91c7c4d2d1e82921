"""Which stays of a box are one journey."""

from datetime import UTC, datetime, timedelta

import pytest

from terminal.journeys import Stay, chained

START = datetime(2023, 3, 14, tzinfo=UTC)
DAY = timedelta(days=1)
SHIPPER = frozenset({("kazgrain", "shipper")})


def stay(key, place, came=0, left=None, **more):
    came_at = None if came is None else START + came * DAY
    left_at = None if left is None else START + left * DAY
    return Stay(key=key, place=place, told_at=START, came_at=came_at, left_at=left_at, **more)


def keys(*stays):
    return [[each.key for each in journey] for journey in chained(stays)]


FIRST = stay("lyg", "CNLYG", 0, 2, towards=frozenset({"KZHOR"}))


@pytest.mark.parametrize(
    ("after", "together"),
    [
        (stay("hor", "KZHOR", 6), True),
        (stay("hor", "KZHOR", None), True),
        (stay("ala", "KZALA", 6), False),
        (stay("hor", "KZHOR", 1), False),
        (stay("lyg-again", "CNLYG", 6), False),
    ],
)
def test_a_stay_goes_on_where_the_box_left_for_by_rail(after, together):
    assert keys(FIRST, after) == ([["lyg", after.key]] if together else [["lyg"], [after.key]])


def test_a_stay_goes_on_where_somebody_has_the_same_part_in_both():
    first, after = stay("lyg", "CNLYG", 0, 2, parts=SHIPPER), stay("ala", "KZALA", 6, parts=SHIPPER)
    assert keys(first, after) == [["lyg", "ala"]]
    assert keys(first, stay("ala", "KZALA", 6, parts=frozenset({("kazgrain", "consignee")}))) == [["lyg"], ["ala"]]


def test_a_box_that_has_not_left_yet_came_nowhere_else():
    assert keys(stay("lyg", "CNLYG", 0, parts=SHIPPER), stay("hor", "KZHOR", 6, parts=SHIPPER)) == [["lyg"], ["hor"]]


def test_a_journey_comes_nowhere_twice():
    there = stay("hor", "KZHOR", 6, 8, parts=SHIPPER)
    back = stay("back", "CNLYG", 12, parts=SHIPPER)
    assert keys(back, there, stay("lyg", "CNLYG", 0, 2, parts=SHIPPER)) == [["lyg", "hor"], ["back"]]
