"""What happens at a dock door: the truck comes, is worked and goes, or nobody comes."""

from datetime import datetime
from typing import Final

from django.db import transaction

from apps.common.steps import ChangedMeanwhile
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.warehouse.models import DockAppointment
from apps.warehouse.services.docks import RIGHT, dock_step
from terminal.errors import Refused, gettext_noop
from terminal.lifecycle import DockStatus

BEAT: Final = Actor.itself("beat")


class NotYetMissed(Refused):
    """The time of the appointment has not begun."""

    message = gettext_noop("The appointment %(appointment)s begins at %(start_at)s; it cannot be missed before.")


@transaction.atomic
def arrive_at_dock(appointment: DockAppointment, *, by: Actor, at: datetime, plate: str = "") -> DockAppointment:
    """The truck or the box is at the door. Raises ``StepNotAllowed``, ``ChangedMeanwhile``, ``NotYours``."""
    by.require(RIGHT, appointment.terminal)
    return dock_step(appointment, DockStatus.ARRIVED, by, at, arrived_at=at, plate=plate or appointment.plate)


@transaction.atomic
def start_at_dock(appointment: DockAppointment, *, by: Actor, at: datetime) -> DockAppointment:
    """Work begins. Raises ``StepNotAllowed``, ``ChangedMeanwhile``, ``NotYours``."""
    by.require(RIGHT, appointment.terminal)
    return dock_step(appointment, DockStatus.IN_WORK, by, at, started_at=at)


@transaction.atomic
def finish_at_dock(appointment: DockAppointment, *, by: Actor, at: datetime) -> DockAppointment:
    """Work is done and the door is free for others. Raises ``StepNotAllowed``, ``ChangedMeanwhile``, ``NotYours``."""
    by.require(RIGHT, appointment.terminal)
    return dock_step(appointment, DockStatus.DONE, by, at, done_at=at)


@transaction.atomic
def note_dock_no_show(appointment: DockAppointment, *, by: Actor, at: datetime) -> DockAppointment:
    """Nobody came; the rest of the time is free. Raises ``NotYetMissed`` before its time, ``StepNotAllowed``."""
    by.require(RIGHT, appointment.terminal)
    if at < appointment.start_at:
        raise NotYetMissed(appointment=appointment.number, start_at=appointment.start_at.isoformat())
    return dock_step(appointment, DockStatus.NO_SHOW, by, at, ended_by=by.label)


def note_dock_no_shows(*, at: datetime, terminal: Terminal | None = None) -> list[DockAppointment]:
    """End every appointment whose whole time went by and nobody came. Safe to run twice and beside an arrival."""
    here = Terminal.objects.looked_after(terminal)
    missed = DockAppointment.objects.filter(status=DockStatus.BOOKED.value, end_at__lte=at, terminal__in=here)
    ended = []
    for appointment in missed.select_related("terminal", "door__zone", "visit__container").order_by("pk"):
        try:
            ended.append(note_dock_no_show(appointment, by=BEAT, at=at))
        except ChangedMeanwhile:
            continue
    return ended
