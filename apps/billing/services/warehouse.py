"""Charging the warehouse: area that was booked, by the half-day; packages and lifts by the piece.

# Note [For which time area is charged]
A booking holds its area from its start, whether the goods come or not, until it is given back: when the goods have
gone, when somebody notes that they did not come, or when it is cancelled. That time is charged. One that is cancelled
before its start costs nothing. What others reported of their bookings is history and is not charged.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from apps.billing.models import ChargeLine
from apps.billing.selectors.tariffs import NoTariff, PriceBook
from apps.billing.services.accounts import ITSELF
from apps.billing.services.lines import ChargedAlready, write_line
from apps.billing.services.rows import RIGHT, hold_prices, journal_visit
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse.models import Booking
from terminal.charges.lines import Event, charge_area, charge_pieces
from terminal.charges.rules import Unit
from terminal.errors import Refused, gettext_noop
from terminal.events import Authority, EventKind
from terminal.lifecycle import BookingStatus
from terminal.moments import require_zone
from terminal.throughput import day_bounds, site_day

EXTRA: Final = "billing.note_extra_work"
GIVEN_BACK: Final = {
    EventKind.BOOKING_COMPLETED.value: BookingStatus.COMPLETED.value,
    EventKind.BOOKING_NO_SHOW.value: BookingStatus.NO_SHOW.value,
    EventKind.BOOKING_CANCELLED.value: BookingStatus.CANCELLED.value,
}
LOOKS_BACK: Final = timedelta(days=60)
HANDLED: Final = {EventKind.LOT_RECEIVED.value: "received", EventKind.LOT_WITHDRAWN.value: "withdrawn"}
"""Which events handle packages, and what a tariff calls it."""

HANDLED_LATELY: Final = timedelta(days=7)


class AreaIsHeld(Refused):
    """A booking under way is charged when it is over."""

    message = gettext_noop("%(booking)s is not over (%(status)s), or was given up before it began: nothing is due.")


class NotTheirTerminal(Refused):
    """What happened elsewhere is charged elsewhere."""

    message = gettext_noop("What is to be charged happened at another terminal.")


@transaction.atomic
def charge_booking(booking: Booking, *, by: Actor, at: datetime) -> ChargeLine:
    """Charge the area a booking held. See Note [For which time area is charged].

    Raises ``NotYours``, ``NoTariff``, ``AreaIsHeld``, ``ChargedAlready``, ``NaiveTime`` and what ``charge_area``
    refuses.
    """
    require_zone(at)
    by.require(RIGHT, booking.terminal)
    book = hold_prices(PriceBook.of(booking.terminal))
    over = _over(booking)
    line = charge_area(
        what=booking.number,
        service=booking.zone.kind,
        area_m2=booking.area_m2.normalize(),
        starts_at=booking.start_at,
        ends_at=_given_back(booking, over),
        events=(_event(over),),
        version=book.on(booking.start_at.astimezone(book.terminal.zone).date()),
        zone=book.terminal.zone,
    )
    return write_line(
        line,
        book,
        party=booking.party,
        events=[over.pk],
        by=by,
        at=at,
        booking=booking,
        visit=booking.visit,
        cause=f"booking:{booking.public_id}",
    )


def _over(booking: Booking) -> Entry:
    """The journal's word that the area was given back after the booking began."""
    told = Entry.objects.filter(booking_id=booking.pk, kind__in=GIVEN_BACK, authority=Authority.OWN.value)
    entry = told.standing().order_by("-happened_at", "-pk").first()
    if entry is None or GIVEN_BACK[entry.kind] != booking.status or entry.happened_at <= booking.start_at:
        raise AreaIsHeld(booking=booking.number, status=booking.status)
    return entry


def _given_back(booking: Booking, over: Entry) -> datetime:
    """Goods that stayed longer than booked are charged until they went."""
    completed = booking.status == BookingStatus.COMPLETED
    return over.happened_at if completed else min(over.happened_at, booking.end_at)


def _event(entry: Entry) -> Event:
    return Event(id=str(entry.public_id), kind=entry.kind, at=entry.happened_at)


def charge_bookings(terminal: Terminal, *, at: datetime) -> list[ChargeLine]:
    """Charge every booking that is over, each in a transaction of its own. Safe to run twice."""
    try:
        book = PriceBook.of(terminal)
    except NoTariff:
        return []
    if book.first_on is None:
        return []
    begun = Booking.objects.filter(terminal=terminal, start_at__gte=day_bounds(book.first_on, terminal.zone)[0])
    lately = begun.filter(released_at__gt=F("start_at"), released_at__gte=at - LOOKS_BACK)
    over = lately.filter(status__in=sorted(GIVEN_BACK.values()))
    charged = ChargeLine.objects.standing().filter(booking=OuterRef("pk"))
    rows = over.exclude(Exists(charged)).order_by("pk")
    related = rows.select_related("zone", "terminal", "party", "visit__container")
    return [line for booking in related if (line := _try(booking, at))]


def _try(booking: Booking, at: datetime) -> ChargeLine | None:
    try:
        return charge_booking(booking, by=ITSELF, at=at)
    except Refused:  # nothing due, charged meanwhile, or no price: it is tried again
        return None


