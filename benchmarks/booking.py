"""Sixteen threads book one zone: our services against an unsafe check-then-insert of the same rows.

The unsafe way sums what is held, compares, and inserts the booking and its journal entry; nothing stops two threads
from passing the check together. Whoever is refused is told by both ways when the stay would fit. Two loads:

``spread``    stays of one to three days within a quarter, about as many as fit;
``same_day``  everybody wants the same day, until it is full: the worst case for counters that are locked.

Rounds of both ways alternate; a ratio is the median of ours ÷ unsafe, in answers per second.

    python -m benchmarks.booking
"""

import json
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from benchmarks._crowd import ATTEMPTS, ROUNDS, THREADS, Crowd
from benchmarks._db import database

AREA_M2 = Decimal(50)
QUARTER_DAYS = 90
Wish = tuple[datetime, datetime]


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Answers per second of both ways, their ratio, and the m² each held beyond the zone's capacity, per load."""
    with database():
        site = Site()
        return {"threads": THREADS, "rounds": rounds, **{name: _load(site, name, rounds) for name in LOADS}}


def _load(site: "Site", name: str, rounds: int) -> dict[str, Any]:
    places, wishes = LOADS[name]
    crowd = Crowd(lambda: site.new_zone(places), lambda thread: wishes(site, thread), lambda: _overbooked(site))
    return crowd.compare(partial(_ours, site), partial(_unsafe, site), rounds)


def _spread(site: "Site", thread: int) -> list[Wish]:
    chance = random.Random(thread)
    starts = [site.first + timedelta(days=chance.randrange(QUARTER_DAYS)) for _ in range(ATTEMPTS)]
    return [(start, start + timedelta(days=chance.randint(1, 3))) for start in starts]


def _same_day(site: "Site", thread: int) -> list[Wish]:
    return [(site.first, site.first + timedelta(days=1))] * ATTEMPTS


LOADS: dict[str, tuple[int, Callable[["Site", int], list[Wish]]]] = {
    "spread": (2 * THREADS * ATTEMPTS // QUARTER_DAYS + 1, _spread),
    "same_day": (THREADS * ATTEMPTS * 9 // 10, _same_day),
}
"""How many bookings the zone takes side by side, and what each thread wants."""


class Site:
    """Where everybody books: a new zone for each round."""

    def __init__(self) -> None:
        from django.utils import timezone

        from apps.network.models import Terminal
        from apps.parties.models import Party

        self.terminal, self.party = Terminal.objects.get(code="cnlyg"), Party.objects.order_by("pk").first()
        self.at = timezone.now()
        local = (self.at + timedelta(days=7)).astimezone(self.terminal.zone)
        self.first: datetime = local.replace(hour=0, minute=0, second=0, microsecond=0)
        self.zone: Any = None

    def new_zone(self, places: int) -> None:
        """An empty zone with room for so many bookings side by side, confirmed at once."""
        from apps.warehouse.models import Zone

        code = f"bench-{Zone.objects.count()}"
        made = Zone.objects.create(
            terminal=self.terminal, code=code, name="Bench", usable_m2=places * AREA_M2, confirms_at_once=True
        )
        self.zone = Zone.objects.select_related("terminal").get(pk=made.pk)


def _overbooked(site: Site) -> Decimal:
    from terminal.capacity import Stay, peak

    held = site.zone.bookings.holding_space()
    most = peak(Stay(each.start_at, each.end_at, each.area_m2) for each in held)
    return max(Decimal(0), most - site.zone.capacity_m2)


def _ours(site: Site, wish: Wish) -> None:
    from apps.parties.actors import Actor
    from apps.warehouse.services import NoRoom, book_space

    stay = {"area_m2": AREA_M2, "start_at": wish[0], "end_at": wish[1]}
    with suppress(NoRoom):
        book_space(zone=site.zone, party=site.party, by=Actor.itself("bench"), at=site.at, **stay)


def _unsafe(site: Site, wish: Wish) -> None:
    from django.db import transaction
    from django.db.models import Sum

    from apps.common.numbers import next_number
    from apps.journal.services import Happening, record
    from apps.warehouse.models import Booking
    from apps.warehouse.selectors import next_time
    from terminal.events import Audience, EventKind

    with transaction.atomic():
        there = site.zone.bookings.holding_space().overlapping(*wish)
        held = there.aggregate(held=Sum("area_m2"))["held"] or 0
        if held + AREA_M2 > site.zone.capacity_m2:
            next_time(site.zone, AREA_M2, wish[1] - wish[0], wish[0])
            return
        booking = Booking.objects.create(
            terminal=site.terminal,
            zone=site.zone,
            party=site.party,
            number=next_number("WB", site.at),
            area_m2=AREA_M2,
            start_at=wish[0],
            end_at=wish[1],
            status="confirmed",
            requested_at=site.at,
            requested_by="terminal:bench",
        )
        record(
            Happening(
                kind=EventKind.BOOKING_CONFIRMED,
                terminal_id=site.terminal.pk,
                at=site.at,
                actor="terminal:bench",
                booking_id=booking.pk,
                audience=Audience.OWNER,
                payload={"number": booking.number, "zone": site.zone.code, "area_m2": str(AREA_M2)},
            )
        )


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=1)
