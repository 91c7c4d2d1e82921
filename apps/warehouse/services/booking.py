"""Asking for room: a booking that holds its area at once, or a place on the waiting list."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction

from apps.common.numbers import next_number
from apps.common.steps import ChangedMeanwhile, take_step
from apps.containers.models import Visit
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse.models import Booking, BookingSeries, Zone
from apps.warehouse.selectors import confirms_at_once, free_area, why_closed
from apps.warehouse.services.boxes import NewBox, advise_boxes, lock_boxes
from apps.warehouse.services.wishes import NoRoom, require_bookable, room_or_refusal, stay_of
from terminal.capacity import Stay
from terminal.events import Audience, EventKind
from terminal.lifecycle import BOOKING, BookingStatus

STATUS_KIND = {status: EventKind(f"booking-{status.value.replace('_', '-')}") for status in BookingStatus}


class Particulars(TypedDict, total=False):
    """What may be said of a booking beside its place, area and time.

    ``work``: storage where nothing is said. ``visit``: the container to unpack or stuff. Height and load: of the goods.
    """

    work: str
    visit: Visit | None
    goods: str
    reference: str
    height_m: Decimal | None
    load_t_per_m2: Decimal | None
    series: BookingSeries | None


def book_space(
    *,
    zone: Zone,
    party: Party,
    area_m2: Decimal,
    start_at: datetime,
    end_at: datetime,
    by: Actor,
    at: datetime,
    boxes: Sequence[NewBox] = (),
    **more: Unpack[Particulars],
) -> Booking:
    """Hold room in a zone: requested until the zone's hours run out, or confirmed where the terminal confirms at once.

    ``boxes`` are the containers it is for, which are advised with it (``boxes.advise_boxes``); named alone, one is the
    container to unpack or stuff. Area × time is held by whole half-days of the site. Raises ``EmptyStay``,
    ``InThePast``, ``TooFarAhead``, ``NoSuchContainer``, ``GoodsTooHigh``, ``GoodsTooHeavy``, ``NotYours``,
    ``ZoneClosed``, ``NoRoom`` (the last two carry ``next_starts``), ``NamedTwice`` and what an advice refuses.
    """
    stay = stay_of(start_at, end_at, area_m2)
    wish = Booking(zone=zone, party=party, **more)
    require_bookable(wish, stay, by, at, advised=bool(boxes))
    with room_or_refusal(zone, stay, at):
        return _write(wish, stay, first_status(zone, party), by, at, boxes)


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
    boxes: Sequence[NewBox] = (),
    **more: Unpack[Particulars],
) -> Booking:
    """Wait for room in a zone; holds nothing.

    Refuses as ``book_space`` does; ``NoRoom`` only when the area is more than the zone will ever have.
    """
    stay = stay_of(start_at, end_at, area_m2)
    wish = Booking(zone=zone, party=party, **more)
    require_bookable(wish, stay, by, at, advised=bool(boxes))
    with room_or_refusal(zone, stay, at):
        return _write(wish, stay, BookingStatus.WAITING, by, at, boxes)


def book_or_wait(*, at: datetime, **wish: Any) -> Booking:
    """``book_space``; where there is no room now, ``join_waiting_list``."""
    try:
        return book_space(at=at, **wish)
    except NoRoom:
        return join_waiting_list(at=at, **wish)


def serve_waiting_list(*, at: datetime, terminal: Terminal | None = None) -> list[Booking]:
    """Turn every waiting booking that fits now into a request, the oldest first; confirmed where the terminal confirms
    at once. Safe to run twice.
    """
    here = Terminal.objects.looked_after(terminal)
    waiting = Booking.objects.filter(status=BookingStatus.WAITING.value, start_at__gt=at, terminal__in=here)
    in_order = waiting.select_related("zone__terminal", "terminal", "party", "visit__container")
    return [booking for booking in in_order.order_by("requested_at", "pk") if _serve(booking, at)]


def _serve(booking: Booking, at: datetime) -> bool:
    zone, stay = booking.zone, Stay(booking.start_at, booking.end_at, booking.area_m2)
    if why_closed(zone, stay.start, stay.end) or free_area(zone, stay.start, stay.end) < stay.amount:
        return False
    try:
        with room_or_refusal(zone, stay, at):
            _grant(booking, stay, at)
    except (NoRoom, ChangedMeanwhile):
        return False
    return True


def _grant(booking: Booking, stay: Stay, at: datetime) -> None:
    by = Actor.itself("waiting list")
    take_step(booking, BOOKING, BookingStatus.REQUESTED.value, expires_at=expiry(booking.zone, stay, at))
    journal(booking, by, at)
    if confirms_at_once(booking.zone, booking.party):
        take_step(booking, BOOKING, BookingStatus.CONFIRMED.value, expires_at=None)
        journal(booking, by, at)


def first_status(zone: Zone, party: Party) -> BookingStatus:
    """What a wish with room becomes at once."""
    return BookingStatus.CONFIRMED if confirms_at_once(zone, party) else BookingStatus.REQUESTED


def expiry(zone: Zone, stay: Stay, at: datetime) -> datetime:
    """When an unanswered request gives its area back: after the zone's hours, at the latest when the stay ends."""
    return min(at + timedelta(hours=zone.request_holds_hours), stay.end)


EXPIRES: dict[BookingStatus, Callable[[Zone, Stay, datetime], datetime | None]] = {
    BookingStatus.REQUESTED: expiry,
    BookingStatus.WAITING: lambda zone, stay, at: stay.start,
    BookingStatus.CONFIRMED: lambda zone, stay, at: None,
}


def _write(
    booking: Booking, stay: Stay, status: BookingStatus, by: Actor, at: datetime, boxes: Sequence[NewBox]
) -> Booking:
    booking.terminal = booking.zone.terminal
    if booking.visit or boxes:
        lock_boxes(booking, boxes, by=by, at=at)
    booking.number = next_number("WB", at)
    booking.start_at, booking.end_at, booking.area_m2 = stay.start, stay.end, stay.amount
    booking.status = status.value
    booking.requested_at, booking.requested_by = at, by.label
    booking.expires_at = EXPIRES[status](booking.zone, stay, at)
    booking.save(force_insert=True)
    _take_boxes(booking, boxes, by, at)
    journal(booking, by, at)
    return booking


def _take_boxes(booking: Booking, boxes: Sequence[NewBox], by: Actor, at: datetime) -> None:
    taken = advise_boxes(booking, boxes, by=by, at=at) if boxes else []
    if len(taken) == 1 and booking.visit is None:
        booking.visit = taken[0].visit
        Booking.objects.filter(pk=booking.pk).update(visit=booking.visit)


def journal(booking: Booking, by: Actor, at: datetime, kind: EventKind | None = None, **more: Any) -> None:
    """Remember that the booking came to its present status, or what else happened; for its party and for staff."""
    record(
        Happening(
            kind=kind or STATUS_KIND[BookingStatus(booking.status)],
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
