"""A move was made: the yard is what it is now. Nothing else changes where boxes stand."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.dispatch import Signal

from apps.common.steps import take_step
from apps.containers import services as containers
from apps.containers.services.rows import lock_calls, lock_visits
from apps.parties.actors import Actor
from apps.yard.models import Block, Standing, WorkOrder
from apps.yard.services.orders.holding import bays_of, let_go, require_not_held, target_of
from apps.yard.services.orders.planning import require_its_own_carrier
from apps.yard.services.orders.refusals import AlreadyConfirmed, NoPlaceFound, SayWhy, TakesNoPlace
from apps.yard.services.orders.rows import bring_up_to_date, lock_order, remember, require_may_work
from apps.yard.services.placing import lock_blocks, put_down, require_free_above, take_up
from terminal.events import EventKind
from terminal.lifecycle import WORK_ORDER, OrderState, Position
from terminal.moments import require_zone
from terminal.readiness import Step
from terminal.stacking import Place
from terminal.work import INTO_A_CELL, OUT_OF_A_CELL, Work

# Note [Who keeps the carrier's books]
# What a confirmed move means to a train's wagons, a ship's tally or a truck at the gate is theirs to say. They lie
# above the yard: they listen here, and what they do (or refuse) is part of the same transaction.
carried_out = Signal()
"""Sent when a move was confirmed, inside the transaction: ``order``, ``by``, ``at``."""


@transaction.atomic
def confirm(
    order: WorkOrder, *, by: Actor, at: datetime, place: Place | None = None, place_reason: str = ""
) -> WorkOrder:
    """The move was made at ``at``: the box is where the order says, or at ``place``, for ``place_reason``.

    What cannot be is refused and changes nothing; what is merely bad practice is a fact, and flagged. Raises
    ``NotYours``, ``AlreadyConfirmed``, ``StepNotAllowed``, ``SayWhy``, ``TakesNoPlace``, ``NoPlaceFound``,
    ``PlaceHeld``, ``NotItsCarrier``, ``NotReady``, ``BoxOnTop``, ``CellTaken``, ``NothingBelow`` and the other refusals
    of the work.
    """
    require_zone(at)
    row = _lock(order)
    require_may_work(by, row)
    if row.state == OrderState.DONE:
        raise AlreadyConfirmed(by=row.done_by, at=row.done_at.isoformat() if row.done_at else "")
    WORK_ORDER.require_step(row.state, OrderState.DONE.value)
    require_its_own_carrier(row, row.visit)
    to = _destination(row, place, place_reason)
    if to is not None:
        require_not_held(row.visit_id, to, bays_of(row), at=at)
    let_go([row])
    came_from = where_from(row)
    done = {"done_at": at, "done_by": by.label[:120], "place_reason": place_reason[:200], "came_from": came_from}
    take_step(row, WORK_ORDER, OrderState.DONE.value, field="state", **done)
    went_to = WORKS[Work(row.kind)](row, to, by.entrusted(), at)
    WorkOrder.objects.filter(pk=row.pk).update(went_to=went_to)
    row.went_to = went_to
    remember([row], EventKind.WORK_ORDER_DONE, by=by, at=at)
    carried_out.send(sender=WorkOrder, order=row, by=by.entrusted(), at=at)
    return bring_up_to_date(order, row)


def _lock(order: WorkOrder) -> WorkOrder:
    """The order as it is now, locked: carriers first, then the box, then the order, as whoever lets boxes leave."""
    seen = WorkOrder.objects.select_related("visit").get(pk=order.pk)
    lock_calls([seen.call_id, seen.onward_call_id, seen.visit.departure_call_id])
    visit = lock_visits([seen.visit])[0]
    row = lock_order(seen)
    row.visit = visit
    return row


def _destination(order: WorkOrder, place: Place | None, why: str) -> Place | None:
    """The cell the box was put into; None for work that does not end in one."""
    planned, kind = target_of(order), Work(order.kind)
    if kind not in INTO_A_CELL:
        if place is not None:
            raise TakesNoPlace(work=kind.value)
        return None
    if place is None and planned is None:
        raise NoPlaceFound(number=order.visit.container.number)
    if place is not None and planned is not None and place != planned and not why.strip():
        raise SayWhy(target=order.target)
    return place or planned


def where_from(order: WorkOrder) -> str:
    """What the box is taken from, as people say it: its cell, or its carrier."""
    if Work(order.kind) in OUT_OF_A_CELL:
        standing = Standing.objects.filter(visit=order.visit_id).select_related("block").first()
        return str(standing) if standing else ""
    return order.call.number if order.call else ""


def _discharge(order: WorkOrder, to: Place | None, by: Actor, at: datetime) -> str:
    arrived = containers.Arrived(order.visit, Position.IN_YARD, order.call)
    containers.arrive_visits([arrived], by=by, at=at)
    return _into(order, to, by, at)


def _receive(order: WorkOrder, to: Place | None, by: Actor, at: datetime) -> str:
    containers.ground_visits([order.visit], by=by, at=at)
    return _into(order, to, by, at)


def _shift(order: WorkOrder, to: Place | None, by: Actor, at: datetime) -> str:
    standing = Standing.objects.filter(visit=order.visit_id).select_related("block").first()
    lock_blocks({each for each in (standing and standing.block_id, to and to.block_id) if each})
    came_from = take_up(standing) if standing else ""
    return _into(order, to, by, at, came_from=came_from)


def _load(order: WorkOrder, to: Place | None, by: Actor, at: datetime) -> str:
    require_free_above(order.visit)
    containers.leave_visits([order.visit], step=Step.LOAD, by=by, at=at)
    return order.call.number if order.call else ""


def _deliver(order: WorkOrder, to: Place | None, by: Actor, at: datetime) -> str:
    assert order.call is not None  # the database and ``plan_orders`` see to it
    require_free_above(order.visit)
    containers.put_on_truck([order.visit], order.call, by=by, at=at)
    return order.call.number


def _transfer(order: WorkOrder, to: Place | None, by: Actor, at: datetime) -> str:
    """Off one carrier and onto another at one moment: both count it, and no cell ever held it."""
    arrived = containers.Arrived(order.visit, Position.IN_YARD, order.call)
    containers.arrive_visits([arrived], by=by, at=at)
    containers.leave_visits([order.visit], step=Step.LOAD, by=by, at=at)
    return order.onward_call.number if order.onward_call else ""


def _into(order: WorkOrder, to: Place | None, by: Actor, at: datetime, *, came_from: str = "") -> str:
    assert to is not None  # ``_destination`` found one for every work that ends in a cell
    block = Block.objects.get(pk=to.block_id)
    standing = put_down(
        order.visit,
        block,
        to,
        by=by,
        at=at,
        came_from=came_from,
        rehandled=order.kind == Work.REHANDLE,
        why=order.reason,
    )
    return str(standing)


WORKS: Final[dict[Work, Callable[[WorkOrder, Place | None, Actor, datetime], str]]] = {
    Work.DISCHARGE: _discharge,
    Work.LOAD: _load,
    Work.RECEIVE: _receive,
    Work.DELIVER: _deliver,
    Work.TRANSFER: _transfer,
    Work.SHIFT: _shift,
    Work.REHANDLE: _shift,
}
"""What each kind of work does to the box; each answers where it went."""
