"""A whole world of traffic from one order: what really happened, and what was told of it at each moment."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from terminal.errors import Malformed, gettext_noop
from terminal.traffic import boxes as kinds
from terminal.traffic import estimates, faults, flows, leaving, rail, road, sea, season, tracks, warehouse
from terminal.traffic.customs import Declarations
from terminal.traffic.estimates import Estimates
from terminal.traffic.faults import Moves, Told
from terminal.traffic.flows import Boxes
from terminal.traffic.incidents import Incidents, incidents
from terminal.traffic.moments import Days, Floats, Moments, Numbers, seconds
from terminal.traffic.parameters import SCENARIOS, Scenario
from terminal.traffic.rail import Trains
from terminal.traffic.road import Trucks
from terminal.traffic.sea import Ships
from terminal.traffic.streams import Stream, Streams
from terminal.traffic.warehouse import Bookings

BEFORE: Final = 56
"""Days generated before the window, so that it begins in full swing."""
AFTER: Final = 35
"""Days generated after it, so that everything that stands at its end has somewhere to go."""
AHEAD: Final = 14
"""Days after the window whose plans belong to it: the timetable's reach."""
MOST_DAYS: Final = 10_958
"""Thirty years: after that the owners run out of numbers."""
YEARS: Final = range(1990, 2090)
LEAST_TEU, MOST_TEU = 10_000, 600_000
"""TEU a year. Four tracks pass no more, however hurried."""
CLOSE: Final = 0.015
TRIES: Final = 4
"""How near to the order the mean day has to be, and how many worlds are made for it; the nearest is taken."""
OUTBOUND_BOXES: Final = 57
"""What a train is expected to take, for the length of its stay."""
SITE_ZONE: Final = ZoneInfo("Asia/Shanghai")


class UnknownScenario(Malformed):
    """A scenario of no name here."""

    message = gettext_noop("“%(name)s” is no scenario; there are: %(known)s.")


class NotThatMuchTraffic(Malformed):
    """An order for no days, no traffic, or more than the generator's arithmetic holds."""

    message = gettext_noop(
        "Ask for 1 to %(most)s days between 1990 and 2089 and %(least_teu)s to %(most_teu)s TEU a year, "
        "not for %(days)s days from %(start)s and %(teu)s TEU."
    )


