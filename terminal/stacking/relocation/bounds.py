"""How many relocations no plan can do without.

# Note [Unavoidable]
Every box that stands badly is relocated (Kim, Hong 2006, "A heuristic rule for relocating blocks"). The bay is dug out
target by target, as if what was dug out earlier were gone: what remains stands there still when it comes to that. A box
larger than the lowest of every other stack will stand badly again (Zhu, Qin, Lim, Zhang 2012, "Iterative deepening A*
algorithms for the container relocation problem"). Boxes dug out together compete for the stacks: some stand badly again
when even the best sharing leaves some over (Tanaka, Takii 2016, "A faster branch-and-bound algorithm for the block
relocation problem"). Boxes of equal priority leave in any order, so all their stacks are dug before any is judged.
"""

from bisect import bisect_left
from functools import lru_cache
from typing import Final

from terminal.stacking.relocation.yard import Bay, standing_badly

CLOSED: Final = 0
"""Lower than any priority: a stack that takes no box well."""

TRIED: Final = 10
"""Of how many boxes dug out together every sharing is tried; each one more doubles the work."""


def least(bay: Bay, max_height: int) -> int:
    """Relocations that no plan for the bay can do without."""
    badly = standing_badly(bay)
    return badly + badly_again(bay, max_height, badly)


def badly_again(bay: Bay, max_height: int, badly: int) -> int:
    """How many boxes come to stand badly again, of ``badly`` that do now. See Note [Unavoidable]."""
    lows = [stack.lowest for stack in bay]
    takes = [stack.lowest if stack.height < max_height else CLOSED for stack in bay]
    layer = [0] * len(bay)
    again = 0
    while badly > 0:
        for place, above in _dug(bay, layer, lows, takes):
            badly -= len(above)
            takes[place], own = CLOSED, takes[place]
            again += _again(above, takes)
            takes[place] = own
    return again


def _dug(bay: Bay, layer: list[int], lows: list[int], takes: list[int]) -> list[tuple[int, tuple[int, ...]]]:
    """Dig all boxes of the lowest priority out; what stood above them, by stack."""
    first = low = min(lows)
    dug = []
    while low == first:
        place = lows.index(low)
        _, above, lows[place] = bay[place].digs[layer[place]]
        takes[place] = lows[place]
        layer[place] += 1
        if above:
            dug.append((place, above))
        low = min(lows)
    return dug


def _again(above: tuple[int, ...], takes: list[int]) -> int:
    """How many of the boxes, from the top, will stand badly at best on stacks with these lowest priorities."""
    widest = max(takes)
    if len(above) == 1:
        return above[0] > widest
    fitting = [box for box in above if box <= widest]
    return len(above) - len(fitting) + len(given_up(fitting, takes))


def given_up(boxes: list[int], takes: list[int]) -> tuple[int, ...]:
    """Which of the boxes, counted from the top, to set badly so that the fewest are; of equals the uppermost.

    Each box fits somewhere as the stacks are. One set well goes where it takes the least from those that follow.
    """
    if boxes == sorted(boxes, reverse=True):
        return ()
    tried = tuple(boxes[:TRIED])
    smallest, largest = min(tried), max(tried)
    room = sorted([low if low < largest else largest for low in takes if low >= smallest])
    return _fewest(tried, tuple(room), len(room) + takes.count(CLOSED) < len(takes))


@lru_cache(maxsize=1 << 14)
def _fewest(boxes: tuple[int, ...], room: tuple[int, ...], lower: bool) -> tuple[int, ...]:
    """``given_up`` for stacks in order that take at least one of the boxes; ``lower``: whether others take none."""
    spare = 0
    while (found := _shared(boxes, 0, room, spare, lower)) is None:
        spare += 1
    return found


def _shared(
    boxes: tuple[int, ...], turn: int, room: tuple[int, ...], spare: int, lower: bool
) -> tuple[int, ...] | None:
    """Those of the boxes to set badly from ``turn`` on, no more than ``spare``; None where that is too few."""
    if turn == len(boxes):
        return ()
    at = bisect_left(room, boxes[turn])
    if spare and (at or lower) and (others := _shared(boxes, turn + 1, room, spare - 1, lower)) is not None:
        return (turn, *others)
    if at == len(room):
        return None
    return _shared(boxes, turn + 1, (*room[:at], boxes[turn], *room[at + 1 :]), spare, lower)
