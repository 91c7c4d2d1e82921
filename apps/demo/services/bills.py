"""Last month's bills in the demo: area that three shippers held, invoiced; one is paid, one disputed in part."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction

from apps.billing import services as billing
from apps.billing.models import Invoice, Tariff
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse import services as warehouse
from apps.warehouse.models import Zone
from terminal.lifecycle import BookingStatus

BY: Final = Actor.itself("demo")
HELD: Final = ((420, 6), (180, 11), (650, 3))
"""m² and days of each."""

FIRST: Final = 5
"""The day of the month on which the goods came."""


@transaction.atomic
def bill(terminal: Terminal, *, at: datetime) -> None:
    """Three invoices of last month and their statements. Nothing happens without a tariff or a general store."""
    zone = Zone.objects.filter(terminal=terminal, kind=Zone.Kind.GENERAL, active=True).first()
    tariff = Tariff.objects.filter(terminal=terminal, in_use=True).exists()
    if zone is None or not tariff or Invoice.objects.filter(terminal=terminal).exists():
        return
    over = at.astimezone(terminal.zone).date().replace(day=1) - timedelta(days=1)
    came = datetime.combine(over.replace(day=FIRST), time(8), terminal.zone)
    shippers = Party.objects.filter(kind=Party.Kind.SHIPPER, active=True).order_by("code")
    invoices = [
        _invoice(zone, party, area, came, came + timedelta(days=days), over)
        for party, (area, days) in zip(shippers, HELD, strict=False)
    ]
    _pay(invoices, at)
    billing.state_months(terminal, month=over, by=BY, at=at)


def _invoice(zone: Zone, party: Party, area: int, came: datetime, gone: datetime, over: date) -> Invoice:
    """Area from when the goods came until they had gone, invoiced on the last evening of the month."""
    booking = warehouse.book_space(
        zone=zone,
        party=party,
        area_m2=Decimal(area),
        start_at=came,
        end_at=gone,
        goods="household appliances",
        by=BY,
        at=came - timedelta(days=2),
    )
    if booking.status == BookingStatus.REQUESTED:
        warehouse.confirm(booking, by=BY, at=came - timedelta(days=1))
    warehouse.check_in(booking, by=BY, at=came + timedelta(hours=1))
    warehouse.complete(booking, by=BY, at=gone - timedelta(hours=1))
    billing.charge_booking(booking, by=BY, at=gone)
    evening = datetime.combine(over, time(18), zone.terminal.zone)
    return billing.invoice(terminal=zone.terminal, party=party, by=BY, at=evening)[0]


def _pay(invoices: list[Invoice], at: datetime) -> None:
    """The first is paid in full; of the second its party says that it is too much; the last is open."""
    for paid in invoices[:1]:
        billing.pay(
            terminal=paid.terminal,
            party=paid.party,
            amount_minor=paid.gross_minor,
            currency=paid.currency,
            received_on=paid.issued_on,
            reference="demo 0001",
            shares=[billing.Share(paid)],
            by=BY,
            at=at,
        )
    for disputed in invoices[1:2]:
        billing.dispute(disputed.lines.get(), reason="the goods had gone a day before", by=BY, at=at)
