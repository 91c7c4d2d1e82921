"""What stands where, as the rules of stacking want to know it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from apps.containers.models import Visit
from apps.yard.models import Block, BlockClosure, Cell, HeldCell
from terminal.equipment import SizeType
from terminal.regimes import Goods
from terminal.stacking import BlockGround, Box, Top


def box_of(visit: Visit) -> Box:
    """What matters of a visit's box for where it stands. An empty box is an empty whatever its goods."""
    goods = Goods.EMPTY if visit.laden is False else Goods(visit.goods)
    return Box(SizeType.parse(visit.container.size_type).bays, visit.gross_kg, goods)


def tops(block: Block, bays: Iterable[int], row: int, *, under: int, without: int | None = None) -> list[Top]:
    """What the stacks at these bays end in below tier ``under``, in the order of the bays.

    ``without``: the visit of a box that is taken away first.
    """
    wanted = list(bays)
    taken: dict[int, Top] = {}
    for cell in _cells(Q(block=block.pk, bay__in=wanted, row=row, tier__lt=under) & ~Q(standing__visit=without)):
        taken[cell["bay"]] = _top(cell)
    return [taken.get(bay, Top()) for bay in wanted]


def grounds(terminal_id: int, at: datetime, *, moving: Visit | None = None) -> list[BlockGround]:
    """Every block of a terminal with the tops of its stacks and what of it is closed at ``at``, in four queries.

    A stack in which a cell is held for another box takes nothing, nor does the one a ``moving`` box is lifted from.
    """
    found = {
        block.pk: BlockGround(block.pk, block.kind, block.bays, block.rows, block.tiers)
        for block in Block.objects.filter(terminal=terminal_id).order_by("code")
    }
    for closure in BlockClosure.objects.filter(block__in=found).in_force(at):
        found[closure.block_id].closed.update(closed_bays(closure, found[closure.block_id].bays))
    for cell in _cells(Q(block__terminal=terminal_id)):
        found[cell["block_id"]].tops[cell["bay"], cell["row"]] = _top(cell)
    for block_id, bay, row in _out_of_bounds(found, at, moving):
        found[block_id].tops[bay, row] = Top(found[block_id].tiers)
    return list(found.values())


def _out_of_bounds(blocks: Iterable[int], at: datetime, moving: Visit | None) -> Iterable[tuple[int, int, int]]:
    held = HeldCell.objects.filter(block__in=list(blocks), until__gt=at)
    own = Cell.objects.none()
    if moving is not None:
        held = held.exclude(order__visit=moving)
        own = Cell.objects.filter(standing__visit=moving)
    return held.values_list("block_id", "bay", "row").union(own.values_list("block_id", "bay", "row"))


def closed_bays(closure: BlockClosure, bays: int) -> range:
    """The bays of a block with so many that are closed."""
    return range(closure.first_bay or 1, (closure.last_bay or bays) + 1)


def closure_over(block: Block, bays: Iterable[int], at: datetime) -> BlockClosure | None:
    """A closure in force at ``at`` over any of these bays."""
    wanted = set(bays)
    closures = BlockClosure.objects.filter(block=block).in_force(at).order_by("pk")
    return next((each for each in closures if wanted & set(closed_bays(each, block.bays))), None)


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
