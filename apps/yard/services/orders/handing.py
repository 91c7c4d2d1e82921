"""Handing out orders: who works on what, each order to one, each machine one at a time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apps.common.integrity import refusals
from apps.containers.selectors import situations
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.yard.models import Downtime, Equipment, WorkOrder
from apps.yard.services.orders.digging import next_in_turn, on_top_of
from apps.yard.services.orders.finding import hold_best_place
from apps.yard.services.orders.holding import hold_place, is_free, let_go, target_of
from apps.yard.services.orders.planning import require_its_own_carrier
from apps.yard.services.orders.refusals import (
    BoxBusy,
    MachineBusy,
    MachineDown,
    NoPlaceFound,
    NotItsCarrier,
    WaitsForDigging,
)
from apps.yard.services.orders.rows import CARRY_OUT, PLAN, bring_up_to_date, lock_order, require_may_work, step
from terminal.events import EventKind
from terminal.lifecycle import IN_HAND, WORKABLE, OrderState
from terminal.readiness import Step, blockers
from terminal.throughput import Mode
from terminal.work import ABILITIES, INTO_A_CELL, CannotDo, Machine, Work, can_do

OFF_A_CARRIER: Final = [Work.DISCHARGE.value, Work.TRANSFER.value]
"""Work that waits until its carrier is worked; whether others may begin, readiness says."""

LOOKED_AT: Final = 5
"""Orders looked at together when the next one is sought; four times as many each time none of them will do."""

READY_FOR: Final = {Work.LOAD: Step.LOAD, Work.DELIVER: Step.GATE_OUT}

AT_ITS_CARRIER: Final = {
    Machine.RAIL_GANTRY: [Mode.RAIL.value],
    Machine.QUAY_CRANE: [Mode.SEA.value, Mode.BARGE.value],
}
"""Cranes that reach one kind of carrier only."""


@transaction.atomic
def hand_out_next(terminal: Terminal, *, equipment: Equipment | None, by: Actor, at: datetime) -> WorkOrder | None:
    """Give out the order whose turn it is, for a machine or to whoever asks; None when nothing can be done now.

    An order that is not ready (a hold, a missing permission) or waits for others is passed over; what stands on a box
    is given out before it. Two who ask at once never get the same. Raises ``NotYours``, ``MachineBusy``,
    ``MachineDown``.
    """
    _require_may_take(by, terminal)
    if equipment is not None:
        require_works(equipment, at)
    for batch in _batches(terminal, equipment):
        for order in _ready(batch, at):
            mine = _taken_by_me(order)
            given = _give(mine, equipment, by=by, at=at, willing=True) if mine else None
            if given is not None:
                return given
    return None


def _batches(terminal: Terminal, equipment: Equipment | None) -> Iterator[list[WorkOrder]]:
    """The orders that wait, in their turn: few to begin with, and no order twice."""
    seen: set[int] = set()
    size = LOOKED_AT
    while batch := list(_waiting(terminal, equipment).exclude(pk__in=seen)[:size]):
        yield batch
        seen |= {each.pk for each in batch}
        size *= 4


@transaction.atomic
def hand_out(order: WorkOrder, *, equipment: Equipment | None, by: Actor, at: datetime) -> WorkOrder:
    """Give out this order, or what has to be moved before it; the order that was given out.

    Raises ``NotYours``, ``StepNotAllowed``, ``MachineBusy``, ``MachineDown``, ``CannotDo``, ``BoxBusy``,
    ``WaitsForDigging``, ``NoPlaceFound``, ``PlaceHeld``, ``NotItsCarrier``.
    """
    row = lock_order(order)
    require_may_work(by, row)
    if equipment is not None:
        require_works(equipment, at)
    given = _give(row, equipment, by=by, at=at, willing=False)
    if given is None:
        on_top = ", ".join(each.visit.container.number for each in on_top_of(row))
        raise WaitsForDigging(number=row.visit.container.number, on_top=on_top)
    if given.pk == order.pk:
        return bring_up_to_date(order, given)
    return given


@transaction.atomic
def start(order: WorkOrder, *, by: Actor, at: datetime) -> WorkOrder:
    """The machine has taken the box. Raises ``NotYours``, ``StepNotAllowed``."""
    row = lock_order(order)
    require_may_work(by, row)
    step(row, OrderState.IN_PROGRESS, EventKind.WORK_ORDER_STARTED, by=by, at=at, started_at=at)
    return bring_up_to_date(order, row)


@transaction.atomic
def hand_back(order: WorkOrder, *, by: Actor, at: datetime) -> WorkOrder:
    """Give an order back undone: it is somebody else's turn. Its place is kept no longer. Raises as ``start``."""
    row = lock_order(order)
    require_may_work(by, row)
    step(row, OrderState.PLANNED, EventKind.WORK_ORDER_HANDED_BACK, by=by, at=at, **UNASSIGNED)
    let_go([row])
    return bring_up_to_date(order, row)


UNASSIGNED: Final[dict[str, Any]] = {
    "equipment": None,
    "operator": None,
    "dispatched_at": None,
    "started_at": None,
    "held_until": None,
}
"""An order nobody has: with no machine, and no place kept for it."""


