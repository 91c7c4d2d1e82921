"""Asking for moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from apps.calls.models import Call
from apps.common.integrity import refusals
from apps.containers.models import Visit
from apps.containers.services.rows import lock_visits
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.yard.models import Block, WorkOrder
from apps.yard.services.orders.holding import hold_place
from apps.yard.services.orders.refusals import (
    CarrierElsewhere,
    HasAnOrder,
    NeedsACarrier,
    NotForThisWork,
    NotItsCarrier,
)
from apps.yard.services.orders.rows import PLAN, remember
from apps.yard.services.refusals import AnotherTerminal
from terminal.events import EventKind
from terminal.lifecycle import Position, VisitState
from terminal.moments import require_zone
from terminal.stacking import Place
from terminal.throughput import Mode
from terminal.work import Work

ALONGSIDE: Final = frozenset({Mode.RAIL, Mode.SEA, Mode.BARGE})

BY_CARRIER: Final[dict[Work, frozenset[Mode]]] = {
    Work.DISCHARGE: ALONGSIDE,
    Work.LOAD: ALONGSIDE,
    Work.TRANSFER: ALONGSIDE,
    Work.RECEIVE: frozenset({Mode.ROAD}),
    Work.DELIVER: frozenset({Mode.ROAD}),
}
"""The kinds of carrier at which work is done; work that is not here is done within the yard."""

BEGINS: Final[dict[Work, tuple[VisitState, frozenset[Position]]]] = {
    Work.DISCHARGE: (VisitState.ADVISED, frozenset(Position)),
    Work.TRANSFER: (VisitState.ADVISED, frozenset(Position)),
    Work.RECEIVE: (VisitState.ACTIVE, frozenset({Position.ON_CARRIER})),
    **dict.fromkeys(
        (Work.LOAD, Work.DELIVER, Work.SHIFT, Work.REHANDLE), (VisitState.ACTIVE, frozenset({Position.IN_YARD}))
    ),
}
"""How things stand with a box when work on it is asked for."""


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """A move to be made. ``call``: the carrier it comes from or goes onto; ``onward_call``: the second of a transfer.

    ``place`` None: a place is looked for when the order is handed out. ``priority`` 1 is first; of equal ones the
    earlier ``due_at``, then the lower ``sequence``.
    """

    kind: Work
    visit: Visit
    call: Call | None = None
    onward_call: Call | None = None
    place: Place | None = None
    priority: int = 5
    sequence: int = 0
    due_at: datetime | None = None
    reason: str = ""
    makes_way_for: WorkOrder | None = None


@transaction.atomic
def plan_orders(orders: list[NewOrder], *, by: Actor, at: datetime) -> list[WorkOrder]:
    """Ask for moves, all or none, in the order given.

    Raises ``NotYours``, ``NeedsACarrier``, ``CarrierElsewhere``, ``NotItsCarrier``, ``NotForThisWork``,
    ``AnotherTerminal``, ``HasAnOrder``, ``PlaceHeld``, ``NaiveTime``.
    """
    require_zone(at, *(each.due_at for each in orders))
    visits = {row.pk: row for row in lock_visits(each.visit for each in orders)}
    for terminal in _terminals(visits.values()):
        by.require(PLAN, terminal)
    for each in orders:
        _require_possible(each, visits[each.visit.pk])
    _require_blocks_here(orders, visits)
    with refusals(a_box_is_asked_for_the_same_once=lambda: _taken(orders)):
        rows = WorkOrder.objects.bulk_create(
            [_row(each, visits[each.visit.pk], at) for each in orders], batch_size=1000
        )
    for each, row in zip(orders, rows, strict=True):
        if each.place is not None:
            hold_place(row, each.place, at=at)
    remember(rows, EventKind.WORK_ORDER_PLANNED, by=by, at=at)
    return rows


def _terminals(visits: Iterable[Visit]) -> list[Terminal]:
    return list({visit.terminal_id: visit.terminal for visit in visits}.values())


def _require_possible(order: NewOrder, visit: Visit) -> None:
    kind = Work(order.kind)
    _require_carrier(kind, order.call)
    if kind is Work.TRANSFER:
        _require_carrier(kind, order.onward_call)
    _require_calls_here(order, visit)
    state, positions = BEGINS[kind]
    if visit.state != state or visit.position not in positions:
        said = {"work": kind.value, "state": visit.state, "position": visit.position}
        raise NotForThisWork(number=visit.container.number, **said)
    require_its_own_carrier(order, visit)


def _require_carrier(kind: Work, call: Call | None) -> None:
    modes = BY_CARRIER.get(kind, frozenset())
    if (call is None and modes) or (call is not None and call.mode not in modes):
        raise NeedsACarrier(work=kind.value, modes=", ".join(sorted(modes)) or "—")


def _require_calls_here(order: NewOrder, visit: Visit) -> None:
    for call in (order.call, order.onward_call):
        if call is not None and call.terminal_id != visit.terminal_id:
            said = {"carrier": call.number, "terminal": visit.terminal.name, "number": visit.container.number}
            raise CarrierElsewhere(**said)


def _require_blocks_here(orders: list[NewOrder], visits: dict[int, Visit]) -> None:
    blocks = Block.objects.in_bulk({each.place.block_id for each in orders if each.place is not None})
    for each in orders:
        block = blocks.get(each.place.block_id) if each.place is not None else None
        if each.place is not None and (block is None or block.terminal_id != visits[each.visit.pk].terminal_id):
            raise AnotherTerminal(block=block.code if block else each.place.block_id)


def require_its_own_carrier(order: NewOrder | WorkOrder, visit: Visit) -> None:
    """What a box comes off and goes onto is what its visit says, when asked for and when done.

    Raises ``NotItsCarrier``.
    """
    known = {
        Work.LOAD: (order.call, visit.departure_call_id),
        Work.TRANSFER: (order.onward_call, visit.departure_call_id),
        Work.RECEIVE: (order.call, visit.carrier_call_id),
    }
    call, planned = known.get(Work(order.kind), (None, None))
    if call is not None and call.pk != planned:
        raise NotItsCarrier(number=visit.container.number, carrier=call.number)


def _row(new: NewOrder, visit: Visit, at: datetime) -> WorkOrder:
    return WorkOrder(
        terminal=visit.terminal,
        kind=Work(new.kind).value,
        visit=visit,
        call=new.call,
        onward_call=new.onward_call,
        makes_way_for=new.makes_way_for,
        priority=new.priority,
        sequence=new.sequence,
        due_at=new.due_at,
        reason=new.reason[:200],
        planned_at=at,
    )


def _taken(orders: list[NewOrder]) -> HasAnOrder:
    for each in orders:
        if WorkOrder.objects.open().filter(visit=each.visit, kind=Work(each.kind).value).exists():
            return HasAnOrder(number=each.visit.container.number, work=Work(each.kind).value)
    return HasAnOrder(number=orders[0].visit.container.number, work=Work(orders[0].kind).value)
