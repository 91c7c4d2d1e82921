"""When people are told: hours of the site, storms in one message, repeats ever more rarely, the next person in time."""

from datetime import UTC, datetime, time, timedelta

import pytest

from terminal.telling import Hours, Storm, circle, is_repeated, steps_due, to_tell

MONDAY = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def day(n: int, hour: int) -> datetime:
    return MONDAY.replace(hour=hour) + timedelta(days=n)


class TestHours:
    def test_without_hours_it_speaks_always(self):
        assert all(Hours().include(day(n, hour)) for n in range(7) for hour in (0, 12, 23))
        assert Hours().include(MONDAY.replace(hour=23, minute=59, second=59, microsecond=999_999))

    def test_office_hours_of_working_days(self):
        office = Hours(frozenset(range(5)), time(8), time(18))
        assert [office.include(day(0, hour)) for hour in (7, 8, 17, 18)] == [False, True, True, False]
        assert not office.include(day(5, 12))

    def test_a_night_belongs_to_the_day_on_which_it_began(self):
        friday_night = Hours(frozenset([4]), time(22), time(6))
        assert friday_night.include(day(4, 23))
        assert friday_night.include(day(5, 5))
        assert not friday_night.include(day(5, 6))
        assert not friday_night.include(day(4, 5))

    def test_from_an_hour_on_or_until_one(self):
        assert [Hours(begin=time(20)).include(day(0, hour)) for hour in (19, 20, 23)] == [False, True, True]
        assert [Hours(end=time(6)).include(day(0, hour)) for hour in (0, 5, 6)] == [True, True, False]


def said(waiting, lately=0, ago=None, critical=()):
    last = None if ago is None else MONDAY - ago
    told = to_tell(waiting, lately=lately, last=last, at=MONDAY, critical=lambda one: one in critical, storm=Storm())
    return "".join(told.alone), "".join(told.together)


class TestStorms:
    @pytest.mark.parametrize(
        ("waiting", "lately", "ago", "critical", "alone", "together"),
        [
            ("", 0, None, "", "", ""),
            ("abc", 0, None, "", "abc", ""),
            ("abcd", 0, None, "", "", "abcd"),
            ("a", 2, MINUTE, "", "a", ""),
            ("a", 3, MINUTE, "", "", ""),
            ("a", 3, 5 * MINUTE, "", "a", ""),
            ("abc", 3, 5 * MINUTE, "", "", "abc"),
            ("abc", 3, MINUTE, "b", "b", ""),
            ("abcde", 0, None, "b", "b", "acde"),
            ("abcde", 3, MINUTE, "abde", "", "abde"),
        ],
    )
    def test_a_few_come_one_by_one_and_many_in_one(self, waiting, lately, ago, critical, alone, together):
        assert said(waiting, lately, ago, critical) == (alone, together)


class TestRepeats:
    def test_each_pause_is_twice_the_last_and_never_longer_than_a_day(self):
        told = [h for h in range(120) if any(is_now(h, n) for n in range(8))]
        assert told[:3] == [4, 12, 28]
        assert told[3:5] == [52, 76]

    def test_no_pause_is_never(self):
        assert not is_repeated(told_at=MONDAY, repeats=0, first=timedelta(), at=MONDAY + 99 * HOUR)


def is_now(hours: int, repeats: int) -> bool:
    def due(at: datetime) -> bool:
        return is_repeated(told_at=MONDAY, repeats=repeats, first=4 * HOUR, at=at)

    return due(MONDAY + hours * HOUR) and not due(MONDAY + hours * HOUR - MINUTE)


def test_the_steps_of_an_escalation_fall_due_one_after_the_other():
    waits = [30 * MINUTE, 15 * MINUTE, HOUR]
    assert [steps_due(waits, told_at=MONDAY, at=MONDAY + n * MINUTE) for n in (14, 15, 30, 60)] == [0, 1, 2, 3]


def test_rules_that_would_keep_one_another_silent_are_found():
    assert circle([("site", "block"), ("block", "bay")]) == ()
    assert set(circle([("site", "block"), ("block", "bay"), ("bay", "site")])) == {"site", "block", "bay"}
    assert circle([("site", "site")]) == ("site",)
