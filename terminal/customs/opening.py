"""When an office works: its hours, its weekdays, its days off, in the zone of the site.

An office without hours works round the clock; on a day off nobody does. Lengths are true lengths, also across a change
of clocks.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from terminal.moments import utc

DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
A_YEAR: Final = 366
"""An office that does not open within so many days is not expected to."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The hours of one office. ``opens_at`` and ``closes_at`` both None: round the clock.

    ``closed_weekdays``: 1 Monday to 7 Sunday. ``days_off``: first and last day of each time off, both included.
    """

    zone: tzinfo
    opens_at: time | None = None
    closes_at: time | None = None
    closed_weekdays: frozenset[int] = frozenset()
    days_off: tuple[tuple[date, date], ...] = ()

    def works_on(self, day: date) -> bool:
        """Whether the office works that day of the site."""
        off = any(first <= day <= last for first, last in self.days_off)
        return not off and day.isoweekday() not in self.closed_weekdays

    def hours_of(self, day: date) -> tuple[datetime, datetime] | None:
        """From when to when it works that day, in UTC; None when it does not."""
        if not self.works_on(day):
            return None
        closes = self._at(day, self.closes_at) if self.closes_at else self._at(day + DAY, time())
        return self._at(day, self.opens_at or time()), closes

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def is_open(opening: Opening, moment: datetime) -> bool:
    """Whether the office works at that moment."""
    hours = opening.hours_of(moment.astimezone(opening.zone).date())
    return hours is not None and hours[0] <= moment < hours[1]


def next_open(opening: Opening, moment: datetime) -> datetime | None:
    """``moment`` if the office works then, else when it opens next; None when it does not within a year."""
    today = moment.astimezone(opening.zone).date()
    for ahead in range(A_YEAR + 1):
        hours = opening.hours_of(today + ahead * DAY)
        if hours is not None and moment < hours[1]:
            return max(moment, hours[0])
    return None


def working_minutes(opening: Opening, since: datetime, until: datetime) -> float:
    """How many minutes the office worked from ``since`` to ``until``; none when that is no time."""
    since, until = utc(since), utc(until)
    worked, day = timedelta(), since.astimezone(opening.zone).date()
    last = until.astimezone(opening.zone).date()
    while day <= last:
        if hours := opening.hours_of(day):
            worked += max(timedelta(), min(until, hours[1]) - max(since, hours[0]))
        day += DAY
    return worked / MINUTE


def after_working(opening: Opening, since: datetime, minutes: float) -> datetime | None:
    """The moment by which the office has worked so many minutes since then; None when that is not within a year."""
    since, left = utc(since), minutes * MINUTE
    today = since.astimezone(opening.zone).date()
    for ahead in range(A_YEAR + 1):
        hours = opening.hours_of(today + ahead * DAY)
        if hours is None or hours[1] <= since:
            continue
        begins = max(since, hours[0])
        if left <= hours[1] - begins:
            return begins + left
        left -= hours[1] - begins
    return None


def working_days_before(opening: Opening, moment: datetime, many: int) -> datetime:
    """The midnight with which the last ``many`` days began on which the office worked, today's among them.

    Never further back than a year.
    """
    day, left = moment.astimezone(opening.zone).date(), many
    first = day - A_YEAR * DAY
    while day > first:
        left -= opening.works_on(day)
        if not left:
            break
        day -= DAY
    return datetime.combine(day, time(), opening.zone).astimezone(UTC)
