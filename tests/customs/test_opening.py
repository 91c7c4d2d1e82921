"""When an office works."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.customs.models import OfficeClosure
from apps.customs.selectors import opening_of, opening_of_house
from terminal.customs.opening import Opening, is_open, next_open, working_days_before, working_minutes
from tests.factories.customs import OfficeFactory

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
WEEK = Opening(
    zone=SHANGHAI, opens_at=time(8, 30), closes_at=time(17, 30), closed_weekdays=frozenset({6, 7}),
    days_off=((date(2026, 5, 1), date(2026, 5, 5)),),
)  # fmt: skip


def here(day, hour, minute=0, zone=SHANGHAI):
    return datetime(2026, 4, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        (here(6, 9), here(6, 10), 60),
        (here(6, 7), here(6, 19), 540),
        (here(6, 17), here(7, 9), 60),
        (here(10, 17), here(13, 9), 60),
        (here(11, 9), here(12, 23), 0),
        (here(6, 10), here(6, 9), 0),
        (here(30, 17), datetime(2026, 5, 6, 9, tzinfo=SHANGHAI), 60),
    ],
)
def test_only_what_lies_in_its_hours_is_work(since, until, minutes):
    assert working_minutes(WEEK, since, until) == minutes
    assert working_minutes(WEEK, since.astimezone(UTC), until.astimezone(UTC)) == minutes


def test_its_hours_are_those_of_the_site_and_not_of_the_one_who_asks():
    assert is_open(WEEK, datetime(2026, 4, 6, 1, tzinfo=UTC))
    assert not is_open(WEEK, datetime(2026, 4, 6, 9, 30, tzinfo=UTC))
    assert is_open(WEEK, here(6, 8, 30))
    assert not is_open(WEEK, here(6, 17, 30))


def test_an_office_without_hours_works_round_the_clock_also_when_clocks_change():
    always = Opening(zone=BERLIN)
    assert working_minutes(always, datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 3, 30, tzinfo=BERLIN)) == 1380
    assert is_open(always, datetime(2026, 3, 29, 3, tzinfo=BERLIN))
    assert next_open(always, here(6, 3)) == here(6, 3)


def test_it_opens_next_after_the_night_the_weekend_and_the_holiday():
    assert next_open(WEEK, here(6, 10)) == here(6, 10)
    assert next_open(WEEK, here(6, 6)) == here(6, 8, 30)
    assert next_open(WEEK, here(10, 17, 30)) == here(13, 8, 30)
    assert next_open(WEEK, here(30, 18)) == datetime(2026, 5, 6, 8, 30, tzinfo=SHANGHAI)
    assert next_open(Opening(zone=SHANGHAI, closed_weekdays=frozenset(range(1, 8))), here(6, 10)) is None


def test_twenty_working_days_are_four_weeks_or_more():
    assert working_days_before(WEEK, here(30, 12), 1) == here(30, 0)
    assert working_days_before(WEEK, here(30, 12), 4) == here(27, 0)
    assert working_days_before(WEEK, here(30, 12), 5) == here(24, 0)
    never = Opening(zone=SHANGHAI, closed_weekdays=frozenset(range(1, 8)))
    assert here(30, 12) - working_days_before(never, here(30, 12), 20) > timedelta(days=360)


@settings(max_examples=60, deadline=None)
@given(*(st.integers(0, 20_000) for _ in range(3)))
def test_minutes_add_up_wherever_they_are_cut(first, second, third):
    begins, cut, ends = (here(1, 0) + timedelta(minutes=each) for each in sorted((first, second, third)))
    assert working_minutes(WEEK, begins, ends) == pytest.approx(
        working_minutes(WEEK, begins, cut) + working_minutes(WEEK, cut, ends)
    )


@pytest.mark.django_db
def test_days_off_of_the_house_are_those_of_every_office_and_an_offices_own_are_its_own():
    rail = OfficeFactory(code="rail", closed_weekdays=[7], opens_at=time(8), closes_at=time(20))
    port = OfficeFactory(code="port", closed_weekdays=[6, 7])
    site = {"terminal": rail.terminal, "reason": "holiday"}
    OfficeClosure.objects.create(**site, first_on="2026-04-05", last_on="2026-04-06")
    OfficeClosure.objects.create(**site, office=rail, first_on="2026-04-08", last_on="2026-04-08")
    theirs, others, house = (
        opening_of(rail, here(7, 9)),
        opening_of(port, here(7, 9)),
        opening_of_house(rail.terminal, here(7, 9)),
    )
    worked = [[n for n in range(4, 12) if each.works_on(date(2026, 4, n))] for each in (theirs, others, house)]
    assert worked == [[4, 7, 9, 10, 11], [7, 8, 9, 10], [4, 7, 8, 9, 10, 11]]
    assert (theirs.opens_at, others.opens_at) == (time(8), None)
