"""Sixteen threads book, change and cancel in a few zones: our services against locking the zone's row and summing.

The threads are spread over as many processes as there are cores, as the web server spreads them: in one process, what
is measured is the turns the threads take at the interpreter.

The floor is the same services with the counting taken out: the zone's row is locked (``SELECT … FOR UPDATE``), the area
of the bookings that overlap is summed, and what does not fit is refused; the trigger that counts is off. Of ten wishes
six book, two and a half change and one and a half cancel; stays of half a day to three days within a quarter, about as
many as fit. Afterwards an independent sweep over the bookings looks for overbooked half-days. Then both again, over a
history of finished bookings, and a search for free area over 90 days in the busiest zone.

    python -m benchmarks.booking [OPERATIONS [HISTORY [ZONES]]]
"""

import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from itertools import repeat
from statistics import median
from typing import Any
from unittest import mock

from benchmarks._db import database

THREADS = 16
FORK = multiprocessing.get_context("fork")
"""What the floor patches is patched in the processes too."""
QUARTER_DAYS = 90
AREA_M2 = Decimal(50)
PARTED = ("booking", "changing")
"""Modules whose ``room_or_refusal`` the floor replaces."""

HISTORY = """
    INSERT INTO warehouse_booking (public_id, version, number, terminal_id, zone_id, party_id, work, area_m2, start_at,
        end_at, status, goods, reference, requested_at, requested_by, reason)
    SELECT gen_random_uuid(), 1, 'H' || n, %(terminal)s,
        (%(zones)s::bigint[])[1 + n %% cardinality(%(zones)s::bigint[])], %(party)s, 'storage', 50,
        %(at)s::timestamptz - n * interval '20 seconds' - interval '3 days',
        %(at)s::timestamptz - n * interval '20 seconds' - interval '2 days', 'completed', '', '', %(at)s, '', ''
    FROM generate_series(1, %(many)s) AS n
"""


def run(operations: int = 10_000, history: int = 1_000_000, zones: int = 4) -> dict[str, Any]:
    """Operations per second of both ways with and without the history, what was overbooked, and the search in ms."""
    with database():
        site = Site(operations, zones)
        told = {"threads": THREADS, "operations": operations, "zones": zones, "empty": site.compare()}
        site.grow(history)
        return {**told, "history": history, "grown": site.compare(), "search_90_days_ms": site.search()}


