"""Asking for room: a booking that holds its area at once, or a place on the waiting list."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any

from django.db import transaction

from apps.common.integrity import refusals
from apps.common.numbers import next_number
from apps.common.steps import ChangedMeanwhile, take_step
from apps.containers.models import Visit
from apps.journal.services import Happening, record
from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party
from apps.warehouse.models import Booking, Zone
from apps.warehouse.selectors import (
    free_area,
    next_time,
    require_time,
    visits_worth_a_booking,
    why_closed,
)
from apps.warehouse.services.boxes import NewBox, advise_boxes
from terminal.capacity import Stay
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.lifecycle import BOOKING, BookingStatus
from terminal.moments import utc

SMALLEST_M2 = Decimal("0.01")
STATUS_KIND = {status: EventKind(f"booking-{status.value.replace('_', '-')}") for status in BookingStatus}


class NoRoom(Refused):
    """The zone is open, but full for some of the time asked for."""

    message = gettext_noop("%(zone)s has no %(area_m2)s m² free for the whole time: %(free_m2)s m² are free.")


class ZoneClosed(Refused):
    """The zone takes nothing in at the time asked for, however empty it is."""

    message = gettext_noop("%(zone)s is closed at that time: %(reason)s.")


class NoSuchContainer(Malformed):
    """No box of the party's is known here by that number; whether it is a stranger's is not said."""

    message = gettext_noop("For unpacking and stuffing, name a container of yours that is here or announced.")


def book_space(
    *,
    zone: Zone,
    party: Party,
    area_m2: Decimal,
    start_at: datetime,
    end_at: datetime,
    by: Actor,
    at: datetime,
    work: str = Booking.Work.STORAGE.value,
    visit: Visit | None = None,
    goods: str = "",
    reference: str = "",
    boxes: Sequence[NewBox] = (),
) -> Booking:
    """Hold room in a zone: requested until the zone's hours run out, or confirmed where the zone confirms at once.

    ``boxes`` are the containers it is for, which are advised with it (``boxes.advise_boxes``); named alone, one is the
    container to unpack or stuff. Area × time is held by whole half-days of the site. Raises ``EmptyStay``,
    ``InThePast``, ``TooFarAhead``, ``NoSuchContainer``, ``NotYours``, ``ZoneClosed``, ``NoRoom`` (the last two carry
    ``next_start_at``), ``NamedTwice`` and what an advice refuses.
    """
    stay = _stay(start_at, end_at, area_m2)
    wish = Booking(zone=zone, party=party, work=work, visit=visit, goods=goods, reference=reference)
    _require_bookable(wish, stay, by, at, boxes)
    with room_or_refusal(zone, stay):
        booking = _write(wish, stay, _first_status(zone), by, at)
        _take_boxes(booking, boxes, by, at)
        journal(booking, by, at)
    return booking


@transaction.atomic
def join_waiting_list(
    *,
    zone: Zone,
    party: Party,
    area_m2: Decimal,
    start_at: datetime,
    end_at: datetime,
    by: Actor,
    at: datetime,
    work: str = Booking.Work.STORAGE.value,
    visit: Visit | None = None,
    goods: str = "",
    reference: str = "",
) -> Booking:
    """Wait for room in a zone; holds nothing. Refuses as ``book_space`` does, but never ``NoRoom``."""
    stay = _stay(start_at, end_at, area_m2)
    wish = Booking(zone=zone, party=party, work=work, visit=visit, goods=goods, reference=reference)
    _require_bookable(wish, stay, by, at)
    booking = _write(wish, stay, BookingStatus.WAITING, by, at)
    journal(booking, by, at)
    return booking


def serve_waiting_list(*, at: datetime) -> list[Booking]:
    """Turn every waiting booking that fits now into a request, the oldest first. Safe to run twice."""
    waiting = Booking.objects.filter(status=BookingStatus.WAITING.value, start_at__gt=at)
    in_order = waiting.select_related("zone__terminal", "terminal", "visit__container").order_by("requested_at", "pk")
    return [booking for booking in in_order if _serve(booking, at)]


def _serve(booking: Booking, at: datetime) -> bool:
    zone, stay = booking.zone, Stay(booking.start_at, booking.end_at, booking.area_m2)
    if why_closed(zone, stay.start, stay.end) or free_area(zone, stay.start, stay.end) < stay.amount:
        return False
    try:
        with room_or_refusal(zone, stay):
            expires = expiry(zone, stay, at)
            take_step(booking, BOOKING, BookingStatus.REQUESTED.value, expires_at=expires)
            journal(booking, Actor.itself("waiting list"), at)
    except (NoRoom, ChangedMeanwhile):
        return False
    return True


def room_or_refusal(zone: Zone, stay: Stay) -> Any:
    """Run the block in a transaction; a half-day that overflows undoes it and raises ``NoRoom``.

    See Note [The database counts] in ``half_days``.
    """
    if stay.amount > zone.capacity_m2:
        raise _no_room(zone, stay)()
    return refusals(half_day_is_not_overbooked=_no_room(zone, stay))


def _no_room(zone: Zone, stay: Stay) -> Callable[[], Refused]:
    return lambda: NoRoom(
        zone=zone.code,
        area_m2=str(stay.amount),
        free_m2=str(free_area(zone, stay.start, stay.end)),
        next_start_at=_next(zone, stay),
    )


def _next(zone: Zone, stay: Stay) -> str | None:
    start = next_time(zone, stay.amount, stay.end - stay.start, stay.start)
    return start.isoformat() if start else None


def _stay(start_at: datetime, end_at: datetime, area_m2: Decimal) -> Stay:
    """The wish in UTC, its area rounded up to 0.01 m². Raises ``EmptyStay`` and ``NaiveTime``."""
    stay = Stay(start_at, end_at, area_m2)
    return Stay(utc(stay.start), utc(stay.end), stay.amount.quantize(SMALLEST_M2, ROUND_UP))


def _require_bookable(wish: Booking, stay: Stay, by: Actor, at: datetime, boxes: Sequence[NewBox] = ()) -> None:
    _require_may_book(by, wish.party, wish.zone)
    require_time(wish.zone, stay, at)
    _require_box(wish, at, advised=bool(boxes))
    _require_open(wish.zone, stay)


def _require_may_book(by: Actor, party: Party, zone: Zone) -> None:
    if by.party is None:
        by.require("warehouse.change_booking", zone.terminal)
    elif by.party.pk != party.pk:
        raise NotYours(right="warehouse.change_booking", terminal=zone.terminal.name)


def _require_box(wish: Booking, at: datetime, *, advised: bool) -> None:
    if wish.visit is None and (advised or wish.work == Booking.Work.STORAGE.value):
        return
    theirs = visits_worth_a_booking(wish.party, wish.zone.terminal, at)
    if wish.visit is None or not theirs.filter(pk=wish.visit.pk).exists():
        raise NoSuchContainer()


def _require_open(zone: Zone, stay: Stay) -> None:
    reason = why_closed(zone, stay.start, stay.end)
    if reason is not None:
        raise ZoneClosed(zone=zone.code, reason=reason, next_start_at=_next(zone, stay))


def _first_status(zone: Zone) -> BookingStatus:
    return BookingStatus.CONFIRMED if zone.confirms_at_once else BookingStatus.REQUESTED


def expiry(zone: Zone, stay: Stay, at: datetime) -> datetime:
    """When an unanswered request gives its area back: after the zone's hours, at the latest when the stay ends."""
    return min(at + timedelta(hours=zone.request_holds_hours), stay.end)


