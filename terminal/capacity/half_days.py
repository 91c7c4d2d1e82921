"""Half-days of a site, 00–12 and 12–24 on its wall clock: the grain in which warehouse area is booked."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from terminal.capacity.stays import require_length
from terminal.moments import utc

NOON: Final = time(12)


@dataclass(frozen=True, slots=True, order=True)
class HalfDay:
    """``half`` 0 is from midnight to noon, 1 from noon to midnight. Sorts in time order."""

    day: date
    half: Literal[0, 1]

    @property
    def next(self) -> "HalfDay":
        """The half-day that follows."""
        return HalfDay(self.day, 1) if self.half == 0 else HalfDay(self.day + timedelta(days=1), 0)


def half_day_at(moment: datetime, zone: ZoneInfo) -> HalfDay:
    """The half-day of the site in which ``moment`` falls. Raises ``NaiveTime``."""
    local = utc(moment).astimezone(zone)
    return HalfDay(local.date(), 0 if local.hour < NOON.hour else 1)


def half_day_bounds(half_day: HalfDay, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First moment of the half-day and first moment of the next, in UTC."""
    return _first_moment(half_day, zone), _first_moment(half_day.next, zone)


def _first_moment(half_day: HalfDay, zone: ZoneInfo) -> datetime:
    return utc(datetime.combine(half_day.day, NOON if half_day.half else time.min, zone))


def half_days(start: datetime, end: datetime, zone: ZoneInfo) -> list[HalfDay]:
    """Every half-day the window touches, in order: it uses each of them whole. Raises ``EmptyStay``.

    A window that ends exactly at noon or midnight does not touch the half-day that begins there.
    """
    require_length(start, end)
    touched = [half_day_at(start, zone)]
    while half_day_bounds(touched[-1], zone)[1] < utc(end):
        touched.append(touched[-1].next)
    return touched
