"""Trains on tracks, in metres and in time: who is in the way of whom, and when there is room.

A stay takes metres of a track from one moment to another, both ends half-open. Plans may overlap, trains may not: what
is asked here says where they do, and what would fit.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

OPEN_END: Final = datetime.max.replace(tzinfo=UTC)
"""The end of a stay of which nobody knows when it ends."""


@dataclass(frozen=True, slots=True)
class TrackTime:
    """Metres ``from_m`` to ``to_m`` of a track, taken by a train from ``starts_at`` to ``ends_at``."""

    train: Hashable
    from_m: int
    to_m: int
    starts_at: datetime
    ends_at: datetime

    def meets(self, other: "TrackTime") -> bool:
        """Whether both are at one time on one metre, being two trains."""
        in_space = self.from_m < other.to_m and other.from_m < self.to_m
        in_time = self.starts_at < other.ends_at and other.starts_at < self.ends_at
        return in_space and in_time and self.train != other.train


@dataclass(frozen=True, slots=True)
class Fit:
    """From when a train has room on a track, and from which metre."""

    starts_at: datetime
    from_m: int


def in_the_way(wanted: TrackTime, taken: Iterable[TrackTime]) -> list[TrackTime]:
    """Whoever stands, or is to stand, where and when ``wanted`` would; the earliest first."""
    return sorted((each for each in taken if each.meets(wanted)), key=lambda each: (each.starts_at, each.from_m))


def clashes(taken: Sequence[TrackTime]) -> list[tuple[TrackTime, TrackTime]]:
    """Every two stays of one track that meet, each pair once, in the order of their beginnings."""
    in_order = sorted(taken, key=lambda each: (each.starts_at, each.from_m))
    return [(one, other) for turn, one in enumerate(in_order) for other in in_order[turn + 1 :] if one.meets(other)]


def first_metre(usable_m: int, taken: Iterable[TrackTime], wanted: TrackTime) -> int | None:
    """The lowest metre from which ``wanted`` (its length and its time) is free; None: there is no such stretch."""
    length = wanted.to_m - wanted.from_m
    there = [each for each in taken if _at_one_time(each, wanted)]
    start = 0
    for each in sorted(there, key=lambda each: each.from_m):
        if min(each.from_m, usable_m) - start >= length:
            return start
        start = max(start, each.to_m)
    return start if usable_m - start >= length else None


def _at_one_time(one: TrackTime, other: TrackTime) -> bool:
    return one.train != other.train and one.starts_at < other.ends_at and other.starts_at < one.ends_at


def earliest(usable_m: int, taken: Sequence[TrackTime], wanted: TrackTime) -> Fit | None:
    """When, not before it wants to, a train has its length for its whole stay; None: never, as far as is known."""
    stay: timedelta = wanted.ends_at - wanted.starts_at
    ends = {each.ends_at for each in taken if wanted.starts_at < each.ends_at < OPEN_END}
    for start in sorted({wanted.starts_at, *ends}):
        then = TrackTime(wanted.train, wanted.from_m, wanted.to_m, start, start + stay)
        metre = first_metre(usable_m, taken, then)
        if metre is not None:
            return Fit(start, metre)
    return None


DECK_MM: Final = 1_170
"""How high over the rails the floor of a container flat wagon is, at most (X70, X6K; rounded up)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRoom:
    """What a track takes: usable metres, its gauge, how high and how wide it is clear (mm; None: nobody measured)."""

    usable_m: int
    gauge_mm: int
    clear_height_mm: int | None = None
    clear_width_mm: int | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainProfile:
    """What a train needs: metres, gauge, height over the rails and width (mm). None: not known, and nothing fails."""

    length_m: int
    gauge_mm: int | None = None
    height_mm: int | None = None
    width_mm: int | None = None


class Misfit(StrEnum):
    """Why a track does not take a train, whoever stands on it."""

    CLOSED = "closed"
    LENGTH = "length"
    GAUGE = "gauge"
    HEIGHT = "height"
    WIDTH = "width"


def misfits(track: TrackRoom, train: TrainProfile) -> Iterator[Misfit]:
    """Everything for which the track does not take the train; nothing: it does."""
    if track.closed:
        yield Misfit.CLOSED
    if train.length_m > track.usable_m:
        yield Misfit.LENGTH
    if train.gauge_mm is not None and train.gauge_mm != track.gauge_mm:
        yield Misfit.GAUGE
    if _beyond(train.height_mm, track.clear_height_mm):
        yield Misfit.HEIGHT
    if _beyond(train.width_mm, track.clear_width_mm):
        yield Misfit.WIDTH


def _beyond(needed: int | None, clear: int | None) -> bool:
    return needed is not None and clear is not None and needed > clear