@transaction.atomic
def charge_by_the_piece(
    *,
    terminal: Terminal,
    party: Party,
    unit: Unit,
    what: str,
    count: int,
    entries: Sequence[Entry],
    by: Actor,
    at: datetime,
    service: str = "",
    visit: Visit | None = None,
    lot_id: int | None = None,
) -> ChargeLine:
    """Charge packages or lifts that these journal rows tell of; each row once for a unit and service.

    Raises ``NotYours`` (``billing.note_extra_work``), ``NoTariff``, ``ChargedAlready``, ``NotTheirTerminal`` and what
    ``charge_pieces`` refuses.
    """
    require_zone(at)
    by.require(EXTRA, terminal)
    if any(entry.terminal_id != terminal.pk for entry in entries):
        raise NotTheirTerminal
    book = hold_prices(PriceBook.of(terminal))
    zone = terminal.zone
    events = tuple(_event(entry) for entry in entries)
    day = min(event.at for event in events).astimezone(zone).date() if events else at.astimezone(zone).date()
    line = charge_pieces(
        what=what, unit=unit, service=service, count=count, events=events, version=book.on(day), zone=zone
    )
    ids = [entry.pk for entry in entries]
    cause = _cause(unit, service, entries[0])
    about: dict[str, Any] = {"visit": visit, "lot_id": lot_id, "cause": cause}
    return write_line(line, book, party=party, events=ids, by=by, at=at, **about)


def charge_packages(
    *, terminal: Terminal, party: Party, what: str, count: int, entries: Sequence[Entry], by: Actor, at: datetime,
    service: str = "", lot_id: int | None = None, visit: Visit | None = None,
) -> ChargeLine:  # fmt: skip
    """Charge packages that were handled, as ``charge_by_the_piece``; ``service``: what was done with them."""
    said: dict[str, Any] = {"what": what, "count": count, "entries": entries, "service": service}
    about: dict[str, Any] = {"lot_id": lot_id, "visit": visit, "by": by, "at": at}
    return charge_by_the_piece(terminal=terminal, party=party, unit=Unit.PACKAGE, **said, **about)


def charge_goods(terminal: Terminal, *, at: datetime) -> list[ChargeLine]:
    """Charge packages that lots brought in or took out, to the lot's owner, by the journal's rows. Safe to run twice.

    What a tariff has no rate for costs nothing.
    """
    try:
        book = PriceBook.of(terminal)
    except NoTariff:
        return []
    told = Entry.objects.filter(terminal_id=terminal.pk, happened_at__gte=at - HANDLED_LATELY, kind__in=sorted(HANDLED))
    rows = list(told.filter(authority=Authority.OWN.value).standing().order_by("pk"))
    causes = {_cause(Unit.PACKAGE, HANDLED[row.kind], row): row for row in rows if _has_price(book, row)}
    charged = ChargeLine.objects.standing().filter(terminal=terminal, cause__in=causes)
    done = set(charged.values_list("cause", flat=True))
    owners = {each.code: each for each in Party.objects.filter(code__in={row.payload.get("owner") for row in rows})}
    found = []
    for cause, row in causes.items():
        owner, packages = owners.get(row.payload.get("owner", "")), row.payload.get("packages")
        if cause not in done and owner is not None and isinstance(packages, int) and packages > 0:
            found.append(_goods(terminal, owner, packages, row, at))
    return [line for line in found if line is not None]


def _has_price(book: PriceBook, row: Entry) -> bool:
    """Asked before a transaction is begun for it: what costs nothing is met again every hour."""
    try:
        book.on(site_day(row.happened_at, book.terminal.zone)).rate_for(Unit.PACKAGE, HANDLED[row.kind])
    except Refused:
        return False
    return True


def _goods(terminal: Terminal, owner: Party, packages: int, row: Entry, at: datetime) -> ChargeLine | None:
    said: dict[str, Any] = {"what": str(row.payload.get("lot", "")), "count": packages, "entries": [row]}
    try:
        return charge_packages(
            terminal=terminal, party=owner, service=HANDLED[row.kind], lot_id=row.lot_id, by=ITSELF, at=at, **said
        )
    except Refused:
        return None


def _cause(unit: Unit, service: str, entry: Entry) -> str:
    return f"{unit.value}:{service}:{entry.public_id}"


@transaction.atomic
def charge_extra_work(
    visit: Visit, *, party: Party, unit: Unit, service: str, count: int, by: Actor, at: datetime
) -> ChargeLine:
    """Note extra lifts or packages of a box, such as a lift to an inspection, and charge them; the note is the event.

    Raises as ``charge_by_the_piece``.
    """
    by.require(EXTRA, visit.terminal)
    said = {"unit": unit.value, "service": service, "count": count, "party": party.name}
    entry = journal_visit(visit, EventKind.EXTRA_WORK_NOTED, by=by, at=at, **said)
    return charge_by_the_piece(
        terminal=visit.terminal,
        party=party,
        unit=unit,
        what=visit.container.number,
        count=count,
        entries=[entry],
        by=by,
        at=at,
        service=service,
        visit=visit,
    )


__all__ = [
    "AreaIsHeld",
    "ChargedAlready",
    "NotTheirTerminal",
    "charge_booking",
    "charge_bookings",
    "charge_by_the_piece",
    "charge_extra_work",
    "charge_goods",
    "charge_packages",
]
