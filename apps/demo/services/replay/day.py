"""The happenings of a day as commands, one after the other."""

from collections import deque
from collections.abc import Callable, Iterator
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


class Shift:
    """Everything that really happened between two moments, worked through the terminal's commands in its order.

    The terminal must stand as its records had it at ``start`` (``traffic.load``). Customs' word and the lifting of
    holds come just before a box leaves, for in truth it left. A command that is refused is counted under its code and
    nothing of it is done.
    """

    def __init__(self, world: World, terminal: Terminal, source: str, *, start: datetime, end: datetime) -> None:
        self._ground = Ground(world, terminal, source, start, end)
        rail, sea, road = Rail(self._ground), Sea(self._ground), Road(self._ground)
        for each in (rail, sea, road):
            each.begin()
        self._workers: dict[int, Any] = {TRAIN: rail, SHIP: sea, TRUCK_IN: road, TRUCK_OUT: road}
        self._waiting = deque(of_day(world, int(start.timestamp()), int(end.timestamp())))

    @property
    def done(self) -> Replayed:
        """What has been done so far."""
        return self._ground.done

    def work(self, until: datetime) -> Iterator[Happening]:
        """Work what happened before ``until`` and was not worked yet; each happening when it is over."""
        before = int(until.timestamp())
        while self._waiting and self._waiting[0].at < before:
            happening = self._waiting.popleft()
            _work(self._workers[happening.kind], happening, self.done)
            yield happening


def replay(
    world: World, terminal: Terminal, source: str, *, start: datetime, end: datetime, progress: Progress
) -> Replayed:
    """Work everything that really happened from ``start`` until just before ``end``: one ``Shift``."""
    before = WorkOrder.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    shift = Shift(world, terminal, source, start=start, end=end)
    for happening in shift.work(end):
        progress(happening.what.name.lower())
    new = WorkOrder.objects.filter(terminal=terminal, pk__gt=before, state="done")
    shift.done.orders.update(new.values_list("kind", flat=True))
    return shift.done


def _work(worker: Rail | Sea | Road, each: Happening, done: Replayed) -> None:
    what = each.what.name.lower()
    try:
        with transaction.atomic():
            getattr(worker, what)(each, moment(each.at))
    except Refused as refusal:
        done.refused[f"{what}: {refusal.code()}"] += 1
    else:
        done.happened[what] += 1
