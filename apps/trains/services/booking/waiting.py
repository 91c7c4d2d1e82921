"""Those who wait for places.

# Note [Who is served]
Places that come free go to the oldest wish they suffice for. A big one they do not suffice for keeps its turn, is
looked at first every time, and holds up nobody: places kept empty for it would leave with the train if the rest never
came free. So small wishes, and new ones, may pass it; staff, who see the list, can put it first (``confirm_slots``) or
raise the quota. After the cut-off nobody is served: a box that is not booked by then is not loaded.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from apps.common.steps import take_step
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.models import SlotBooking, SlotBookingQuerySet, TrainQuota
from apps.trains.services.booking.quotas import free_teu, hold
from apps.trains.services.booking.rows import journal
from apps.trains.services.booking.rules import why_not
from terminal.events import EventKind
from terminal.lifecycle import SLOT_BOOKING, SlotBookingState

WAITING_LIST: Final = Actor.itself("waiting list")


def serve(row: TrainQuota, *, at: datetime) -> list[SlotBooking]:
    """Confirm those who wait for the places of a locked counter, as far as these suffice. See Note [Who is served]."""
    if not free_teu(row) or why_not(row.train, at) is not None:
        return []
    served = []
    for booking in _waiting(row).select_for_update(of=("self",), no_key=True):
        if booking.teu <= free_teu(row):
            take_step(booking, SLOT_BOOKING, SlotBookingState.CONFIRMED.value, field="state")
            hold(row, booking.teu)
            journal(booking, EventKind.SLOTS_CONFIRMED, WAITING_LIST, at)
            served.append(booking)
    return served


def _waiting(row: TrainQuota) -> SlotBookingQuerySet:
    """Who draws on this counter and waits, the oldest first."""
    # Joined: the train is asked for. See Note [Locked alone].
    waiting = SlotBooking.objects.filter(train=row.train_id).waiting().select_related("train__call")
    if row.destination:
        return waiting.filter(destination=row.destination)
    return waiting.exclude(destination__in=TrainQuota.objects.filter(train=row.train_id).values("destination"))


def serve_waiting_lists(*, at: datetime, terminal: Terminal | None = None) -> list[SlotBooking]:
    """Give free places to all who wait for them. They are served when places come free; this finds who was missed."""
    trains = SlotBooking.objects.waiting().order_by("train").values_list("train", flat=True).distinct()
    here = Terminal.objects.looked_after(terminal)
    rows = (
        TrainQuota.objects.filter(train__in=trains, train__call__terminal__in=here)
        .order_by("train_id", "destination")
        .values_list("pk", flat=True)
    )
    return [booking for pk in rows for booking in _serve(pk, at)]


@transaction.atomic
def _serve(pk: int, at: datetime) -> list[SlotBooking]:
    rows = TrainQuota.objects.select_related("train__call__terminal", "train__service")
    # Joined: a counter keeps its train. See Note [Locked alone].
    return serve(rows.select_for_update(of=("self",), no_key=True).get(pk=pk), at=at)
