"""Dock doors: what is worked at one, how a truck stands at it, and where the next appointment fits best."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum


class DockWork(StrEnum):
    """What is done at a door."""

    STRIP = "strip"
    """A container is unpacked."""
    STUFF = "stuff"
    """A container is filled."""
    RECEIVE = "receive"
    """Goods are taken off a truck into the warehouse."""
    HAND_OUT = "hand_out"
    """Goods are put out of the warehouse onto a truck."""


class Handover(StrEnum):
    """How the box or the truck stands at the door."""

    LIVE = "live"
    """The truck waits while it is worked."""
    DROP = "drop"
    """It is left at the door and fetched when the work is done."""


Window = tuple[datetime, datetime]


def free_windows(open_windows: Iterable[Window], taken: Iterable[Window]) -> list[Window]:
    """What is left of the open times when the taken ones are cut out, in order."""
    cuts = sorted(taken)
    return [piece for window in sorted(open_windows) for piece in _cut(window, cuts)]


def _cut(window: Window, cuts: Iterable[Window]) -> Iterator[Window]:
    start, end = window
    for since, until in cuts:
        if until <= start or since >= end:
            continue
        if since > start:
            yield start, since
        start = max(start, until)
    if start < end:
        yield start, end


def room_around(free: Iterable[Window], wanted: Window) -> timedelta | None:
    """How much free time would be left around the appointment; None where it does not fit.

    The door with the least keeps the long free times of the others whole.
    """
    start, end = wanted
    fitting = (until - since for since, until in free if since <= start and end <= until)
    left = next(fitting, None)
    return None if left is None else left - (end - start)


def starts(free: Iterable[Window], duration: timedelta, not_before: datetime) -> Iterator[datetime]:
    """The earliest start in each free time that is long enough, in order."""
    for since, until in free:
        start = max(since, not_before)
        if start + duration <= until:
            yield start
