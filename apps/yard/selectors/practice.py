"""What good practice has against boxes where they stand, and where a box had better not be put."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q

from apps.containers.models import Hazard, Temperature, Visit
from apps.network.models import Terminal
from apps.yard.models import Block, SegregationTable, Standing
from apps.yard.selectors.grounds import box_of
from terminal.equipment import SizeType
from terminal.errors import Refused, gettext_noop
from terminal.reefers import Reading
from terminal.regimes import Goods
from terminal.segregation import UNKNOWN, Apart, Segregation
from terminal.stacking import TOLERANCE_KG, Box, Place
from terminal.stacking.practice import Lot, Nature, Neighbourhood, Resident, against, out_of_order
from terminal.throughput import site_day

REMEDIES: Final = {
    "wrong-block": gettext_noop("Move it to a block of its kind."),
    "no-corners-below": gettext_noop("Move it onto the ground, or onto boxes of its length."),
    "heavier-on-lighter": gettext_noop("Move it onto the ground, or onto a heavier box."),
    "empty-with-laden": gettext_noop("Move the empty box to the empties, or to a stack of its own."),
    "no-plug": gettext_noop("Move it to a block with a free plug."),
    "too-near": gettext_noop("Move one of the two away. Where a class is not known (?), note the dangerous goods."),
    "block-closed": gettext_noop("Move it to a block that is open."),
}
"""What is done about each rule that is broken, by the refusal's code."""


@dataclass(frozen=True)
class Flag:
    """A box that stands where good practice would not have it: which rule says so, and what is to be done."""

    visit_id: int
    number: str
    where: str
    refusal: Refused

    @property
    def rule(self) -> str:
        """The rule's name for a program: the code of the refusal that a command would meet."""
        return self.refusal.code()

    @property
    def remedy(self) -> str:
        """What helps."""
        return REMEDIES[self.rule]


def practice_flags(terminal: Terminal, at: datetime) -> list[Flag]:
    """Every box that stands against good practice, block by block: six queries, however many boxes stand.

    Of a pair of dangerous goods each is named, of a mixed stack the empty box.
    """
    table = segregation(site_day(at, terminal.zone))
    standing = residents(Q(block__terminal=terminal))
    return [
        Flag(box.nature.visit_id, box.nature.number, box.cell, refusal)
        for block in Block.objects.filter(terminal=terminal).order_by("code")
        for box, refusal in out_of_order(lot_of(block, terminal.stacking_tolerance_kg), standing[block.pk], table)
    ]


def against_place(visit: Visit, block: Block, place: Place, at: datetime) -> Iterator[Refused]:
    """What the neighbours have against the visit's box in that cell; where it stands now counts as left."""
    nature, box = nature_of(visit), box_of(visit)
    stack = Q(cells__bay__in=range(place.bay, place.bay + box.bays), cells__row=place.row)
    asks_far = nature.live or bool(nature.classes)
    beside = residents(Q(block=block) & ~Q(visit=visit) & (Q() if asks_far else stack), noted=asks_far)
    table = segregation(site_day(at, visit.terminal.zone)) if nature.classes else Segregation()
    wanted = Resident(nature, box, place.bay, place.row, place.tier)
    yield from against(wanted, lot_of(block), beside[block.pk], table)


def neighbourhood(blocks: Iterable[Block], natures: Iterable[Nature], on: date) -> Neighbourhood:
    """Dangerous goods and reefers in blocks, as far as boxes of such natures ask; those boxes count as gone."""
    wanted = list(natures)
    dangerous, live = any(each.classes for each in wanted), any(each.live for each in wanted)
    lots = {block.pk: lot_of(block) for block in blocks}
    found = Neighbourhood(lots, segregation(on) if dangerous else Segregation())
    here = Q(block__in=lots)
    if dangerous or live:
        others = here & ~Q(visit__in=[each.visit_id for each in wanted])
        noted = residents(others & (Q(visit__goods=Goods.DANGEROUS_GOODS.value) | LIVE_SIZES))
        for block_id, boxes in noted.items():
            for each in boxes:
                found.add(each, block_id)
    return found


