"""When a stay fits next: searched over counted half-days, closures and opening hours, without looking at any stay."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from terminal.capacity.half_days import HalfDay, half_day_at, half_day_bounds
from terminal.capacity.stays import require_length
from terminal.moments import utc

Opening = Callable[[datetime], datetime | None]
"""The moment itself while goods are taken in, else when they are next; None: never."""

Window = tuple[datetime, datetime]


class Fullness:
    """Half-days in a row from ``first`` on, each too full for a stay or not. After the last one there is room."""

    def __init__(self, first: HalfDay, too_full: Sequence[bool], site: ZoneInfo) -> None:
        self._first, self._site = first, site
        numbered = (number if full else -1 for number, full in enumerate(too_full))
        self._last_full = list(accumulate(numbered, max))

    def room_from(self, start: datetime, end: datetime) -> datetime:
        """``start`` when every half-day the window touches has room, else the end of the last one that has not."""
        if not self._last_full:
            return start
        last = min(self._number(end - timedelta(microseconds=1)), len(self._last_full) - 1)
        full = self._last_full[last] if last >= 0 else -1
        return start if full < self._number(start) else half_day_bounds(self._half_day(full), self._site)[1]

    def _number(self, moment: datetime) -> int:
        half_day = half_day_at(moment, self._site)
        return 2 * (half_day.day - self._first.day).days + half_day.half - self._first.half

    def _half_day(self, number: int) -> HalfDay:
        halves = number + self._first.half
        return HalfDay(self._first.day + timedelta(days=halves // 2), 1 if halves % 2 else 0)


def starts_that_fit(
    fullness: Fullness,
    closed: Sequence[Window],
    opening: Opening,
    duration: timedelta,
    not_before: datetime,
    latest: datetime,
    *,
    site: ZoneInfo,
    many: int = 1,
) -> list[datetime]:
    """The first ``many`` starts at which a stay fits, each in another half-day, in UTC; fewer when there are no more.

    They lie from ``not_before`` to ``latest``, both included. Raises ``EmptyStay``.
    """
    require_length(not_before, utc(not_before) + duration)
    found: list[datetime] = []
    start = _first_fit(fullness, closed, opening, duration, utc(not_before), utc(latest))
    while start is not None and len(found) < many:
        found.append(start)
        following = half_day_bounds(half_day_at(start, site), site)[1]
        start = _first_fit(fullness, closed, opening, duration, following, utc(latest))
    return found


def _first_fit(
    fullness: Fullness,
    closed: Sequence[Window],
    opening: Opening,
    duration: timedelta,
    start: datetime,
    latest: datetime,
) -> datetime | None:
    while start <= latest:
        open_from = opening(start)
        if open_from is None:
            return None
        end = start + duration
        closure_ends = (until for since, until in closed if since < end and until > start)
        later = max(utc(open_from), fullness.room_from(start, end), *map(utc, closure_ends))
        if later == start:
            return start
        start = later
    return None
