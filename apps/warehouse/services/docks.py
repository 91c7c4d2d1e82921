"""Appointments at dock doors: made, changed and given up; and what happens at the door.

# Note [Which door]
Where none is named, the terminal chooses: of the doors that are free for the whole time, the one around which the least
free time is left, so that the long free times of the others stay whole. Each is tried in that order, its row locked, so
that two who want one door wait for each other and do not meet in the exclusion constraint.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from apps.common.integrity import refusals
from apps.common.locks import lock_then_read
from apps.common.numbers import next_number
from apps.common.steps import require_version, take_step
from apps.containers.models import Visit
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party
from apps.warehouse.models import Booking, DockAppointment, DockDoor, Zone
from apps.warehouse.selectors import (
    InThePast,
    TooFarAhead,
    dock_duration,
    doors_for,
    free_at_doors,
    next_dock_times,
    visits_worth_a_booking,
)
from apps.warehouse.services.wishes import NoSuchContainer
from terminal import docks
from terminal.docks import Handover
from terminal.equipment import SizeType
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.lifecycle import BOOKING, DOCK_APPOINTMENT, DockStatus
from terminal.moments import utc

RIGHT: Final = "warehouse.change_dockappointment"
STATUS_KIND: Final = {status: EventKind(f"dock-{status.value.replace('_', '-')}") for status in DockStatus}


class DockTaken(Refused):
    """No door is free for the whole time, or the zone is closed in it. ``next_starts``: when one is, at the same doors;
    ``other_doors``: at others.
    """

    message = gettext_noop("%(door)s is not free from %(start_at)s to %(end_at)s.")


class NoSuchBooking(Malformed):
    """No booking of the party's that still stands; whether it is a stranger's is not said."""

    message = gettext_noop("Name a booking of yours that is not over.")


class AppointmentIsUnderWay(Refused):
    """The truck is at the door, or the appointment is over."""

    message = gettext_noop("The appointment %(appointment)s is %(status)s; it can no longer be changed.")


@transaction.atomic
def book_dock(
    *,
    terminal: Terminal,
    party: Party,
    work: str,
    start_at: datetime,
    by: Actor,
    at: datetime,
    handover: str = Handover.LIVE.value,
    zone: Zone | None = None,
    door: str | None = None,
    booking: Booking | None = None,
    visit: Visit | None = None,
    plate: str = "",
    reference: str = "",
) -> DockAppointment:
    """Have a door for the time the work takes (``selectors.dock_duration``). See Note [Which door].

    ``door``: the code of the one that is wanted; else one of the ``zone``, else of the booking's. Raises ``NotYours``,
    ``NoSuchBooking``, ``NoSuchContainer``, ``NoDuration``, ``NoSuchDoor``, ``InThePast``, ``TooFarAhead``, and
    ``DockTaken`` with the next free times at the same doors and at others.
    """
    _require_may(by, party, terminal)
    _require_theirs(party, terminal, booking, visit, at)
    place = zone or (booking.zone if booking else None)
    wish = DockAppointment(
        terminal=terminal, party=party, work=work, handover=handover, booking=booking, visit=visit, plate=plate,
        reference=reference, booked_at=at, booked_by=by.label,
    )  # fmt: skip
    doors = doors_for(terminal, work, zone=None if door else place, door=door)
    _set_time(wish, utc(start_at), doors, at)
    wish.number = next_number("WD", at)
    _take_door(wish, doors, at)
    journal_dock(wish, by, at)
    return wish


@transaction.atomic
def change_dock(
    appointment: DockAppointment,
    *,
    by: Actor,
    at: datetime,
    start_at: datetime | None = None,
    door: str | None = None,
    plate: str | None = None,
    reference: str | None = None,
    handover: str | None = None,
    versions: Iterable[int] | None = None,
) -> DockAppointment:
    """Another time, door, truck or reference, until the truck comes; None: as it is. The old time is kept until the new
    one is had. Another time alone keeps the door where it is free, else another of the zone is chosen.

    Raises ``ChangedSince``, ``AppointmentIsUnderWay`` and what ``book_dock`` refuses.
    """
    _require_may(by, appointment.party, appointment.terminal)
    row = _locked(appointment)
    require_version(row, versions)
    if row.status != DockStatus.BOOKED:
        raise AppointmentIsUnderWay(appointment=row.number, status=row.status)
    before = _facts(row)
    row.plate, row.reference = (
        new if new is not None else old for new, old in ((plate, row.plate), (reference, row.reference))
    )
    row.handover = handover or row.handover
    if start_at is not None or door is not None or handover is not None:
        doors = doors_for(row.terminal, row.work, zone=None if door else row.door.zone, door=door)
        _set_time(row, utc(start_at or row.start_at), doors, at)
        _take_door(row, sorted(doors, key=lambda each: each.pk != row.door_id), at)
    after = _facts(row)
    changes = {name: {"from": before[name], "to": after[name]} for name in after if before[name] != after[name]}
    if changes:
        row.version += 1
        row.save()
        journal_dock(row, by, at, EventKind.DOCK_CHANGED, changes=changes)
    return row


@transaction.atomic
def cancel_dock(appointment: DockAppointment, *, by: Actor, at: datetime, reason: str = "") -> DockAppointment:
    """Give the appointment up, by its party or by staff. Cancelled already: nothing more happens.

    Raises ``StepNotAllowed`` once work has begun or it is over, ``NotYours``.
    """
    _require_may(by, appointment.party, appointment.terminal)
    row = _locked(appointment)
    if row.status == DockStatus.CANCELLED:
        return row
    return dock_step(row, DockStatus.CANCELLED, by, at, reason=reason, ended_by=by.label)


def _require_may(by: Actor, party: Party, terminal: Terminal) -> None:
    if by.party is None:
        by.require(RIGHT, terminal)
    elif by.party.pk != party.pk:
        raise NotYours(right=RIGHT, terminal=terminal.name)


def _require_theirs(
    party: Party, terminal: Terminal, booking: Booking | None, visit: Visit | None, at: datetime
) -> None:
    if booking is not None:
        strange = booking.party_id != party.pk or booking.terminal_id != terminal.pk
        if strange or BOOKING.is_final(booking.status):
            raise NoSuchBooking()
    if visit is not None and not visits_worth_a_booking(party, terminal, at).filter(pk=visit.pk).exists():
        raise NoSuchContainer()


def _set_time(wish: DockAppointment, start: datetime, doors: Sequence[DockDoor], at: datetime) -> None:
    """Begin then, for as long as the work takes. Raises ``InThePast``, ``TooFarAhead``, ``NoDuration``."""
    length = int(SizeType.parse(wish.visit.container.size_type).length_ft) if wish.visit else None
    duration = dock_duration(wish.terminal, wish.work, wish.handover, length)
    days = min(door.zone.horizon_days for door in doors)
    latest = at + timedelta(days=days)
    wish.start_at, wish.end_at = start, min(start, latest) + duration
    if start < at:
        raise InThePast(start_at=start.isoformat(), end_at=wish.end_at.isoformat())
    if start > latest or wish.end_at > latest:
        raise TooFarAhead(horizon_days=days, latest_end_at=latest.isoformat())


def _take_door(wish: DockAppointment, doors: Sequence[DockDoor], at: datetime) -> None:
    """Write the appointment at the first of the doors that has room; see Note [Which door]. Raises ``DockTaken``."""
    a_day = timedelta(days=1)
    free = free_at_doors(doors, wish.start_at - a_day, wish.end_at + a_day, but=wish if wish.pk else None)
    rooms = [(docks.room_around(free[door.pk], (wish.start_at, wish.end_at)), door) for door in doors]
    fitting = [(room, door) for room, door in rooms if room is not None]
    keep = wish.door_id
    for _, door in sorted(fitting, key=lambda each: (each[1].pk != keep, each[0], each[1].code)):
        if _take(wish, door):
            return
    raise _taken(wish, doors, at)


def _take(wish: DockAppointment, door: DockDoor) -> bool:
    """Whether the door was had: somebody may have been quicker."""
    wish.door = door
    try:
        with refusals(dock_serves_one_appointment=DockTaken()):
            DockDoor.objects.select_for_update(no_key=True).get(pk=door.pk)
            wish.save()
    except DockTaken:
        return False
    return True


def _taken(wish: DockAppointment, doors: Sequence[DockDoor], at: datetime) -> DockTaken:
    duration, own = wish.end_at - wish.start_at, wish if wish.pk else None
    others = [door for door in doors_for(wish.terminal, wish.work) if door not in doors]
    return DockTaken(
        door=", ".join(door.code for door in doors),
        start_at=wish.start_at.isoformat(),
        end_at=wish.end_at.isoformat(),
        next_starts=_told(doors, duration, wish.start_at, at, own),
        other_doors=_told(others, duration, wish.start_at, at, own) if others else [],
    )


def _told(
    doors: Sequence[DockDoor], duration: timedelta, start: datetime, at: datetime, own: DockAppointment | None
) -> list[dict[str, str]]:
    found = next_dock_times(doors, duration, start, at=at, but=own)
    return [{"door": each.door, "start_at": each.start_at.isoformat()} for each in found]


def _locked(appointment: DockAppointment) -> DockAppointment:
    rows = DockAppointment.objects.select_related(
        "terminal", "door__zone__terminal", "party", "visit__container", "booking"
    )
    return lock_then_read(rows.filter(pk=appointment.pk)).get()


def _facts(row: DockAppointment) -> dict[str, str]:
    return {
        "door": row.door.code,
        "start_at": row.start_at.isoformat(),
        "end_at": row.end_at.isoformat(),
        "handover": row.handover,
        "plate": row.plate,
        "reference": row.reference,
    }


def dock_step(row: DockAppointment, wanted: DockStatus, by: Actor, at: datetime, **also: Any) -> DockAppointment:
    """Move the appointment on and remember it."""
    take_step(row, DOCK_APPOINTMENT, wanted.value, **also)
    journal_dock(row, by, at, reason=row.reason)
    return row


def journal_dock(row: DockAppointment, by: Actor, at: datetime, kind: EventKind | None = None, **more: Any) -> None:
    """Remember what became of the appointment; for its party and for staff."""
    record(
        Happening(
            kind=kind or STATUS_KIND[DockStatus(row.status)],
            terminal_id=row.terminal_id,
            at=at,
            actor=by.label,
            booking_id=row.booking_id,
            visit_id=row.visit_id,
            container_number=row.visit.container.number if row.visit else "",
            audience=Audience.OWNER,
            payload={
                "number": row.number,
                "door": row.door.code,
                "work": row.work,
                "start_at": row.start_at.isoformat(),
            }
            | more,
        )
    )
