"""A booking is changed: another area, time or zone is held before the old one is given up, or nothing happens.

# Note [What a change keeps]
One UPDATE changes the booking, and the database counts what it holds now less what it held before. What does not fit is
refused, and the booking stands as it stood. What asks for less than was granted needs no new answer; what asks for more
is a request again, unless the terminal confirms that party at once, or staff change it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from apps.common.steps import require_version
from apps.parties.actors import Actor
from apps.warehouse.models import Booking, Zone
from apps.warehouse.selectors import InThePast, NoSuchZone, confirms_at_once, require_time
from apps.warehouse.services.booking import EXPIRES, first_status, journal
from apps.warehouse.services.wishes import (
    require_goods,
    require_may_book,
    require_open,
    room_or_refusal,
    stay_of,
)
from terminal.capacity import Stay, half_day_at, half_day_bounds
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import HOLDING_SPACE, BookingStatus

CHANGEABLE: Final = HOLDING_SPACE | {BookingStatus.WAITING}
ALWAYS: Final = {"goods", "reference", "end_at"}
"""What may still be changed of a booking whose goods are in."""


class BookingIsOver(Refused):
    """The booking has ended, one way or another."""

    message = gettext_noop("The booking %(booking)s is %(status)s; it can no longer be changed. Book anew.")


class GoodsAreIn(Refused):
    """The goods stand there already: neither their place nor their area can be changed by a booking."""

    message = gettext_noop("The goods of %(booking)s are in: only its end, goods and reference can be changed.")


class StaffMustProlong(Refused):
    """The goods are in, and the zone's staff answer what this party asks for."""

    message = gettext_noop("The goods of %(booking)s are in, and staff grant a longer stay in %(zone)s: ask them.")


@dataclass(frozen=True, kw_only=True)
class BookingChange:
    """What a booking is to become. None: as it is."""

    zone: Zone | None = None
    area_m2: Decimal | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    goods: str | None = None
    reference: str | None = None
    height_m: Decimal | None = None
    load_t_per_m2: Decimal | None = None


@transaction.atomic
def change_booking(
    booking: Booking, change: BookingChange, *, by: Actor, at: datetime, versions: Iterable[int] | None = None
) -> Booking:
    """Give a booking another area, time, zone, goods or reference: all of it or nothing. Nothing new: nothing happens.

    See Note [What a change keeps]. ``versions``: only while it is at one of them. Raises ``ChangedSince``,
    ``BookingIsOver``, ``GoodsAreIn``, ``StaffMustProlong``, ``NotYours``, and what ``book_space`` refuses, or
    ``join_waiting_list`` of one that waits.
    """
    require_may_book(by, booking.party, booking.zone)
    row = _locked(booking)
    require_version(row, versions)
    wanted, stay = _wanted(row, change)
    changes = {name: {"from": _said(row, name), "to": _said(wanted, name)} for name in _differing(row, wanted)}
    if not changes:
        return row
    _require_changeable(row, wanted, set(changes), by)
    _require_possible(row, wanted, stay, set(changes), at)
    _answer_anew(row, wanted, stay, by, at)
    with room_or_refusal(wanted.zone, stay, at, but=row):
        _write(row, wanted, changes)
    _remember(row, wanted, by, at, changes)
    return wanted


def _locked(booking: Booking) -> Booking:
    """The row as it is now, locked; what it refers to is the booking in hand's, where that refers to the same."""
    row = Booking.objects.select_for_update().get(pk=booking.pk)
    for name in ("zone", "terminal", "party", "visit"):
        if getattr(row, f"{name}_id") == getattr(booking, f"{name}_id"):
            setattr(row, name, getattr(booking, name))
    return row


def _wanted(row: Booking, change: BookingChange) -> tuple[Booking, Stay]:
    """The booking as it is to be, and its stay. Raises ``EmptyStay``, ``NoSuchZone``."""
    wanted = Booking.from_db(None, [f.attname for f in Booking._meta.concrete_fields], _values(row))
    for name in ("zone", "terminal", "party", "visit"):
        setattr(wanted, name, getattr(row, name))
    for name, value in ((each.name, getattr(change, each.name)) for each in fields(change)):
        if value is not None:
            setattr(wanted, name, value)
    if wanted.zone.terminal_id != row.terminal_id:
        raise NoSuchZone(zone=wanted.zone.code)
    stay = stay_of(wanted.start_at, wanted.end_at, wanted.area_m2)
    wanted.start_at, wanted.end_at, wanted.area_m2 = stay.start, stay.end, stay.amount
    return wanted, stay


