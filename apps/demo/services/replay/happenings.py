"""What really happened on a generated day, in order: carriers that come and go, boxes that come off and go on."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from terminal.traffic import World
from terminal.traffic.flows import SHIP, TRAIN, TRUCK_IN, TRUCK_OUT
from terminal.traffic.moments import HOUR, NEVER, Moments, Numbers

MINUTE = 60
BRAKE_TEST = 35 * MINUTE


class What(IntEnum):
    """Kinds of happenings, in the order in which those of one moment are worked."""

    ARRIVES = 0
    WORK_BEGINS = 1
    BOX_COMES = 2
    BOX_GOES = 3
    READY = 4
    DEPARTS = 5


@dataclass(frozen=True, order=True, slots=True)
class Happening:
    """Something that happened at ``at`` (seconds) to carrier ``number`` of ``kind``; ``stay``: the box, or -1."""

    at: int
    what: What
    kind: int
    number: int
    stay: int = -1


def of_day(world: World, start: int, end: int) -> list[Happening]:
    """Everything that happened in ``start`` ≤ time < ``end``, in order.

    A box comes off or goes on while its carrier is worked; where the generated moment lies outside, it is the nearest
    that does not.
    """
    found = [each for each in (*_carriers(world), *_boxes(world)) if start <= each.at < end]
    return sorted(found)


def _carriers(world: World) -> Iterator[Happening]:
    times = [
        (TRAIN, world.stood.arrived, world.stood.departed, BRAKE_TEST),
        (SHIP, world.ships.arrived, world.ships.departed, HOUR // 2),
        (TRUCK_IN, world.bringing.arrived, world.bringing.departed, 1),
        (TRUCK_OUT, world.fetching.arrived, world.fetching.departed, 1),
    ]
    for kind, arrived, departed, before in times:
        for number, (came, left) in enumerate(zip(arrived.tolist(), departed.tolist(), strict=True)):
            if came < NEVER:
                yield Happening(came, What.ARRIVES, kind, number)
                yield Happening(came + 1, What.WORK_BEGINS, kind, number)
            if left < NEVER:
                yield Happening(max(left - before, came + 2), What.READY, kind, number)
                yield Happening(left, What.DEPARTS, kind, number)


def _boxes(world: World) -> Iterator[Happening]:
    boxes = world.boxes
    ways: list[tuple[What, Moments, Numbers, Numbers]] = [
        (What.BOX_COMES, boxes.in_at, boxes.by_kind, boxes.by),
        (What.BOX_GOES, boxes.out_at, boxes.on_kind, boxes.on),
    ]
    for what, times, kinds, numbers in ways:
        for stay in np.flatnonzero(times < NEVER).tolist():
            kind, number = int(kinds[stay]), int(numbers[stay])
            first, last = _worked(world, kind, number)
            yield Happening(int(min(max(times[stay], first), last)), what, kind, number, stay)


def _worked(world: World, kind: int, number: int) -> tuple[int, int]:
    """The first and the last second in which a carrier is worked."""
    if kind == TRAIN:
        return int(world.stood.arrived[number]) + 2, int(world.stood.departed[number]) - BRAKE_TEST - 1
    if kind == SHIP:
        return int(world.ships.arrived[number]) + 2, int(world.ships.departed[number]) - HOUR // 2 - 1
    trucks = world.bringing if kind == TRUCK_IN else world.fetching
    return int(trucks.arrived[number]) + 2, int(trucks.departed[number]) - 2
