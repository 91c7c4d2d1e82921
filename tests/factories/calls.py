"""Trains, ships, barges and trucks at the terminal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from apps.calls.models import Call
from terminal.lifecycle import Phase
from terminal.throughput import Mode
from tests.factories.network import TerminalFactory

MARCH_14 = datetime(2023, 3, 14, 2, 15, tzinfo=UTC)
"""10:15 at Lianyungang on the day X9014 left for Almaty."""


class CallFactory(factory.django.DjangoModelFactory):
    """A train to come at 10:15 for nine hours. Traits: ship, barge, truck; arrived, working, ready."""

    class Meta:
        model = Call

    terminal = factory.SubFactory(TerminalFactory)
    mode = Mode.RAIL.value
    number = factory.Sequence(lambda n: f"X{9000 + n}")
    carrier = "KTZ Express"
    phase = Phase.SCHEDULED.value
    scheduled_arrival_at = MARCH_14
    scheduled_departure_at = factory.LazyAttribute(
        lambda call: call.scheduled_arrival_at and call.scheduled_arrival_at + timedelta(hours=9)
    )

    told_arrival_at = factory.LazyAttribute(lambda call: getattr(call, "estimated_arrival_at", None))
    told_departure_at = factory.LazyAttribute(lambda call: getattr(call, "estimated_departure_at", None))

    class Params:
        ship: Any = factory.Trait(mode=Mode.SEA.value, carrier="Lianyungang Ocean Shipping")
        barge: Any = factory.Trait(mode=Mode.BARGE.value, carrier="Grand Canal Barges")
        truck: Any = factory.Trait(mode=Mode.ROAD.value, carrier="Suwei Haulage")
        announced: Any = factory.Trait(phase=Phase.ANNOUNCED.value)
        arrived: Any = factory.Trait(
            phase=Phase.ARRIVED.value, arrived_at=factory.LazyAttribute(lambda call: call.scheduled_arrival_at)
        )
        working: Any = factory.Trait(arrived=True, phase=Phase.IN_PROCESSING.value)
        ready: Any = factory.Trait(arrived=True, phase=Phase.READY.value)