EXPIRES: dict[BookingStatus, Callable[[Zone, Stay, datetime], datetime | None]] = {
    BookingStatus.REQUESTED: expiry,
    BookingStatus.WAITING: lambda zone, stay, at: stay.start,
    BookingStatus.CONFIRMED: lambda zone, stay, at: None,
}


def _write(booking: Booking, stay: Stay, status: BookingStatus, by: Actor, at: datetime) -> Booking:
    booking.terminal = booking.zone.terminal
    booking.number = next_number("WB", at)
    booking.start_at, booking.end_at, booking.area_m2 = stay.start, stay.end, stay.amount
    booking.status = status.value
    booking.requested_at, booking.requested_by = at, by.label
    booking.expires_at = EXPIRES[status](booking.zone, stay, at)
    booking.save(force_insert=True)
    return booking


def _take_boxes(booking: Booking, boxes: Sequence[NewBox], by: Actor, at: datetime) -> None:
    taken = advise_boxes(booking, boxes, by=by, at=at) if boxes else []
    if len(taken) == 1 and booking.visit is None:
        booking.visit = taken[0].visit
        Booking.objects.filter(pk=booking.pk).update(visit=booking.visit)


def journal(booking: Booking, by: Actor, at: datetime, **more: Any) -> None:
    """Remember that the booking came to its present status; for the eyes of its party and of staff."""
    record(
        Happening(
            kind=STATUS_KIND[BookingStatus(booking.status)],
            terminal_id=booking.terminal_id,
            at=at,
            actor=by.label,
            booking_id=booking.pk,
            visit_id=booking.visit_id,
            container_number=booking.visit.container.number if booking.visit else "",
            audience=Audience.OWNER,
            payload={"number": booking.number, "zone": booking.zone.code, "area_m2": str(booking.area_m2), **more},
        )
    )
