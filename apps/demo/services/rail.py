"""Trains around now, whatever the hour: one that is being discharged and will be late, one that is announced."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count, islice

from apps.calls import services as calls
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains import services as trains
from apps.trains.consist import Consist, ConsistBox, ConsistWagon
from apps.trains.models import TrainService, TrainVisit
from terminal.identifiers import WagonScheme, check_digit

HOUR = timedelta(hours=1)
LIFTS_A_BATCH = 12
OWNERS = ("CSQU", "TCLU", "UACU")
FIRST_SERIAL, FIRST_WAGON = 700_100, 5_241_000
PAIRS = 3
"""Of so many wagons one carries two 20′ boxes, the others one of 40′."""


@dataclass(frozen=True)
class Here:
    """One of the demo's trains: its service, when it comes and leaves (from now), its wagons."""

    service: str
    comes: timedelta
    leaves: timedelta
    wagons: int


BEING_DISCHARGED = Here("X8024", -4 * HOUR, HOUR, 45)
ANNOUNCED = Here("X9044", 3 * HOUR, 12 * HOUR, 50)


def run(terminal: Terminal, *, by: Actor, at: datetime) -> None:
    """Announce both with their papers; the one arrives and is half discharged, the other is said to come later."""
    boxes, wagons = count(FIRST_SERIAL), count(FIRST_WAGON, 7)
    here = _announce(terminal, BEING_DISCHARGED, boxes, wagons, by=by, at=at)
    came = here.call.scheduled_arrival_at or at
    trains.arrive_train(here, by=by, at=came)
    waiting = trains.loads_to_discharge(here)
    for turn in (1, 2, 3):
        batch = list(islice(waiting, (turn - 1) * LIFTS_A_BATCH, turn * LIFTS_A_BATCH))
        trains.discharge(here, batch, by=by, at=came + turn * HOUR)
    to_come = _announce(terminal, ANNOUNCED, boxes, wagons, by=by, at=at)
    expected = at + ANNOUNCED.comes + timedelta(minutes=40)
    calls.change_times(to_come.call, estimated_arrival_at=expected, by=by, at=at - HOUR / 2)


def _announce(
    terminal: Terminal, told: Here, boxes: Iterator[int], wagons: Iterator[int], *, by: Actor, at: datetime
) -> TrainVisit:
    service = TrainService.objects.get(terminal=terminal, code=told.service)
    known = min(at, at + told.comes) - 6 * HOUR
    train = trains.announce_train(
        terminal=terminal,
        number=service.code,
        service=service,
        scheduled_arrival_at=at + told.comes,
        scheduled_departure_at=at + told.leaves,
        by=by,
        at=known - HOUR,
    )
    trains.receive_consist(train, _consist(told.wagons, boxes, wagons), by=by, at=known)
    return train


def _consist(many: int, boxes: Iterator[int], wagons: Iterator[int]) -> Consist:
    return Consist([_wagon(place, next(wagons), boxes) for place in range(1, many + 1)])


def _wagon(place: int, number: int, boxes: Iterator[int]) -> ConsistWagon:
    sizes = ("22G1", "22G1") if place % PAIRS == 0 else ("45G1",)
    loaded = [_box(spot, size, next(boxes)) for spot, size in enumerate(sizes, 1)]
    return ConsistWagon(place, WagonScheme.CN7, str(number), "X70", 22_000, Decimal("13.4"), loaded)


def _box(spot: int, size: str, serial: int) -> ConsistBox:
    body = f"{OWNERS[serial % len(OWNERS)]}{serial}"
    kg = 12_000 + serial * 37 % 11_000
    seals = (f"CR{serial}",)
    return ConsistBox(spot, body + check_digit(body + "0"), size, True, kg, "CNLYG", seals)
