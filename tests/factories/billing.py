"""Tariffs as the worked examples have them, boxes whose journal starts their clock, and what is charged for them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.billing import services
from apps.billing.models import CalendarYear, ChargeLine, Tariff, TariffVersion
from apps.containers.models import Visit
from apps.containers.services.rows import movement
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.charges.rules import Unit
from terminal.events import EventKind
from tests.factories.charges import CHINA, SHANGHAI
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory

DAY = timedelta(days=1)
CLERK = Actor.itself("billing clerk")
GROUNDED = datetime(2025, 3, 3, 16, 20, tzinfo=SHANGHAI)
"""The first worked example's clock starts."""

GONE = datetime(2025, 3, 12, 11, 0, tzinfo=SHANGHAI)
"""Its box leaves."""

APRIL_1 = datetime(2025, 4, 1, 9, 0, tzinfo=SHANGHAI)
"""When its month is over."""


def steppe_grain() -> Party:
    """The payer."""
    party: Party = PartyFactory(code="steppe-grain")
    return party


def calendar_2025() -> CalendarYear:
    """China's holidays of 2025."""
    row, _ = CalendarYear.objects.get_or_create(
        terminal=TerminalFactory(),
        name="China",
        first_on=CHINA.first_on,
        defaults={
            "last_on": CHINA.last_on,
            "holidays": sorted(CHINA.holidays),
            "swapped": sorted(CHINA.swapped),
        },
    )
    return row


def tariff(**changed: Any) -> Tariff:
    """The terminal's tariff in use: yuan, counted by China's calendar."""
    said = {"currency": "CNY", "calendar": "China", "in_use": True, **changed}
    row, _ = Tariff.objects.get_or_create(terminal=TerminalFactory(), code="Storage", defaults=said)
    return row


def version(
    name: str = "2025/1", *, counted: str = "calendar_days", of: Tariff | None = None, **said: Any
) -> TariffVersion:
    """Five days free from the day after discharge, three days at 10, then 20; lifts, packages and m²."""
    days = {"valid_from": date(2025, 1, 1), "valid_until": date(2025, 12, 31), "vat_rate": Decimal("0.06")}
    row: TariffVersion = TariffVersion.objects.create(tariff=of or tariff(), name=name, **{**days, **said})
    row.freetimerules.create(days=5, clock_event="container-discharged", counted=counted)
    row.tierrules.create(from_day=1, rate=Decimal(10))
    row.tierrules.create(from_day=4, rate=Decimal(20))
    row.rates.create(unit="m2_day", service="bonded", rate=Decimal("1.35"))
    row.rates.create(unit="m2_day", rate=Decimal("0.90"))
    row.rates.create(unit="package", rate=Decimal("2.5"))
    row.rates.create(unit="lift", rate=Decimal(180))
    return row


def grounded(
    at: datetime = GROUNDED,
    number: str = "CSQU3054383",
    *,
    gone: datetime | None = None,
    payer: Party | None = None,
    size_type: str = "22G1",
    **more: Any,
) -> Visit:
    """A laden box discharged at that moment and, where that is named, gone through the gate at another."""
    box = ContainerFactory(number=number, size_type=size_type)
    state = {"state": "departed", "position": "gone", "departed_at": gone} if gone else {"active": True}
    said = {"direction": "inbound", "regime": "import", **state, "arrived_at": at, **more}
    visit: Visit = VisitFactory(container=box, **said)
    VisitRoleFactory(visit=visit, party=payer or steppe_grain(), role="consignee", since=at)
    record(movement(visit, EventKind.CONTAINER_DISCHARGED, None, by=CLERK, at=at))
    if gone:
        record(movement(visit, EventKind.CONTAINER_GATED_OUT, None, by=CLERK, at=gone))
    return visit


def lift(visit: Visit, *, at: datetime, count: int = 1, service: str = "to inspection") -> ChargeLine:
    """Extra lifts of a box, charged to the payer."""
    said = {"unit": Unit.LIFT, "service": service, "count": count, "by": CLERK, "at": at}
    return services.charge_extra_work(visit, party=steppe_grain(), **said)


def everything_billed() -> ChargeLine:
    """A box's storage with all that can come of it: a pause, an invoice, a payment, a dispute and its credit."""
    version()
    visit = grounded(GROUNDED, gone=GONE)
    lyg, payer, by = visit.terminal, steppe_grain(), CLERK
    fault = {"kind": "fault", "reason": "crane out of order", "starts_at": GROUNDED, "ends_at": GONE - 8 * DAY}
    services.start_pause(visit, by=by, at=GONE, **fault)
    services.open_accounts(lyg, at=GONE)
    (line,) = services.charge_departed(lyg, at=GONE)
    (paper,) = services.invoice(terminal=lyg, party=payer, by=by, at=GONE)
    money = {"amount_minor": 1000, "currency": "CNY", "received_on": GONE.date(), "reference": "BOC-1"}
    services.pay(terminal=lyg, party=payer, shares=[services.Share(paper)], by=by, at=GONE, **money)
    line.refresh_from_db()
    objection = services.dispute(line, reason="a day too many", by=by, at=GONE)
    services.uphold(objection, net_minor=500, answer="agreed", by=by, at=GONE)
    services.state_month(terminal=lyg, party=payer, month=GONE.date(), by=by, at=APRIL_1)
    line.refresh_from_db()
    return line
