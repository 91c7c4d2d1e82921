"""When people are told of an alert: its hours, storms, repeats, and the next person when nobody answers.

An alert stands whether or not anybody is told. What is said of it is spaced so that it is read: a few alerts come one
by one and at once; in a storm they are gathered into one message that lists them, and only the critical ones still
come at once. While nobody acknowledges it is repeated, ever more rarely, and the next person is asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Generic, TypeVar

T = TypeVar("T")

EVERY_DAY: Final = frozenset(range(7))
LONGEST_PAUSE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """The site's hours in which a rule speaks. No days: every day; no times: round the clock. Monday is 0.

    Hours that end before they begin last over midnight, and count to the day on which they began.
    """

    days: frozenset[int] = frozenset()
    begin: time | None = None
    end: time | None = None

    def include(self, local: datetime) -> bool:
        """Whether the rule may speak at that moment, told in the site's own time."""
        begin, end = self.begin or time.min, self.end or time.max
        if begin <= end:
            return (self._on(local.date()) and begin <= local.time() < end) or self._round_the_clock(local)
        if local.time() >= begin:
            return self._on(local.date())
        return local.time() < end and self._on(local.date() - timedelta(days=1))

    def _round_the_clock(self, local: datetime) -> bool:
        return self.begin is None and self.end is None and self._on(local.date())

    def _on(self, day: date) -> bool:
        return day.weekday() in (self.days or EVERY_DAY)


@dataclass(frozen=True, slots=True)
class Storm:
    """How many alerts are told one by one within a window; beyond, they are gathered for a while first."""

    window: timedelta = timedelta(minutes=10)
    most: int = 3
    gather: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """What is to be told now: each by itself, and what goes into one message. The rest waits."""

    alone: tuple[T, ...] = ()
    together: tuple[T, ...] = ()


def to_tell(
    waiting: Sequence[T], *, lately: int, last: datetime | None, at: datetime, critical: Callable[[T], bool],
    storm: Storm,
) -> Said[T]:  # fmt: skip
    """Of the alerts that wait to be told those whose turn it is.

    ``lately``: how many were told within the window that ends now; ``last``: when the latest of them was.
    """
    if len(waiting) + lately <= storm.most:
        return Said(alone=tuple(waiting))
    urgent = tuple(each for each in waiting if critical(each))
    alone = urgent if len(urgent) <= storm.most else ()
    gathered_long_enough = last is None or at - last >= storm.gather
    gathered = tuple(each for each in waiting if each not in alone and (gathered_long_enough or each in urgent))
    return Said(alone, gathered) if len(gathered) > 1 else Said((*alone, *gathered))


def is_repeated(*, told_at: datetime, repeats: int, first: timedelta, at: datetime) -> bool:
    """Whether it is time to say it again: after ``first``, then twice as long each time, at most a day apart.

    No ``first``: never.
    """
    if not first:
        return False
    pauses = (min(first * (1 << min(n, 12)), max(first, LONGEST_PAUSE)) for n in range(repeats + 1))
    return at - told_at >= sum(pauses, timedelta())


def steps_due(waits: Sequence[timedelta], *, told_at: datetime, at: datetime) -> int:
    """How many of the steps of an escalation are due, each counted from when the alert was first told."""
    return sum(1 for wait in sorted(waits) if at - told_at >= wait)


def circle(pairs: Sequence[tuple[T, T]]) -> tuple[T, ...]:
    """The first ring of alerts that would keep one another silent, as (who silences, who is silenced); none: empty."""
    below: dict[T, list[T]] = {}
    for above, silenced in pairs:
        below.setdefault(above, []).append(silenced)
    for start in below:
        if way := _way_back(start, start, below, ()):
            return way
    return ()


def _way_back(place: T, start: T, below: dict[T, list[T]], way: tuple[T, ...]) -> tuple[T, ...]:
    for each in below.get(place, ()):
        if each == start:
            return (*way, place)
        if each not in way and (found := _way_back(each, start, below, (*way, place))):
            return found
    return ()
