"""What the order services share: rights, locked orders, their journal rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from apps.common.locks import lock_then_read
from apps.common.steps import take_step
from apps.journal.services import Happening, record_many
from apps.parties.actors import Actor
from apps.yard.models import WorkOrder
from terminal.events import Audience, EventKind
from terminal.lifecycle import WORK_ORDER, OrderState

PLAN: Final = "yard.change_workorder"
"""Plan orders, hand them out, stop them."""

CARRY_OUT: Final = "yard.carry_out_workorder"
"""Take orders and confirm them."""


def lock_order(order: WorkOrder) -> WorkOrder:
    """The order as it is now, locked until the end of the transaction, with what belongs to it."""
    rows = WorkOrder.objects.select_related(
        "terminal", "visit__container", "visit__terminal", "call", "onward_call", "block", "equipment"
    )
    return lock_then_read(rows.filter(pk=order.pk)).get()


def require_may_work(by: Actor, order: WorkOrder) -> None:
    """Raise ``NotYours`` unless the actor plans orders or carries them out at the terminal."""
    if not by.may(PLAN, order.terminal):
        by.require(CARRY_OUT, order.terminal)


def step(order: WorkOrder, wanted: OrderState, kind: EventKind, *, by: Actor, at: datetime, **also: Any) -> None:
    """One step of an order's life: rule, race, memory."""
    take_step(order, WORK_ORDER, wanted.value, field="state", **also)
    remember([order], kind, by=by, at=at)


def remember(orders: Iterable[WorkOrder], kind: EventKind, *, by: Actor, at: datetime) -> None:
    """One journal row an order, for staff."""
    record_many(_told(order, kind, by=by, at=at) for order in orders)


def _told(order: WorkOrder, kind: EventKind, *, by: Actor, at: datetime) -> Happening:
    said = {
        "order": str(order.public_id),
        "work": order.kind,
        "from": order.came_from,
        "to": order.went_to or order.target,
        "machine": order.equipment.code if order.equipment else "",
        "why": order.reason,
        "why_there": order.place_reason,
        "cause": order.cause,
        "note": order.note,
    }
    return Happening(
        kind=kind,
        terminal_id=order.terminal_id,
        at=at,
        actor=by.label,
        visit_id=order.visit_id,
        container_number=order.visit.container.number,
        call_id=order.call_id,
        audience=Audience.STAFF,
        payload={name: value for name, value in said.items() if value},
    )


def bring_up_to_date(in_hand: WorkOrder, row: WorkOrder) -> WorkOrder:
    """Give the caller's own object what was written."""
    if in_hand is not row:
        for field in WorkOrder._meta.concrete_fields:
            setattr(in_hand, field.attname, getattr(row, field.attname))
    return in_hand
