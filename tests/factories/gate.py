"""The gate: a week of quotas, trucks with an hour, and rights to collect."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from apps.containers.models import PermissionRule
from apps.gate import services
from apps.gate.models import Appointment, DeliveryOrder, GateRules, ReleasePin, WeeklyQuota
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.damages import Harm, Severity, Side
from terminal.gate import Condition
from terminal.seals import SealOwner
from terminal.throughput import Direction
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory

MONDAY_EIGHT = datetime(2026, 5, 4, 0, 0, tzinfo=UTC)
"""8:00 at Lianyungang on Monday 4 May 2026: the hour tests book."""

THE_DAY_BEFORE = MONDAY_EIGHT - timedelta(days=1)
"""The moment at which they book it."""

CLERK = Actor.itself("gate clerk")
HOUR = timedelta(hours=1)


class QuotaFactory(factory.django.DjangoModelFactory):
    """Two trucks in the hour at 8:00 on Mondays."""

    class Meta:
        model = WeeklyQuota
        django_get_or_create = ("terminal", "weekday", "start_hour")

    terminal = factory.SubFactory(TerminalFactory)
    weekday = 0
    start_hour = 8
    end_hour = factory.LazyAttribute(lambda quota: quota.start_hour + 1)
    trucks = 2


def open_day_and_night(terminal: Any, trucks: int = 20) -> None:
    """So many trucks in every hour of the week."""
    WeeklyQuota.objects.create(terminal=terminal, start_hour=0, end_hour=24, trucks=trucks)


class RulesFactory(factory.django.DjangoModelFactory):
    """The defaults."""

    class Meta:
        model = GateRules
        django_get_or_create = ("terminal",)

    terminal = factory.SubFactory(TerminalFactory)


def haulier(code: str = "xugou-haulage") -> Party:
    """A company with trucks."""
    party: Party = PartyFactory(code=code, kind=Party.Kind.HAULIER)
    return party


def forwarder(code: str = "silk-forwarding") -> Party:
    """A company with the say over boxes."""
    party: Party = PartyFactory(code=code, kind=Party.Kind.FORWARDER)
    return party


def released_box(number: str = "CSQU3054383", **more: Any) -> Any:
    """A box in the yard that nothing stops, of which the forwarder has the say."""
    more = {"active": True, "laden": False, "regime": "domestic", "direction": "inbound", **more}
    free = {"regime": "domestic", "laden": False, "direction": "inbound", "step": "gate_out", "owner": "customs"}
    PermissionRule.objects.get_or_create(terminal=TerminalFactory(), **free, defaults={"required": False})
    visit = VisitFactory(container=ContainerFactory(number=number), **more)
    VisitRoleFactory(visit=visit, party=forwarder(), role="forwarder")
    return visit


def order_for(visit: Any, to: Party | None = None, at: datetime = THE_DAY_BEFORE, **more: Any) -> DeliveryOrder:
    """The forwarder lets the haulier collect the box for a week."""
    said = {"valid_until": at + timedelta(days=7), "by": CLERK, **more}
    return services.issue_delivery_order(visit, issued_by=forwarder(), haulier=to or haulier(), at=at, **said)


def pin_for(visit: Any, at: datetime = THE_DAY_BEFORE, **more: Any) -> tuple[ReleasePin, str]:
    """The forwarder's PIN for the box, valid for a week, and its digits."""
    said = {"valid_until": at + timedelta(days=7), "by": CLERK, **more}
    return services.issue_pin(visit, issued_by=forwarder(), at=at, **said)


def brings(number: str = "TCLU5088040", size_type: str = "22G1", **more: Any) -> services.WantedBox:
    """A box a truck brings."""
    return services.WantedBox(direction=Direction.IN, number=number, size_type=size_type, **more)


def collects(number: str = "CSQU3054383", **more: Any) -> services.WantedBox:
    """A box a truck collects."""
    return services.WantedBox(direction=Direction.OUT, number=number, **more)


def book_truck(*boxes: services.WantedBox, **more: Any) -> Appointment:
    """A truck of the haulier's for Monday at 8:00, booked by the service; it brings a box unless others are named."""
    wish = {
        "terminal": TerminalFactory(),
        "starts_at": MONDAY_EIGHT,
        "plate": "苏G 12345",
        "boxes": list(boxes) or [brings()],
        "by": CLERK,
        "at": THE_DAY_BEFORE,
        **more,
    }
    return services.book_appointment(haulier=wish.pop("haulier", None) or haulier(), **wish)


def a_truck_with_everything() -> Appointment:
    """A truck in trouble that brings an inspected box with a damage and collects another."""
    QuotaFactory()
    order_for(released_box())
    truck = services.arrive_truck(book_truck(brings(), collects()), by=CLERK, at=MONDAY_EIGHT)
    bent = services.SeenDamage(side=Side.CORNERS, harm=Harm.BENT, severity=Severity.UNSAFE)
    seen = services.Seen(condition=Condition.DAMAGED, seals=[("S4711", SealOwner.CARRIER)], damages=[bent])
    services.inspect(truck.boxes.get(direction="in"), seen, by=CLERK, at=MONDAY_EIGHT)
    truck.refresh_from_db()
    return truck
