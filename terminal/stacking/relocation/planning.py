"""What others ask: a plan for a bay, the rule it has to beat, and the bound it cannot get under."""

import time
from collections.abc import Callable
from typing import Final

from terminal.stacking.relocation.bounds import blocking, lookahead
from terminal.stacking.relocation.plans import Move, NoPlan, NoPlanInTime, require_bay
from terminal.stacking.relocation.search import Search, Step, min_max
from terminal.stacking.relocation.yard import NOBODY, Yard

A_MOMENT: Final = 0.05
"""Seconds that are always there to look for any plan, where the min-max rule gets stuck."""

MARGIN: Final = 0.97
"""Of the time allowed, what is searched in; the rest is for telling the plan."""


def retrieval_plan(stacks: list[list[int]], max_height: int, seconds: float) -> list[Move]:
    """The moves that empty a bay in the order of its priorities, with as few relocations as are found in that time.

    ``stacks``: priorities bottom to top, 1 is the first to leave; equal ones leave in any order. ``max_height``: tiers
    no stack gets over. ``seconds`` of wall-clock time at most; a plan is never worse than ``min_max_plan``, and with 0
    it is that. Raises ``NotABay``, ``NoPlan`` (there is none), ``NoPlanInTime`` (none was found in time).
    """
    return plan(stacks, max_height, seconds, clock=time.perf_counter)


def plan(stacks: list[list[int]], max_height: int, seconds: float, *, clock: Callable[[], float]) -> list[Move]:
    """As ``retrieval_plan``, by another clock."""
    began = clock()
    require_bay(stacks, max_height, seconds)
    search = Search(Yard(stacks, max_height), clock, began + MARGIN * seconds)
    search.run()
    if search.best == NOBODY and not search.ended:
        search.until = max(search.until, clock() + A_MOMENT)
        search.run()
    if search.best == NOBODY:
        facts = {"boxes": sum(map(len, stacks)), "stacks": len(stacks), "max_height": max_height}
        raise NoPlan(**facts) if search.ended else NoPlanInTime(**facts)
    return _told(search.yard, search.steps)


def min_max_plan(stacks: list[list[int]], max_height: int) -> list[Move]:
    """The plan of the min-max rule (see ``search.min_max``): the baseline.

    Raises ``NotABay``, and ``NoPlanInTime`` where the rule gets stuck, which others may not.
    """
    require_bay(stacks, max_height)
    yard = Yard(stacks, max_height)
    state, _left = yard.settled(yard.start)
    steps = min_max(yard, state)
    if steps is None:
        raise NoPlanInTime(boxes=sum(map(len, stacks)), stacks=len(stacks), max_height=max_height)
    return _told(yard, steps)


def lower_bound(stacks: list[list[int]], max_height: int) -> int:
    """Relocations that no plan for the bay can do without. Raises ``NotABay``."""
    require_bay(stacks, max_height)
    yard = Yard(stacks, max_height)
    state, _left = yard.settled(yard.start)
    known = blocking(state)
    return known if yard.grouped else known + lookahead(state, max_height, known)


def _told(yard: Yard, steps: list[Step]) -> list[Move]:
    """Relocations as a whole plan: whatever can leave leaves before the next box is moved."""
    state, left = yard.settled(yard.start)
    moves = [Move(place, None) for place in left]
    for source, target in steps:
        state[target] = yard.push(state[target], state[source].boxes[-1])
        state[source] = yard.pop(state[source])
        state, left = yard.settled(state)
        moves += [Move(source, target), *(Move(place, None) for place in left)]
    return moves
