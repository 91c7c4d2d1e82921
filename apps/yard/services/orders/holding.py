"""Free cells kept for the box of an order, for a while."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from apps.common.integrity import refusals
from apps.yard.models import Block, HeldCell, WorkOrder
from apps.yard.selectors import closure_over, tops
from apps.yard.services.orders.refusals import PlaceHeld
from terminal.equipment import SizeType
from terminal.stacking import Place

HOLD_FOR: Final = timedelta(hours=1)
"""How long a place is kept for a box that was handed out (ours): past that, the machine is not coming."""


ANY_TIER: Final = 100


@transaction.atomic
def hold_place(order: WorkOrder, place: Place, *, at: datetime, until: datetime | None = None) -> WorkOrder:
    """Make ``place`` the order's target and keep it until then (an hour, unless said). Raises ``PlaceHeld``."""
    end = until or at + HOLD_FOR
    require_not_held(order.visit_id, place, bays_of(order), at=at)
    cells = [
        HeldCell(order=order, block_id=place.block_id, bay=bay, row=place.row, tier=place.tier, until=end)
        for bay in range(place.bay, place.bay + bays_of(order))
    ]
    let_go([order])
    HeldCell.objects.filter(_same_cells(cells), until__lte=at).delete()
    with refusals(a_cell_is_held_for_one_box=lambda: _held(cells, at)):
        HeldCell.objects.bulk_create(cells)
    set_target(order, place, end)
    return order


def let_go(orders: Iterable[WorkOrder]) -> None:
    """Nothing is kept for these orders any more."""
    HeldCell.objects.filter(order__in=list(orders)).delete()


def require_not_held(visit_id: int, place: Place, bays: int, *, at: datetime) -> None:
    """Raise ``PlaceHeld`` when any cell of the place is kept, at ``at``, for another box than this visit's."""
    there = HeldCell.objects.filter(
        block=place.block_id, bay__in=range(place.bay, place.bay + bays), row=place.row, tier=place.tier, until__gt=at
    )
    other = there.exclude(order__visit=visit_id).select_related("order__visit__container", "block").first()
    if other is not None:
        raise _refusal(other)


def is_free(order: WorkOrder, place: Place, *, at: datetime) -> bool:
    """Whether the box could be put there now: open, nothing in the cell, something below it, kept for nobody else."""
    bays = range(place.bay, place.bay + bays_of(order))
    if closure_over(Block.objects.get(pk=place.block_id), bays, at) is not None:
        return False
    try:
        require_not_held(order.visit_id, place, bays_of(order), at=at)
    except PlaceHeld:
        return False
    stacks = tops(Block(pk=place.block_id), bays, place.row, under=ANY_TIER)
    return all(top.tiers == place.tier - 1 for top in stacks)


def set_target(order: WorkOrder, place: Place, until: datetime | None) -> None:
    """Write where the box is to be put."""
    block = Block.objects.get(pk=place.block_id)
    values = {"block": block, "bay": place.bay, "row": place.row, "tier": place.tier, "held_until": until}
    WorkOrder.objects.filter(pk=order.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(order, name, value)
    order.version += 1


def target_of(order: WorkOrder) -> Place | None:
    """The order's target cell, when it has one."""
    if order.block_id is None or order.bay is None or order.row is None or order.tier is None:
        return None
    return Place(order.block_id, order.bay, order.row, order.tier)


def bays_of(order: WorkOrder) -> int:
    """20′ bays the order's box covers."""
    return SizeType.parse(order.visit.container.size_type).bays


def _same_cells(cells: list[HeldCell]) -> Q:
    found = Q()
    for cell in cells:
        found |= Q(block=cell.block_id, bay=cell.bay, row=cell.row, tier=cell.tier)
    return found


def _held(cells: list[HeldCell], at: datetime) -> PlaceHeld:
    there = HeldCell.objects.filter(_same_cells(cells), until__gt=at).select_related("order__visit__container", "block")
    other = there.first()
    return _refusal(other) if other else PlaceHeld(cell="", number="", until="")


def _refusal(held: HeldCell) -> PlaceHeld:
    cell = f"{held.block.code}-{held.bay:02d}-{held.row:02d}-{held.tier}"
    return PlaceHeld(cell=cell, number=held.order.visit.container.number, until=held.until.isoformat())
