"""Whether places may be booked: who asks, on which train, until when, where to, and for how much."""

from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Final

from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party
from apps.trains.models import SlotBooking, TrainService, TrainVisit
from apps.trains.services.booking.quotas import destinations
from apps.trains.services.booking.refusals import (
    BookingIsOver,
    CutOffPassed,
    DestinationNotServed,
    NotOpenForBooking,
    TakesNoBoxes,
    TeuDoNotMatch,
)
from terminal.errors import Refused
from terminal.lifecycle import ON_SITE, SLOT_BOOKING, Phase

RIGHT: Final = "trains.change_slotbooking"
OPEN: Final = frozenset({Phase.SCHEDULED.value, Phase.ANNOUNCED.value, *ON_SITE})
"""Phases of a train on which places can be booked."""

LEAST_TEU: Final = Decimal(1)
MOST_TEU: Final = Decimal("2.25")
"""What one box takes: from a 20′ to a 45′ box."""

MOST_BOXES: Final = 999
SMALLEST_TEU: Final = Decimal("0.01")


def require_may_book(by: Actor, party: Party, train: TrainVisit) -> None:
    """Raise ``NotYours`` unless it is the party itself, or a person with ``trains.change_slotbooking``."""
    terminal = train.call.terminal
    if by.party is None:
        by.require(RIGHT, terminal)
    elif by.party.pk != party.pk:
        raise NotYours(right=RIGHT, terminal=terminal.name)


def cut_off(train: TrainVisit) -> datetime | None:
    """When the train stops taking boxes: its call's cut-off, else so long before its departure as its service says."""
    call = train.call
    leaves = call.estimated_departure_at or call.scheduled_departure_at
    if call.cut_off_at is not None or train.service is None or leaves is None:
        return call.cut_off_at
    return leaves - timedelta(minutes=train.service.cut_off_minutes)


def why_not(train: TrainVisit, at: datetime) -> Refused | None:
    """What stands against booking on the train at that moment; nothing, when its places can be booked."""
    number, closes = train.call.number, cut_off(train)
    if train.call.phase not in OPEN:
        return NotOpenForBooking(train=number, phase=train.call.phase)
    if train.service is not None and train.service.runs == TrainService.Runs.ARRIVING:
        return TakesNoBoxes(train=number)
    if closes is not None and at >= closes:
        return CutOffPassed(train=number, cut_off_at=closes.isoformat())
    return None


def require_open(train: TrainVisit, at: datetime) -> None:
    """Raise ``NotOpenForBooking``, ``TakesNoBoxes`` or ``CutOffPassed`` when nothing can be booked on the train."""
    if (refusal := why_not(train, at)) is not None:
        raise refusal


def require_destination(train: TrainVisit, destination: str) -> None:
    """Raise ``DestinationNotServed``. A train whose route nobody told goes where it has places for."""
    known = train.service is not None and bool(train.service.route)
    possible = destinations(train) if known else [each.destination for each in train.quotas.all()]
    if destination not in possible:
        told = ", ".join(name for name in possible if name) or "—"
        raise DestinationNotServed(train=train.call.number, destination=destination or "—", destinations=told)


def require_teu(teu: Decimal, boxes: int) -> Decimal:
    """The TEU rounded up to 0.01. Raise ``TeuDoNotMatch`` unless they are what so many boxes can take."""
    if not (0 < boxes <= MOST_BOXES and LEAST_TEU * boxes <= teu <= MOST_TEU * boxes):
        raise TeuDoNotMatch(teu=str(teu), boxes=boxes, most=MOST_BOXES)
    return teu.quantize(SMALLEST_TEU, ROUND_UP)


def require_not_over(booking: SlotBooking) -> None:
    """Raise ``BookingIsOver`` for a booking that was used, cancelled or released."""
    if SLOT_BOOKING.is_final(booking.state):
        raise BookingIsOver(booking=booking.number, state=booking.state)
