"""Stays, the peak they make, room or no room.

A stay holds an amount (m², train places, TEU) from its start until just before its end, so one that ends at noon
makes room for one that begins at noon.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Final

from terminal.errors import Malformed, gettext_noop
from terminal.moments import utc

ONE_PLACE: Final = Decimal(1)


class EmptyStay(Malformed):
    """A stay that ends before it begins, or holds nothing."""

    message = gettext_noop("A stay from %(start)s to %(end)s over %(amount)s is empty: it holds nothing.")


@dataclass(frozen=True, slots=True)
class Stay:
    """``amount`` held from ``start`` until just before ``end``. Refuses ``EmptyStay`` and ``NaiveTime``."""

    start: datetime
    end: datetime
    amount: Decimal = ONE_PLACE

    def __post_init__(self) -> None:
        require_length(self.start, self.end, self.amount)

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Whether some moment of the window lies within the stay; touching ends do not count."""
        return utc(self.start) < utc(end) and utc(start) < utc(self.end)


def require_length(start: datetime, end: datetime, amount: Decimal = ONE_PLACE) -> None:
    """Raise ``EmptyStay`` unless ``end`` lies after ``start`` and ``amount`` above zero."""
    if utc(end) <= utc(start) or amount <= 0:
        raise EmptyStay(start=start.isoformat(), end=end.isoformat(), amount=str(amount))


Profile = list[tuple[datetime, Decimal]]
"""How much is held from each moment on, until the next; in time order."""


def _profile(stays: Iterable[Stay]) -> Profile:
    changes: dict[datetime, Decimal] = {}
    for stay in stays:
        start, end = utc(stay.start), utc(stay.end)
        changes[start] = changes.get(start, Decimal(0)) + stay.amount
        changes[end] = changes.get(end, Decimal(0)) - stay.amount
    moments = sorted(changes)
    return list(zip(moments, accumulate(changes[moment] for moment in moments), strict=True))


def peak(stays: Iterable[Stay]) -> Decimal:
    """The most that is held at any one moment; zero without stays."""
    return max((held for _, held in _profile(stays)), default=Decimal(0))


def peak_within(stays: Iterable[Stay], start: datetime, end: datetime) -> Decimal:
    """The most that is held at any one moment from ``start`` until just before ``end``. Raises ``EmptyStay``."""
    require_length(start, end)
    first, last = utc(start), utc(end)
    return peak(
        Stay(max(first, utc(stay.start)), min(last, utc(stay.end)), stay.amount)
        for stay in stays
        if stay.overlaps(first, last)
    )


def room(stays: Iterable[Stay], capacity: Decimal, start: datetime, end: datetime) -> Decimal:
    """What is free through the whole window; below zero it is overbooked by that much. Raises ``EmptyStay``."""
    return capacity - peak_within(stays, start, end)


def next_that_fits(
    stays: Iterable[Stay],
    capacity: Decimal,
    amount: Decimal,
    duration: timedelta,
    not_before: datetime,
    horizon: datetime,
) -> datetime | None:
    """The earliest start at which ``amount`` fits for the whole ``duration``, in UTC; None when there is none.

    The start lies from ``not_before`` to ``horizon``, both included; the stay itself may reach past the horizon.
    Raises ``EmptyStay`` for a duration or an amount that is not above zero.
    """
    start, latest = utc(not_before), utc(horizon)
    require_length(start, start + duration, amount)
    if amount > capacity:
        return None
    for full_from, full_until in _too_full(_profile(stays), capacity - amount):
        if full_from >= start + duration:
            break
        start = max(start, full_until)
    return start if start <= latest else None


def _too_full(profile: Profile, most: Decimal) -> Iterator[tuple[datetime, datetime]]:
    return ((since, until) for (since, held), (until, _) in pairwise(profile) if held > most)
