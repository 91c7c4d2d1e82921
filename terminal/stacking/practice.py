"""What good practice has against a box beside its neighbours: asked before a command, flagged on fact.

Dangerous goods keep their distance, reefers that keep a temperature have a plug, empties stand apart from laden boxes.
What a box needs of the one below it, and in which block it belongs, is said in ``standing``.

# Note [Metres on the ground]
The distance of two boxes of one block is measured over the ground, between their walls, and is nothing in one stack:
tiers do not count, for what leaks or burns goes up and down. A bay is ``BAY_M`` long, a row ``ROW_M`` wide, and between
neighbours lie ``GAP_M``. Boxes of different blocks are far enough: between blocks lies a road (ours).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import hypot
from typing import Final

from terminal.errors import Refused, gettext_noop
from terminal.segregation import UNKNOWN, Segregation
from terminal.stacking.standing import TOLERANCE_KG, Box, Top, require_home, require_stands_well

BAY_M: Final = 6.06
ROW_M: Final = 2.44
GAP_M: Final = 0.40

EMPTIES: Final = "empties"

Stack = tuple[int, int, int]
"""Block, bay, row."""


class TooNear(Refused):
    """Dangerous goods that must not meet."""

    message = gettext_noop(
        "Only %(metres)s m lie between %(number)s (%(classes)s) and %(other)s (%(other_classes)s) at %(cell)s: "
        "%(table)s asks for %(needed)s m."
    )


class NoPlug(Refused):
    """A reefer that keeps a temperature needs a plug."""

    message = gettext_noop("%(number)s keeps a temperature and finds no plug in block %(block)s (%(plugs)s plugs).")


class EmptyWithLaden(Refused):
    """Empties stand apart: in a stack with laden ones they are dug out or dug under."""

    message = gettext_noop("Empty and laden boxes stand apart: %(number)s and %(other)s would share a stack.")


@dataclass(frozen=True, slots=True)
class Lot:
    """A block as good practice looks at it."""

    block_id: int
    code: str
    kind: str
    bays: int
    rows: int
    plugs: int
    tolerance_kg: int = TOLERANCE_KG


@dataclass(frozen=True, slots=True)
class Nature:
    """What matters of a box for its neighbours. ``laden`` None: unknown. ``live``: it keeps a temperature.

    ``classes``: those of its dangerous goods, with ``UNKNOWN`` where nobody said which; none for a harmless box.
    """

    visit_id: int
    number: str
    laden: bool | None = None
    live: bool = False
    classes: frozenset[str] = frozenset()

    @property
    def said(self) -> str:
        """Its classes as people read them."""
        return ", ".join(each or "?" for each in sorted(self.classes))


@dataclass(frozen=True, slots=True)
class Resident:
    """A box in its cell: the lower bay of a long one."""

    nature: Nature
    box: Box
    bay: int
    row: int
    tier: int
    cell: str = ""

    @property
    def bays(self) -> range:
        """The bays it covers."""
        return range(self.bay, self.bay + self.box.bays)


def metres_between(one: Resident, other: Resident) -> float:
    """How far two boxes of a block are from each other. See Note [Metres on the ground]."""
    along = _metres(_between(one.bay, one.box.bays, other.bay, other.box.bays), BAY_M)
    return hypot(along, _metres(_between(one.row, 1, other.row, 1), ROW_M))


def _between(one: int, size: int, other: int, other_size: int) -> int:
    """Places between two stretches; negative where they meet."""
    return max(other - one - size, one - other - other_size)


def _metres(places: int, size: float) -> float:
    return 0.0 if places < 0 else places * size + (places + 1) * GAP_M


def against(box: Resident, lot: Lot, others: Iterable[Resident], table: Segregation) -> Iterator[Refused]:
    """What is to be said against the box there, beside those in its block: the nearest thing of each kind."""
    known = list(others)
    yield from _mixed(box, lot, known)
    if box.nature.live and sum(each.nature.live for each in known) >= lot.plugs:
        yield NoPlug(number=box.nature.number, block=lot.code, plugs=lot.plugs)
    yield from _too_near(box, known, table)


def _mixed(box: Resident, lot: Lot, others: Iterable[Resident]) -> Iterator[Refused]:
    if lot.kind == EMPTIES or box.nature.laden is None:
        return
    for each in others:
        meets = each.row == box.row and _between(box.bay, box.box.bays, each.bay, each.box.bays) < 0
        if meets and each.nature.laden is (not box.nature.laden):
            yield EmptyWithLaden(number=box.nature.number, other=each.nature.number)
            return


def _too_near(box: Resident, others: Iterable[Resident], table: Segregation) -> Iterator[Refused]:
    """The neighbour it lacks most metres from, if it lacks any."""
    if not box.nature.classes:
        return
    worst: tuple[float, float, float, Resident] | None = None
    for each in others:
        needed = table.metres[table.asked(box.nature.classes, each.nature.classes)]
        metres = metres_between(box, each) if needed else 0.0
        if metres < needed and (worst is None or needed - metres > worst[0]):
            worst = needed - metres, metres, needed, each
    if worst is not None:
        _lacking, metres, needed, other = worst
        yield TooNear(
            number=box.nature.number,
            classes=box.nature.said,
            metres=f"{metres:.1f}",
            other=other.nature.number,
            other_classes=other.nature.said,
            cell=other.cell,
            needed=f"{needed:.1f}",
            table=table.name,
        )


def out_of_order(lot: Lot, residents: list[Resident], table: Segregation) -> Iterator[tuple[Resident, Refused]]:
    """Everything good practice has against what stands in a block, box by box; ``residents`` as they were put there.

    Of boxes that share a stack the empty one is named, of reefers without a plug those that came last.
    """
    cells = {(bay, each.row, each.tier): each for each in residents for bay in each.bays}
    stacks = _by_stack(residents)
    dangerous = [each for each in residents if each.nature.classes]
    plugs = lot.plugs
    for box in residents:
        yield from ((box, refusal) for refusal in _by_itself(box, lot, cells))
        if box.nature.laden is False:
            beside = [each for bay in box.bays for each in stacks[bay, box.row] if each is not box]
            yield from ((box, refusal) for refusal in _mixed(box, lot, beside))
        if box.nature.live:
            plugs -= 1
            if plugs < 0:
                yield box, NoPlug(number=box.nature.number, block=lot.code, plugs=lot.plugs)
        others = (each for each in dangerous if each is not box)
        yield from ((box, refusal) for refusal in _too_near(box, others, table))


def _by_stack(residents: Iterable[Resident]) -> dict[tuple[int, int], list[Resident]]:
    stacks: dict[tuple[int, int], list[Resident]] = defaultdict(list)
    for each in residents:
        for bay in each.bays:
            stacks[bay, each.row].append(each)
    return stacks


def _by_itself(box: Resident, lot: Lot, cells: Mapping[tuple[int, int, int], Resident]) -> Iterator[Refused]:
    """What the block and the boxes right below it have against it."""
    below = [_top(cells.get((bay, box.row, box.tier - 1)), box.tier - 1) for bay in box.bays]
    asked: tuple[Callable[[], None], ...] = (
        lambda: require_home(box.box.goods, lot.kind),
        lambda: require_stands_well(box.box, below, lot.tolerance_kg),
    )
    for ask in asked:
        try:
            ask()
        except Refused as refusal:
            yield refusal


def _top(below: Resident | None, tier: int) -> Top:
    return Top(tier, below.box.bays, below.box.gross_kg, below.bay) if below else Top()


@dataclass
class Neighbourhood:
    """Dangerous goods and reefers of a yard, for finding places: kept up to date as boxes are added."""

    lots: dict[int, Lot]
    table: Segregation
    dangerous: dict[int, list[Resident]] = field(default_factory=lambda: defaultdict(list))
    live: Counter[int] = field(default_factory=Counter)

    def add(self, resident: Resident, block_id: int) -> None:
        """A box was put there."""
        nature = resident.nature
        if nature.classes:
            self.dangerous[block_id].append(resident)
        self.live[block_id] += nature.live

    def barred(self, nature: Nature) -> set[Stack]:
        """The stacks that are too near to others or have no plug left; a long box needs both of its two free."""
        stacks: set[Stack] = set()
        for lot in self.lots.values():
            if nature.live and self.live[lot.block_id] >= lot.plugs:
                stacks.update(_stacks(lot))
            for other in self.dangerous[lot.block_id] if nature.classes else ():
                stacks.update(self._around(other, nature, lot))
        return stacks

    def _around(self, other: Resident, nature: Nature, lot: Lot) -> Iterator[Stack]:
        """The stacks that are nearer to a dangerous box than such a box may come."""
        needed = self.table.metres[self.table.asked(nature.classes, other.nature.classes)]
        if not needed:
            return
        for block_id, bay, row in _stacks(lot):
            along = _metres(_between(bay, 1, other.bay, other.box.bays), BAY_M)
            if hypot(along, _metres(_between(row, 1, other.row, 1), ROW_M)) < needed:
                yield block_id, bay, row


def _stacks(lot: Lot) -> Iterator[Stack]:
    return ((lot.block_id, bay, row) for bay in range(1, lot.bays + 1) for row in range(1, lot.rows + 1))


def class_is_unknown(nature: Nature) -> bool:
    """Whether nobody said what dangerous goods the box holds."""
    return UNKNOWN in nature.classes
