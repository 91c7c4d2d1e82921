"""Ships and barges: liner services by the weekday, late by their nature, held back and bunched by the weather."""

from dataclasses import dataclass

import numpy as np

from terminal.traffic.incidents import Incidents, held_back
from terminal.traffic.moments import DAY, HOUR, Days, Floats, Moments, Numbers, seconds
from terminal.traffic.parameters import LINES, Scenario
from terminal.traffic.streams import Streams

BARGE = len(LINES)
"""The number of the barge service among the lines."""


@dataclass
class Ships:
    """One element a call of a ship or barge, by planned arrival.

    ``natural`` is when it would have come had the port been open, ``size`` its load against the mean call of its line.
    """

    line: Numbers
    announced: Moments
    planned_arrival: Moments
    planned_departure: Moments
    natural: Moments
    arrived: Moments
    departed: Moments
    size: Floats

    def __len__(self) -> int:
        return len(self.line)


def calls(days: Days, weights: Floats, scenario: Scenario, incidents: Incidents, streams: Streams) -> Ships:
    """Every ship and barge of these days."""
    sea = scenario.sea
    day, line = _calendar(days, scenario, streams)
    stream, many = streams["ships"], len(day)
    barge = line == BARGE
    hour = np.where(barge, 6 + 10 * stream.draw.random(many), 2 + (line * 5) % 20 + stream.uniform(0, 2, many))
    planned = days.midnights[day] + seconds(hour) // 900 * 900
    length = np.exp(sea.stay_sigma * stream.normal(many) - sea.stay_sigma**2 / 2)
    stay = seconds(length * np.where(barge, sea.barge_stay_h, sea.stay_h))
    late = seconds(sea.sd_h * stream.normal(many)) - 2 * HOUR
    late = late + np.where(stream.happens(sea.late, many), stream.waiting(sea.late_mean_h, many), 0)
    natural = planned + np.where(barge, late // 2, late)
    arrived = held_back(natural, incidents.port, int(sea.berth_gap_min * 60))
    planned_stay = np.where(barge, int(sea.barge_stay_h * HOUR), int(sea.stay_h * HOUR))
    size = weights[day] * np.exp(sea.size_sigma * stream.normal(many) - sea.size_sigma**2 / 2)
    order = np.lexsort((line, planned))
    return Ships(
        line=line[order],
        announced=(planned - np.where(barge, 4, sea.announced_days) * DAY)[order],
        planned_arrival=planned[order],
        planned_departure=(planned + planned_stay)[order],
        natural=natural[order],
        arrived=arrived[order],
        departed=held_back(arrived + stay, incidents.port, 20 * 60)[order],
        size=size[order],
    )


def _calendar(days: Days, scenario: Scenario, streams: Streams) -> tuple[Numbers, Numbers]:
    weekdays = days.weekdays
    pairs = [
        (np.flatnonzero(weekdays == weekday), number) for number, line in enumerate(LINES) for weekday in line.weekdays
    ]
    barges = streams["barges"].draw.poisson(scenario.sea.barges_per_day, len(days))
    pairs.append((np.repeat(np.arange(len(days)), barges), BARGE))
    day = np.concatenate([found for found, _number in pairs])
    return day, np.concatenate([np.full(len(found), number) for found, number in pairs])