class Site:
    """Where everybody books: new zones for each round."""

    def __init__(self, operations: int, zones: int) -> None:
        from django.utils import timezone

        from apps.network.models import Terminal
        from apps.parties.models import Party

        self.terminal = Terminal.objects.get(code="cnlyg")
        self.party: Any = Party.objects.order_by("pk").first()
        self.at, self.each, self.many = timezone.now(), operations // THREADS, zones
        local = (self.at + timedelta(days=2)).astimezone(self.terminal.zone)
        self.first = local.replace(hour=0, minute=0, second=0, microsecond=0)
        self.zones: list[Any] = []

    def new_zones(self) -> None:
        """Empty zones that take about what is asked for, confirmed at once."""
        from apps.warehouse.models import Zone

        places = max(4, THREADS * self.each * 2 // (QUARTER_DAYS * self.many))
        made = [
            Zone.objects.create(
                terminal=self.terminal, code=f"z{time.monotonic_ns()}", name="Bench", confirms_at_once=True,
                usable_m2=places * AREA_M2,
            )
            for _ in range(self.many)
        ]  # fmt: skip
        self.zones = list(Zone.objects.select_related("terminal").filter(pk__in=[each.pk for each in made]))

    def compare(self) -> dict[str, Any]:
        """One round of the floor and one of ours."""
        with counting_off():
            floor = self.round()
        ours = self.round()
        return {
            "ours_per_second": round(ours, 1),
            "floor_per_second": round(floor, 1),
            "ratio": round(ours / floor, 2),
            "overbooked_m2": str(self.overbooked()),
        }

    def round(self) -> float:
        """Operations per second in new zones."""
        from django.db import connection

        self.new_zones()
        connection.close()
        ready, processes = FORK.Barrier(THREADS + 1), min(THREADS, os.cpu_count() or 1)
        crews = [FORK.Process(target=self._crew, args=(range(n, THREADS, processes), ready)) for n in range(processes)]
        for each in crews:
            each.start()
        ready.wait()
        began = time.perf_counter()
        for each in crews:
            each.join()
        took = time.perf_counter() - began
        if any(each.exitcode for each in crews):
            raise RuntimeError("a thread failed: see above")
        return THREADS * self.each / took

    def _crew(self, numbers: range, ready: Any) -> None:
        """The threads of one process; it fails where one of them does."""
        with ThreadPoolExecutor(len(numbers)) as crew:
            list(crew.map(self._work, numbers, repeat(ready)))

    def _work(self, number: int, ready: Any) -> None:
        from django.db import connection

        chance, mine = random.Random(number), list[Any]()
        try:
            connection.ensure_connection()
            ready.wait()
            for _ in range(self.each):
                self._act(chance, mine)
        finally:
            connection.close()

    def _act(self, chance: random.Random, mine: list[Any]) -> None:
        from apps.parties.actors import Actor
        from apps.warehouse import services

        by, turn = Actor.itself("bench"), chance.random()
        start = self.first + timedelta(hours=12 * chance.randrange(2 * QUARTER_DAYS))
        stay: dict[str, Any] = {"start_at": start, "end_at": start + timedelta(hours=12 * chance.randint(1, 6))}
        with suppress(services.NoRoom):
            if turn < 0.6 or not mine:
                zone = chance.choice(self.zones)
                made = services.book_space(zone=zone, party=self.party, area_m2=AREA_M2, by=by, at=self.at, **stay)
                mine.append(made)
            elif turn < 0.85:
                place = chance.randrange(len(mine))
                mine[place] = services.change_booking(mine[place], services.BookingChange(**stay), by=by, at=self.at)
            else:
                services.cancel_booking(mine.pop(chance.randrange(len(mine))), by=by, at=self.at)

    def overbooked(self) -> Decimal:
        """The most m² any half-day of the zones holds beyond what it has, or is miscounted by, after our round."""
        from apps.warehouse.selectors import miscounted

        codes = {zone.code for zone in self.zones}
        wrong = [each for each in miscounted(self.terminal, self.at) if each.zone in codes]
        return max((abs(each.held_m2 - min(each.counted_m2, each.capacity_m2)) for each in wrong), default=Decimal(0))

    def grow(self, many: int) -> None:
        """So many finished bookings, written by one statement with the counting off."""
        from django.db import connection

        self.new_zones()
        facts = {"terminal": self.terminal.pk, "party": self.party.pk, "zones": [each.pk for each in self.zones]}
        with counting_off(), connection.cursor() as cursor:
            cursor.execute(HISTORY, facts | {"at": self.at, "many": many})
            cursor.execute("ANALYZE warehouse_booking")

    def search(self) -> float:
        """Median milliseconds for the next three starts over 90 days, in a zone that is all but full."""
        from apps.warehouse.selectors import next_starts

        took = []
        for _ in range(20):
            began = time.perf_counter()
            next_starts(self.zones[0], self.zones[0].capacity_m2, timedelta(days=3), self.first, at=self.at)
            took.append(1000 * (time.perf_counter() - began))
        return round(median(took), 1)


@contextmanager
def counting_off() -> Iterator[None]:
    """The floor: no counters, but the zone's row locked and the bookings summed."""
    from contextlib import ExitStack

    from django.db import connection

    with ExitStack() as stack:
        for module in PARTED:
            stack.enter_context(mock.patch(f"apps.warehouse.services.{module}.room_or_refusal", _locked_and_summed))
        _trigger("DISABLE", connection)
        stack.callback(_trigger, "ENABLE", connection)
        yield


def _trigger(what: str, connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE warehouse_booking {what} TRIGGER USER")


@contextmanager
def _locked_and_summed(zone: Any, stay: Any, at: Any, *, but: Any = None) -> Iterator[None]:
    from django.db import transaction
    from django.db.models import Sum

    from apps.warehouse.models import Zone
    from apps.warehouse.services import NoRoom

    with transaction.atomic():
        Zone.objects.select_for_update().get(pk=zone.pk)
        there = zone.bookings.holding_space().overlapping(stay.start, stay.end)
        held = (there.exclude(pk=but.pk) if but else there).aggregate(held=Sum("area_m2"))["held"] or 0
        if held + stay.amount > zone.capacity_m2:
            raise NoRoom(zone=zone.code, area_m2=str(stay.amount), free_m2=str(zone.capacity_m2 - held))
        yield


if __name__ == "__main__":
    json.dump(run(*map(int, sys.argv[1:])), sys.stdout, indent=1)
