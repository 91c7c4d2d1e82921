"""Ships, barges, and what stands on their lists."""

from datetime import timedelta
from typing import Any

import factory

from apps.ships.models import ShipCall, StowageLine
from apps.ships.stowage import COLUMNS
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import VisitFactory
from tests.factories.parties import PartyFactory


class ShipCallFactory(factory.django.DjangoModelFactory):
    """A feeder of Yellow Sea Line that is announced; ``working``: at the quay; ``barge``: a barge without a number."""

    class Meta:
        model = ShipCall

    call = factory.SubFactory(
        CallFactory,
        mode=factory.LazyAttribute(lambda call: "barge" if call.factory_parent.barge else "sea"),
        number=factory.Sequence(lambda n: f"{n:03d}W"),
        phase=factory.LazyAttribute(lambda call: "in_processing" if call.factory_parent.working else "announced"),
        arrived_at=factory.LazyAttribute(lambda call: MARCH_14 if call.factory_parent.working else None),
        scheduled_arrival_at=MARCH_14,
        scheduled_departure_at=MARCH_14 + timedelta(hours=20),
    )
    name = factory.LazyAttribute(lambda ship: "Grand Canal 7" if ship.barge else "Haizhou Bay")
    imo = factory.LazyAttribute(lambda ship: "" if ship.barge else "9074729")
    voyage_in = factory.SelfAttribute("call.number")
    line = factory.SubFactory(PartyFactory, code="yellow-sea-line", name="Yellow Sea Line", kind="line")

    class Params:
        working = False
        barge = False


class StowageLineFactory(factory.django.DjangoModelFactory):
    """A line of a discharge list whose box is advised; ``to_load`` of a load list, whose box stands in the yard."""

    class Meta:
        model = StowageLine

    ship = factory.SubFactory(ShipCallFactory)
    listed_in = "discharge"
    visit = factory.SubFactory(
        VisitFactory,
        terminal=factory.SelfAttribute("..ship.call.terminal"),
        arrival_call=factory.SelfAttribute("..ship.call"),
    )
    number = factory.SelfAttribute("visit.container.number")
    size_type = factory.SelfAttribute("visit.container.size_type")
    laden = True
    gross_kg = 22_000

    class Params:
        to_load: Any = factory.Trait(
            listed_in="load",
            visit=factory.SubFactory(
                VisitFactory,
                in_yard=True,
                regime="domestic",
                direction="outbound",
                laden=False,
                terminal=factory.SelfAttribute("..ship.call.terminal"),
                departure_call=factory.SelfAttribute("..ship.call"),
            ),
        )


def stowage_sheet(*boxes: str, **said: Any) -> bytes:
    """A list of laden 40′ boxes as CSV; ``said`` fills further columns of every line."""
    usual = {"size_type": "45G1", "laden": "yes", "gross_kg": 20000}
    lines = [{"container_number": number, **usual, **said} for number in boxes]
    return "\n".join(
        [",".join(COLUMNS), *(",".join(str(line.get(name, "")) for name in COLUMNS) for line in lines)]
    ).encode()
