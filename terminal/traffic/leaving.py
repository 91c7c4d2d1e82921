"""What each box waits for, and what it leaves by: papers, customs, holds, a plan, a train or ship with room."""

import numpy as np

from terminal.traffic import customs, road
from terminal.traffic.boxes import BARGE_OUT, RAIL_OUT, ROAD_OUT, SEA_OUT
from terminal.traffic.customs import Declarations
from terminal.traffic.departures import Carriers, Waiting, embark
from terminal.traffic.flows import LOADED_FROM, SHIP, TRAIN, TRUCK_IN, TRUCK_OUT, Boxes
from terminal.traffic.incidents import Incidents
from terminal.traffic.moments import HOUR, NEVER, Days, Flags, Moments, Numbers, seconds
from terminal.traffic.parameters import LINES, SERVICES, Scenario
from terminal.traffic.rail import TURN, Trains
from terminal.traffic.sea import BARGE, Ships
from terminal.traffic.streams import Streams
from terminal.traffic.tracks import Stays as TrackStays


def advise(
    boxes: Boxes, trains: Trains, stood: TrackStays, ships: Ships, scenario: Scenario, streams: Streams
) -> Moments:
    """When each box was announced; the result is when each train's consist came (``NEVER``: it is missing).

    A box of a train is known by its consist, which comes in the day after the border; of a ship by its manifest, some
    time before the planned arrival; of a truck by its appointment; some by nothing.
    """
    stream, many = streams["advice"], len(boxes)
    consist = np.minimum(trains.passed + seconds(stream.uniform(2, 30, len(trains))), stood.arrived - HOUR)
    consist = np.where(stream.happens(scenario.faults.missing_consist, len(trains)), NEVER, consist)
    consist = np.where(trains.brings, consist, NEVER)
    manifest = np.minimum(ships.planned_arrival - seconds(stream.uniform(14, 50, len(ships))), ships.arrived - HOUR)
    trucks = boxes.in_at - seconds(stream.uniform(*scenario.road.appointment_h, many))
    advised = trucks
    for kind, known in ((TRAIN, consist), (SHIP, manifest)):
        mine = boxes.by_kind == kind
        advised[mine] = known[boxes.by[mine]]
    unannounced = stream.happens(scenario.faults.unannounced, many)
    boxes.advised = np.where(unannounced, boxes.in_at, np.minimum(advised, boxes.in_at))
    return consist


def direct(boxes: Boxes, streams: Streams) -> None:
    """Which service or line each box leaves by, and to which of its places."""
    stream, many = streams["directions"], len(boxes)
    service = stream.pick([each.share for each in SERVICES], many)
    line = stream.pick([each.share for each in LINES], many)
    boxes.way = np.select([boxes.out == RAIL_OUT, boxes.out == SEA_OUT], [service, line], 0)
    ends = np.select(
        [boxes.out == RAIL_OUT, boxes.out == SEA_OUT],
        [
            np.array([len(each.destinations) for each in SERVICES])[service],
            np.array([len(each.destinations) for each in LINES])[line],
        ],
        1,
    )
    boxes.place = np.minimum((stream.draw.random(many) ** 1.7 * ends).astype(np.int64), ends - 1)


def clear(boxes: Boxes, days: Days, scenario: Scenario, incidents: Incidents, streams: Streams) -> Declarations:
    """Customs' word and the holds: from when on each box may go."""
    laden = boxes.kind > 0
    carrier = np.where(boxes.by_kind == TRUCK_IN, np.arange(len(boxes)) + 10**8, boxes.by_kind * 10**9 + boxes.by)
    boxes.declaration, declarations = customs.declare(
        laden, boxes.flow, carrier, boxes.kind, boxes.way, boxes.advised, boxes.in_at,
        days, scenario.customs, incidents.customs, streams,
    )  # fmt: skip
    declared = boxes.declaration >= 0
    boxes.released[declared] = declarations.released[boxes.declaration[declared]]
    stream = streams["holds"]
    held = stream.happens(scenario.faults.held, len(boxes))
    placed = boxes.in_at + seconds(stream.uniform(0.2, 20, len(boxes)))
    lifted = placed + stream.hours(scenario.faults.hold_median_h, 0.8, len(boxes))
    boxes.held, boxes.lifted = np.where(held, placed, NEVER), np.where(held, lifted, NEVER)
    return declarations


