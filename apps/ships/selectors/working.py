"""How far the work on ships is, and what stands in the way of the rest."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.containers.selectors import situations
from apps.ships.models import ShipCall, StowageLine
from apps.ships.selectors.loading import wishes
from terminal.lifecycle import LineState
from terminal.readiness import Blocker, Step, blockers
from terminal.stowage import TROUBLES, Progress, StowageList, progress

WORKED: tuple[str, ...] = (LineState.LISTED.value, LineState.DONE.value)
"""What counts as planned: given-up lines and boxes that were not on board do not."""


def board(ships: QuerySet[ShipCall]) -> QuerySet[ShipCall]:
    """The ships with what a board shows: boxes that ``come``, ``came_off``, ``go``, ``went_on``."""
    return ships.annotate(
        come=_count(StowageList.DISCHARGE, *WORKED),
        came_off=_count(StowageList.DISCHARGE, LineState.DONE.value),
        go=_count(StowageList.LOAD, *WORKED),
        went_on=_count(StowageList.LOAD, LineState.DONE.value),
    )


def _count(which: StowageList, *states: str) -> Any:
    return Count("lines", filter=Q(lines__listed_in=which.value, lines__state__in=states))


def work_of(ship: ShipCall, at: datetime) -> dict[StowageList, Progress]:
    """How far discharging and loading are, with pace and expected end. One query."""
    lines = StowageLine.objects.filter(ship=ship, state__in=WORKED).values_list("listed_in", "done_at")
    planned: dict[str, int] = defaultdict(int)
    moves: dict[str, list[datetime]] = defaultdict(list)
    for which, done_at in lines:
        planned[which] += 1
        if done_at is not None:
            moves[which].append(done_at)
    return {which: progress(planned[which.value], moves[which.value], at) for which in StowageList}


@dataclass(frozen=True)
class InTheWay:
    """An open line of a load list and one thing that keeps it from being loaded: why, and what helps."""

    line: StowageLine
    code: str
    message: str
    remedy: str
    facts: dict[str, Any]


def load_troubles(ship: ShipCall, at: datetime) -> list[InTheWay]:
    """What keeps each open line of the load list from being loaded at ``at``: its own trouble, else its blockers."""
    found = wishes(ship, at)
    good = {wish.line.pk: wish.visit for wish in found if wish.trouble is None and wish.visit is not None}
    stand = situations(good.values(), at)
    told: list[InTheWay] = []
    for wish in found:
        if wish.trouble is not None:
            message, remedy = TROUBLES[wish.trouble]
            told.append(InTheWay(wish.line, wish.trouble.value, message, remedy, {}))
        else:
            stops = blockers(stand[good[wish.line.pk].pk], Step.LOAD, at)
            told += [_blocked(wish.line, each) for each in stops]
    return told


def _blocked(line: StowageLine, blocker: Blocker) -> InTheWay:
    return InTheWay(line, blocker.code, blocker.message, blocker.remedy, dict(blocker.facts))
