"""Ways from place to place, and when a box will be there."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from terminal.corridors import Gap, Leg, backwards, gaps, way


def leg(start, end, km, least, most, usd=100):
    return Leg(start=start, end=end, mode="rail", km=km, hours_least=least, hours_most=most, usd_per_teu=Decimal(usd))


LEGS = [
    leg("KZALA", "KZHOR", 362, 12, 20),
    leg("KZHOR", "KZHOR", 0, 20, 50),
    leg("KZHOR", "CNLYG", 4424, 90, 120),
    leg("CNLYG", "CNLYG", 0, 48, 96),
    leg("CNLYG", "JPTYO", 2300, 90, 130),
]
MARCH_14 = datetime(2023, 3, 14, 2, 15, tzinfo=UTC)


def test_a_way_is_as_long_as_its_legs():
    found = way(LEGS, "KZALA", "CNLYG")
    assert (found.km, found.hours, found.usd_per_teu) == (4786, (122, 190), 300)


def test_what_leaves_a_border_has_it_behind_and_what_comes_to_one_before_it():
    assert way(LEGS, "KZHOR", "CNLYG").hours == (90, 120)
    assert way(LEGS, "KZALA", "KZHOR").hours == (12, 20)


def test_a_box_is_expected_between_two_moments():
    least, most = way(LEGS, "KZALA", "CNLYG").expected(MARCH_14)
    assert (least - MARCH_14, most - MARCH_14) == (timedelta(hours=122), timedelta(hours=190))


def test_a_corridor_leads_only_its_own_way_and_back():
    assert way(LEGS, "CNLYG", "KZALA") is None
    assert way(backwards(LEGS), "CNLYG", "KZALA").km == 4786
    assert way(LEGS, "KZALA", "SGSIN") is None
    assert way(LEGS, "KZALA", "KZALA") is None


def test_legs_that_do_not_meet_are_named_where_the_later_one_begins():
    assert gaps({"": [(each.start, each.end) for each in LEGS]}) == []
    assert gaps({"": [("KZALA", "KZHOR"), ("CNHRS", "CNLYG")]}) == [Gap("", 1, "CNHRS", "KZHOR")]


def test_a_branch_begins_where_the_trunk_ends_and_a_corridor_of_branches_alone_anywhere():
    trunk = [("KZALA", "CNLYG")]
    assert gaps({"": trunk, "japan": [("CNLYG", "JPTYO")]}) == []
    assert gaps({"": trunk, "japan": [("KZALA", "JPTYO")]}) == [Gap("japan", 0, "KZALA", "CNLYG")]
    assert gaps({"north": [("KZALA", "RUMOW")], "east": [("CNLYG", "JPTYO")]}) == []
