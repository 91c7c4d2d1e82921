"""What is free on a train, and which other trains have places."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from apps.network.models import Terminal
from apps.trains.models import TrainQuota, TrainVisit
from apps.trains.services.booking.quotas import NOTHING, destinations, free_teu, planned_quotas
from apps.trains.services.booking.refusals import NoPlaces
from apps.trains.services.booking.rules import OPEN, why_not
from terminal.moments import utc

OFFERED: Final = 3
"""Trains that are offered to whoever finds no places."""


@dataclass(frozen=True, slots=True)
class Places:
    """TEU that a destination has on a train, and what of it can be booked now. Those of "" go to whoever comes first
    of all destinations without places of their own."""

    destination: str
    teu: Decimal
    free_teu: Decimal


def places(train: TrainVisit, at: datetime) -> list[Places]:
    """The train's places by destination; none is free where nothing can be booked. Reads ``quotas`` as prefetched."""
    rows = list(train.quotas.all()) or planned_quotas(train)
    is_open = why_not(train, at) is None
    return [Places(row.destination, row.teu, free_teu(row) if is_open else NOTHING) for row in rows]


def no_places(row: TrainQuota, destination: str, teu: Decimal, at: datetime) -> NoPlaces:
    """The refusal, with what is free and the next trains that have room."""
    return NoPlaces(
        train=row.train.call.number,
        destination=destination,
        teu=str(teu),
        free_teu=f"{free_teu(row):.2f}",
        next_trains=list(islice(next_trains(row.train, destination, teu, at), OFFERED)),
    )


def next_trains(train: TrainVisit, destination: str, teu: Decimal, at: datetime) -> Iterator[dict[str, Any]]:
    """Other trains of its terminal to the destination that have so many TEU free, the next to depart first."""
    return trains_with_room(train.call.terminal, destination, teu, at, other_than=train)


def trains_with_room(
    terminal: Terminal, destination: str, teu: Decimal, at: datetime, *, other_than: TrainVisit | None = None
) -> Iterator[dict[str, Any]]:
    """Trains of the terminal to the destination that have so many TEU free, the next to depart first."""
    there = TrainVisit.objects.filter(
        call__terminal=terminal, call__phase__in=sorted(OPEN), service__route__contains=[destination]
    )
    others = there if other_than is None else there.exclude(pk=other_than.pk)
    in_order = others.order_by("call__scheduled_departure_at", "pk").select_related("call__terminal", "service")
    for each in in_order.prefetch_related("quotas", "service__quotas"):
        free = _free(each, destination, at)
        if free is not None and free >= teu:
            yield _offered(each, free)


def _free(train: TrainVisit, destination: str, at: datetime) -> Decimal | None:
    """TEU free to the destination; None where the train does not go there from here."""
    if destination not in destinations(train):
        return None
    found = {each.destination: each.free_teu for each in places(train, at)}
    return found.get(destination, found.get(""))


def _offered(train: TrainVisit, free: Decimal) -> dict[str, Any]:
    leaves = train.call.estimated_departure_at or train.call.scheduled_departure_at
    return {
        "id": str(train.call.public_id),
        "number": train.call.number,
        "departs_at": utc(leaves).isoformat().replace("+00:00", "Z") if leaves else None,
        "free_teu": f"{free:.2f}",
    }
