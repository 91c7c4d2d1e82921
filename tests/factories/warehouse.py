"""Zones of the warehouse and bookings of their half-days."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import factory

from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.warehouse import services
from apps.warehouse.models import Booking, BookingSeries, Closure, DockAppointment, DockDoor, DockDuration, Zone
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory

APRIL_1 = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
"""9:00 at Lianyungang on Wednesday 1 April 2026: the moment at which tests book."""

MAY_4 = datetime(2026, 5, 3, 16, 0, tzinfo=UTC)
"""Midnight at Lianyungang, the beginning of Monday 4 May 2026."""

HALF = timedelta(hours=12)


class ZoneFactory(factory.django.DjangoModelFactory):
    """1,000 m² for general goods, open day and night. Trait ``daytime``: 8–18 h."""

    class Meta:
        model = Zone
        django_get_or_create = ("terminal", "code")

    terminal = factory.SubFactory(TerminalFactory)
    code = "A"
    name = "General goods A"
    usable_m2 = Decimal(1000)

    class Params:
        daytime: Any = factory.Trait(opens_at="08:00", closes_at="18:00")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Zone:
        zone = super()._create(model_class, *args, **kwargs)
        return Zone.objects.select_related("terminal").get(pk=zone.pk)


class ClosureFactory(factory.django.DjangoModelFactory):
    """Stocktaking on the whole of 4 May 2026."""

    class Meta:
        model = Closure

    zone = factory.SubFactory(ZoneFactory)
    start_at = MAY_4
    end_at = MAY_4 + 2 * HALF
    reason = "stocktaking"


class DockDoorFactory(factory.django.DjangoModelFactory):
    """A door of zone A."""

    class Meta:
        model = DockDoor

    zone = factory.SubFactory(ZoneFactory)
    terminal = factory.SelfAttribute("zone.terminal")
    code = factory.Sequence(lambda n: f"D{n:02d}")


def book(zone: Zone, area_m2: int | str, start: datetime = MAY_4, end: datetime | None = None, **more: Any) -> Booking:
    """A booking made by the service, for a party that stores cotton unless another is named."""
    party = more.pop("party", None) or PartyFactory(code="almaty-cotton", name="Almaty Cotton")
    wish = {"by": Actor.itself("test"), "at": APRIL_1, "goods": "cotton yarn", **more}
    end = end or start + HALF
    return services.book_space(zone=zone, party=party, area_m2=Decimal(area_m2), start_at=start, end_at=end, **wish)


class DockDurationFactory(factory.django.DjangoModelFactory):
    """Unpacking with the truck waiting takes two hours."""

    class Meta:
        model = DockDuration
        django_get_or_create = ("terminal", "work", "handover", "length_ft")

    terminal = factory.SubFactory(TerminalFactory)
    work = "strip"
    handover = "live"
    length_ft = None
    minutes = 120


def book_door(terminal: Terminal, start: datetime = MAY_4, **more: Any) -> DockAppointment:
    """An appointment to unpack, made by the service, for the party that stores cotton."""
    party = more.pop("party", None) or PartyFactory(code="almaty-cotton", name="Almaty Cotton")
    wish = {"by": Actor.itself("test"), "at": APRIL_1, "work": "strip", **more}
    return services.book_dock(terminal=terminal, party=party, start_at=start, **wish)


def book_again(**more: Any) -> BookingSeries:
    """A series of one booking, 8–9 h on Monday 4 May 2026, made by the service."""
    wish: dict[str, Any] = {
        "zone": ZoneFactory(),
        "party": PartyFactory(code="almaty-cotton"),
        "area_m2": Decimal(1),
        "weekdays": [1],
        "from_clock": time(8),
        "duration_minutes": 60,
        "first_on": date(2026, 5, 4),
        "last_on": date(2026, 5, 4),
        "by": Actor.itself("test"),
        "at": APRIL_1,
    }
    return services.book_series(**wish | more)[0]
