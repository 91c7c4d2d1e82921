"""Trains: the timetable, the way over the border, and the station before the terminal."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.traffic.incidents import Incidents, held_back
from terminal.traffic.moments import DAY, HOUR, NEVER, Days, Flags, Floats, Moments, Numbers, seconds
from terminal.traffic.parameters import SERVICES, Rail, Scenario
from terminal.traffic.streams import Stream, Streams, evenly

IMPORT, EXPORT, TURN = 0, 1, 2
"""Comes laden and leaves empty; comes empty and leaves laden; brings and takes."""
SLOT_HOURS: Final = (2.0, 22.0)
"""Trains are planned into the twenty working hours of the day."""
FIVE_MINUTES: Final = 300


@dataclass
class Trains:
    """One element a train, in the order of the timetable. Moments are seconds, ``NEVER`` where a thing did not happen.

    ``origin``, ``border``, ``passed``: when it left for here, reached the border, was through; all the same for an
    empty rake, which comes from near by. ``station``: before the terminal, where it waits when no track is free.
    ``wagons`` and ``least_100`` (hundredths of TEU) are for its loading here.
    """

    service: Numbers
    kind: Numbers
    wagons: Numbers
    least_100: Numbers
    announced: Moments
    planned_arrival: Moments
    planned_departure: Moments
    origin: Moments
    border: Moments
    passed: Moments
    station: Moments
    cancelled: Moments

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def runs(self) -> Flags:
        """Trains that were not cancelled."""
        return self.cancelled >= NEVER

    @property
    def brings(self) -> Flags:
        """Trains with boxes on them when they come."""
        found: Flags = self.runs & (self.kind != EXPORT)
        return found

    @property
    def takes(self) -> Flags:
        """Trains that are loaded here."""
        found: Flags = self.runs & (self.kind != IMPORT)
        return found


def timetable(
    days: Days, weights: Floats, teu_per_year: float, scenario: Scenario, incidents: Incidents, streams: Streams
) -> Trains:
    """Every train that is to come in these days, with what becomes of it up to the station before the terminal."""
    stream = streams["timetable"]
    mean = scenario.site.rated_trains_per_day * teu_per_year / scenario.site.rated_teu_per_year
    mean /= 1 - scenario.rail.cancelled
    due = np.floor(np.cumsum(mean * weights) + stream.draw.random())
    a_day = np.diff(np.concatenate(([0], due))).astype(np.int64)
    day = np.repeat(np.arange(len(days)), a_day)
    first = np.cumsum(a_day) - a_day
    place = (np.arange(len(day)) - first[day] + stream.draw.random(len(day))) / a_day[day]
    into_day = seconds(SLOT_HOURS[0] + (SLOT_HOURS[1] - SLOT_HOURS[0]) * place)
    planned = days.midnights[day] + into_day // FIVE_MINUTES * FIVE_MINUTES
    trains = _planned(planned, days.midnights[day], scenario.rail, streams)
    _travel(trains, days, scenario, incidents, streams)
    _bring_rakes(trains, scenario.rail, streams["rakes"])
    _cancel(trains, scenario.rail, incidents, streams["cancelled-trains"])
    return trains


def _planned(planned: Moments, midnight: Moments, rail: Rail, streams: Streams) -> Trains:
    many = len(planned)
    kinds = (rail.import_share, 1 - rail.import_share - rail.turn_share, rail.turn_share)
    dealt = evenly([kind * each.share for kind in kinds for each in SERVICES], many, streams["services"])
    kind, service = dealt // len(SERVICES), dealt % len(SERVICES)
    extra = streams["extra-trains"].happens(rail.extra, many)
    notice = seconds(streams["notice"].uniform(20, 50, many))
    announced = np.where(extra, planned - notice, midnight - rail.timetable_days * DAY)
    departure = planned + np.where(kind == TURN, 13 * HOUR, 9 * HOUR)
    near = planned - 6 * HOUR
    never = np.full(many, NEVER)
    least = np.rint(100 * streams["fill"].uniform(*rail.least_teu, many)).astype(np.int64)
    wagons = streams["wagons"].draw.integers(rail.wagons[0], rail.wagons[1] + 1, many)
    return Trains(
        service,
        kind,
        wagons,
        least,
        announced,
        planned,
        departure,
        near,
        near.copy(),
        near.copy(),
        planned.copy(),
        never,
    )


def congestion(days: Days, rail: Rail, streams: Streams) -> dict[str, Floats]:
    """By how much each day's border time at each crossing stands over its mean."""
    crossings = sorted({each.crossing for each in SERVICES})
    return {
        each: streams[f"congestion-{each}"].wave(len(days), rail.border_swing, rail.border_memory) for each in crossings
    }


