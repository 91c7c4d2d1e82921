"""A block and what stands in it, for finding a place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from terminal.stacking.standing import GROUND, HOMES, Box, Top, stands_well


@dataclass
class BlockGround:
    """One block and what stands in it, for finding a place without asking the database for every cell."""

    block_id: int
    kind: str
    bays: int
    rows: int
    tiers: int
    tops: dict[tuple[int, int], Top] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    """Bays that take nothing in."""

    def top(self, bay: int, row: int) -> Top:
        """What the stack at bay and row ends in."""
        return self.tops.get((bay, row), GROUND)

    def take(self, box: Box, bay: int, row: int) -> int:
        """Put the box on the stacks it covers; the tier it stands on."""
        tier = self.top(bay, row).tiers + 1
        for covered in range(bay, bay + box.bays):
            self.tops[covered, row] = Top(tier, box.bays, box.gross_kg, bay)
        return tier

    def places(self, box: Box) -> Iterator[tuple[int, int, int]]:
        """Where the box may stand, as (tier, bay, row), the lowest first. Long boxes start at odd bays, in pairs."""
        level: dict[int, list[tuple[int, int, list[Top]]]] = defaultdict(list)
        for bay in range(1, self.bays - box.bays + 2, box.bays):
            if not self.closed.isdisjoint(range(bay, bay + box.bays)):
                continue
            for row in range(1, self.rows + 1):
                below = [self.tops.get((covered, row), GROUND) for covered in range(bay, bay + box.bays)]
                tiers = below[0].tiers
                if tiers < self.tiers and all(top.tiers == tiers for top in below):
                    level[tiers].append((bay, row, below))
        for tiers in sorted(level):
            yield from ((tiers + 1, bay, row) for bay, row, below in level[tiers] if stands_well(box, below))


@dataclass(frozen=True, slots=True)
class Place:
    """A cell found for a box: block, lower bay, row, tier."""

    block_id: int
    bay: int
    row: int
    tier: int


def find_place(box: Box, grounds: Iterable[BlockGround]) -> Place | None:
    """The lowest free place in the best kind of block for the box; None when there is none."""
    known = list(grounds)
    for kind in HOMES[box.goods]:
        best: tuple[int, Place] | None = None
        for ground in known:
            if ground.kind != kind or (best and best[0] == 1):
                continue
            tier, bay, row = next(ground.places(box), (0, 0, 0))
            if tier and (best is None or tier < best[0]):
                best = tier, Place(ground.block_id, bay, row, tier)
        if best:
            return best[1]
    return None
