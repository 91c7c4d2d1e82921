"""What a train's cut-off, its departure and its cancellation make of its bookings."""

import logging
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F

from apps.containers.models import Visit
from apps.containers.services.rows import lock_calls, lock_visits
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.models import SlotBooking, TrainQuota, TrainVisit
from apps.trains.services.booking.boxes import teu_of
from apps.trains.services.booking.making import end
from apps.trains.services.booking.quotas import hold, lock_counters
from apps.trains.services.booking.rows import journal
from apps.trains.services.booking.rules import OPEN, cut_off
from terminal.errors import Refused
from terminal.events import EventKind
from terminal.lifecycle import Phase, SlotBookingState, VisitState

BEAT: Final = Actor.itself("beat")
log = logging.getLogger(__name__)

LIVE: Final = [SlotBookingState.CONFIRMED.value, SlotBookingState.WAITING.value]


def release_slots(*, at: datetime, terminal: Terminal | None = None) -> list[SlotBooking]:
    """Release what is booked and not used, where the cut-off has passed; end the bookings of trains that are gone or
    were cancelled. The bookings that were changed. Safe to run twice.

    At the cut-off a booking keeps the places of its containers and gives back the rest; one without any, and one that
    waits, is released. At the departure those are used of which at least one container left by the train.
    """
    live = SlotBooking.objects.filter(state__in=LIVE).order_by("train").values_list("train", flat=True).distinct()
    here = Terminal.objects.looked_after(terminal)
    trains = (
        TrainVisit.objects.filter(pk__in=live, call__terminal__in=here)
        .select_related("call__terminal", "service")
        .order_by("pk")
    )
    return [booking for train in trains if _is_due(train, at) for booking in _tried(train, at)]


def _tried(train: TrainVisit, at: datetime) -> list[SlotBooking]:
    """A train of which a box is being lifted at this moment has its turn the next time."""
    try:
        return _release(train, at)
    except Refused:
        return []
    except IntegrityError:
        log.exception("the places of train %s could not be settled", train.pk)
        return []


def _is_due(train: TrainVisit, at: datetime) -> bool:
    closes = cut_off(train)
    return train.call.phase not in OPEN or (closes is not None and closes <= at)


@transaction.atomic
def _release(train: TrainVisit, at: datetime) -> list[SlotBooking]:
    train.call = lock_calls([train.call_id])[train.call_id]
    if not _is_due(train, at):
        return []
    lock_visits(Visit.objects.filter(booked_slot__booking__train=train))
    counters = lock_counters(train)
    bookings = SlotBooking.objects.filter(train=train, state__in=LIVE).order_by("pk").select_for_update(no_key=True)
    return list(_released(train, list(bookings), counters, at))


def _released(
    train: TrainVisit, bookings: list[SlotBooking], counters: dict[str, TrainQuota], at: datetime
) -> Iterator[SlotBooking]:
    using: dict[int, list[Visit]] = {booking.pk: [] for booking in bookings}
    boxes = Visit.objects.filter(booked_slot__booking__in=bookings).select_related("container", "booked_slot")
    for visit in boxes:
        using[visit.booked_slot.booking_id].append(visit)
    for booking in bookings:
        booking.train = train
        row = counters[booking.destination if booking.destination in counters else ""]
        if _settle(booking, row, using[booking.pk], at):
            yield booking


def _settle(booking: SlotBooking, row: TrainQuota, boxes: list[Visit], at: datetime) -> bool:
    call = booking.train.call
    if call.phase == Phase.CANCELLED:
        _end(booking, row, SlotBookingState.CANCELLED, at, f"{call.number} was cancelled")
        return True
    if call.phase not in OPEN:
        went = any(visit.state == VisitState.DEPARTED and visit.departure_call_id == call.pk for visit in boxes)
        _end(booking, row, SlotBookingState.USED if went else SlotBookingState.RELEASED, at)
        return True
    if not boxes:
        _end(booking, row, SlotBookingState.RELEASED, at)
        return True
    return _shrink(booking, row, boxes, at)


KINDS: Final = {
    SlotBookingState.CANCELLED: EventKind.SLOTS_CANCELLED,
    SlotBookingState.USED: EventKind.SLOTS_USED,
    SlotBookingState.RELEASED: EventKind.SLOTS_RELEASED,
}


def _end(booking: SlotBooking, row: TrainQuota, state: SlotBookingState, at: datetime, reason: str = "") -> None:
    end(booking, row, state, KINDS[state], by=BEAT, at=at, reason=reason)


def _shrink(booking: SlotBooking, row: TrainQuota, boxes: list[Visit], at: datetime) -> bool:
    """Give back what no container uses; containers that turn out longer than was booked take no more than that."""
    used = min(booking.teu, sum((teu_of(visit) for visit in boxes), Decimal(0)))
    if used == booking.teu and len(boxes) == booking.boxes:
        return False
    was = {"teu": str(booking.teu), "boxes": booking.boxes}
    hold(row, used - booking.teu)
    SlotBooking.objects.filter(pk=booking.pk).update(teu=used, boxes=len(boxes), version=F("version") + 1)
    booking.teu, booking.boxes, booking.version = used, len(boxes), booking.version + 1
    journal(booking, EventKind.SLOTS_CHANGED, BEAT, at, was=was)
    return True
