"""Into the terminal and out of it: what a truck brings is taken off, what it collects is put on, and both are asked.

# Note [A truck never leaves with a box it may not take]
The right to collect is asked when the hour is booked, when the truck comes, and once more when it leaves, with the
order or PIN locked (after the box, as whoever gives one), so that one taken back now is seen or comes too late.
Readiness is asked by `containers`, as everywhere. And nothing is put on a truck that is not to collect it: the yard's
confirmed moves are listened to here (``moved``).
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.calls import services as calls
from apps.containers import services as containers
from apps.containers.models import Visit, VisitQuerySet
from apps.containers.services.rows import lock_calls, lock_visits
from apps.gate.models import Appointment, AppointmentBox, DeliveryOrder, ReleasePin
from apps.gate.selectors import last_inspections, rules_of, standing_right
from apps.gate.services.claims import claims, remember
from apps.gate.services.desk import forget_unannounced, leave_site, require_not_held
from apps.gate.services.refusals import (
    AlreadyLetIn,
    BoxIsAboard,
    NoPinNeeded,
    NoRightToCollect,
    NotAboard,
    NotForThisTruck,
    NothingAboutThisBox,
    NotInspected,
    NotLetIn,
    SayHow,
    StillInside,
)
from apps.gate.services.rights import use_right
from apps.gate.services.rows import RIGHT, boxes_of, end_boxes, handed_back, journal, lock_appointment, step
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.events import EventKind
from terminal.lifecycle import APPOINTMENT, AppointmentStatus, Position, VisitState
from terminal.readiness import Step
from terminal.work import Work


@transaction.atomic
def admit(appointment: Appointment, *, by: Actor, at: datetime) -> Appointment:
    """Let a truck in: what it brings is at the terminal from now on, and the yard is asked for every move.

    Raises ``NotYours``, ``TruckIsHeld``, ``AlreadyLetIn``, ``StepNotAllowed``, ``NotInspected``, ``AlreadyHere``,
    ``NotForThisWork`` (a box to be collected does not stand in the yard), ``HasAnOrder``.
    """
    row = lock_appointment(appointment)
    by.require(RIGHT, row.terminal)
    require_not_held(row)
    APPOINTMENT.require_step(row.status, AppointmentStatus.COMPLETED.value)
    if row.admitted_at is not None:
        raise AlreadyLetIn(truck=str(row))
    boxes = boxes_of(row)
    brought = [each for each in boxes if each.comes_in]
    _require_inspected(brought, asked=rules_of(row.terminal).inspects_in)
    _begin_work(row, boxes, by=by.entrusted(), at=at)
    Appointment.objects.filter(pk=row.pk).update(admitted_at=at, version=F("version") + 1)
    row.refresh_from_db(fields=["admitted_at", "version"])
    journal(row, EventKind.TRUCK_ADMITTED, by=by, at=at)
    return handed_back(appointment, row)


def _begin_work(row: Appointment, boxes: list[AppointmentBox], *, by: Actor, at: datetime) -> None:
    arrivals = [
        containers.Arrived(each.visit, Position.ON_CARRIER, row.call) for each in boxes if each.comes_in and each.visit
    ]
    containers.arrive_visits(arrivals, by=by, at=at)
    assert row.call is not None  # the database sees to it: a truck that came is a call
    calls.start_work(row.call, by=by, at=at)
    orders = [
        yard.NewOrder(kind=Work.RECEIVE if each.comes_in else Work.DELIVER, visit=each.visit, call=row.call)
        for each in boxes
        if each.visit is not None
    ]
    yard.plan_orders(orders, by=by, at=at)


def present_pin(box: AppointmentBox, digits: str, *, by: Actor, at: datetime) -> AppointmentBox:
    """The driver names a PIN for a box that is to be collected. A mistake is counted.

    Raises ``NotYours``, ``NothingAboutThisBox``, ``NoPinNeeded``, ``WrongPin``, ``PinIsLocked``, ``RightRanOut``,
    ``NoRightToCollect``.
    """
    row = box.appointment
    by.require(RIGHT, row.terminal)
    if box.comes_in:
        raise NoPinNeeded(number=box.number)
    number = box.visit.container.number if box.visit else box.number  # which may have been joined to another since
    (claim,) = claims([(number, digits or "-")], terminal=row.terminal, haulier=row.haulier, by=by, at=at)
    if claim.visit.pk != box.visit_id:
        raise NoRightToCollect(number=box.number)
    if not AppointmentBox.objects.filter(pk=box.pk, ended_at=None).update(pin=claim.pin, delivery_order=None):
        raise NothingAboutThisBox(number=box.number)
    box.pin, box.delivery_order = claim.pin, None
    return box


@transaction.atomic
def leave_behind(box: AppointmentBox, *, reason: str, by: Actor, at: datetime) -> AppointmentBox:
    """The truck goes without this box: what was to be collected stays, what was to be brought never came in.

    The move that was asked for is cancelled. Raises ``NotYours``, ``SayHow``, ``NothingAboutThisBox``, ``BoxIsAboard``,
    ``StepNotAllowed`` (somebody is moving it).
    """
    row = lock_appointment(box.appointment)
    by.require(RIGHT, row.terminal)
    if not reason.strip():
        raise SayHow
    box.refresh_from_db()
    if box.ended_at is not None:
        raise NothingAboutThisBox(number=box.number)
    if row.call is not None and box.visit_id in {visit.pk for visit in _aboard(row)}:
        raise BoxIsAboard(number=box.number)
    for order in WorkOrder.objects.open().filter(call=row.call, visit=box.visit_id) if row.call else ():
        yard.cancel_order(order, reason=reason, by=by.entrusted(), at=at)
    forget_unannounced([box], reason=reason, by=by, at=at)
    end_boxes([box], at, reason=reason[:200])
    journal(row, EventKind.BOX_LEFT_BEHIND, by=by, at=at, box=box, reason=reason[:200])
    box.refresh_from_db()
    return box


@transaction.atomic
def take_off(box: AppointmentBox, *, reason: str, by: Actor, at: datetime) -> WorkOrder:
    """Ask the yard to take a box off again that was put on the truck and may not leave; then it can be left behind.

    Raises ``NotYours``, ``SayHow``, ``NotAboard``, ``HasAnOrder``.
    """
    row = lock_appointment(box.appointment)
    by.require(RIGHT, row.terminal)
    if not reason.strip():
        raise SayHow
    aboard = _aboard(row).filter(pk=box.visit_id or 0).first() if row.call is not None else None
    if aboard is None or box.comes_in:
        raise NotAboard(number=box.number)
    new = yard.NewOrder(kind=Work.RECEIVE, visit=aboard, call=row.call, reason=reason)
    return yard.plan_orders([new], by=by.entrusted(), at=at)[0]


def gate_out(appointment: Appointment, *, by: Actor, at: datetime) -> Appointment:
    """Let a truck out with everything it collects, and its call is over.

    See Note [A truck never leaves with a box it may not take]. Raises ``NotYours``, ``TruckIsHeld``,
    ``StepNotAllowed``, ``NotLetIn``, ``StillInside``, ``NoRightToCollect`` (journalled), ``NotInspected``,
    ``NotReady``.
    """
    try:
        with transaction.atomic():
            return _let_out(appointment, by=by, at=at)
    except NoRightToCollect as refusal:
        remember(refusal, appointment.terminal, appointment.haulier, by=by, at=at)
        raise


def _let_out(appointment: Appointment, *, by: Actor, at: datetime) -> Appointment:
    row = lock_appointment(appointment)
    by.require(RIGHT, row.terminal)
    require_not_held(row)
    APPOINTMENT.require_step(row.status, AppointmentStatus.COMPLETED.value)
    if row.admitted_at is None:
        raise NotLetIn(truck=str(row))
    boxes = boxes_of(row)
    _require_done(row, boxes)
    lock_calls([row.call_id])
    lock_visits(each.visit for each in boxes if each.visit is not None)
    _require_rights(boxes, at)
    _require_inspected(boxes, asked=rules_of(row.terminal).inspects_out)
    visits = [each.visit for each in boxes if each.visit is not None]
    if visits:
        containers.leave_visits(visits, step=Step.GATE_OUT, by=by.entrusted(), at=at)
    for each in boxes:
        _use(each, at)
    end_boxes(boxes, at, done_at=at)
    leave_site(row, by=by, at=at)
    step(row, AppointmentStatus.COMPLETED, by=by, at=at, left_at=at)
    return handed_back(appointment, row)


def moved(order: WorkOrder, *, at: datetime) -> None:
    """What a confirmed move at a truck means for its turn. Raises ``NotForThisTruck``. Within its transaction."""
    if order.call_id is None or order.kind not in (Work.RECEIVE, Work.DELIVER):
        return
    row = Appointment.objects.filter(call=order.call_id).first()
    if row is None:
        return
    box = row.boxes.filter(visit=order.visit_id, ended_at=None).first()
    if order.kind == Work.DELIVER and (box is None or box.comes_in):
        raise NotForThisTruck(number=order.visit.container.number, truck=row.plate)
    if order.kind == Work.RECEIVE and box is not None and box.comes_in:
        end_boxes([box], at, done_at=at)


def _require_done(row: Appointment, boxes: list[AppointmentBox]) -> None:
    """What was brought is off the truck, what is collected is on it, and nothing else."""
    aboard = {visit.pk: visit.container.number for visit in _aboard(row).select_related("container")}
    collected = {each.visit_id: each.number for each in boxes if not each.comes_in}
    to_take_off = {number for visit, number in aboard.items() if visit not in collected}
    to_take_off |= {each.number for each in boxes if each.comes_in}
    to_put_on = {number for visit, number in collected.items() if visit not in aboard}
    if to_take_off or to_put_on:
        raise StillInside(truck=str(row), to_take_off=_listed(to_take_off), to_put_on=_listed(to_put_on))


def _require_rights(boxes: list[AppointmentBox], at: datetime) -> None:
    orders = [each.delivery_order_id for each in boxes if each.delivery_order_id]
    pins = [each.pin_id for each in boxes if each.pin_id]
    locked = {row.pk: row for row in DeliveryOrder.objects.filter(pk__in=orders).order_by("pk").select_for_update()}
    keys = {row.pk: row for row in ReleasePin.objects.filter(pk__in=pins).order_by("pk").select_for_update()}
    for each in boxes:
        each.delivery_order = locked.get(each.delivery_order_id or 0)
        each.pin = keys.get(each.pin_id or 0)
        if not standing_right(each, at):
            raise NoRightToCollect(number=each.number)


def _require_inspected(boxes: Iterable[AppointmentBox], *, asked: bool) -> None:
    rows = list(boxes) if asked else []
    seen = last_inspections(rows)
    unseen = [each.number for each in rows if each.pk not in seen]
    if unseen:
        raise NotInspected(numbers=_listed(unseen))


def _aboard(row: Appointment) -> VisitQuerySet:
    return Visit.objects.filter(carrier_call=row.call, state=VisitState.ACTIVE.value).order_by("pk")


def _use(box: AppointmentBox, at: datetime) -> None:
    for right in (box.delivery_order, box.pin):
        if right is not None:
            use_right(right, at=at)


def _listed(numbers: Iterable[str]) -> str:
    return ", ".join(sorted(numbers)) or "—"