def _values(row: Booking) -> list[Any]:
    return [getattr(row, each.attname) for each in Booking._meta.concrete_fields]


def _differing(row: Booking, wanted: Booking) -> list[str]:
    return [each.name for each in fields(BookingChange) if getattr(row, each.name) != getattr(wanted, each.name)]


def _said(booking: Booking, name: str) -> str | None:
    value = getattr(booking, name)
    if isinstance(value, Zone):
        return value.code
    if isinstance(value, datetime):
        return value.isoformat()
    return None if value is None else str(value)


def _require_changeable(row: Booking, wanted: Booking, changed: set[str], by: Actor) -> None:
    if row.status not in CHANGEABLE:
        raise BookingIsOver(booking=row.number, status=row.status)
    if row.status != BookingStatus.CHECKED_IN:
        return
    if changed - ALWAYS:
        raise GoodsAreIn(booking=row.number)
    if by.party is not None and wanted.end_at > row.end_at and not confirms_at_once(row.zone, row.party):
        raise StaffMustProlong(booking=row.number, zone=row.zone.code)


def _require_possible(row: Booking, wanted: Booking, stay: Stay, changed: set[str], at: datetime) -> None:
    """The new time lies ahead, as far as it is new; the new zone is open then and takes the goods."""
    if changed & {"zone", "start_at", "end_at"}:
        _require_time(row, wanted, stay, at)
    if changed & {"zone", "height_m", "load_t_per_m2"}:
        require_goods(wanted)
    if changed & {"zone", "start_at"} or stay.end > row.end_at:
        require_open(wanted.zone, stay, at)


def _require_time(row: Booking, wanted: Booking, stay: Stay, at: datetime) -> None:
    if stay.end <= at:
        raise InThePast(start_at=stay.start.isoformat(), end_at=stay.end.isoformat())
    site = row.terminal.zone
    begun = half_day_bounds(half_day_at(at, site), site)[0]
    kept = stay.start == row.start_at and stay.start < begun
    require_time(wanted.zone, Stay(begun, stay.end) if kept else stay, at)


def _answer_anew(row: Booking, wanted: Booking, stay: Stay, by: Actor, at: datetime) -> None:
    """The status the change leads to, and when an unanswered one expires."""
    if row.status == BookingStatus.WAITING:
        wanted.expires_at = EXPIRES[BookingStatus.WAITING](wanted.zone, stay, at)
    elif row.status != BookingStatus.CHECKED_IN and by.party is not None and _asks_for_more(row, wanted):
        status = first_status(wanted.zone, wanted.party)
        wanted.status, wanted.expires_at = status.value, EXPIRES[status](wanted.zone, stay, at)
    elif row.expires_at is not None:
        wanted.expires_at = min(row.expires_at, stay.end)


def _asks_for_more(row: Booking, wanted: Booking) -> bool:
    longer = wanted.start_at < row.start_at or wanted.end_at > row.end_at
    heavier = (wanted.height_m, wanted.load_t_per_m2) != (row.height_m, row.load_t_per_m2)
    return wanted.zone != row.zone or longer or heavier or wanted.area_m2 > row.area_m2


def _write(row: Booking, wanted: Booking, changes: Iterable[str]) -> None:
    values = {name: getattr(wanted, name) for name in (*changes, "status", "expires_at")}
    Booking.objects.filter(pk=row.pk).update(**values, version=F("version") + 1)
    wanted.version = row.version + 1


def _remember(row: Booking, wanted: Booking, by: Actor, at: datetime, changes: dict[str, Any]) -> None:
    journal(wanted, by, at, EventKind.BOOKING_CHANGED, changes=changes)
    if wanted.status != row.status:
        journal(wanted, by, at)
