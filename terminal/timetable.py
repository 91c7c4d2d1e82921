"""When a train runs: weekdays and local times of the site, as moments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import WEEKLY, rrule


@dataclass(frozen=True, kw_only=True)
class RunningDays:
    """On these weekdays (1 Monday … 7 Sunday), from ``valid_from`` to ``valid_until`` (None: until further notice).

    ``arrives_at`` and ``departs_at`` are times of the site; it departs ``departs_days_later`` days after it arrived.
    """

    weekdays: Iterable[int]
    arrives_at: time
    departs_at: time
    departs_days_later: int
    valid_from: date
    valid_until: date | None = None

    def between(self, first: date, last: date) -> list[date]:
        """The days from ``first`` to ``last``, both included, on which it arrives."""
        start = max(first, self.valid_from)
        end = min(last, self.valid_until or last)
        weekdays = [day - 1 for day in self.weekdays]
        if start > end or not weekdays:
            return []
        midnight = [datetime.combine(day, time()) for day in (start, end)]
        return [each.date() for each in rrule(WEEKLY, dtstart=midnight[0], until=midnight[1], byweekday=weekdays)]

    def doubles(self, other: "RunningDays") -> bool:
        """Whether both would arrive at one moment on some day: one train is meant, and two would run."""
        last = min(self.valid_until or date.max, other.valid_until or date.max)
        first = max(self.valid_from, other.valid_from)
        common = set(self.weekdays) & set(other.weekdays)
        week = (first + timedelta(days=n) for n in range(min(7, max(0, (last - first).days + 1))))
        return self.arrives_at == other.arrives_at and any(day.isoweekday() in common for day in week)

    def times(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Arrival and departure of the train that arrives on that day, in UTC."""
        leaves = day + timedelta(days=self.departs_days_later)
        return _moment(day, self.arrives_at, zone), _moment(leaves, self.departs_at, zone)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A time of the site's clock in UTC; one that a change of clocks leaves out is as much later."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
