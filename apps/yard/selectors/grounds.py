"""What stands where, as the rules of stacking want to know it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from apps.containers.models import Visit
from apps.yard.models import Block, BlockClosure, Cell
from terminal.equipment import SizeType
from terminal.regimes import Goods
from terminal.stacking import Box, Top


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
