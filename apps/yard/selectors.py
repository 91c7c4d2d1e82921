"""What stands in the yard."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.yard.models import Block, Cell
from terminal.equipment import SizeType
from terminal.regimes import Goods
from terminal.stacking import BlockGround, Box, Top


def box_of(visit: Visit) -> Box:
    """What matters of a visit's box for where it stands. An empty box is an empty whatever its goods."""
    goods = Goods.EMPTY if visit.laden is False else Goods(visit.goods)
    return Box(SizeType.parse(visit.container.size_type).bays, visit.gross_kg, goods)


def tops(block: Block, bays: Iterable[int], row: int, *, under: int) -> list[Top]:
    """What the stacks at these bays end in below tier ``under``, in the order of the bays."""
    wanted = list(bays)
    taken: dict[int, Top] = {}
    for cell in _cells(Q(block=block.pk, bay__in=wanted, row=row, tier__lt=under)):
        taken[cell["bay"]] = _top(cell)
    return [taken.get(bay, Top()) for bay in wanted]


def grounds(terminal_id: int) -> list[BlockGround]:
    """Every open block of a terminal with the tops of its stacks, in two queries."""
    found = {
        block.pk: BlockGround(block.pk, block.kind, block.bays, block.rows, block.tiers)
        for block in Block.objects.filter(terminal=terminal_id, closed=False).order_by("code")
    }
    for cell in _cells(Q(block__terminal=terminal_id, block__closed=False)):
        found[cell["block_id"]].tops[cell["bay"], cell["row"]] = _top(cell)
    return list(found.values())


def _cells(where: Q) -> Iterable[Any]:
    """Taken cells from the ground up, so that the last one of a stack is its top."""
    cells = Cell.objects.filter(where).order_by("tier")
    return cells.values(
        "block_id",
        "bay",
        "row",
        "tier",
        bays=F("standing__bays"),
        start=F("standing__bay"),
        gross_kg=F("standing__visit__gross_kg"),
    )


def _top(cell: Any) -> Top:
    return Top(cell["tier"], cell["bays"], cell["gross_kg"], cell["start"])


@dataclass(frozen=True)
class BlockUse:
    """TEU standing in one block, and what it holds when operated at the site's fill."""

    block: Block
    boxes: int
    teu: Decimal
    capacity_teu: Decimal

    @property
    def share(self) -> Decimal:
        """Of the operating capacity; can exceed 1."""
        return self.teu / self.capacity_teu if self.capacity_teu else Decimal(0)


@dataclass(frozen=True)
class YardUse:
    """TEU standing in the whole yard (cell known or not) against the operating capacity, and block by block."""

    boxes: int
    teu: Decimal
    capacity_teu: int
    cell_unknown: int
    blocks: list[BlockUse]

    @property
    def share(self) -> Decimal:
        """Of the operating capacity; can exceed 1."""
        return self.teu / self.capacity_teu if self.capacity_teu else Decimal(0)


def utilisation(terminal: Terminal) -> YardUse:
    """How full the yard is now."""
    total = (
        Visit.objects.filter(terminal=terminal)
        .in_yard()
        .aggregate(boxes=Count("pk"), teu=Sum("container__teu"), unknown=Count("pk", filter=Q(standing=None)))
    )
    return YardUse(
        boxes=total["boxes"],
        teu=total["teu"] or Decimal(0),
        capacity_teu=terminal.operating_capacity_teu,
        cell_unknown=total["unknown"],
        blocks=_blocks(terminal),
    )


def _blocks(terminal: Terminal) -> list[BlockUse]:
    blocks = Block.objects.filter(terminal=terminal).order_by("code")
    counted = blocks.annotate(boxes=Count("standings"), teu=Sum("standings__visit__container__teu"))
    return [
        BlockUse(
            block=block,
            boxes=block.boxes,
            teu=block.teu or Decimal(0),
            capacity_teu=block.ground_slots * block.tiers * Decimal(terminal.operating_fill),
        )
        for block in counted
    ]


def boxes_outside(block: Block, bays: int, rows: int, tiers: int, most: int = 10) -> list[str]:
    """Numbers of boxes that stand where a block of that size would have no cell; the first few."""
    beyond = Q(cells__bay__gt=bays) | Q(cells__row__gt=rows) | Q(cells__tier__gt=tiers)
    numbers = block.standings.filter(beyond).values_list("visit__container__number", flat=True)
    return list(numbers.distinct().order_by("visit__container__number")[:most])