@dataclass(frozen=True)
class Order:
    """What is wanted: ``days`` site days from ``start`` at a rate of ``teu_per_year`` (in and out, each box once).

    The same order, the same world, to the second. Refuses ``UnknownScenario`` and ``NotThatMuchTraffic``.
    """

    start: date
    days: int
    seed: int = 1
    scenario: str = "normal"
    teu_per_year: int = 0
    """0: as the scenario has it."""
    zone: ZoneInfo = SITE_ZONE

    def __post_init__(self) -> None:
        if self.scenario not in SCENARIOS:
            raise UnknownScenario(name=self.scenario, known=", ".join(SCENARIOS))
        if self.teu_per_year == 0:
            object.__setattr__(self, "teu_per_year", SCENARIOS[self.scenario].teu_per_year)
        fits = 0 < self.days <= MOST_DAYS and LEAST_TEU <= self.teu_per_year <= MOST_TEU
        if not (fits and self.start.year in YEARS and self.start.year + self.days // 365 in YEARS):
            raise NotThatMuchTraffic(
                most=MOST_DAYS,
                least_teu=LEAST_TEU,
                most_teu=MOST_TEU,
                days=self.days,
                start=self.start.isoformat(),
                teu=self.teu_per_year,
            )

    @property
    def name(self) -> str:
        """In one word, for files and sources: ``normal-410000-seed1-2026-08-28-90d``."""
        zone = "" if self.zone == SITE_ZONE else f"-{str(self.zone).replace('/', '.')}"
        return f"{self.scenario}-{self.teu_per_year}-seed{self.seed}-{self.start}-{self.days}d{zone}"


@dataclass(frozen=True)
class World:
    """What an order became. Everything but ``told``, ``estimates`` and ``consist`` is the truth.

    ``days`` are all days that were generated, ``window`` the ordered ones among them. ``number`` gives each stay's box,
    a place in ``fleet``. ``consist`` is when each train's consist came. ``bringing`` and ``fetching`` are trucks.
    """

    order: Order
    scenario: Scenario
    days: Days
    window: slice
    incidents: Incidents
    trains: Trains
    stood: tracks.Stays
    ships: Ships
    boxes: Boxes
    number: Numbers
    fleet: list[str]
    bringing: Trucks
    fetching: Trucks
    declarations: Declarations
    bookings: Bookings
    moves: Moves
    consist: Moments
    told: Told
    train_estimates: Estimates
    ship_estimates: Estimates

    @property
    def start(self) -> int:
        """The first second of the window."""
        return int(self.days.midnights[self.window.start])

    @property
    def end(self) -> int:
        """The first second after it."""
        return int(self.days.midnights[self.window.stop])


def generate(order: Order) -> World:
    """Make the world of an order. A year takes a few seconds and some 300 MB.

    A short window that begins or ends with the yard unusually full moves more or less than was asked; it is made again
    with as much less or more coming in. The mean day is right to some per cent from three days up; a single day is what
    its trains and ships make of it.
    """
    best, miss, factor = None, np.inf, 1.0
    for _again in range(TRIES):
        world = _made(order, factor)
        moved = throughput_teu_per_day(world) * 365 / order.teu_per_year
        if best is None or abs(moved - 1) < miss:
            best, miss = world, abs(moved - 1)
        if miss < CLOSE:
            break
        factor = float(np.clip(factor * (1 + 0.9 * (1 - moved)), 0.4, 1.8))
    assert best is not None
    return best


def throughput_teu_per_day(world: World) -> float:
    """(TEU in + TEU out) ÷ 2 of the mean day of the window."""
    boxes = world.boxes
    inside = sum(((at >= world.start) & (at < world.end)).astype(np.int64) for at in (boxes.in_at, boxes.out_at))
    return float((boxes.teu_100 * inside).sum()) / 200 / world.order.days


def _made(order: Order, factor: float) -> World:
    """A world in which ``factor`` times the order comes in."""
    scenario, streams = SCENARIOS[order.scenario], Streams(order.seed)
    first = date.fromordinal(order.start.toordinal() - BEFORE)
    days = Days.of(first, BEFORE + order.days + AFTER, order.zone)
    window = slice(BEFORE, BEFORE + order.days)
    weights = season.weights(days, window, scenario, streams["season"])
    wrong = incidents(days, window, scenario, streams)
    trains = rail.timetable(days, weights, order.teu_per_year, scenario, wrong, streams)
    brought = _loads(trains, scenario, streams)
    lifts = np.bincount(brought.carrier, minlength=len(trains)) + np.where(trains.takes, OUTBOUND_BOXES, 0)
    stood = tracks.stand(trains, lifts, wrong.cranes, scenario, streams["stays"])
    ships = sea.calls(days, weights, scenario, wrong, streams)
    boxes = flows.arrive(
        days, window, weights, factor * order.teu_per_year / 365, trains, brought, stood, ships, scenario, streams
    )  # fmt: skip
    consist = leaving.advise(boxes, trains, stood, ships, scenario, streams)
    leaving.direct(boxes, streams)
    declarations = leaving.clear(boxes, days, scenario, wrong, streams)
    leaving.leave(boxes, days, trains, stood, ships, scenario, streams)
    number = kinds.numbers(boxes.size, boxes.in_at, boxes.out_at, scenario.boxes, streams["numbers"])
    return World(
        order=order,
        scenario=scenario,
        days=days,
        window=window,
        incidents=wrong,
        trains=trains,
        stood=stood,
        ships=ships,
        boxes=boxes,
        number=number,
        fleet=kinds.fleet(int(number.max(initial=-1)) + 1, scenario.boxes, streams["fleet"]),
        bringing=_trucks(boxes, flows.TRUCK_IN, days, scenario, streams["bringing"]),
        fetching=_trucks(boxes, flows.TRUCK_OUT, days, scenario, streams["fetching"]),
        declarations=declarations,
        bookings=_bookings(
            boxes, days, weights * order.teu_per_year / scenario.site.rated_teu_per_year, scenario, streams
        ),
        moves=faults.rehandles(boxes, scenario.faults, streams["rehandles"]),
        consist=consist,
        told=faults.report(boxes, scenario.faults, streams),
        train_estimates=estimates.of_trains(trains, stood, scenario, streams),
        ship_estimates=estimates.of_ships(ships, wrong.port, scenario, streams),
    )


def _loads(trains: Trains, scenario: Scenario, streams: Streams) -> kinds.Brought:
    stream, by_rail = streams["train-loads"], scenario.rail
    teu = np.minimum(by_rail.load_teu + by_rail.load_sd * stream.normal(len(trains)), by_rail.max_teu - 1)
    loads = np.where(trains.brings, np.rint(np.maximum(teu, 40) * 100), 0).astype(np.int64)
    return kinds.bring("rail", loads, scenario.boxes, streams["rail-boxes"], max_t=by_rail.max_t)


def _bookings(boxes: Boxes, days: Days, demand: Floats, scenario: Scenario, streams: Streams) -> Bookings:
    fetched = np.flatnonzero((boxes.out == kinds.ROAD_OUT) & (boxes.kind > 0))
    return warehouse.book(days, demand, scenario, (fetched, boxes.ready[fetched], boxes.out_at[fetched]), streams)


def _trucks(boxes: Boxes, kind: int, days: Days, scenario: Scenario, stream: Stream) -> Trucks:
    """Trucks that bring are announced with their boxes, those that fetch by appointment once the box may go."""
    if kind == flows.TRUCK_IN:
        mine = np.flatnonzero(boxes.by_kind == kind)
        return road.trucks(boxes.by[mine], boxes.in_at[mine], boxes.advised[mine], days, scenario.road, stream)
    mine = np.flatnonzero(boxes.on_kind == kind)
    notice = seconds(stream.uniform(*scenario.road.appointment_h, len(mine)))
    asked = np.maximum(boxes.out_at[mine] - notice, boxes.ready[mine] + 60)
    return road.trucks(boxes.on[mine], boxes.out_at[mine], asked, days, scenario.road, stream)
