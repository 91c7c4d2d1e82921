"""What stands on a box is moved before it: those are the rehandles."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.yard.models import Standing, WorkOrder
from apps.yard.services.orders.planning import NewOrder, plan_orders
from apps.yard.services.placing import above
from terminal.lifecycle import OrderState
from terminal.work import OUT_OF_A_CELL, Work

WHY: Final = "makes way for %s"


def digging_of(order: WorkOrder) -> list[WorkOrder]:
    """The open orders that make way for this one, in their turn."""
    return list(order.digging.open().order_by("sequence", "pk"))


def plan_digging(order: WorkOrder, *, by: Actor, at: datetime) -> list[Standing]:
    """Ask for a rehandle of everything that stands on the order's box, the topmost first; what stands there.

    A box on top that somebody has asked to be moved already, for another box's sake, is left to that. So is one that
    somebody is doing something to at this moment: boxes are locked before orders, and here the order is locked already.
    """
    on_top = on_top_of(order)
    asked = WorkOrder.objects.open().filter(visit__in=[each.visit_id for each in on_top], kind=Work.REHANDLE.value)
    known = set(asked.values_list("visit", flat=True))
    new = [_rehandle(order, each, turn) for turn, each in enumerate(on_top, start=1) if each.visit_id not in known]
    if new and _can_lock(each.visit for each in new):
        plan_orders(new, by=by.entrusted(), at=at)
    return on_top


def _can_lock(visits: Iterable[Visit]) -> bool:
    """Whether nobody else has any of the boxes locked; then they are ours."""
    wanted = {visit.pk for visit in visits}
    free = Visit.objects.filter(pk__in=wanted).order_by("pk").select_for_update(skip_locked=True, of=("self",))
    return set(free.values_list("pk", flat=True)) == wanted


def next_in_turn(order: WorkOrder, *, by: Actor, at: datetime) -> WorkOrder | None:
    """What has to be handed out before or instead of this order: the order itself when nothing stands on its box.

    None: what stands on it is in hand, in quarantine or makes way for another box, so that it has to wait.
    """
    if not plan_digging(order, by=by, at=at):
        return order
    first = next(iter(digging_of(order)), None)
    return first if first is not None and first.state == OrderState.PLANNED else None


def on_top_of(order: WorkOrder) -> list[Standing]:
    """What stands on the order's box, where its work begins in a cell; the topmost first."""
    if Work(order.kind) not in OUT_OF_A_CELL:
        return []
    standing = Standing.objects.filter(visit=order.visit_id).select_related("block").first()
    return above([standing]) if standing else []


def _rehandle(order: WorkOrder, standing: Standing, turn: int) -> NewOrder:
    return NewOrder(
        kind=Work.REHANDLE,
        visit=standing.visit,
        priority=order.priority,
        due_at=order.due_at,
        sequence=turn,
        reason=WHY % order.visit.container.number,
        makes_way_for=order,
    )
