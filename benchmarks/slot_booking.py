"""Sixteen threads book places on trains: our services against an unsafe check-then-insert of the same rows.

The unsafe way sums what is held, compares, and inserts the booking and its journal entry; nothing stops two threads
from passing the check together. Whoever is refused is told by both ways which trains have places. Two loads:

``spread``     trains of a week, to two destinations, about as many places as are wanted;
``one_train``  everybody wants one destination of one train, until it is full: the worst case for a counter.

Rounds of both ways alternate; a ratio is the median of ours ÷ unsafe, in answers per second.

    python -m benchmarks.slot_booking
"""

import json
import random
import sys
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from benchmarks._crowd import ATTEMPTS, ROUNDS, THREADS, Crowd
from benchmarks._db import database

TEU = Decimal(2)
DESTINATIONS = ("KZALA", "UZTAS")
Wish = tuple[Any, str]
"""A train, and where to."""


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Answers per second of both ways, their ratio, and the TEU each sold beyond the quotas, per load."""
    with database():
        site = Site()
        return {"threads": THREADS, "rounds": rounds, **{name: _load(site, name, rounds) for name in LOADS}}


def _load(site: "Site", name: str, rounds: int) -> dict[str, Any]:
    trains, places = LOADS[name]
    crowd = Crowd(lambda: site.new_trains(trains, places), site.wishes, lambda: _oversold(site))
    return crowd.compare(partial(_ours, site), partial(_unsafe, site), rounds)


LOADS = {
    "spread": (7, THREADS * ATTEMPTS // (7 * len(DESTINATIONS))),
    "one_train": (1, THREADS * ATTEMPTS * 9 // 20),
}
"""How many trains there are, and for how many bookings each destination has places."""


class Site:
    """Where everybody books: new trains for each round."""

    def __init__(self) -> None:
        from django.utils import timezone

        from apps.network.models import Terminal
        from apps.parties.models import Party

        self.terminal: Any = Terminal.objects.get(code="cnlyg")
        self.party: Any = Party.objects.order_by("pk").first()
        self.at = timezone.now()
        self.trains: list[Any] = []

    def new_trains(self, trains: int, places: int) -> None:
        """Empty trains of a service of their own, one a day from a week ahead on."""
        from apps.trains.models import ServiceQuota, TrainService

        TrainService.objects.filter(code__startswith="bench").update(route=[])
        code = f"bench-{TrainService.objects.count()}"
        route = [self.terminal.un_locode, *DESTINATIONS]
        service = TrainService.objects.create(terminal=self.terminal, code=code, name="Bench", route=route)
        quotas = [ServiceQuota(service=service, destination=to, teu=places * TEU) for to in DESTINATIONS]
        ServiceQuota.objects.bulk_create(quotas)
        self.trains = [self._train(service, 7 + day) for day in range(trains)]

    def _train(self, service: Any, days: int) -> Any:
        from apps.parties.actors import Actor
        from apps.trains.models import TrainVisit
        from apps.trains.services import announce_train, open_quotas

        departs = self.at + timedelta(days=days)
        made = announce_train(
            terminal=self.terminal,
            number=f"{service.code}/{days}",
            scheduled_arrival_at=departs - timedelta(hours=9),
            scheduled_departure_at=departs,
            service=service,
            by=Actor.itself("bench"),
            at=self.at,
        )
        open_quotas(made)
        return TrainVisit.objects.select_related("call__terminal", "service").get(pk=made.pk)

    def wishes(self, thread: int) -> list[Wish]:
        """What a thread asks for, one after the other; with one train all want the same destination."""
        chance = random.Random(thread)
        if len(self.trains) == 1:
            return [(self.trains[0], DESTINATIONS[0])] * ATTEMPTS
        return [(chance.choice(self.trains), chance.choice(DESTINATIONS)) for _ in range(ATTEMPTS)]


def _oversold(site: Site) -> Decimal:
    over = Decimal(0)
    for train in site.trains:
        for quota in train.quotas.all():
            over += max(Decimal(0), _held(train, quota.destination) - quota.teu)
    return over


def _held(train: Any, destination: str) -> Decimal:
    from django.db.models import Sum

    holding = train.bookings.filter(destination=destination, state="confirmed")
    return Decimal(holding.aggregate(held=Sum("teu"))["held"] or 0)


def _ours(site: Site, wish: Wish) -> None:
    from apps.parties.actors import Actor
    from apps.trains.services import NoPlaces, book_slots

    train, to = wish
    with suppress(NoPlaces):
        book_slots(
            train=train, party=site.party, destination=to, teu=TEU, boxes=1, by=Actor.itself("bench"), at=site.at
        )


def _unsafe(site: Site, wish: Wish) -> None:
    from django.db import transaction

    from apps.common.numbers import next_number
    from apps.journal.services import Happening, record
    from apps.trains.models import SlotBooking
    from apps.trains.services.booking.places import OFFERED, next_trains
    from terminal.events import Audience, EventKind

    train, to = wish
    with transaction.atomic():
        quota = train.quotas.get(destination=to)
        if _held(train, to) + TEU > quota.teu:
            list(islice(next_trains(train, to, TEU, site.at), OFFERED))
            return
        booking = SlotBooking.objects.create(
            train=train,
            party=site.party,
            number=next_number("TB", site.at),
            destination=to,
            teu=TEU,
            boxes=1,
            state="confirmed",
            booked_at=site.at,
            booked_by="terminal:bench",
        )
        record(
            Happening(
                kind=EventKind.SLOTS_BOOKED,
                terminal_id=site.terminal.pk,
                at=site.at,
                actor="terminal:bench",
                call_id=train.call_id,
                booking_id=booking.pk,
                audience=Audience.OWNER,
                payload={"number": booking.number, "destination": to, "teu": str(TEU)},
            )
        )


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=1)
