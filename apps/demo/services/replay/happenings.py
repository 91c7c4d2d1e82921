"""What really happened on a generated day, in order: carriers that come and go, boxes that come off and go on."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from terminal.traffic import World
from terminal.traffic.flows import SHIP, TRAIN, TRUCK_IN, TRUCK_OUT
from terminal.traffic.moments import HOUR, NEVER, Moments, Numbers
from terminal.traffic.road import Trucks

MINUTE: Final = 60
BRAKE_TEST: Final = 35 * MINUTE


class What(IntEnum):
    """Kinds of happenings, in the order in which those of one moment are worked."""

    BOOKED = 0
    ARRIVES = 1
    WORK_BEGINS = 2
    BOX_COMES = 3
    BOX_CROSSES = 4
    BOX_GOES = 5
    READY = 6
    DEPARTS = 7


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
    that does not. A box whose ship and train are worked at the same time goes straight across (``crossings``). A truck
    that was announced before ``start`` is booked then.
    """
    straight = crossings(world, start, end)
    across = [Happening(at, What.BOX_CROSSES, SHIP, int(world.boxes.by[stay]), stay) for stay, at in straight.items()]
    found = [
        *_carriers(world),
        *_bookings(world, start),
        *(each for each in _boxes(world) if each.stay not in straight),
    ]
    return sorted([*(each for each in found if start <= each.at < end), *across])


def crossings(world: World, start: int, end: int) -> dict[int, int]:
    """Boxes that come by ship and leave by train while both are worked, and when they go straight across.

    Such a box waits on board for the train where that comes later, and leaves the yard, which it never touches, out.
    """
    boxes = world.boxes
    between = np.flatnonzero((boxes.by_kind == SHIP) & (boxes.on_kind == TRAIN) & (boxes.in_at >= start))
    found = {}
    for stay in between.tolist():
        (_berthed, sails), (stands, _leaves) = (worked(world, *each) for each in _both(world, stay))
        at = max(int(boxes.in_at[stay]), stands)
        if at <= sails and at < end:
            found[stay] = at
    return found


def _both(world: World, stay: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (SHIP, int(world.boxes.by[stay])), (TRAIN, int(world.boxes.on[stay]))


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


def _bookings(world: World, start: int) -> Iterator[Happening]:
    for kind in (TRUCK_IN, TRUCK_OUT):
        trucks = trucks_of(world, kind)
        for number in np.flatnonzero((trucks.arrived >= start) & (trucks.arrived < NEVER)).tolist():
            yield Happening(max(int(trucks.announced[number]), start), What.BOOKED, kind, number)


def _boxes(world: World) -> Iterator[Happening]:
    boxes = world.boxes
    ways: list[tuple[What, Moments, Numbers, Numbers]] = [
        (What.BOX_COMES, boxes.in_at, boxes.by_kind, boxes.by),
        (What.BOX_GOES, boxes.out_at, boxes.on_kind, boxes.on),
    ]
    for what, times, kinds, numbers in ways:
        for stay in np.flatnonzero(times < NEVER).tolist():
            kind, number = int(kinds[stay]), int(numbers[stay])
            first, last = worked(world, kind, number)
            yield Happening(int(min(max(times[stay], first), last)), what, kind, number, stay)


def worked(world: World, kind: int, number: int) -> tuple[int, int]:
    """The first and the last second in which a carrier is worked."""
    if kind == TRAIN:
        return int(world.stood.arrived[number]) + 2, int(world.stood.departed[number]) - BRAKE_TEST - 1
    if kind == SHIP:
        return int(world.ships.arrived[number]) + 2, int(world.ships.departed[number]) - HOUR // 2 - 1
    trucks = trucks_of(world, kind)
    return int(trucks.arrived[number]) + 2, int(trucks.departed[number]) - 2


def trucks_of(world: World, kind: int) -> Trucks:
    """The trucks that bring, or those that fetch."""
    return world.bringing if kind == TRUCK_IN else world.fetching
