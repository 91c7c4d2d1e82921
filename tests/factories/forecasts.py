"""A terminal with weeks of history: enough for a forecast, and few rows."""

from datetime import UTC, datetime, timedelta
from typing import Any

from apps.containers.models import Container, Visit
from apps.network.models import Terminal
from apps.warehouse.models import Booking, Zone
from terminal.lifecycle import Position, VisitState
from tests.factories.containers import container_number
from tests.factories.parties import PartyFactory

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
"""Monday 4 May 2026, noon at Lianyungang."""


def weeks_of_boxes(terminal: Terminal, *, until: datetime = NOON, days: int = 40, a_day: int = 12) -> int:
    """Boxes by truck, some by day and fewer by night, each for three days; how many stand at the end."""
    every = timedelta(days=1) / a_day
    came = [until - timedelta(days=days) + every * each for each in range(days * a_day)]
    boxes = Container.objects.bulk_create(
        Container(number=container_number(600_000 + each), size_type="22G1", teu=1) for each in range(len(came))
    )
    stays = [
        Visit(terminal=terminal, container=box, advised_at=at, arrived_at=at, laden=True, **_stay(at, until, place))
        for place, (box, at) in enumerate(zip(boxes, came, strict=True))
    ]
    Visit.objects.bulk_create(stays)
    return sum(1 for stay in stays if stay.departed_at is None)


def _stay(at: datetime, until: datetime, place: int) -> dict[str, object]:
    left = at + timedelta(hours=60 + place % 25)
    if left > until:
        return {"state": VisitState.ACTIVE.value, "position": Position.IN_YARD.value}
    return {"state": VisitState.DEPARTED.value, "position": Position.GONE.value, "departed_at": left}


def weeks_of_bookings(zone: Zone, *, until: datetime = NOON, days: int = 50, area_m2: int = 100) -> None:
    """A booking a day, made two days before, for three days; every fourth is given back after one."""
    party = PartyFactory(code="almaty-cotton")
    made = []
    for day in range(days + 10):
        start = until - timedelta(days=days - day)
        more: dict[str, Any] = {"status": "confirmed"}
        if day % 4 == 0 and start + timedelta(days=1) <= until:
            more = {"status": "completed", "released_at": start + timedelta(days=1)}
        made.append(
            Booking(
                terminal=zone.terminal,
                number=f"B{zone.pk}-{day}",
                zone=zone,
                party=party,
                area_m2=area_m2,
                start_at=start,
                end_at=start + timedelta(days=3),
                requested_at=start - timedelta(days=2),
                **more,
            )
        )
    Booking.objects.bulk_create(made)
