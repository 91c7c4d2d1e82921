"""What a forecast may know of a generated world: its records at a moment, never its truth."""

from typing import Any

import numpy as np

from terminal.forecasting.known import (
    BARGE,
    NEVER,
    RAIL,
    ROAD,
    SEA,
    Boxes,
    Calls,
    Estimates,
    Known,
    Spells,
    Trucks,
    level,
)
from terminal.traffic import World
from terminal.traffic.flows import SHIP, TRAIN
from terminal.traffic.parameters import LINES, SERVICES
from terminal.traffic.records import LINE_CODES, Records
from terminal.traffic.stocks import train_places, yard_teu
from terminal.traffic.warehouse import half_day

NAMES = [*(each.code for each in SERVICES), *LINE_CODES]
WAYS = np.array([RAIL, SEA, ROAD, ROAD])


def known(world: World, until: int) -> Known:
    """The records of ``world`` at ``until``, as a forecast takes them."""
    records = Records(world, until)
    trains, ships = records.trains, records.ships
    return Known(
        start=world.start,
        now=until,
        zone=world.order.zone,
        lines=NAMES,
        boxes=_boxes(world, records, until),
        calls=_calls(world, records, until),
        estimates=_estimates(world, trains, ships, until),
        trucks=_trucks(world, records, until),
        bookings=_bookings(world, until),
        declarations=_declarations(world, until),
        zones=[code for code, _area in world.scenario.site.zones],
        zones_m2=[area for _code, area in world.scenario.site.zones],
        offices=["one", "two"],
        places=len(world.scenario.site.tracks),
    )


def _cut(moments: Any, until: int) -> Any:
    return np.where(moments <= until, moments, NEVER)


def _ways(kinds: Any, carriers: Any, world: World) -> Any:
    ways = np.where(kinds >= 0, WAYS[np.maximum(kinds, 0)], -1)
    barge = (kinds == SHIP) & (world.ships.line[np.where(kinds == SHIP, carriers, 0)] == len(LINES))
    return np.where(barge, BARGE, ways)


def _boxes(world: World, records: Records, until: int) -> Boxes:
    boxes, told = world.boxes, world.told
    mine = np.concatenate((records.stays, records.expected))
    mine = mine[np.argsort(mine)]
    came, went = _cut(told.came[mine], until), _cut(told.went[mine], until)
    here, gone = came < NEVER, went < NEVER
    place = _places(records)
    by, on = boxes.by[mine], np.where(gone, boxes.on[mine], -1)
    goes = np.where(gone, _ways(boxes.on_kind[mine], np.maximum(on, 0), world), -1)
    bound = _bounds(records, mine)
    return Boxes(
        teu=boxes.teu_100[mine] / 100,
        advised=np.where(boxes.advised[mine] < boxes.in_at[mine], boxes.advised[mine], came),
        came=came,
        in_at=np.where(here, boxes.in_at[mine], NEVER),
        went=went,
        out_at=np.where(gone, boxes.out_at[mine], NEVER),
        comes=_ways(boxes.by_kind[mine], by, world),
        goes=goes,
        by=place(boxes.by_kind[mine], by),
        on=place(np.where(gone, boxes.on_kind[mine], -1), on),
        bound=bound,
    )


def _bounds(records: Records, mine: Any) -> Any:
    names = records.destinations(mine)
    every = {"": 0} | {name: at + 1 for at, name in enumerate(sorted(set(names) - {""}))}
    return np.array([every[name] for name in names], dtype=np.int64)


def _places(records: Records) -> Any:
    train = np.full(len(records.world.trains), -1)
    train[records.trains] = np.arange(len(records.trains))
    ship = np.full(len(records.world.ships), -1)
    ship[records.ships] = len(records.trains) + np.arange(len(records.ships))

    def place(kinds: Any, carriers: Any) -> Any:
        found = np.full(len(kinds), -1)
        for kind, table in ((TRAIN, train), (SHIP, ship)):
            chosen = kinds == kind
            found[chosen] = table[carriers[chosen]]
        return found

    return place


