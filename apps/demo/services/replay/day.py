"""The happenings of a day as commands, one after the other."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.demo.services.replay.ground import Ground, Replayed
from apps.demo.services.replay.happenings import Happening, of_day
from apps.demo.services.replay.rail import Rail
from apps.demo.services.replay.road import Road
from apps.demo.services.replay.sea import Sea
from apps.demo.services.traffic.carriers import moment
from apps.network.models import Terminal
from apps.yard.models import WorkOrder
from terminal.errors import Refused
from terminal.traffic import World
from terminal.traffic.flows import SHIP, TRAIN, TRUCK_IN, TRUCK_OUT

Progress = Callable[[str], object]


def replay(
    world: World, terminal: Terminal, source: str, *, start: datetime, end: datetime, progress: Progress
) -> Replayed:
    """Work everything that really happened from ``start`` until just before ``end`` through the terminal's commands.

    The terminal must stand as its records had it at ``start`` (``traffic.load``). Customs' word and the lifting of
    holds come just before a box leaves, for in truth it left. A command that is refused is counted under its code and
    nothing of it is done.
    """
    before = WorkOrder.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    ground = Ground(world, terminal, source, start, end)
    rail, sea, road = Rail(ground), Sea(ground), Road(ground)
    for each in (rail, sea, road):
        each.begin()
    workers: dict[int, Any] = {TRAIN: rail, SHIP: sea, TRUCK_IN: road, TRUCK_OUT: road}
    for happening in of_day(world, int(start.timestamp()), int(end.timestamp())):
        _work(workers[happening.kind], happening, ground.done)
        progress(happening.what.name.lower())
    new = WorkOrder.objects.filter(terminal=terminal, pk__gt=before, state="done")
    ground.done.orders.update(new.values_list("kind", flat=True))
    return ground.done


def _work(worker: Rail | Sea | Road, each: Happening, done: Replayed) -> None:
    what = each.what.name.lower()
    try:
        with transaction.atomic():
            getattr(worker, what)(each, moment(each.at))
    except Refused as refusal:
        done.refused[f"{what}: {refusal.code()}"] += 1
    else:
        done.happened[what] += 1