def require_works(equipment: Equipment, at: datetime) -> None:
    """Raise ``MachineDown`` or ``MachineBusy`` unless the machine can take an order now."""
    if not equipment.active:
        raise MachineDown(machine=equipment.code, reason="—")
    down = Downtime.objects.filter(equipment=equipment, since__lte=at).filter(Q(until=None) | Q(until__gt=at)).first()
    if down is not None:
        raise MachineDown(machine=equipment.code, reason=down.reason)
    if equipment.orders.filter(state__in=sorted(IN_HAND)).exists():
        raise MachineBusy(machine=equipment.code)


def _require_may_take(by: Actor, terminal: Terminal) -> None:
    if not by.may(PLAN, terminal):
        by.require(CARRY_OUT, terminal)


def _waiting(terminal: Terminal, equipment: Equipment | None) -> QuerySet[WorkOrder]:
    """Planned orders nothing has to be done before, in their turn, that such a machine can do."""
    before = WorkOrder.objects.open().filter(makes_way_for=OuterRef("pk"))
    earlier = WorkOrder.objects.open().filter(
        makes_way_for=OuterRef("makes_way_for"), sequence__lt=OuterRef("sequence")
    )
    elsewhere = WorkOrder.objects.in_hand().filter(visit=OuterRef("visit"))
    rows = WorkOrder.objects.filter(terminal=terminal, state=OrderState.PLANNED.value)
    rows = rows.exclude(Exists(before)).exclude(Exists(earlier)).exclude(Exists(elsewhere))
    rows = rows.exclude(~Q(call__phase__in=sorted(WORKABLE)), kind__in=OFF_A_CARRIER)
    if equipment is not None:
        rows = rows.filter(_doable(Machine(equipment.kind)))
    turn = ("priority", F("due_at").asc(nulls_last=True), "sequence", "pk")
    return rows.select_related("visit__container").order_by(*turn)


def _doable(machine: Machine) -> Q:
    wanted = Q(kind__in=sorted(ABILITIES[machine]))
    if machine in AT_ITS_CARRIER:
        wanted &= Q(call__mode__in=AT_ITS_CARRIER[machine])
    if machine is Machine.EMPTY_HANDLER:
        wanted &= Q(visit__laden=False)
    return wanted


def _ready(orders: list[WorkOrder], at: datetime) -> Iterator[WorkOrder]:
    """Those whose boxes may take the step they are asked for."""
    asked = [order for order in orders if Work(order.kind) in READY_FOR]
    stand = situations([order.visit for order in asked], at) if asked else {}
    for order in orders:
        wanted = READY_FOR.get(Work(order.kind))
        if wanted is None or not blockers(stand[order.visit_id], wanted, at):
            yield order


def _taken_by_me(order: WorkOrder) -> WorkOrder | None:
    """The order locked, unless somebody else has it in the hand or it is planned no more."""
    free = WorkOrder.objects.filter(pk=order.pk, state=OrderState.PLANNED.value)
    if free.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True).first() is None:
        return None
    return lock_order(order)


def _give(order: WorkOrder, equipment: Equipment | None, *, by: Actor, at: datetime, willing: bool) -> WorkOrder | None:
    """Hand out the order or what goes before it. ``willing``: where that cannot be, the next order will do."""
    chosen = next_in_turn(order, by=by, at=at)
    if chosen is None:
        return None
    try:
        with transaction.atomic():
            _require_idle(chosen)
            _require_able(equipment, chosen)
            require_its_own_carrier(chosen, chosen.visit)
            _find_place(chosen, at)
            _assign(chosen, equipment, by=by, at=at)
    except (NoPlaceFound, CannotDo, BoxBusy, NotItsCarrier):
        if willing:
            return None
        raise
    return chosen


def _require_idle(order: WorkOrder) -> None:
    """The constraint asks the same, but waits for whoever is just confirming the other order, who may wait for us."""
    if WorkOrder.objects.in_hand().filter(visit=order.visit_id).exclude(pk=order.pk).exists():
        raise BoxBusy(number=order.visit.container.number)


def _require_able(equipment: Equipment | None, order: WorkOrder) -> None:
    if equipment is None:
        return
    machine, work = Machine(equipment.kind), Work(order.kind)
    reaches = machine not in AT_ITS_CARRIER or (order.call and order.call.mode in AT_ITS_CARRIER[machine])
    if not can_do(machine, work, laden=order.visit.laden) or not reaches:
        raise CannotDo(machine=equipment.code, kind=machine.value, work=work.value)


def _find_place(order: WorkOrder, at: datetime) -> None:
    """Where the box goes, kept for it from now on: the planned place, or the best there is."""
    if Work(order.kind) not in INTO_A_CELL:
        return
    place = target_of(order)
    if place is not None and is_free(order, place, at=at):
        hold_place(order, place, at=at)
    else:
        hold_best_place(order, at=at)


def _assign(order: WorkOrder, equipment: Equipment | None, *, by: Actor, at: datetime) -> None:
    machine_busy = MachineBusy(machine=equipment.code if equipment else "")
    box_busy = BoxBusy(number=order.visit.container.number)
    with refusals(a_machine_has_one_order_in_hand=machine_busy, a_box_is_moved_by_one_at_a_time=box_busy):
        who = {"equipment": equipment, "operator": by.user, "dispatched_at": at}
        step(order, OrderState.DISPATCHED, EventKind.WORK_ORDER_DISPATCHED, by=by, at=at, **who)