def _travel(trains: Trains, days: Days, scenario: Scenario, incidents: Incidents, streams: Streams) -> None:
    """The laden ones' way from the west. A closed border holds them; then they follow one another."""
    rail, stream = scenario.rail, streams["journeys"]
    noise = np.maximum(1 + rail.leg_noise * stream.normal(2 * len(trains)), 0.8).reshape(2, len(trains))
    own = np.exp(rail.border_sigma * stream.normal(len(trains)) - rail.border_sigma**2 / 2)
    levels = congestion(days, rail, streams)
    for number, service in enumerate(SERVICES):
        mine = np.flatnonzero((trains.service == number) & (trains.kind != EXPORT))
        nominal = service.to_border_h + rail.border_mean_h + service.inland_h
        origin = trains.planned_arrival[mine] - int(nominal * HOUR)
        border = origin + seconds(service.to_border_h * noise[0][mine])
        level = levels[service.crossing][days.index(border)]
        trains.origin[mine], trains.border[mine] = origin, border
        trains.passed[mine] = border + np.maximum(seconds(rail.border_mean_h * own[mine] * level), 3 * HOUR)
        trains.station[mine] = seconds(service.inland_h * noise[1][mine])
    laden = trains.kind != EXPORT
    for crossing, spans in incidents.border.items():
        mine = np.flatnonzero(laden & over(trains, crossing))
        trains.passed[mine] = held_back(trains.passed[mine], spans, int(rail.reopening_gap_min * 60))
    trains.station[laden] += trains.passed[laden]
    trains.announced[laden] = np.minimum(trains.announced, trains.origin - 2 * HOUR)[laden]


def over(trains: Trains, crossing: str) -> Flags:
    """Trains that go over a crossing."""
    found: Flags = np.isin(
        trains.service, [number for number, each in enumerate(SERVICES) if each.crossing == crossing]
    )
    return found


def _bring_rakes(trains: Trains, rail: Rail, stream: Stream) -> None:
    """Empty rakes come from near by: mostly on time, one in four late."""
    many = len(trains)
    jitter = seconds(rail.rake_sd_min / 60 * stream.normal(many))
    late = np.where(stream.happens(rail.rake_late, many), stream.waiting(rail.rake_late_mean_h, many), 0)
    rakes = trains.kind == EXPORT
    trains.station[rakes] = (trains.planned_arrival + jitter + late)[rakes]


def _cancel(trains: Trains, rail: Rail, incidents: Incidents, stream: Stream) -> None:
    """Some do not run, and that is said before they would have set out.

    To a closed border no rake is sent; a part of them comes when it is open again.
    """
    many = len(trains)
    dropped = stream.happens(rail.cancelled, many)
    notice = seconds(stream.uniform(10, 70, many))
    begins = np.where(trains.kind == EXPORT, trains.planned_arrival, trains.origin)
    told = np.maximum(begins - notice, trains.announced + HOUR)
    when = np.where(dropped, told, NEVER)
    again = stream.happens(rail.rerun, many)
    later = seconds(stream.uniform(6, 110, many))
    for crossing, spans in incidents.border.items():
        rakes = (trains.kind == EXPORT) & over(trains, crossing)
        shut = spans.cover(trains.planned_departure)
        stopped = rakes & (shut >= 0) & (spans.cover(trains.planned_arrival) == shut)
        reopens = np.where(shut >= 0, spans.ends[shut] if len(spans) else 0, 0)
        trains.station[stopped & again] = (reopens + later)[stopped & again]
        told = np.maximum(
            trains.announced + HOUR, np.where(shut >= 0, spans.starts[shut] if len(spans) else 0, 0) + 2 * HOUR
        )
        when[stopped & ~again] = told[stopped & ~again]
    trains.cancelled = np.minimum(when, NEVER)
