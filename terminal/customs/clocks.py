"""Whose turn it is while goods wait for their release: the clocks of a release time study.

The World Customs Organization's Time Release Study measures from arrival to release and says how much of it each side
took. Exactly one clock runs from the arrival (or the declaration, where that came first) to the release.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from terminal.lifecycle import DeclarationStatus
from terminal.regimes import Regime


class Clock(StrEnum):
    """On whom the goods wait."""

    TRADER = "trader"
    TERMINAL = "terminal"
    CUSTOMS = "customs"
    AGENCY = "agency"


_S = DeclarationStatus
RUNS_IN: Final = {
    _S.DRAFT: Clock.TRADER,
    _S.SUBMITTED: Clock.CUSTOMS,
    _S.REGISTERED: Clock.CUSTOMS,
    _S.DOCUMENTARY_CHECK: Clock.CUSTOMS,
    _S.QUERY: Clock.TRADER,
    _S.REFERRED: Clock.AGENCY,
    _S.INSPECTION_ORDERED: Clock.TERMINAL,
    _S.INSPECTED: Clock.CUSTOMS,
    _S.ASSESSED: Clock.TRADER,
    _S.PAID: Clock.CUSTOMS,
}
"""The clock that runs while a declaration stands so. An inspection runs on customs' from the box's presentation on."""

HERE_ALREADY: Final = frozenset({Regime.BONDED_PROCESSING, Regime.BONDED_REMOVAL, Regime.RETURN})
"""Regimes of goods that lie here under customs' eyes anyway: what they wait for begins with the declaration."""

STEPS: Final = tuple(status for status in RUNS_IN if status is not _S.DRAFT)
"""The steps of which is told how long a declaration stood in them."""

A_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A time that is over in which one side had a declaration, in one status."""

    clock: Clock
    status: DeclarationStatus
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What a release took, in whole minutes. ``by_clock`` adds up to it; ``by_step`` names the steps it stood in."""

    minutes: int
    by_clock: dict[Clock, int]
    by_step: dict[DeclarationStatus, int]


def wait_began(regime: str, arrived_at: datetime | None, submitted_at: datetime, released_at: datetime) -> datetime:
    """From when a release time counts: the arrival of the first box; else the submission, but not after the release.

    Else: goods without a box, those that were released before they came, and those under a regime for goods that are
    here already.
    """
    arrived = arrived_at is not None and arrived_at <= released_at and regime not in HERE_ALREADY
    return arrived_at if arrived and arrived_at else min(submitted_at, released_at)


def time_taken(periods: Iterable[Period], began_at: datetime, released_at: datetime) -> Taken:
    """What of the time from ``began_at`` to ``released_at`` each side had it, and how long it stood in each step.

    Every moment is taken down to the minute passed since ``began_at``, so that the parts add up. What no period covers
    is the time between arrival and declaration: the trader's.
    """

    def passed(moment: datetime) -> int:
        return (min(max(moment, began_at), released_at) - began_at) // A_MINUTE

    by_clock, by_step = dict.fromkeys(Clock, 0), dict[DeclarationStatus, int]()
    for each in periods:
        minutes = passed(each.ended_at) - passed(each.began_at)
        by_clock[each.clock] += minutes
        if each.status in STEPS:
            by_step[each.status] = by_step.get(each.status, 0) + minutes
    total = passed(released_at)
    by_clock[Clock.TRADER] += total - sum(by_clock.values())
    return Taken(total, by_clock, by_step)
