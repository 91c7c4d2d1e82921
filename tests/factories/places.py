"""Trains with places for shippers, and bookings of them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.trains import services
from apps.trains.models import ServiceQuota, SlotBooking, TrainService, TrainVisit
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.trains import TrainVisitFactory

DEPARTS = datetime(2026, 5, 4, 11, 0, tzinfo=UTC)
CUT_OFF = DEPARTS - timedelta(hours=4)
BOOKED = DEPARTS - timedelta(days=7)
"""The moment at which tests book: a week before the train departs."""

ROUTE = ["CNLYG", "CNXIY", "CNHRS", "KZHOR", "KZALA", "UZTAS"]


def train_service(**more: Any) -> TrainService:
    """The service to Almaty and Tashkent: 50 wagons, 100 TEU."""
    values = {"terminal": TerminalFactory(), "code": "X9014", "name": "Almaty", "route": ROUTE, **more}
    made: TrainService = TrainService.objects.get_or_create(code=values["code"], defaults=values)[0]
    return made


def bookable_train(
    departs: datetime = DEPARTS, service: TrainService | None = None, number: str = "", **quotas: int
) -> TrainVisit:
    """A train whose places are open: ``bookable_train(KZALA=10)``; without quotas 100 TEU for everybody."""
    service = service or train_service()
    for destination, teu in quotas.items():
        ServiceQuota.objects.get_or_create(service=service, destination=destination, defaults={"teu": teu})
    times: dict[str, Any] = {
        "call__scheduled_arrival_at": departs - timedelta(hours=9),
        "call__scheduled_departure_at": departs,
    }
    if number:
        times["call__number"] = number
    train: TrainVisit = TrainVisitFactory(call__terminal=service.terminal, service=service, **times)
    services.open_quotas(train)
    return TrainVisit.objects.select_related("call__terminal", "service").get(pk=train.pk)


def book_places(train: TrainVisit, teu: int | str, boxes: int | None = None, **more: Any) -> SlotBooking:
    """A booking made by the service, to Almaty and for Almaty Cotton unless said otherwise; boxes of 40′."""
    teu = Decimal(teu)
    party: Party = more.pop("party", None) or PartyFactory(code="almaty-cotton", name="Almaty Cotton")
    wish = {"destination": "KZALA", "by": Actor.itself("test"), "at": BOOKED, **more}
    return services.book_slots(train=train, party=party, teu=teu, boxes=boxes or max(1, int(teu) // 2), **wish)
