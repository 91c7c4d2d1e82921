"""Moves asked for and confirmed in one breath: a train reported as discharged, a box somebody has just moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from apps.calls.models import Call
from apps.common.locks import lock_then_read
from apps.containers.models import Visit
from apps.containers.services.rows import lock_calls, lock_visits
from apps.parties.actors import Actor
from apps.yard.models import Block, Standing, WorkOrder
from apps.yard.services.orders.confirming import confirm
from apps.yard.services.orders.handing import hand_out
from apps.yard.services.orders.planning import NewOrder, plan_orders
from apps.yard.services.orders.rows import remember
from apps.yard.services.placing import RIGHT, lock_blocks, require_could_stand, require_free_above
from terminal.events import EventKind
from terminal.lifecycle import IN_HAND, OrderState
from terminal.stacking import Place
from terminal.work import Work

LEAVING: Final = (Work.LOAD, Work.DELIVER)


@transaction.atomic
def carry_out_at_once(orders: list[NewOrder], *, by: Actor, at: datetime) -> list[WorkOrder]:
    """Ask for moves and confirm them, all or none; what stands on a box is rehandled first.

    Raises as ``plan_orders``, ``hand_out`` and ``confirm``.
    """
    _lock_carriers(orders)
    return [_carry_out(order, by=by, at=at) for order in plan_orders(orders, by=by, at=at)]


def _lock_carriers(orders: list[NewOrder]) -> None:
    """What ``confirm`` will lock, before any box: the carriers named, and those the boxes are to leave by."""
    planned = Visit.objects.filter(pk__in=[each.visit.pk for each in orders]).values_list("departure_call", flat=True)
    named = [call.pk for each in orders for call in (each.call, each.onward_call) if call is not None]
    lock_calls([*named, *planned])


@transaction.atomic
def move(
    standing: Standing, block: Block, bay: int, row: int, tier: int, *, by: Actor, at: datetime, reason: str = ""
) -> Standing:
    """A box was moved to another cell, for a reason; kept as a work order that is done.

    A person needs ``yard.change_standing``. Raises as ``place``, and ``BoxOnTop``, ``PlaceHeld``.
    """
    visit = standing.visit
    by.require(RIGHT, visit.terminal)
    place = Place(block.pk, bay, row, tier)
    shift = NewOrder(kind=Work.SHIFT, visit=visit, place=place, reason=reason)
    _lock_carriers([shift])
    lock_visits([visit])
    lock_blocks({standing.block_id, block.pk})
    require_free_above(visit)
    require_could_stand(visit, block, bay, row, tier, at)
    carry_out_at_once([shift], by=by.entrusted(), at=at)
    return Standing.objects.select_related("block").get(visit=visit)


def _carry_out(order: WorkOrder, *, by: Actor, at: datetime) -> WorkOrder:
    while True:
        given = hand_out(order, equipment=None, by=by, at=at)
        done = confirm(given, by=by, at=at)
        if done.pk == order.pk:
            return done


@dataclass(frozen=True, kw_only=True)
class Made:
    """A move that was made by a command for many boxes: where from and where to, as people say it.

    ``onward_call``: the second carrier of a transfer.
    """

    kind: Work
    visit: Visit
    call: Call | None = None
    onward_call: Call | None = None
    came_from: str = ""
    went_to: str = ""
    reason: str = ""


def write_down(moves: Iterable[Made], *, by: Actor, at: datetime) -> list[WorkOrder]:
    """Keep moves that a command has made as work orders that are done. Within the command's transaction.

    An open order for the same work is that order done; one that was confirmed in this very transaction is not doubled.
    The journal has the movement itself: an order born done adds nothing to it.
    """
    wanted = {(each.kind.value, each.visit.pk): each for each in moves}
    visits = [each.visit.pk for each in wanted.values()]
    known = WorkOrder.objects.filter(visit__in=visits, kind__in={kind for kind, _ in wanted})
    for visit_id in _just_taken_away(visits, at):
        for work in LEAVING:
            wanted.pop((work.value, visit_id), None)
    asked = known.filter(state__in=[OrderState.PLANNED.value, *sorted(IN_HAND)]).order_by("pk")
    open_orders = list(lock_then_read(asked.select_related("visit__container", "equipment", "block")))
    finished = [_finish(order, made, by=by, at=at) for order in open_orders if (made := _take(wanted, order))]
    new = WorkOrder.objects.bulk_create([_row(each, by=by, at=at) for each in wanted.values()], batch_size=1000)
    remember(finished, EventKind.WORK_ORDER_DONE, by=by, at=at)
    return [*finished, *new]


def _just_taken_away(visits: list[int], at: datetime) -> set[int]:
    """Visits of boxes whose way out was confirmed at this very moment: the order that did it is on the books."""
    done = WorkOrder.objects.filter(visit__in=visits, state=OrderState.DONE.value, done_at=at)
    return set(done.filter(kind__in=sorted((*LEAVING, Work.TRANSFER))).values_list("visit", flat=True))


def _take(wanted: dict[tuple[str, int], Made], order: WorkOrder) -> Made | None:
    return wanted.pop((order.kind, order.visit_id), None)


def _finish(order: WorkOrder, made: Made, *, by: Actor, at: datetime) -> WorkOrder:
    order.held_cells.all().delete()
    done = {"state": OrderState.DONE.value, "done_at": at, "done_by": by.label[:120]}
    values = {**done, "came_from": made.came_from, "went_to": made.went_to}
    WorkOrder.objects.filter(pk=order.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(order, name, value)
    return order


def _row(made: Made, *, by: Actor, at: datetime) -> WorkOrder:
    return WorkOrder(
        terminal_id=made.visit.terminal_id,
        kind=made.kind.value,
        state=OrderState.DONE.value,
        visit=made.visit,
        call=made.call,
        onward_call=made.onward_call,
        came_from=made.came_from,
        went_to=made.went_to,
        reason=made.reason[:200],
        planned_at=at,
        done_at=at,
        done_by=by.label[:120],
    )
