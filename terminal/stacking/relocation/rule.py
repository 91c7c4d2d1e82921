"""The min-max rule, and going back where it gets stuck.

# Note [Room to dig]
What stands above a target needs free places beside its stack. So a target at ``tier`` can be dug out exactly when the
whole bay has as many free places as there are tiers above it up to the limit. Each box that leaves frees a place, and a
box that does not stand badly keeps its tier until it leaves. A bay is lost as soon as one of these stands too low for
the free places that there can be by its turn. (Where a box that stands badly does, the smaller one below it does, too.)
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator

from terminal.stacking.relocation.yard import (
    Bay,
    Relocation,
    boxes_in,
    different,
    likeness,
    relocated,
    standing_badly,
    targets,
)


class GivenUp(Exception):
    """Nobody wanted to look on; there may be a way."""


def min_max(bay: Bay, max_height: int, go_on: Callable[[], bool]) -> list[Relocation] | None:
    """The relocations of the min-max rule for a settled bay; None where it is proved that no others do it either.

    A box goes to the stack whose smallest priority is the smallest that is not below its own; where there is none, to
    the one whose smallest priority is the largest (Caserta, Schwarze, Voß 2012, "A mathematical formulation and
    complexity considerations for the blocks relocation problem"). An empty stack counts as infinite, a full one is
    left out; of equal stacks the first is taken, of equal targets the one with the fewest boxes above it. Where a box
    has nowhere to go, the last choice is taken back and the next best tried, if ``go_on`` says so; else ``GivenUp``.
    """
    if hopeless(bay, boxes_in(bay), max_height):
        return None
    path: list[Relocation] = []
    lost: set[tuple[int, tuple[int, ...]]] = set()
    trail = [(bay, -1, _ways(bay, -1, max_height))]
    while standing_badly(trail[-1][0]):
        for step, after, digging in trail[-1][2]:
            if (digging, likeness(after)) not in lost and not hopeless(after, boxes_in(after), max_height):
                path.append(step)
                trail.append((after, digging, _ways(after, digging, max_height)))
                break
        else:
            before, digging, _ = trail.pop()
            lost.add((digging, likeness(before)))
            if not trail:
                return None
            path.pop()
            if not go_on():
                raise GivenUp
    return path


def _ways(bay: Bay, digging: int, max_height: int) -> Iterator[tuple[Relocation, Bay, int]]:
    """What may be done next, as the rule prefers it; ``digging`` is the stack a target is being dug out of, or -1."""
    sources = [digging] if digging >= 0 else sorted(targets(bay), key=lambda place: bay[place].above)
    for source in sources:
        for target in preferred(bay, source, max_height):
            after, done = relocated(bay, source, target)
            yield (source, target), after, -1 if done else source


def preferred(bay: Bay, source: int, max_height: int) -> list[int]:
    """Where the top box of the source may go, the rule's choice first."""
    box = bay[source].boxes[-1]

    def order(place: int) -> tuple[bool, int]:
        low = bay[place].lowest
        return low < box, low if low >= box else -low

    return sorted(different(bay, source, max_height), key=order)


def hopeless(bay: Bay, boxes: int, max_height: int) -> bool:
    """Whether so many boxes surely cannot be taken out. See Note [Room to dig]."""
    free = len(bay) * max_height - boxes
    if free >= max_height - 1:
        return False
    order = sorted(box for stack in bay for box in stack.boxes)
    return any(
        free + bisect_right(order, box) - 1 < max_height - tier
        for stack in bay
        for tier, box in enumerate(stack.boxes, start=1)
    )
