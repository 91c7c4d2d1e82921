"""What the gate's services share: locked appointments, their steps and journal rows."""

from datetime import datetime
from typing import Any, Final

from django.db.models import F

from apps.common.locks import lock_then_read
from apps.common.steps import ChangedMeanwhile, take_step
from apps.gate.models import Appointment, AppointmentBox
from apps.gate.services.hours import lock_hours
from apps.journal.services import Happening, record
from apps.parties.actors import Actor, NotYours
from terminal.events import Audience, EventKind
from terminal.lifecycle import APPOINTMENT, AppointmentStatus

RIGHT: Final = "gate.change_appointment"
"""Work at the gate: let trucks in and out, look at boxes, resolve troubles, and book for hauliers."""

STATUS_KIND: Final = {
    status: EventKind(f"appointment-{status.value.replace('_', '-')}") for status in AppointmentStatus
}


def lock_appointment(appointment: Appointment) -> Appointment:
    """The appointment as it is now, locked until the end of the transaction; before its call and its boxes' visits."""
    rows = Appointment.objects.select_related("terminal", "haulier", "call")
    return lock_then_read(rows.filter(pk=appointment.pk)).get()


def lock_with_hours(appointment: Appointment, other: datetime | None = None) -> Appointment:
    """The appointment locked, and before it its hour and the ``other``: hours, appointments, calls, visits.

    Raises ``ChangedMeanwhile`` when it was moved to another hour between our look and our lock.
    """
    seen = Appointment.objects.select_related("terminal").get(pk=appointment.pk)
    lock_hours(seen.terminal, [each for each in (seen.starts_at, other) if each is not None])
    row = lock_appointment(appointment)
    if row.starts_at != seen.starts_at:
        raise ChangedMeanwhile(thing=APPOINTMENT.thing)
    return row


def boxes_of(appointment: Appointment) -> list[AppointmentBox]:
    """The boxes of the truck whose part is not over, as they are now."""
    rows = appointment.boxes.filter(ended_at=None).select_related(
        "visit__container", "visit__terminal", "delivery_order", "pin", "appointment"
    )
    return list(rows.order_by("pk"))


def require_own(by: Actor, appointment: Appointment) -> None:
    """Raise ``NotYours`` unless the haulier's program or staff with the gate's right asks."""
    if by.party is None:
        by.require(RIGHT, appointment.terminal)
    elif by.party.pk != appointment.haulier_id:
        raise NotYours(right=RIGHT, terminal=appointment.terminal.name)


def step(appointment: Appointment, wanted: AppointmentStatus, *, by: Actor, at: datetime, **also: Any) -> Appointment:
    """One step of an appointment's life: rule, race, memory."""
    take_step(appointment, APPOINTMENT, wanted.value, **also)
    reason = {"reason": also["reason"]} if also.get("reason") else {}
    journal(appointment, STATUS_KIND[wanted], by=by, at=at, **reason)
    return appointment


def journal(
    appointment: Appointment,
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    box: AppointmentBox | None = None,
    **more: Any,
) -> None:
    """Remember what became of the truck, for its haulier and staff; of a box, for staff."""
    record(
        Happening(
            kind=kind,
            terminal_id=appointment.terminal_id,
            at=at,
            actor=by.label,
            call_id=appointment.call_id,
            visit_id=box.visit_id if box else None,
            container_number=box.number if box else "",
            audience=Audience.STAFF if box else Audience.OWNER,
            payload={"number": appointment.number, "plate": appointment.plate, **more},
        )
    )


def end_boxes(boxes: list[AppointmentBox], at: datetime, **also: Any) -> None:
    """The boxes' part of the turn is over."""
    AppointmentBox.objects.filter(pk__in=[each.pk for each in boxes], ended_at=None).update(
        ended_at=at, version=F("version") + 1, **also
    )


def handed_back(appointment: Appointment, row: Appointment) -> Appointment:
    """The caller's own object with what was written."""
    for field in row._meta.concrete_fields:
        setattr(appointment, field.attname, getattr(row, field.attname))
    appointment.call = row.call
    return appointment
