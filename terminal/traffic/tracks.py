"""The access railway: which train stands on which track, from when to when, and who waits before it."""

import heapq
from dataclasses import dataclass

import numpy as np

from terminal.traffic.incidents import Spans
from terminal.traffic.moments import HOUR, NEVER, Moments, Numbers
from terminal.traffic.parameters import Rail, Scenario
from terminal.traffic.rail import Trains
from terminal.traffic.streams import Stream


@dataclass
class Stays:
    """Where and when each train stood: ``NEVER`` and track -1 for one that did not come."""

    arrived: Moments
    departed: Moments
    track: Numbers


def stand(trains: Trains, lifts: Numbers, cranes: Spans, scenario: Scenario, stream: Stream) -> Stays:
    """Give each train, first come first served, the track that is free first; it stays as long as its work takes.

    ``lifts`` is the number of boxes each train is expected to bring and take. While another train waits, the slack of
    a stay shrinks; on a day with a crane down the lifts take half as long again.
    """
    many = len(trains)
    stays = Stays(np.full(many, NEVER), np.full(many, NEVER), np.full(many, -1))
    rail = scenario.rail
    slack = rail.slack_h * np.exp(0.5 * stream.normal(many))
    pace = np.exp(0.12 * stream.normal(many))
    waiting = np.flatnonzero(trains.runs)
    waiting = waiting[np.lexsort((waiting, trains.station[waiting]))]
    broken = cranes.cover(trains.station) >= 0
    free: list[tuple[int, int]] = [(-int(NEVER), track) for track in range(len(scenario.site.tracks))]
    stations = trains.station[waiting]
    for place, train in enumerate(waiting):
        since, track = heapq.heappop(free)
        arrived = max(int(stations[place]), since + int(rail.change_over_min * 60))
        queue = np.searchsorted(stations, arrived, side="right") - place - 1
        squeezed = queue >= len(free) + 1 - sum(each[0] <= arrived for each in free)
        work = _work(rail, int(lifts[train]), float(pace[train]), bool(broken[train]))
        departed = arrived + int(HOUR * (work + slack[train] * (rail.squeezed if squeezed else 1.0)))
        stays.arrived[train], stays.departed[train], stays.track[train] = arrived, departed, track
        heapq.heappush(free, (departed, track))
    return stays


def _work(rail: Rail, lifts: int, pace: float, crane_down: bool) -> float:
    """Hours from arrival to ready: shunting and the lifts."""
    return rail.shunting_h + lifts / rail.lifts_per_hour * pace * (1.5 if crane_down else 1.0)
