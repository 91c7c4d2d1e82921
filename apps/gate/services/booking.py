"""Booking an hour for a truck, and changing it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.common.numbers import next_number
from apps.common.steps import require_version
from apps.gate.models import Appointment
from apps.gate.selectors import rules_of
from apps.gate.services.boxes import WantedBox, claim_boxes, described, write_boxes
from apps.gate.services.hours import take_slot
from apps.gate.services.refusals import HourIsOver, HourTooFarAhead, NoSuchHaulier, PlateMissing
from apps.gate.services.rows import RIGHT, handed_back, journal, lock_with_hours, require_own
from apps.network.models import Terminal
from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party
from terminal.events import EventKind
from terminal.gate import HOUR, hour_at
from terminal.lifecycle import APPOINTMENT, AppointmentStatus


def book_appointment(
    *,
    terminal: Terminal,
    haulier: Party,
    starts_at: datetime,
    plate: str,
    boxes: Sequence[WantedBox],
    by: Actor,
    at: datetime,
    driver_name: str = "",
    driver_phone: str = "",
    reference: str = "",
) -> Appointment:
    """Book a slot of the site hour in which ``starts_at`` lies for a truck that brings and collects these boxes.

    Raises ``NotYours``, ``NoSuchHaulier``, ``PlateMissing``, ``HourIsOver``, ``HourTooFarAhead``, ``SizeTypeMissing``,
    ``TooMuchForATruck``, ``TheSameBoxTwice``, ``NothingToDo``, ``NoRightToCollect``, ``CollectedByAnother``, and with
    ``next_starts_at``, the next hours that fit, ``HourIsFull`` and ``GateIsClosed``.
    """
    require_may_book(by, haulier, terminal)
    begins = require_hour(terminal, starts_at, at)
    wanted = described(boxes, by=by)
    claimed = claim_boxes(wanted, terminal=terminal, haulier=haulier, by=by, at=at)
    truck = {"plate": require_plate(plate), "driver_name": driver_name, "driver_phone": driver_phone}
    with transaction.atomic():
        take_slot(terminal, begins, at)
        row = Appointment.objects.create(
            terminal=terminal,
            number=next_number("GA", at),
            haulier=haulier,
            starts_at=begins,
            reference=reference,
            booked_at=at,
            booked_by=by.label[:120],
            **truck,
        )
        write_boxes(row, wanted, claimed)
        journal(row, EventKind.APPOINTMENT_BOOKED, by=by, at=at, hour=begins.isoformat())
    return row


@transaction.atomic
def change_appointment(
    appointment: Appointment,
    *,
    by: Actor,
    at: datetime,
    starts_at: datetime | None = None,
    plate: str | None = None,
    driver_name: str | None = None,
    driver_phone: str | None = None,
    reference: str | None = None,
    versions: Iterable[int] | None = None,
) -> Appointment:
    """Another hour, truck, driver or reference for a truck that has not come. What is left out stays.

    The old slot is given back only when the new one is had. ``versions``: only at one of these. Raises as
    ``book_appointment``, ``ChangedSince`` and ``StepNotAllowed``.
    """
    wanted = require_hour(appointment.terminal, starts_at, at) if starts_at else None
    row = lock_with_hours(appointment, wanted)
    require_own(by, row)
    require_version(row, versions)
    APPOINTMENT.require_step(row.status, AppointmentStatus.ARRIVED.value)
    said = {"driver_name": driver_name, "driver_phone": driver_phone, "reference": reference}
    values: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if plate is not None:
        values["plate"] = require_plate(plate)
    if wanted is not None and wanted != row.starts_at:
        take_slot(row.terminal, wanted, at, instead_of=row.starts_at)
        values["starts_at"] = wanted
    return _write_change(appointment, row, values, by=by, at=at)


def require_may_book(by: Actor, haulier: Party, terminal: Terminal) -> None:
    """Raise ``NotYours`` unless the haulier's own program or staff asks; ``NoSuchHaulier`` for one that is no party."""
    if by.party is None:
        by.require(RIGHT, terminal)
    elif by.party.pk != haulier.pk:
        raise NotYours(right=RIGHT, terminal=terminal.name)
    if not haulier.active:
        raise NoSuchHaulier(haulier=haulier.code)


def require_hour(terminal: Terminal, moment: datetime, at: datetime) -> datetime:
    """The beginning of the site hour of ``moment``, which must not be over nor too far ahead."""
    days = rules_of(terminal).horizon_days
    latest = at + timedelta(days=days)
    if moment > latest:
        raise HourTooFarAhead(horizon_days=days, latest_starts_at=latest.isoformat())
    if moment <= at - HOUR or (begins := hour_at(moment, terminal.zone)) + HOUR <= at:
        raise HourIsOver(starts_at=moment.isoformat())
    return begins


def require_plate(plate: str) -> str:
    """The plate in capitals without blanks. Raises ``PlateMissing``."""
    found = "".join(plate.split()).upper()
    if not found:
        raise PlateMissing
    return found[:20]


def _write_change(
    appointment: Appointment, row: Appointment, values: dict[str, Any], *, by: Actor, at: datetime
) -> Appointment:
    changed = {name: value for name, value in values.items() if value != getattr(row, name)}
    if changed:
        Appointment.objects.filter(pk=row.pk).update(**changed, version=F("version") + 1)
        told: dict[str, Any] = {name: str(value) for name, value in changed.items() if not name.startswith("driver")}
        row.refresh_from_db()
        journal(row, EventKind.APPOINTMENT_CHANGED, by=by, at=at, **told)
    return handed_back(appointment, row)
