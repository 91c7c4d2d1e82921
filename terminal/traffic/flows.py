"""From carriers to stays: the boxes that each train, ship and truck brings."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from terminal.traffic import road
from terminal.traffic.boxes import (
    OUT_OF_FLOW,
    TEU_100,
    Brought,
    bring,
)
from terminal.traffic.moments import HOUR, NEVER, Days, Flags, Floats, Moments, Numbers, ranks
from terminal.traffic.parameters import FLOWS, LINES, Scenario
from terminal.traffic.rail import TURN, Trains
from terminal.traffic.sea import BARGE, Ships
from terminal.traffic.streams import Streams
from terminal.traffic.tracks import Stays as TrackStays

TRAIN, SHIP, TRUCK_IN, TRUCK_OUT = range(4)
"""What a carrier's number counts: the trains, the ships and barges, the trucks that bring, the trucks that fetch."""
LOADED_FROM: Final = 1.2
"""Hours between a train's arrival and its first lift. It is tested for three quarters of an hour before it goes."""


@dataclass
class Boxes:
    """One element a stay, by ``in_at``. ``by`` and ``on`` are the numbers of its carriers; ``on`` -1: it found none.

    ``way`` is the train service or line it leaves by (or came by, where it leaves by road), ``released`` when customs
    let it go (0: it needs nothing), ``held`` and ``lifted`` a hold of the terminal or the carrier, ``ready`` when it
    could go at the earliest.
    """

    by_kind: Numbers
    by: Numbers
    flow: Numbers
    kind: Numbers
    size: Numbers
    gross_kg: Numbers
    way: Numbers
    place: Numbers
    advised: Moments
    in_at: Moments
    declaration: Numbers
    released: Moments
    held: Moments
    lifted: Moments
    ready: Moments
    on_kind: Numbers
    on: Numbers
    out_at: Moments

    def __len__(self) -> int:
        return len(self.flow)

    @property
    def teu_100(self) -> Numbers:
        """TEU in hundredths."""
        teu: Numbers = TEU_100[self.size]
        return teu

    @property
    def out(self) -> Numbers:
        """How each leaves: ``RAIL_OUT`` and so on."""
        way: Numbers = OUT_OF_FLOW[self.flow]
        return way

    def take(self, chosen: Numbers | Flags) -> "Boxes":
        """Some of them, in that order."""
        return Boxes(*(getattr(self, each.name)[chosen] for each in fields(self)))


def share(prefix: str) -> float:
    """The share of TEU that comes by a mode."""
    return sum(flow[0] for name, flow in FLOWS.items() if name.startswith(f"{prefix}-"))


def arrive(
    days: Days,
    window: slice,
    weights: Floats,
    teu_per_day: float,
    trains: Trains,
    brought: Brought,
    stood: TrackStays,
    ships: Ships,
    scenario: Scenario,
    streams: Streams,
) -> Boxes:
    """Every box that comes. What the trains do not bring in the window, ships and trucks do: so the sum is right."""
    start, end = int(days.midnights[window.start]), int(days.midnights[window.stop])
    by_rail = _from_trains(trains, brought, stood)
    inside = (by_rail.in_at >= start) & (by_rail.in_at < end)
    wanted = 100 * teu_per_day * (window.stop - window.start)
    rest = max(wanted - float(by_rail.teu_100[inside].sum()), 0.3 * wanted * (1 - share("rail")))
    parts = [by_rail]
    for mode in ("sea", "barge"):
        part = rest * share(mode) / (1 - share("rail"))
        parts.append(_from_ships(mode, ships, part, (start, end), scenario, streams))
    part = rest * share("road") / (1 - share("rail"))
    parts.append(_by_truck(days, window, weights, part, scenario, streams))
    boxes = Boxes(*(np.concatenate([getattr(each, field.name) for each in parts]) for field in fields(Boxes)))
    return boxes.take(np.lexsort((np.arange(len(boxes)), boxes.in_at)))


def _from_trains(trains: Trains, brought: Brought, stood: TrackStays) -> Boxes:
    first = stood.arrived + int(LOADED_FROM * HOUR)
    last = np.where(trains.kind == TURN, (stood.arrived + stood.departed) // 2, stood.departed - HOUR)
    return _boxes(TRAIN, brought, _lifted(brought.carrier, first, last))


def _from_ships(
    mode: str, ships: Ships, wanted_100: float, window: tuple[int, int], scenario: Scenario, streams: Streams
) -> Boxes:
    mine = (ships.line == BARGE) == (mode == "barge")
    shares = np.array([*(line.share / len(line.weekdays) for line in LINES), 1.0])
    loads = np.where(mine, shares[ships.line] * ships.size, 0.0)
    inside = mine & (ships.arrived >= window[0]) & (ships.arrived < window[1])
    loads = np.rint(loads * wanted_100 / max(loads[inside].sum(), loads.sum() / 40, 1e-9)).astype(np.int64)
    brought = bring(mode, loads, scenario.boxes, streams[f"{mode}-boxes"])
    first = ships.arrived + HOUR
    return _boxes(SHIP, brought, _lifted(brought.carrier, first, (ships.arrived * 2 + ships.departed * 3) // 5))


def _by_truck(
    days: Days, window: slice, weights: Floats, wanted_100: float, scenario: Scenario, streams: Streams
) -> Boxes:
    stream = streams["trucks-in"]
    loads = weights * np.array(scenario.road.weekdays)[days.weekdays]
    loads = np.rint(loads * wanted_100 / loads[window].sum()).astype(np.int64)
    brought = bring("road", loads, scenario.boxes, streams["road-boxes"])
    at = days.midnights[brought.carrier] + road.hours(len(brought), scenario.road, stream)
    brought.carrier, at = road.shared(at, brought.size, scenario.road, stream)
    return _boxes(TRUCK_IN, brought, at)


def _lifted(carrier: Numbers, first: Moments, last: Moments) -> Moments:
    """One box after the other from the carrier's first moment to its last."""
    many = np.bincount(carrier, minlength=len(first))[carrier]
    step = (ranks(carrier) + 1) / (many + 1)
    begin, end = first[carrier], np.maximum(last[carrier], first[carrier] + 60)
    moments: Moments = begin + ((end - begin) * step).astype(np.int64)
    return moments


def _boxes(kind: int, brought: Brought, in_at: Moments) -> Boxes:
    many = len(brought)
    nothing, never = np.zeros(many, dtype=np.int64), np.full(many, NEVER)
    return Boxes(
        by_kind=np.full(many, kind),
        by=brought.carrier,
        flow=brought.flow,
        kind=brought.kind,
        size=brought.size,
        gross_kg=brought.gross_kg,
        way=nothing.copy(),
        place=nothing.copy(),
        advised=in_at.copy(),
        in_at=in_at,
        declaration=np.full(many, -1),
        released=nothing.copy(),
        held=never.copy(),
        lifted=never.copy(),
        ready=in_at.copy(),
        on_kind=np.full(many, -1),
        on=np.full(many, -1),
        out_at=never.copy(),
    )
