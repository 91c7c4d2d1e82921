"""Which box may stand where.

A cell is one 20′ place in a block: bay, row, tier, counted from 1. A box of 40′ or 45′ covers two bays. What is
physically impossible (air below, two boxes in a cell, too many tiers) is refused always; good practice (heavier on
lighter, a kind of box outside its kind of block) is what these rules are asked for before a command.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from terminal.errors import Refused, gettext_noop
from terminal.regimes import Goods

TOLERANCE_KG: Final = 3_000
"""By how much a box may be heavier than the one below it (ours)."""

HOMES: Final[dict[Goods, tuple[str, ...]]] = {
    Goods.REEFER: ("reefer",),
    Goods.DANGEROUS_GOODS: ("dangerous_goods",),
    Goods.EMPTY: ("empties", "general"),
    Goods.STANDARD: ("general",),
}
"""Kinds of block a box belongs in, the best first."""


class HeavierOnLighter(Refused):
    """A heavy box on a light one bends it."""

    message = gettext_noop("%(gross_kg)s kg may not stand on %(below_kg)s kg: more than %(tolerance_kg)s kg heavier.")


class NoCornersBelow(Refused):
    """A box stands on corner castings: not a 20′ one on a 40′ one, nor a 40′ one on the halves of two others."""

    message = gettext_noop("The box would have no corners to stand on: a long box below it begins or ends elsewhere.")


class WrongBlock(Refused):
    """Reefers need plugs, dangerous goods their own block, empties a place apart."""

    message = gettext_noop("%(goods)s boxes stand in %(homes)s blocks, not in a %(kind)s block.")


@dataclass(frozen=True, slots=True)
class Box:
    """What matters of a box for where it stands: 20′ bays it covers, gross kg (None: unknown), goods."""

    bays: int
    gross_kg: int | None
    goods: Goods


@dataclass(frozen=True, slots=True)
class Top:
    """What a stack of one bay ends in: tiers taken; of its topmost box the bays, the gross kg and the lower bay."""

    tiers: int = 0
    bays: int = 0
    gross_kg: int | None = None
    start: int = 0


GROUND: Final = Top()


def require_home(goods: Goods, block_kind: str) -> None:
    """Raise ``WrongBlock`` unless such goods belong in such a block. Bonded and inspection blocks take all."""
    homes = HOMES[goods]
    if block_kind not in (*homes, "bonded", "inspection"):
        raise WrongBlock(goods=goods.value, homes=" / ".join(homes), kind=block_kind)


def require_stands_well(box: Box, below: Iterable[Top]) -> None:
    """Raise ``NoCornersBelow`` or ``HeavierOnLighter`` unless the box stands well on all that is below it."""
    tops = list(below)
    longer = {(top.start, top.bays) for top in tops if top.bays > 1}
    if longer and (len(longer) > 1 or len(tops) != box.bays or any(top.bays != box.bays for top in tops)):
        raise NoCornersBelow
    for top in tops:
        if box.gross_kg and top.gross_kg and box.gross_kg > top.gross_kg + TOLERANCE_KG:
            raise HeavierOnLighter(gross_kg=box.gross_kg, below_kg=top.gross_kg, tolerance_kg=TOLERANCE_KG)


def stands_well(box: Box, below: Iterable[Top]) -> bool:
    """Whether ``require_stands_well`` has nothing against it."""
    try:
        require_stands_well(box, below)
    except Refused:
        return False
    return True


@dataclass
class BlockGround:
    """One block and what stands in it, for finding a place without asking the database for every cell."""

    block_id: int
    kind: str
    bays: int
    rows: int
    tiers: int
    tops: dict[tuple[int, int], Top] = field(default_factory=dict)

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
