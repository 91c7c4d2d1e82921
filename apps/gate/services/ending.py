"""Appointments that end before the truck comes: given up, taken away, or missed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from apps.common.integrity import refusals
from apps.gate.models import Appointment, GateClosure
from apps.gate.selectors import OFFERED, hours_from, next_hours, rules_of
from apps.gate.services.hours import give_back, lock_hours
from apps.gate.services.refusals import EmptyClosure
from apps.gate.services.rows import (
    RIGHT,
    boxes_of,
    end_boxes,
    handed_back,
    lock_appointment,
    lock_with_hours,
    require_own,
    step,
)
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.errors import Refused
from terminal.gate import HOUR, hour_at
from terminal.lifecycle import AppointmentStatus
from terminal.moments import require_zone

BEAT: Final = Actor.itself("beat")
CLOSE: Final = "gate.change_gateclosure"


@transaction.atomic
def cancel_appointment(appointment: Appointment, *, by: Actor, at: datetime, reason: str = "") -> Appointment:
    """The haulier does not come; the slot is free again. Cancelled already: nothing more happens.

    Raises ``StepNotAllowed`` once the truck has come or the appointment has ended otherwise, and ``NotYours``.
    """
    row = lock_with_hours(appointment)
    require_own(by, row)
    if row.status != AppointmentStatus.CANCELLED:
        end_unseen(row, AppointmentStatus.CANCELLED, by=by, at=at, reason=reason[:200])
    return handed_back(appointment, row)


@transaction.atomic
def close_appointment(appointment: Appointment, *, reason: str, by: Actor, at: datetime) -> Appointment:
    """The terminal cannot serve the truck and offers other hours; the slot is free again.

    Raises ``StepNotAllowed``, ``NotYours``.
    """
    row = lock_with_hours(appointment)
    by.require(RIGHT, row.terminal)
    _close(row, reason, by=by, at=at)
    return handed_back(appointment, row)


@transaction.atomic
def close_gate(
    terminal: Terminal, *, start_at: datetime, end_at: datetime, reason: str, by: Actor, at: datetime
) -> tuple[GateClosure, list[Appointment]]:
    """Let nobody in from ``start_at`` to ``end_at``; appointments in that time are closed, each with hours offered.

    Raises ``NotYours``, ``EmptyClosure``, ``NaiveTime``.
    """
    by.require(CLOSE, terminal)
    require_zone(start_at, end_at, at)
    with refusals(a_gate_closure_has_duration=EmptyClosure(start_at=start_at.isoformat(), end_at=end_at.isoformat())):
        closure = GateClosure.objects.create(terminal=terminal, start_at=start_at, end_at=end_at, reason=reason)
    begins = list(_to_be_booked(terminal, start_at, end_at, at))
    lock_hours(terminal, begins)
    concerned = Appointment.objects.booked().filter(terminal=terminal, starts_at__in=begins).order_by("pk")
    closed = [lock_appointment(each) for each in concerned]
    for row in closed:
        _close(row, reason, by=by, at=at)
    return closure, closed


def _to_be_booked(terminal: Terminal, start: datetime, end: datetime, at: datetime) -> Iterator[datetime]:
    """The hours of the window that somebody may have booked or be booking now."""
    latest = at + timedelta(days=rules_of(terminal).horizon_days) + HOUR
    first = max(start, at)
    return hours_from(terminal, hour_at(first, terminal.zone), min(end, latest))


def note_no_shows(*, at: datetime, terminal: Terminal | None = None) -> list[Appointment]:
    """End every appointment whose truck did not come in the gate's time of grace. Safe to run twice."""
    overdue = Q()
    for each in Terminal.objects.looked_after(terminal).filter(active=True):
        overdue |= Q(terminal=each, starts_at__lte=at - rules_of(each).grace)
    if not overdue:
        return []
    due = Appointment.objects.booked().filter(overdue).order_by("pk")
    return _each(list(due), lambda row: end_unseen(row, AppointmentStatus.NO_SHOW, by=BEAT, at=at))


def end_unseen(row: Appointment, wanted: AppointmentStatus, *, by: Actor, at: datetime, **also: Any) -> Appointment:
    """End a locked appointment whose truck never came: its slot and its boxes are free for others."""
    step(row, wanted, by=by, at=at, **also)
    if row.starts_at is not None:
        give_back(row.terminal, row.starts_at)
    end_boxes(boxes_of(row), at)
    return row


def _close(row: Appointment, reason: str, *, by: Actor, at: datetime) -> None:
    start = row.starts_at or at
    offered = [each for each in next_hours(row.terminal, start, at, most=OFFERED + 1) if each != start]
    end_unseen(row, AppointmentStatus.CLOSED, by=by, at=at, reason=reason[:200], offered=offered[:OFFERED])


def _each(due: list[Appointment], act: Callable[[Appointment], object]) -> list[Appointment]:
    """Act on each in a transaction of its own; somebody else's quicker step stands."""
    ended = []
    for each in due:
        try:
            with transaction.atomic():
                row = lock_with_hours(each)
                act(row)
                ended.append(row)
        except Refused:
            continue
    return ended
