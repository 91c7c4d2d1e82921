"""More or fewer places for a destination of one train."""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Final

from django.db import transaction

from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from apps.trains.models import SlotBooking, TrainQuota
from apps.trains.services.booking.refusals import LessThanNothing, PlacesAreBooked
from apps.trains.services.booking.rules import SMALLEST_TEU
from apps.trains.services.booking.waiting import serve
from terminal.events import Audience, EventKind

QUOTA_RIGHT: Final = "trains.change_trainquota"
MOST_TEU: Final = 999
NAMED: Final = 10
"""Bookings named in a refusal."""


@transaction.atomic
def change_places(quota: TrainQuota, *, teu: Decimal, by: Actor, at: datetime) -> TrainQuota:
    """Give a destination of a train more or fewer TEU; more go to those who wait at once.

    Raises ``NotYours``, ``LessThanNothing``, and ``PlacesAreBooked`` with the bookings when more is held.
    """
    rows = TrainQuota.objects.select_related("train__call__terminal", "train__service")
    # Joined: a counter keeps its train. See Note [Locked alone].
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=quota.pk)
    by.require(QUOTA_RIGHT, row.train.call.terminal)
    if not 0 <= teu <= MOST_TEU:
        raise LessThanNothing(teu=str(teu), most=MOST_TEU)
    teu = teu.quantize(SMALLEST_TEU, ROUND_DOWN)
    if teu < row.held_teu:
        raise _booked(row, teu)
    was, row.teu = row.teu, teu
    row.save(update_fields=["teu"])
    record(_told(row, was, by, at))
    serve(row, at=at)
    return row


def _booked(row: TrainQuota, teu: Decimal) -> PlacesAreBooked:
    holding = SlotBooking.objects.filter(train=row.train_id).holding_places().order_by("-booked_at", "-pk")
    if row.destination:
        holding = holding.filter(destination=row.destination)
    else:
        own = TrainQuota.objects.filter(train=row.train_id).values("destination")
        holding = holding.exclude(destination__in=own)
    names = list(holding.values_list("number", flat=True))
    return PlacesAreBooked(
        train=row.train.call.number,
        destination=row.destination or "*",
        held_teu=str(row.held_teu),
        wanted_teu=str(teu),
        bookings=", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else ""),
    )


def _told(row: TrainQuota, was: Decimal, by: Actor, at: datetime) -> Happening:
    call = row.train.call
    return Happening(
        kind=EventKind.SLOTS_CHANGED,
        terminal_id=call.terminal_id,
        at=at,
        actor=by.label,
        call_id=call.pk,
        audience=Audience.STAFF,
        payload={"train": call.number, "destination": row.destination, "teu": str(row.teu), "was_teu": str(was)},
    )
