"""Orders that cannot be carried out as they stand, and the way back."""

from datetime import datetime

from django.db import transaction

from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.yard.models import WorkOrder
from apps.yard.services.orders.handing import UNASSIGNED
from apps.yard.services.orders.holding import let_go
from apps.yard.services.orders.refusals import BoxBusy, OrderInHand
from apps.yard.services.orders.rows import PLAN, bring_up_to_date, lock_order, require_may_work, step
from terminal.events import EventKind
from terminal.lifecycle import IN_HAND, OrderState
from terminal.work import Cause


@transaction.atomic
def quarantine(order: WorkOrder, *, cause: Cause, note: str = "", by: Actor, at: datetime) -> WorkOrder:
    """Set an order aside, with what went wrong. Its machine is free again. Raises ``NotYours``, ``StepNotAllowed``."""
    row = lock_order(order)
    require_may_work(by, row)
    why = {"cause": Cause(cause).value, "note": note[:200]}
    nowhere = dict.fromkeys(("block", "bay", "row", "tier"))
    aside = {**UNASSIGNED, **nowhere, **why}
    step(row, OrderState.QUARANTINED, EventKind.WORK_ORDER_QUARANTINED, by=by, at=at, **aside)
    let_go([row])
    return bring_up_to_date(order, row)


@transaction.atomic
def resume(order: WorkOrder, *, by: Actor, at: datetime, note: str = "") -> WorkOrder:
    """What was in the way is gone: the order can be handed out again. Raises as ``quarantine``."""
    row = lock_order(order)
    by.require(PLAN, row.terminal)
    step(row, OrderState.PLANNED, EventKind.WORK_ORDER_RESUMED, by=by, at=at, cause="", note=note[:200])
    return bring_up_to_date(order, row)


@transaction.atomic
def cancel_order(order: WorkOrder, *, reason: str, by: Actor, at: datetime) -> WorkOrder:
    """The move is not wanted any more; nor is the digging for it that nobody has begun.

    Raises ``OrderInHand`` while somebody works on it, ``NotYours``, ``StepNotAllowed``.
    """
    row = lock_order(order)
    by.require(PLAN, row.terminal)
    if row.state in IN_HAND:
        raise OrderInHand(number=row.visit.container.number, work=row.kind)
    step(row, OrderState.CANCELLED, EventKind.WORK_ORDER_CANCELLED, by=by, at=at, note=reason[:200])
    for each in row.digging.filter(state=OrderState.PLANNED.value).order_by("pk"):
        cancel_order(each, reason=reason, by=by, at=at)
    let_go([row])
    return bring_up_to_date(order, row)


def end_moot(order: WorkOrder, *, reason: str, by: Actor, at: datetime) -> WorkOrder:
    """Cancel an order that nobody can carry out any more; whoever has it in hand is rid of it first.

    Within a transaction. Raises ``NotYours``, ``StepNotAllowed``.
    """
    if lock_order(order).state in IN_HAND:
        quarantine(order, cause=Cause.OTHER, note=reason, by=by, at=at)
    return cancel_order(order, reason=reason, by=by, at=at)


def call_off(visit: Visit, *, reason: str, by: Actor, at: datetime) -> None:
    """Cancel whatever is still asked for a box that does not come, or never came. Within a transaction.

    Raises ``BoxBusy`` when somebody is moving it.
    """
    orders = list(WorkOrder.objects.open().filter(visit=visit).order_by("pk").select_for_update())
    if any(order.state in IN_HAND for order in orders):
        raise BoxBusy(number=visit.container.number)
    for order in orders:
        cancel_order(order, reason=reason, by=by.entrusted(), at=at)
