"""What may stand on what: good practice, asked before a command."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from terminal.errors import Refused, gettext_noop
from terminal.regimes import Goods

TOLERANCE_KG: Final = 3_000
"""By how much a box may be heavier than the one below it where the site says nothing else (ours)."""

HOMES: Final[dict[Goods, tuple[str, ...]]] = {
    Goods.REEFER: ("reefer",),
    Goods.DANGEROUS_GOODS: ("dangerous_goods",),
    Goods.EMPTY: ("empties", "general"),
    Goods.STANDARD: ("general",),
}
"""Kinds of block a box belongs in, the best first."""


BONDED_FIRST: Final = frozenset({Goods.STANDARD, Goods.EMPTY})
"""Goods that need no block of their own, and so stand in a bonded block while they are in bond."""


def homes_of(goods: Goods, *, bonded: bool = False) -> tuple[str, ...]:
    """Kinds of block such a box is put into, the best first."""
    return ("bonded", *HOMES[goods]) if bonded and goods in BONDED_FIRST else HOMES[goods]


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


def require_stands_well(box: Box, below: Iterable[Top], tolerance_kg: int = TOLERANCE_KG) -> None:
    """Raise ``NoCornersBelow`` or ``HeavierOnLighter`` unless the box stands well on all that is below it."""
    tops = list(below)
    longer = {(top.start, top.bays) for top in tops if top.bays > 1}
    if longer and (len(longer) > 1 or len(tops) != box.bays or any(top.bays != box.bays for top in tops)):
        raise NoCornersBelow
    for top in tops:
        if box.gross_kg and top.gross_kg and box.gross_kg > top.gross_kg + tolerance_kg:
            raise HeavierOnLighter(gross_kg=box.gross_kg, below_kg=top.gross_kg, tolerance_kg=tolerance_kg)


def stands_well(box: Box, below: Iterable[Top], tolerance_kg: int = TOLERANCE_KG) -> bool:
    """Whether ``require_stands_well`` has nothing against it."""
    try:
        require_stands_well(box, below, tolerance_kg)
    except Refused:
        return False
    return True
