"""Which days are working days: weekends, holidays and the working days swapped for them, as data."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from terminal.errors import Malformed, gettext_noop

WEEKEND: Final = frozenset({6, 7})
WEEKDAYS: Final = frozenset(range(1, 8))
DAY: Final = timedelta(days=1)


class NoSuchWeekday(Malformed):
    """A weekend of days that no week has, or of all it has."""

    message = gettext_noop(
        "The weekend of the calendar %(calendar)s is not right: some of the weekdays 1 (Monday) to 7, not all of them."
    )


class HolidayAndWorkingDay(Malformed):
    """A day is said to be both."""

    message = gettext_noop(
        "The calendar %(calendar)s has %(days)s both as holiday and as working day: one or the other."
    )


class DayNotInCalendar(Malformed):
    """A day of which the calendar says nothing, or one it names beyond its own ends."""

    message = gettext_noop("The calendar %(calendar)s is for %(first)s to %(last)s; it says nothing of %(day)s.")


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """The working days from ``first_on`` to ``last_on``, both included; beyond them it says nothing and does not guess.

    ``weekend``: weekdays (1 Monday … 7 Sunday). ``swapped``: days of a weekend that are worked all the same.
    Refuses ``NoSuchWeekday``, ``HolidayAndWorkingDay`` and ``DayNotInCalendar``.
    """

    name: str
    first_on: date
    last_on: date
    weekend: frozenset[int] = WEEKEND
    holidays: frozenset[date] = frozenset()
    swapped: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekend < WEEKDAYS:
            raise NoSuchWeekday(calendar=self.name)
        if both := self.holidays & self.swapped:
            raise HolidayAndWorkingDay(calendar=self.name, days=", ".join(sorted(map(str, both))))
        for day in sorted(self.holidays | self.swapped):
            self._require(day)

    def is_working(self, day: date) -> bool:
        """Whether people work that day. Refuses ``DayNotInCalendar``."""
        self._require(day)
        return day in self.swapped or (day not in self.holidays and day.isoweekday() not in self.weekend)

    def _require(self, day: date) -> None:
        if not self.first_on <= day <= self.last_on:
            raise DayNotInCalendar(calendar=self.name, first=str(self.first_on), last=str(self.last_on), day=str(day))
