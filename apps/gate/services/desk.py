"""The trouble desk: each thing that is wrong is a case; while one is open, the truck goes nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.calls import services as calls
from apps.containers import services as containers
from apps.gate.models import Appointment, AppointmentBox, TroubleCase
from apps.gate.selectors import open_troubles
from apps.gate.services.refusals import AlreadyLetIn, SayHow, TruckIsHeld, TruckIsNotHere
from apps.gate.services.rows import RIGHT, boxes_of, end_boxes, handed_back, journal, lock_appointment, step
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.gate import Trouble
from terminal.lifecycle import APPOINTMENT, AppointmentStatus, VisitState


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong, with what explains it, and the box it is about."""

    kind: Trouble
    note: str = ""
    box: AppointmentBox | None = None


@transaction.atomic
def open_trouble(
    appointment: Appointment,
    *,
    kind: Trouble,
    by: Actor,
    at: datetime,
    note: str = "",
    box: AppointmentBox | None = None,
) -> TroubleCase:
    """Hold a truck that is here, and say why. Raises ``NotYours``, ``TruckIsNotHere``."""
    row = lock_appointment(appointment)
    by.require(RIGHT, row.terminal)
    (case,) = hold(row, [Wrong(kind, note, box)], by=by, at=at)
    handed_back(appointment, row)
    return case


def hold(row: Appointment, wrong: Iterable[Wrong], *, by: Actor, at: datetime) -> list[TroubleCase]:
    """Hold a locked truck for these reasons; for none, nothing happens."""
    reasons = list(wrong)
    if not row.is_here:
        raise TruckIsNotHere(truck=str(row))
    if reasons and row.status == AppointmentStatus.ARRIVED:
        step(row, AppointmentStatus.IN_TROUBLE, by=by, at=at)
    return open_cases(row, reasons, by=by, at=at)


def open_cases(row: Appointment, wrong: Iterable[Wrong], *, by: Actor, at: datetime) -> list[TroubleCase]:
    """A case for each thing that is wrong."""
    cases = [
        TroubleCase(
            appointment=row,
            box=each.box,
            kind=each.kind.value,
            note=each.note[:200],
            opened_at=at,
            opened_by=by.label[:120],
        )
        for each in wrong
    ]
    return TroubleCase.objects.bulk_create(cases)


@transaction.atomic
def resolve_trouble(case: TroubleCase, *, resolution: str, by: Actor, at: datetime) -> TroubleCase:
    """Say how a case was resolved; with the last one the truck goes on. Resolved already: nothing more happens.

    Raises ``NotYours``, ``SayHow``, ``StepNotAllowed``.
    """
    row = lock_appointment(case.appointment)
    by.require(RIGHT, row.terminal)
    if not resolution.strip():
        raise SayHow
    case.refresh_from_db()
    if case.resolved_at is not None:
        return case
    _resolve(case, resolution, by=by, at=at)
    journal(row, EventKind.TROUBLE_RESOLVED, by=by, at=at, trouble=case.kind, resolution=case.resolution)
    if not open_troubles(row):
        step(row, AppointmentStatus.ARRIVED, by=by, at=at)
    handed_back(case.appointment, row)
    return case


@transaction.atomic
def turn_away(appointment: Appointment, *, reason: str, by: Actor, at: datetime) -> Appointment:
    """Send a truck in trouble off from the gate, with what it brought and without what it came for.

    Raises ``NotYours``, ``SayHow``, ``StepNotAllowed``, ``AlreadyLetIn`` (what is inside leaves by the gate).
    """
    row = lock_appointment(appointment)
    by.require(RIGHT, row.terminal)
    APPOINTMENT.require_step(row.status, AppointmentStatus.TURNED_AWAY.value)
    if row.admitted_at is not None:
        raise AlreadyLetIn(truck=str(row))
    if not reason.strip():
        raise SayHow
    for case in open_troubles(row):
        _resolve(case, reason, by=by, at=at)
    boxes = boxes_of(row)
    forget_unannounced(boxes, reason=reason, by=by, at=at)
    end_boxes(boxes, at)
    leave_site(row, by=by, at=at)
    step(row, AppointmentStatus.TURNED_AWAY, by=by, at=at, left_at=at, reason=reason[:200])
    return handed_back(appointment, row)


def forget_unannounced(boxes: Iterable[AppointmentBox], *, reason: str, by: Actor, at: datetime) -> None:
    """Take back the advice that was made only because the truck stood at the gate with these boxes."""
    for each in boxes:
        visit = each.visit
        if each.comes_in and visit is not None and visit.unannounced and visit.state == VisitState.ADVISED:
            containers.cancel_visit(visit, by=by.entrusted(), at=at, reason=reason)


def leave_site(row: Appointment, *, by: Actor, at: datetime) -> None:
    """The truck's call is over."""
    call = row.call
    assert call is not None  # the database sees to it: a truck that came is a call
    calls.finish_work(call, by=by.entrusted(), at=at)
    calls.depart(call, by=by.entrusted(), at=at)


def require_not_held(row: Appointment) -> None:
    """Raise ``TruckIsHeld`` while a case is open."""
    if row.status == AppointmentStatus.IN_TROUBLE:
        found = ", ".join(dict.fromkeys(each.kind for each in open_troubles(row)))
        raise TruckIsHeld(truck=str(row), what=found)


def _resolve(case: TroubleCase, resolution: str, *, by: Actor, at: datetime) -> None:
    values = {"resolution": resolution[:200], "resolved_at": at, "resolved_by": by.label[:120]}
    TroubleCase.objects.filter(pk=case.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(case, name, value)
