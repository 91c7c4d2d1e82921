"""What the services of booking share: locked bookings and their journal rows."""

from datetime import datetime
from typing import Any

from apps.containers.models import Visit
from apps.containers.services.rows import lock_calls, lock_visits
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from apps.trains.models import SlotBooking, TrainQuota
from apps.trains.services.booking.quotas import counter
from terminal.events import Audience, EventKind


def lock(booking: SlotBooking) -> SlotBooking:
    """Lock the booking's row until the transaction ends and bring the booking in hand up to date."""
    own = ["teu", "boxes", "state", "reference", "booked_at", "reason", "version"]
    booking.refresh_from_db(fields=own, from_queryset=SlotBooking.objects.select_for_update(of=("self",), no_key=True))
    return booking


def lock_all(booking: SlotBooking) -> TrainQuota:
    """Lock the booking with its train's call, its boxes and its counter, in that order; the counter.

    Boxes come to and go from a booking under the lock of the call, so that none is missed.
    """
    lock_calls([booking.train.call_id])
    lock_visits(Visit.objects.filter(booked_slot__booking=booking))
    row = counter(booking.train, booking.destination, lock=True)
    lock(booking)
    return row


def journal(booking: SlotBooking, kind: EventKind, by: Actor, at: datetime, **more: Any) -> None:
    """Remember what became of the booking; for the eyes of its party and of staff."""
    call = booking.train.call
    told = {name: str(getattr(booking, name)) for name in ("number", "destination", "teu")}
    record(
        Happening(
            kind=kind,
            terminal_id=call.terminal_id,
            at=at,
            actor=by.label,
            call_id=call.pk,
            booking_id=booking.pk,
            audience=Audience.OWNER,
            payload={**told, "train": call.number, "boxes": booking.boxes, "state": booking.state, **more},
        )
    )