def leave(
    boxes: Boxes, days: Days, trains: Trains, stood: TrackStays, ships: Ships, scenario: Scenario, streams: Streams
) -> None:
    """What each box leaves by, and when."""
    dwell, stream = scenario.dwell, streams["plans"]
    free = np.maximum(boxes.in_at + int(dwell.handling_h * HOUR), boxes.released)
    free = np.maximum(free, np.where(boxes.lifted < NEVER, boxes.lifted, 0))
    laden = boxes.kind > 0
    median = dwell.plan_median_h * np.where(laden, 1.0, dwell.empty_factor)
    plan = boxes.in_at + stream.hours(median, dwell.plan_sigma, len(boxes))
    boxes.ready = np.where(boxes.out == ROAD_OUT, free, np.maximum(free, plan))
    for number in range(len(SERVICES)):
        mine = np.flatnonzero((boxes.out == RAIL_OUT) & (boxes.way == number))
        _embark(boxes, free, mine, TRAIN, _loading(trains, stood, number, scenario))
    for number in range(len(LINES)):
        mine = np.flatnonzero((boxes.out == SEA_OUT) & (boxes.way == number))
        _embark(boxes, free, mine, SHIP, _sailing(boxes, mine, ships, number, scenario))
    mine = np.flatnonzero(boxes.out == BARGE_OUT)
    _embark(boxes, free, mine, SHIP, _sailing(boxes, mine, ships, BARGE, scenario))
    _fetch(boxes, days, laden, scenario, streams)


def _embark(boxes: Boxes, free: Moments, mine: Numbers, kind: int, carriers: Carriers) -> None:
    waiting = Waiting(free[mine], boxes.ready[mine], boxes.teu_100[mine], boxes.gross_kg[mine])
    taken, at = embark(waiting, carriers)
    gone = mine[taken >= 0]
    boxes.on_kind[gone], boxes.on[gone], boxes.out_at[gone] = kind, taken[taken >= 0], at[taken >= 0]


def _loading(trains: Trains, stood: TrackStays, service: int, scenario: Scenario) -> Carriers:
    number = np.flatnonzero(trains.takes & (trains.service == service) & (stood.arrived < NEVER))
    begins = stood.arrived[number] + int(LOADED_FROM * HOUR)
    half = (stood.arrived[number] + stood.departed[number]) // 2
    begins = np.where(trains.kind[number] == TURN, half, begins)
    room = trains.wagons[number] * 200
    weight = np.full(len(number), int(scenario.rail.max_t * 1000))
    return Carriers(
        number, begins, begins, stood.departed[number] - HOUR * 3 // 4, room, weight, trains.least_100[number]
    )


def _sailing(boxes: Boxes, mine: Numbers, ships: Ships, line: int, scenario: Scenario) -> Carriers:
    """Ships take what is ready at their cut-off, up to their share of what goes their way, and a reserve."""
    number = np.flatnonzero(ships.line == line)
    begins = (ships.arrived[number] * 3 + ships.departed[number]) // 4
    total = float(boxes.teu_100[mine].sum())
    room = scenario.sea.out_room * total * ships.size[number] / max(ships.size[number].sum(), 1e-9)
    cut_off = int(scenario.sea.cut_off_h * HOUR) if line != BARGE else HOUR
    return Carriers(
        number,
        ships.arrived[number] - cut_off,
        begins,
        ships.departed[number] - HOUR,
        np.rint(room).astype(np.int64) + 300,
        np.full(len(number), 2**50),
        np.zeros(len(number), dtype=np.int64),
    )


def _fetch(boxes: Boxes, days: Days, laden: Flags, scenario: Scenario, streams: Streams) -> None:
    stream = streams["trucks-out"]
    mine = np.flatnonzero(boxes.out == ROAD_OUT)
    at = road.fetched(boxes.ready[mine], boxes.in_at[mine], laden[mine], days, scenario, stream)
    truck, at = road.shared(at, boxes.size[mine], scenario.road, stream)
    boxes.on_kind[mine], boxes.on[mine], boxes.out_at[mine] = TRUCK_OUT, truck, at