def _calls(world: World, records: Records, until: int) -> Calls:
    trains, ships, stood = world.trains, world.ships, world.stood
    mine, theirs = records.trains, records.ships
    barge = ships.line[theirs] == len(LINES)
    both = lambda one, other: np.concatenate((one[mine], other[theirs]))  # noqa: E731
    never = np.full(len(ships), NEVER)
    return Calls(
        way=np.concatenate((np.full(len(mine), RAIL), np.where(barge, BARGE, SEA))),
        line=np.concatenate((trains.service[mine], len(SERVICES) + ships.line[theirs])),
        announced=both(trains.announced, ships.announced),
        planned=both(trains.planned_arrival, ships.planned_arrival),
        arrived=_cut(both(stood.arrived, ships.arrived), until),
        departed=_cut(both(stood.departed, ships.departed), until),
        cancelled=_cut(both(trains.cancelled, never), until),
        names=[""] * (len(mine) + len(theirs)),
    )


def _estimates(world: World, trains: Any, ships: Any, until: int) -> Estimates:
    parts = []
    for said, chosen, many, first in (
        (world.train_estimates, trains, len(world.trains), 0),
        (world.ship_estimates, ships, len(world.ships), len(trains)),
    ):
        table = np.full(many, -1)
        table[chosen] = first + np.arange(len(chosen))
        mine = (said.told <= until) & (said.departure == 0) & (table[said.carrier] >= 0)
        parts.append((table[said.carrier[mine]], said.told[mine], said.says[mine]))
    call, told, says = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((told, call))
    return Estimates(call[order], told[order], says[order])


def _trucks(world: World, records: Records, until: int) -> Trucks:
    parts = []
    for trucks, chosen, fetches in (
        (world.bringing, records.bringing, False),
        (world.fetching, records.fetching, True),
    ):
        missed = trucks.missed[chosen] < NEVER
        told = trucks.announced[chosen]
        parts.append((told, np.where(missed, trucks.missed[chosen], trucks.slot[chosen]), np.full(len(chosen), fetches),
                      np.where(missed, _cut(trucks.missed[chosen] + 7200, until), NEVER)))  # fmt: skip
        again = np.maximum(told, trucks.missed[chosen] + 3 * 3600)[missed]
        slot = trucks.slot[chosen][missed]
        keep = again <= until
        parts.append((again[keep], slot[keep], np.full(int(keep.sum()), fetches), np.full(int(keep.sum()), NEVER)))
    return Trucks(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _bookings(world: World, until: int) -> Spells:
    """Area by half-days, as the counters have it."""
    said = world.bookings
    holds = ((said.confirmed < NEVER) | (said.expired < NEVER) & (said.waits == 0)) & (said.requested <= until)
    mine = np.flatnonzero(holds & (said.end >= world.start))
    edges = np.sort(np.concatenate((world.days.midnights[:-1], world.days.noons)))
    since = edges[half_day(said.start[mine], world.days)]
    planned = edges[np.minimum(half_day(said.end[mine] - 1, world.days) + 1, len(edges) - 1)]
    over = _cut(said.over[mine], until)
    return Spells(said.area_dm2[mine] / 100, said.requested[mine], since, over, planned, said.zone[mine])


def _declarations(world: World, until: int) -> Spells:
    said = world.declarations
    mine = np.flatnonzero((said.submitted <= until) & (said.released >= world.start))
    submitted = said.submitted[mine]
    never = np.full(len(mine), NEVER)
    return Spells(np.ones(len(mine)), submitted, submitted, _cut(said.released[mine], until), never, said.office[mine])


def truth(world: World, metric: str, at: Any) -> Any:
    """What really was at each moment, as a reading of the moment would have shown it."""
    if metric == "yard_teu":
        return yard_teu(world, at)
    if metric == "train_places":
        return train_places(world, at)
    if metric == "customs_queue":
        said = world.declarations
        return level(said.submitted, said.released, np.ones(len(said)), at)
    held = _bookings(world, int(NEVER) - 1)
    return level(held.since, held.ends, held.size, at)
