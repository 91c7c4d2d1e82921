"""Whether a train's work will be done in time: what is left to lift, how fast it goes, and when it is to leave."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from terminal.errors import gettext_noop
from terminal.moments import require_zone, utc

FEW: Final = 5
"""Fewer lifts than that say nothing of how fast the work goes."""

LOOKED_BACK: Final = timedelta(hours=3)
"""Over how long lifts are counted."""


class Measured(StrEnum):
    """Whose lifts the rate was counted from; the site's is what it was built for."""

    TRAIN = "train"
    TERMINAL = "terminal"
    SITE = "site"


class Cause(StrEnum):
    """Why a train will be late, or is."""

    COMES_LATE = "comes_late"
    """It arrives so late that the work would not be done at the site's own pace."""
    SLOW_WORK = "slow_work"
    """At the site's own pace it would be done in time."""
    MUCH_WORK = "much_work"
    """There is more to lift than the time allows."""
    NOT_AWAY = "not_away"
    """All is lifted, its time is over, and it stands here."""


SAID: Final[dict[Cause, str]] = {
    Cause.COMES_LATE: gettext_noop(
        "It comes too late: %(lifts)s lifts at %(rate)s an hour end at %(ready_at)s, %(minutes)s min after its time."
    ),
    Cause.SLOW_WORK: gettext_noop(
        "Work is slow: %(lifts)s lifts at %(rate)s an hour end at %(ready_at)s, %(minutes)s min after its time."
    ),
    Cause.MUCH_WORK: gettext_noop(
        "Too much is left to lift: %(lifts)s lifts at %(rate)s an hour end at %(ready_at)s, %(minutes)s min after its "
        "time."
    ),
    Cause.NOT_AWAY: gettext_noop("All is lifted, and its time was %(minutes)s min ago."),
}


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast boxes are lifted at one train: lifts an hour, and from whose lifts that is known."""

    lifts_per_hour: float
    measured: Measured


@dataclass(frozen=True, kw_only=True)
class Lifts:
    """Lifts that were made within some hours of work at a train (or trains: hours of each, added up)."""

    lifts: int = 0
    hours: float = 0.0

    @property
    def tell(self) -> bool:
        """Whether they are enough to tell how fast the work goes."""
        return self.lifts >= FEW and self.hours > 0

    @property
    def per_hour(self) -> float:
        """Lifts in an hour at one train."""
        return self.lifts / self.hours


def pace(train: Lifts, terminal: Lifts, site_per_hour: float) -> Pace:
    """How fast the work at a train goes: by its own lifts, else by those at all trains, else as the site was built.

    ``site_per_hour``: what falls to one train of all cranes.
    """
    if train.tell:
        return Pace(lifts_per_hour=train.per_hour, measured=Measured.TRAIN)
    if terminal.tell:
        return Pace(lifts_per_hour=terminal.per_hour, measured=Measured.TERMINAL)
    return Pace(lifts_per_hour=site_per_hour, measured=Measured.SITE)


@dataclass(frozen=True, kw_only=True)
class Delay:
    """A train that will be late, or is: when its work will be done, by how much that is over its time, and why."""

    lifts: int
    pace: Pace
    ready_at: datetime
    departs_at: datetime
    cause: Cause

    @property
    def late(self) -> timedelta:
        """By how much."""
        return self.ready_at - self.departs_at

    @property
    def facts(self) -> dict[str, object]:
        """For the sentence ``SAID`` says of the cause."""
        return {
            "lifts": self.lifts,
            "rate": round(self.pace.lifts_per_hour),
            "ready_at": self.ready_at.isoformat(timespec="minutes"),
            "minutes": round(self.late.total_seconds() / 60),
        }


def delay(
    *, lifts: int, pace: Pace, site_per_hour: float, begins_at: datetime, departs_at: datetime, now: datetime
) -> Delay | None:
    """Whether a train will be late; None: it is in time.

    ``lifts`` are left to be made, at the earliest from ``begins_at`` (now, or when it arrives). Raises ``NaiveTime``.
    """
    require_zone(begins_at, departs_at, now)
    start = max(utc(begins_at), utc(now))
    ready = start + _takes(lifts, pace.lifts_per_hour)
    if ready <= utc(departs_at):
        return None
    cause = _cause(lifts, start, utc(now), utc(departs_at), site_per_hour)
    return Delay(lifts=lifts, pace=pace, ready_at=ready, departs_at=utc(departs_at), cause=cause)


def _cause(lifts: int, start: datetime, now: datetime, departs: datetime, site_per_hour: float) -> Cause:
    if not lifts and start <= now:
        return Cause.NOT_AWAY
    if start + _takes(lifts, site_per_hour) <= departs:
        return Cause.SLOW_WORK
    return Cause.COMES_LATE if start > now else Cause.MUCH_WORK


def _takes(lifts: int, per_hour: float) -> timedelta:
    return timedelta(hours=lifts / per_hour) if lifts else timedelta()
