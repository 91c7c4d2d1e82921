"""What others ask: a plan for a bay, the rule it has to beat, and the bound it cannot get under."""

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from terminal.stacking.relocation.bounds import least
from terminal.stacking.relocation.plans import Move, NoPlan, NoPlanInTime, require_bay
from terminal.stacking.relocation.rule import GivenUp, min_max
from terminal.stacking.relocation.search import Search
from terminal.stacking.relocation.yard import Bay, Relocation, bay_of, moved, settled

MARGIN: Final = 0.92
"""Of the time allowed, what is searched in; the rest is for telling the plan, and for a machine that is busy."""

PATIENCE: Final = 2_000
"""Dead ends that the rule always goes into, whatever the time, before it is said that no plan was found."""


class Planned(NamedTuple):
    """A plan, and the relocations that no plan gets under: where it takes as many, there is none better."""

    moves: list[Move]
    at_least: int


def retrieval_plan(stacks: list[list[int]], max_height: int, seconds: float) -> list[Move]:
    """The moves that empty a bay in the order of its priorities, with as few relocations as are found in that time.

    ``stacks``: priorities bottom to top, 1 is the first to leave; equal ones leave in any order. ``max_height``: tiers
    no stack gets over. ``seconds`` of wall-clock time at most; a plan is never worse than ``min_max_plan``, and with 0
    it is that. Raises ``NotABay``, ``NoPlan`` (it is proved that there is none) and, as a kind of it, ``NoPlanInTime``
    (none was found, but there may be one).
    """
    return planned(stacks, max_height, seconds).moves


def planned(
    stacks: list[list[int]], max_height: int, seconds: float, *, clock: Callable[[], float] = time.perf_counter
) -> Planned:
    """As ``retrieval_plan``, saying how good the plan is at least, and by any clock."""
    until = clock() + MARGIN * seconds
    require_bay(stacks, max_height, seconds)
    bay, _left = settled(bay_of(stacks))
    steps = _by_rule(stacks, bay, max_height, lambda: clock() < until)
    search = Search(bay, max_height, steps, clock, until)
    search.run()
    return Planned(_told(stacks, search.steps), search.least)


def min_max_plan(stacks: list[list[int]], max_height: int) -> list[Move]:
    """The plan of the min-max rule (see ``rule.min_max``), the baseline. Raises as ``retrieval_plan``."""
    require_bay(stacks, max_height)
    bay, _left = settled(bay_of(stacks))
    return _told(stacks, _by_rule(stacks, bay, max_height, lambda: False))


def lower_bound(stacks: list[list[int]], max_height: int) -> int:
    """Relocations that no plan for the bay can do without. Raises ``NotABay``."""
    require_bay(stacks, max_height)
    return least(settled(bay_of(stacks))[0], max_height)


def _by_rule(stacks: list[list[int]], bay: Bay, max_height: int, in_time: Callable[[], bool]) -> list[Relocation]:
    """The rule's relocations: it goes back ``PATIENCE`` times where it gets stuck, and on while there is time."""
    dead_ends = iter(range(PATIENCE))
    facts = {"boxes": sum(map(len, stacks)), "stacks": len(stacks), "max_height": max_height}
    try:
        steps = min_max(bay, max_height, lambda: next(dead_ends, None) is not None or in_time())
    except GivenUp:
        raise NoPlanInTime(**facts) from None
    if steps is None:
        raise NoPlan(**facts)
    return steps


def _told(stacks: list[list[int]], steps: list[Relocation]) -> list[Move]:
    """Relocations as a whole plan: whatever can leave leaves before the next box is moved."""
    bay, left = settled(bay_of(stacks))
    moves = [Move(place, None) for place in left]
    for source, target in steps:
        bay, left = settled(moved(bay, source, target))
        moves += [Move(source, target), *(Move(place, None) for place in left)]
    return moves
