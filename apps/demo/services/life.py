"""What happens around the demo's boxes: declarations, holds, bookings, and the figures counted from it all."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal

from apps.alerts.models import Rule
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.demo.services.cargo import unpack
from apps.demo.services.clearing import declare, officer
from apps.demo.services.docks import stand_at_the_doors
from apps.demo.services.week import shipper_of
from apps.demo.story import Story
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.reports.services import fold_journal
from apps.warehouse import services as warehouse
from apps.warehouse.models import Zone
from terminal.readiness import Owner

BY = Actor.itself("demo")
Said = Callable[[str], None]
QUICK_SECONDS = 30
BOOKED = [
    # zone, m², days from now, days long
    ("gen", 600, -1, 4),
    ("gen", 1200, 0, 6),
    ("gen", 450, 1, 3),
    ("bond", 900, -2, 12),
    ("bond", 700, 0, 9),
    ("cold", 300, 0, 2),
    ("cfs", 250, 0, 1),
    ("cfs", 180, 1, 1),
]


def go_on(terminal: Terminal, story: Story, *, at: datetime, say: Said) -> None:
    """Papers, holds and bookings of the week."""
    standing = list(
        Visit.objects.filter(terminal=terminal).standing().select_related("container", "terminal").order_by("pk")
    )
    say("  declarations, holds and warehouse bookings")
    declare([visit for visit in standing if visit.laden], at)
    _hold(standing, at)
    _book(terminal, at)
    stand_at_the_doors(terminal, at)
    Rule.objects.filter(terminal=terminal).update(pending_seconds=QUICK_SECONDS, recovery_seconds=QUICK_SECONDS)


def unpack_boxes(terminal: Terminal, *, at: datetime) -> None:
    """Boxes that came by rail and go nowhere yet are unpacked: call it when the trains have been worked."""
    here = Visit.objects.filter(terminal=terminal).standing().select_related("container", "terminal")
    unpack(list(here.order_by("pk")), officer(), at)


def count(at: datetime) -> None:
    """The daily figures, from the journal."""
    fold_journal(at=at)


def _hold(visits: list[Visit], at: datetime) -> None:
    reasons = [
        (Owner.TERMINAL, "Damaged corner post, to be surveyed"),
        (Owner.CARRIER, "Freight not paid"),
        (Owner.TERMINAL, "Seal missing"),
        (Owner.CUSTOMS, "Manifest differs from the seal list"),
    ]
    chosen = [visit for visit in visits if shipper_of(visit.container.number) == "tianshan-trading"][:8:2]
    containers.place_holds(
        [
            containers.NewHold(visit=visit, owner=owner, reason=reason, reference=f"N-{visit.pk}")
            for visit, (owner, reason) in zip(chosen, reasons, strict=False)
        ],
        by=BY,
        at=at,
    )


def _book(terminal: Terminal, at: datetime) -> None:
    zones = {zone.code: zone for zone in Zone.objects.filter(terminal=terminal)}
    parties = list(Party.objects.filter(kind__in=["shipper", "forwarder"]).order_by("code"))
    today = at.astimezone(terminal.zone).date()
    for place, (code, area, first, days) in enumerate(BOOKED):
        start = datetime.combine(today + timedelta(days=first), time(8), terminal.zone)
        asked = min(at, start - timedelta(days=1))
        booking = warehouse.book_space(
            zone=zones[code],
            party=parties[place % len(parties)],
            area_m2=Decimal(area),
            start_at=start,
            end_at=start + timedelta(days=days),
            goods="household appliances",
            by=BY,
            at=asked,
        )
        if start < at and booking.status == "requested":
            warehouse.confirm(booking, by=BY, at=asked + timedelta(hours=1))
