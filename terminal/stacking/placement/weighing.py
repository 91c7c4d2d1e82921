"""What every possible place for a box costs, rule by rule, in points: a hundred are one rehandle."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from terminal.stacking.placement.boxes import Newcomer, Numbers
from terminal.stacking.placement.outlook import STAY_H, STAY_SHAPE, Floats, leaves_first, pull_of_stays
from terminal.stacking.placement.stacks import Spots, Stacks

REHANDLE: Final = 100.0
"""Points of one rehandle: the measure of all the others."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each rule counts beside the rehandles (ours; tuned on generated traffic, see ``benchmarks.placement``).

    ``same_call`` and ``same_bound``: by how much a box is less in the way of one that leaves by the same carrier (whose
    boxes are taken in the order that digs least), or goes to the same place. ``room``: points of a place on the ground.
    ``light``: per 10 t that heavier boxes could have stood on. ``pair``: of a pair of bays made uneven by a 20′ box.
    ``second_home``: per step down from the best kind of block.
    """

    same_call: float = 1.0
    same_bound: float = 0.6
    room: float = 20.0
    light: float = 4.0
    pair: float = 4.0
    second_home: float = 40.0


WEIGHTS: Final = Weights()

USUAL: Final[Floats] = pull_of_stays(np.zeros(1), np.array([STAY_H]), np.array([STAY_SHAPE]))[0]
"""The pull of a box of which nothing is known."""
LIGHTEST_BASE_KG: Final = 25_000
"""On a box of this weight everything may stand that trains carry."""
TEN_TONNES: Final = 10_000


@dataclass(frozen=True)
class Weighed:
    """Every place for a box with its points by rule, and their sum; ``risk``: the rehandles expected of it."""

    spots: Spots
    points: dict[str, Numbers]
    risk: Floats
    total: Numbers = field(init=False)

    def __post_init__(self) -> None:
        total = np.zeros(len(self.spots.lower), dtype=np.int64)
        for each in self.points.values():
            total += each
        object.__setattr__(self, "total", total)

    def best(self, most: int) -> list[int]:
        """The stacks of the cheapest places, of equal ones the first by block, bay and row."""
        return [int(each) for each in self.spots.lower[self.order()[:most]]]

    def order(self) -> Numbers:
        """The places from the cheapest to the dearest."""
        order: Numbers = np.lexsort((self.spots.lower, self.total))
        return order


def weigh(stacks: Stacks, new: Newcomer, weights: Weights = WEIGHTS) -> Weighed:
    """All places where the box may stand, and what each costs. None is one where anything speaks against it."""
    found = [stacks.free(new, kind) for kind in new.homes]
    rank = np.repeat(np.arange(len(found)), [len(each.lower) for each in found])
    lower = np.concatenate([each.lower for each in found]) if found else np.zeros(0, dtype=np.int64)
    spots = Spots(lower, np.concatenate([each.upper for each in found]) if found and new.box.bays > 1 else lower)
    below = pull_below(stacks, spots)
    alone = _in_the_way(stacks, new.pull, below, spots)
    risk = np.round(_together(stacks, new, spots, below, weights, alone), 9)
    costs = {
        "rehandles": REHANDLE * alone,
        "together": REHANDLE * (risk - alone),
        "room": weights.room * _room_lost(stacks, new.pull, below, spots),
        "weight": weights.light * _too_light(stacks, new, spots),
        "pairs": weights.pair * _pairs_broken(stacks, new, spots),
        "home": weights.second_home * rank,
    }
    return Weighed(spots, {rule: np.rint(np.round(cost, 6)).astype(np.int64) for rule, cost in costs.items()}, risk)


def pull_below(stacks: Stacks, spots: Spots) -> Floats:
    """The pull of everything a box set down there would stand on, each box counted once."""
    lower, upper = spots
    if lower is upper:
        return stacks.pull[lower]
    return np.maximum(stacks.pull[lower] + stacks.pull[upper] - stacks.long_pull[lower], 0.0)


def _in_the_way(stacks: Stacks, pull: Floats, below: Floats, spots: Spots) -> Floats:
    """The chance that something below leaves before a box of that pull. On the ground there is none."""
    chance = 1.0 - leaves_first(pull, below)
    chance[stacks.height[spots.lower] == 0] = 0.0
    return chance


def _together(stacks: Stacks, new: Newcomer, spots: Spots, below: Floats, weights: Weights, alone: Floats) -> Floats:
    """As ``alone``, with boxes of the same carrier or the same destination out of reckoning as far as they are."""
    boxes = stacks.boxes
    same_call = (boxes.call == new.call) & (new.call > 0)
    same_bound = (boxes.bound == new.bound) & (new.bound > 0) & ~same_call
    if new.call:
        same_bound &= boxes.call == 0
    share = weights.same_call * same_call + weights.same_bound * same_bound
    slots = np.flatnonzero(share)
    if not len(slots):
        return alone
    spared = np.zeros_like(stacks.pull)
    np.add.at(spared, boxes.stack[slots], boxes.pull[slots] * share[slots, None])
    less = spared[spots.lower] if spots.lower is spots.upper else spared[spots.lower] + spared[spots.upper]
    return np.minimum(_in_the_way(stacks, new.pull, np.maximum(below - less, 0.0), spots), alone)


def _room_lost(stacks: Stacks, pull: Floats, below: Floats, spots: Spots) -> Floats:
    """How many good places the box uses up: its own, and those above it as far as it leaves before they would.

    A place is as good as the chance that a usual box on it leaves before all that is below.
    """
    room = stacks.tiers[spots.lower] - stacks.height[spots.lower]
    before = 1.0 - _in_the_way(stacks, USUAL, below, spots)
    after = leaves_first(USUAL, below + pull)
    lost: Floats = before * room - after * (room - 1)
    return lost


def _too_light(stacks: Stacks, new: Newcomer, spots: Spots) -> Floats:
    """Tens of tonnes by which less can stand here from now on, where there is room for more."""
    bore = np.minimum(np.minimum(stacks.top_kg[spots.lower], stacks.top_kg[spots.upper]), LIGHTEST_BASE_KG)
    less = np.maximum(bore - (new.box.gross_kg or LIGHTEST_BASE_KG), 0) / TEN_TONNES
    more: Floats = less * (stacks.tiers[spots.lower] - stacks.height[spots.lower] > 1)
    return more


def _pairs_broken(stacks: Stacks, new: Newcomer, spots: Spots) -> Floats:
    """1 where a 20′ box makes a pair of bays uneven, on which a 40′ box could stand; −1 where it makes one even."""
    if new.box.bays > 1:
        return np.zeros(len(spots.lower))
    stack = spots.lower
    odd = stacks.bay[stack] % 2 == 1
    single = odd & (stacks.bay[stack] == stacks.bays[stack])
    other = np.where(odd, stack + stacks.rows[stack] * ~single, stack - stacks.rows[stack])
    higher = stacks.height[other] - stacks.height[stack]
    broken: Floats = np.where(single | (higher == 1), -1.0, np.where(higher == 0, 1.0, 0.0))
    return broken