def natures_of(visits: Iterable[Visit]) -> dict[int, Nature]:
    """What matters of boxes for their neighbours, by visit: two queries at most."""
    rows = list(visits)
    dangerous = [each.pk for each in rows if each.goods == Goods.DANGEROUS_GOODS]
    cold = [each.pk for each in rows if each.laden is not False and _is_reefer(each.container.size_type)]
    classes = _classes(Q(visit__in=dangerous)) if dangerous else {}
    kept = _set_points(Q(visit__in=cold)) if cold else set()
    return {each.pk: _nature(each.pk, each.container.number, each.laden, each.goods, classes, kept) for each in rows}


def nature_of(visit: Visit) -> Nature:
    """As ``natures_of``, of one."""
    return natures_of([visit])[visit.pk]


def segregation(on: date) -> Segregation:
    """The table that holds on that day, as the rules want it: two queries. None: as far apart as can be asked."""
    row = SegregationTable.objects.in_force(on).first()
    if row is None:
        return Segregation()
    codes = {(one, other): Apart(code) for one, other, code in row.rules.values_list("one", "other", "code")}
    told: list[Any] = [0, row.away_from_m, row.separated_from_m, row.by_a_compartment_m, row.lengthwise_m]
    return Segregation(row.name, codes, {code: float(metres) for code, metres in zip(Apart, told, strict=True)})


def lot_of(block: Block, tolerance_kg: int = TOLERANCE_KG) -> Lot:
    """A block as good practice looks at it; ``tolerance_kg`` is the site's."""
    return Lot(block.pk, block.code, block.kind, block.bays, block.rows, block.reefer_plugs, tolerance_kg)


LIVE_SIZES: Final = Q(visit__container__size_type__regex=r"^..R")
"""Boxes with a machine: the third character of their size-type."""


def residents(where: Q, *, noted: bool = True) -> dict[int, list[Resident]]:
    """Boxes that stand, by block, in the order in which they were put there: three queries, or one without notes."""
    rows: list[Any] = list(
        Standing.objects.filter(where).order_by("placed_at", "pk").distinct().values(
            "visit_id", "block_id", "bay", "bays", "row", "tier", "placed_at", "pk",
            code=F("block__code"), number=F("visit__container__number"), laden=F("visit__laden"),
            goods=F("visit__goods"), gross_kg=F("visit__gross_kg"),
        )
    )  # fmt: skip
    classes = _classes(_standing(where)) if noted else {}
    kept = _set_points(_standing(where)) if noted else set()
    found: dict[int, list[Resident]] = defaultdict(list)
    for row in rows:
        nature = _nature(row["visit_id"], row["number"], row["laden"], row["goods"], classes, kept)
        goods = Goods.EMPTY if row["laden"] is False else Goods(row["goods"])
        cell = f"{row['code']}-{row['bay']:02d}-{row['row']:02d}-{row['tier']}"
        box = Box(row["bays"], row["gross_kg"], goods)
        found[row["block_id"]].append(Resident(nature, box, row["bay"], row["row"], row["tier"], cell))
    return found


def _standing(where: Q) -> Q:
    return Q(Exists(Standing.objects.filter(where, visit=OuterRef("visit"))))


def _classes(of: Q) -> dict[int, set[str]]:
    """The classes noted, by visit."""
    found: dict[int, set[str]] = defaultdict(set)
    for visit_id, imdg_class in Hazard.objects.standing().filter(of).values_list("visit_id", "imdg_class"):
        found[visit_id].add(imdg_class)
    return found


def _set_points(of: Q) -> set[int]:
    """The visits whose box is to keep a temperature."""
    told = Temperature.objects.standing().filter(of, reading=Reading.SET_POINT.value)
    return set(told.values_list("visit_id", flat=True))


def _nature(
    visit_id: int, number: str, laden: bool | None, goods: str, classes: dict[int, set[str]], kept: set[int]
) -> Nature:
    """An empty box has no dangerous goods but those noted of it (a tank that is not clean), and keeps nothing cold."""
    said = frozenset(classes.get(visit_id, ()))
    if not said and goods == Goods.DANGEROUS_GOODS and laden is not False:
        said = frozenset({UNKNOWN})
    return Nature(visit_id, number, laden, visit_id in kept and laden is not False, said)


def _is_reefer(size_type: str) -> bool:
    return SizeType.parse(size_type).is_reefer
