"""What becomes of a booking: answered, checked in, ended. Whatever ends it gives back what is left of its area."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.common.steps import ChangedMeanwhile, take_step
from apps.containers.models import Visit
from apps.containers.services.rows import lock_visits
from apps.network.models import Terminal
from apps.parties.actors import Actor, NotYours
from apps.warehouse.models import Booking, Zone
from apps.warehouse.services.booking import journal
from apps.warehouse.services.boxes import give_boxes_up
from apps.warehouse.services.half_days import giving_back
from apps.warehouse.services.wishes import RIGHT
from terminal.capacity import half_day_at, half_day_bounds
from terminal.errors import Refused, gettext_noop
from terminal.lifecycle import BOOKING, BookingStatus

BEAT = Actor.itself("beat")


class RequestHasExpired(Refused):
    """Nobody answered the request in its time, and its area goes to others."""

    message = gettext_noop("The request %(booking)s has expired at %(expires_at)s; it must be made anew.")


class NotItsTime(Refused):
    """The goods come before the first half-day of the booking, or after its end."""

    message = gettext_noop("The booking %(booking)s holds its area from %(start_at)s to %(end_at)s, not now.")


@transaction.atomic
def confirm(booking: Booking, *, by: Actor, at: datetime) -> Booking:
    """Grant a request. Raises ``RequestHasExpired``, ``StepNotAllowed``, ``ChangedMeanwhile``, ``NotYours``."""
    by.require(RIGHT, booking.terminal)
    if booking.status == BookingStatus.REQUESTED and booking.expires_at and booking.expires_at <= at:
        raise RequestHasExpired(booking=booking.number, expires_at=booking.expires_at.isoformat())
    return _step(booking, BookingStatus.CONFIRMED, by, at, expires_at=None)


@transaction.atomic
def reject(booking: Booking, *, by: Actor, at: datetime, reason: str) -> Booking:
    """Refuse a request and say why. Raises ``StepNotAllowed``, ``ChangedMeanwhile``, ``NotYours``."""
    by.require(RIGHT, booking.terminal)
    return _step(booking, BookingStatus.REJECTED, by, at, reason=reason)


@transaction.atomic
def check_in(booking: Booking, *, by: Actor, at: datetime) -> Booking:
    """The goods are here. Raises ``NotItsTime``, ``StepNotAllowed``, ``ChangedMeanwhile``, ``NotYours``."""
    by.require(RIGHT, booking.terminal)
    BOOKING.require_step(booking.status, BookingStatus.CHECKED_IN.value)
    site = booking.terminal.zone
    holds_from = half_day_bounds(half_day_at(booking.start_at, site), site)[0]
    if not holds_from <= at < booking.end_at:
        start_at, end_at = booking.start_at.isoformat(), booking.end_at.isoformat()
        raise NotItsTime(booking=booking.number, start_at=start_at, end_at=end_at)
    return _step(booking, BookingStatus.CHECKED_IN, by, at)


@transaction.atomic
def complete(booking: Booking, *, by: Actor, at: datetime) -> Booking:
    """The goods are gone; the rest of the time is free again. Raises ``StepNotAllowed``, ``ChangedMeanwhile``."""
    by.require(RIGHT, booking.terminal)
    return _step(booking, BookingStatus.COMPLETED, by, at)


@transaction.atomic
def cancel_booking(booking: Booking, *, by: Actor, at: datetime, reason: str = "") -> Booking:
    """Give the booking up, by its party or by staff, and what it advised (``boxes.give_boxes_up``). Cancelled already:
    nothing more happens.

    Raises ``StepNotAllowed`` once the goods are in or the booking has ended otherwise, and ``NotYours``.
    """
    if by.party is None:
        by.require(RIGHT, booking.terminal)
    elif by.party.pk != booking.party_id:
        raise NotYours(right=RIGHT, terminal=booking.terminal.name)
    lock_visits(Visit.objects.filter(Q(booked__booking=booking) | Q(bookings=booking)).distinct())
    present = Booking.objects.select_for_update().values_list("status", "version").get(pk=booking.pk)
    booking.status, booking.version = present
    if booking.status == BookingStatus.CANCELLED:
        return booking
    _step(booking, BookingStatus.CANCELLED, by, at, reason=reason)
    give_boxes_up(booking, by=by, at=at)
    return booking


@transaction.atomic
def note_no_show(booking: Booking, *, by: Actor, at: datetime) -> Booking:
    """Nobody came; the rest of the time is free again. Raises ``NotItsTime`` before the stay begins."""
    by.require(RIGHT, booking.terminal)
    BOOKING.require_step(booking.status, BookingStatus.NO_SHOW.value)
    if at < booking.start_at:
        start_at, end_at = booking.start_at.isoformat(), booking.end_at.isoformat()
        raise NotItsTime(booking=booking.number, start_at=start_at, end_at=end_at)
    return _step(booking, BookingStatus.NO_SHOW, by, at)


def expire_bookings(*, at: datetime, terminal: Terminal | None = None) -> list[Booking]:
    """End every request and every wait whose time has run out. Safe to run twice and beside a cancellation."""
    open_wishes = [BookingStatus.REQUESTED.value, BookingStatus.WAITING.value]
    here = Terminal.objects.looked_after(terminal)
    due = Booking.objects.filter(status__in=open_wishes, expires_at__lte=at, terminal__in=here)
    return _each(due, lambda booking: _step(booking, BookingStatus.EXPIRED, BEAT, at))


def note_no_shows(*, at: datetime, terminal: Terminal | None = None) -> list[Booking]:
    """End every confirmed booking whose goods did not come in the zone's time of grace. Safe to run twice."""
    overdue = Q()
    for zone in Zone.objects.filter(terminal__in=Terminal.objects.looked_after(terminal)):
        latest_start = at - timedelta(hours=zone.no_show_after_hours)
        overdue |= Q(zone=zone) & (Q(start_at__lte=latest_start) | Q(end_at__lte=at))
    if not overdue:
        return []
    due = Booking.objects.filter(overdue, status=BookingStatus.CONFIRMED.value)
    return _each(due, lambda booking: note_no_show(booking, by=BEAT, at=at))


def _each(due: QuerySet[Booking], step: Callable[[Booking], Booking]) -> list[Booking]:
    """Take the step with each booking in a transaction of its own; somebody else's quicker step stands."""
    ended = []
    for booking in due.select_related("zone__terminal", "terminal", "visit__container").order_by("pk"):
        try:
            with transaction.atomic():
                ended.append(step(booking))
        except ChangedMeanwhile:
            continue
    return ended


def _step(booking: Booking, wanted: BookingStatus, by: Actor, at: datetime, **also: Any) -> Booking:
    take_step(booking, BOOKING, wanted.value, **also, **giving_back(booking, wanted, at))
    journal(booking, by, at, **{name: value for name, value in also.items() if name == "reason" and value})
    return booking
