"""The best places for a box, truly different from one another, and what speaks for and against each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.stacking.ground import Place
from terminal.stacking.placement.boxes import Flags, Newcomer
from terminal.stacking.placement.explaining import Reason, RuledOut, reasons, ruled_out
from terminal.stacking.placement.stacks import Stacks
from terminal.stacking.placement.weighing import WEIGHTS, Weighed, Weights, weigh

ELSEWHERE: Final = 25
"""Points a place in another block may cost more, and is still offered before one in the same block."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place for a box. ``points``: the sum of its reasons' points, a hundred a rehandle; the fewer, the better.

    ``rehandles``: how often the box is expected to make way for one below it.
    """

    place: Place
    block: str
    points: int
    rehandles: float
    reasons: tuple[Reason, ...]

    @property
    def cell(self) -> str:
        """The cell as people read it."""
        return f"{self.block}-{self.place.bay:02d}-{self.place.row:02d}-{self.place.tier}"


def suggest(stacks: Stacks, new: Newcomer, *, most: int = 3, weights: Weights = WEIGHTS) -> list[Suggestion]:
    """The best places for the box, the best first: each in other bays than those before it, in other blocks if it can.

    Empty when nothing fits; ``why_not`` says why.
    """
    weighed = weigh(stacks, new, weights)
    return [_suggestion(stacks, new, weighed, chosen, weights) for chosen in _different(stacks, weighed, most)]


def why_not(stacks: Stacks, new: Newcomer) -> list[RuledOut]:
    """Which rule ruled out how many places for the box, of all in blocks of its kinds: each place by the first."""
    return ruled_out(stacks, new)


def _different(stacks: Stacks, weighed: Weighed, most: int) -> Iterator[int]:
    order = weighed.order()
    lower = weighed.spots.lower[order]
    block, pair = stacks.plot[lower], (stacks.bay[lower] + 1) // 2
    left = np.ones(len(order), dtype=bool)
    other_block = left.copy()
    for _ in range(most):
        chosen = _best_left(weighed, order, left, other_block)
        if chosen is None:
            return
        yield int(order[chosen])
        other_block &= block != block[chosen]
        left &= (block != block[chosen]) | (pair != pair[chosen])


def _best_left(weighed: Weighed, order: np.ndarray, left: Flags, other_block: Flags) -> int | None:
    """The first place left in a block not yet named, unless one elsewhere is clearly better."""
    if not left.any():
        return None
    best = int(np.argmax(left))
    apart = left & other_block
    if apart.any():
        away = int(np.argmax(apart))
        if weighed.total[order[away]] <= weighed.total[order[best]] + ELSEWHERE:
            return away
    return best


def _suggestion(stacks: Stacks, new: Newcomer, weighed: Weighed, chosen: int, weights: Weights) -> Suggestion:
    stack = int(weighed.spots.lower[chosen])
    return Suggestion(
        place=stacks.place(stack),
        block=stacks.plots[stacks.plot[stack]].code,
        points=int(weighed.total[chosen]),
        rehandles=float(weighed.risk[chosen]),
        reasons=reasons(stacks, new, weighed, chosen),
    )
