"""What the railway and the lines say on the way: estimates, published again and again, better as arrival nears.

# Note [An estimate knows no more than its moment]
An estimate follows from where the carrier is when it is published and from the usual times of what lies ahead. A border
not yet passed is hoped to take part of its usual time, a closed port to open soon, a track to become free; so estimates
run late in jumps. A ship's own passage is known better the nearer it is; what the weather will do to it is not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.traffic.incidents import Spans
from terminal.traffic.moments import HOUR, Moments, Numbers, ranks, seconds
from terminal.traffic.parameters import SERVICES, Scenario
from terminal.traffic.rail import EXPORT, TURN, Trains
from terminal.traffic.sea import Ships
from terminal.traffic.streams import Stream, Streams
from terminal.traffic.tracks import Stays

TEN_MINUTES: Final = 600
RAKES_EVERY: Final = 6 * HOUR
SETS_OUT: Final = 6 * HOUR
"""An empty rake is spoken of every six hours, and is on its way for six."""


@dataclass(frozen=True)
class Estimates:
    """One element an estimate: of which carrier, told when, of its departure (else arrival), and the moment it says."""

    carrier: Numbers
    told: Moments
    departure: Numbers
    says: Moments

    def __len__(self) -> int:
        return len(self.carrier)


def of_trains(trains: Trains, stood: Stays, scenario: Scenario, streams: Streams) -> Estimates:
    """Laden trains by the half day on their way, empty rakes in the hours before; departures while they are worked."""
    heard = trains.runs & ~streams["silence"].happens(scenario.rail.silent, len(trains))
    laden = _laden(np.flatnonzero(heard & (trains.kind != EXPORT)), trains, stood, scenario, streams["train-etas"])
    rakes = _rakes(np.flatnonzero(heard & (trains.kind == EXPORT)), trains, stood, streams["rake-etas"])
    return joined([laden, rakes, _leaving(np.flatnonzero(heard), trains, stood, streams["train-etds"])])


def _laden(mine: Numbers, trains: Trains, stood: Stays, scenario: Scenario, stream: Stream) -> Estimates:
    rail = scenario.rail
    every = int(rail.estimate_every_h * HOUR)
    many = np.maximum((stood.arrived[mine] - trains.origin[mine] - 6 * HOUR) // every + 1, 1)
    train = np.repeat(mine, many)
    told = trains.origin[train] + 6 * HOUR + ranks(train) * every + seconds(stream.uniform(-2.5, 2.5, len(train)))
    on_the_way = told < stood.arrived[train] - HOUR // 2
    train, told = train[on_the_way], told[on_the_way]
    legs = np.array([(each.to_border_h, each.inland_h) for each in SERVICES])[trains.service[train]] * HOUR
    hoped = rail.hope * rail.border_mean_h * HOUR
    border, passed, station = trains.border[train], trains.passed[train], trains.station[train]
    gone = (told - trains.origin[train]) / np.maximum(border - trains.origin[train], 1)
    before = told + legs[:, 0] * np.clip(1 - gone, 0.03, 1) + hoped + legs[:, 1]
    inside = told + np.maximum(hoped - 0.5 * (told - border), 4 * HOUR) + legs[:, 1]
    behind = told + legs[:, 1] * np.clip((station - told) / np.maximum(station - passed, 1), 0, 1)
    waits = told + seconds(stream.uniform(0.5, 5, len(train)))
    says = np.select([told < border, told < passed, told < station], [before, inside, behind], waits)
    lead = np.maximum(says - told, HOUR) / HOUR
    noise = rail.estimate_noise_h * np.sqrt(lead / 24) * stream.normal(len(train))
    return _said(train, told, False, says + noise * HOUR)


def _rakes(mine: Numbers, trains: Trains, stood: Stays, stream: Stream) -> Estimates:
    """An empty rake sets out six hours before it comes. Until then its plan is believed, or that it sets out soon."""
    first = np.maximum(trains.planned_arrival[mine] - 24 * HOUR, trains.announced[mine] + HOUR)
    many = np.maximum((stood.arrived[mine] - first) // RAKES_EVERY + 1, 0)
    train = np.repeat(mine, many)
    told = np.repeat(first, many) + ranks(train) * RAKES_EVERY + seconds(stream.uniform(-0.7, 0.7, len(train)))
    coming = (told < stood.arrived[train] - HOUR // 2) & (told > trains.announced[train])
    train, told = train[coming], told[coming]
    station = trains.station[train]
    believed = np.maximum(trains.planned_arrival[train], told + SETS_OUT)
    waits = told + seconds(stream.uniform(0.5, 5, len(train)))
    says = np.select([told < station - SETS_OUT, told < station], [believed, station], waits)
    return _said(train, told, False, says + 0.4 * HOUR * stream.normal(len(train)))


def _leaving(mine: Numbers, trains: Trains, stood: Stays, stream: Stream) -> Estimates:
    """At arrival by the usual stay, and once more five hours later."""
    train = np.repeat(mine, 2)
    again = ranks(train) == 1
    told = stood.arrived[train] + np.where(again, 5 * HOUR, 600)
    usual = stood.arrived[train] + np.where(trains.kind[train] == TURN, 13, 9) * HOUR
    says = usual + np.where(again, 0.8 * HOUR * stream.normal(len(train)), 0)
    here = told < stood.departed[train]
    return _said(train[here], told[here], True, says[here])


def of_ships(ships: Ships, port: Spans, scenario: Scenario, streams: Streams) -> Estimates:
    """From ten days ahead; a ship that is late says so again, one that waits for the weather hopes."""
    sea, stream = scenario.sea, streams["ship-etas"]
    leads = np.array([*sea.estimate_leads_h, *(-12.0 * (each + 1) for each in range(12))])
    ship = np.repeat(np.arange(len(ships)), len(leads))
    lead = np.tile(leads, len(ships))
    told = ships.planned_arrival[ship] - seconds(lead) + seconds(stream.uniform(-1.5, 1.5, len(ship)))
    coming = (told < ships.arrived[ship] - HOUR // 2) & (told > ships.announced[ship])
    ship, told = ship[coming], told[coming]
    natural = ships.natural[ship]
    left = np.maximum(natural - told, HOUR) / HOUR
    says = natural + sea.estimate_noise_h * np.sqrt(left / 24) * HOUR * stream.normal(len(ship))
    shut = port.cover(told)
    hoped = told + 0.6 * sea.closure_mean_h * HOUR
    says = np.where((shut >= 0) & (says < hoped), hoped, says)
    waits = told + seconds(stream.uniform(1, 2 * 0.6 * sea.closure_mean_h, len(ship)))
    return _said(ship, told, False, np.where(told >= natural, waits, says))


def _said(carrier: Numbers, told: Moments, departure: bool, says: object) -> Estimates:
    rounded = np.rint(np.asarray(says) / TEN_MINUTES).astype(np.int64) * TEN_MINUTES
    return Estimates(carrier, told, np.full(len(carrier), int(departure)), np.maximum(rounded, told + TEN_MINUTES))


def joined(parts: list[Estimates]) -> Estimates:
    """All of them, by carrier and moment."""
    carrier, told, departure, says = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("carrier", "told", "departure", "says")
    )
    order = np.lexsort((departure, told, carrier))
    return Estimates(carrier[order], told[order], departure[order], says[order])
