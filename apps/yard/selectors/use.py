"""How full the yard is."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.yard.models import Block


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


def without_cell(terminal: Terminal) -> tuple[int, Decimal]:
    """Boxes in the yard that stand in no known cell, so in no block's figure, and their TEU."""
    boxes = Visit.objects.filter(terminal=terminal, standing=None).in_yard()
    found = boxes.aggregate(boxes=Count("pk"), teu=Sum("container__teu"))
    return found["boxes"], found["teu"] or Decimal(0)


def boxes_outside(block: Block, bays: int, rows: int, tiers: int, most: int = 10) -> list[str]:
    """Numbers of boxes that stand where a block of that size would have no cell; the first few."""
    beyond = Q(cells__bay__gt=bays) | Q(cells__row__gt=rows) | Q(cells__tier__gt=tiers)
    numbers = block.standings.filter(beyond).values_list("visit__container__number", flat=True)
    return list(numbers.distinct().order_by("visit__container__number")[:most])
