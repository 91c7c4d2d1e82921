"""What goes wrong in the world itself: closed borders, a closed port, a crane that stands, customs' machine down."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.traffic.moments import DAY, HOUR, Days, Moments, Numbers
from terminal.traffic.parameters import Scenario
from terminal.traffic.streams import Streams

FORCED_EVERY_DAYS: Final = 42
FORCED_CROSSINGS: Final = ("khorgos", "alashankou")
YEAR: Final = 31_557_600


@dataclass(frozen=True)
class Spans:
    """Times in which something is shut or broken, in order, from ``starts`` to ``ends``."""

    starts: Moments
    ends: Moments

    def __len__(self) -> int:
        return len(self.starts)

    def cover(self, moments: Moments) -> Numbers:
        """The index of the span each moment falls in, or -1."""
        if not len(self):
            return np.full(len(moments), -1)
        found = np.searchsorted(self.starts, moments, side="right") - 1
        inside = (found >= 0) & (moments < self.ends[np.maximum(found, 0)])
        return np.where(inside, found, -1)


@dataclass(frozen=True)
class Incidents:
    """Everything that is out of order, and when."""

    border: dict[str, Spans]
    port: Spans
    cranes: Spans
    customs: Spans


def incidents(days: Days, window: slice, scenario: Scenario, streams: Streams) -> Incidents:
    """Draw what happens by itself, and add what the scenario forces."""
    start, end = int(days.midnights[0]), int(days.midnights[-1])
    rare = streams["border-closures"].times(scenario.faults.border_closed_per_year, start, end)
    closed = rare, rare + int(scenario.rail.closure_h * HOUR)
    forced = _forced(days, window, scenario.rail.closure_h) if scenario.border_closures else None
    crossings = {each: _merged(*closed, *(forced or ())) for each in FORCED_CROSSINGS}
    cranes = days.midnights[days.index(streams["cranes"].times(scenario.faults.crane_down_per_year, start, end))]
    outages = streams["outages"].times(scenario.customs.outages_per_year, start, end)
    lengths = streams["outage-lengths"].waiting(scenario.customs.outage_mean_h, len(outages)) + HOUR
    return Incidents(
        border=crossings,
        port=_port(days, window, scenario, streams),
        cranes=_merged(cranes, cranes + DAY),
        customs=_merged(outages, outages + lengths),
    )


def _port(days: Days, window: slice, scenario: Scenario, streams: Streams) -> Spans:
    stream = streams["weather"]
    months = np.array([days.date(each).month - 1 for each in range(len(days))])
    a_day = np.array(scenario.sea.closures_per_month)[months] / 30.4
    starts = days.midnights[:-1][stream.happens(a_day, len(days))]
    starts = starts + (stream.draw.random(len(starts)) * DAY).astype(np.int64)
    lengths = stream.waiting(scenario.sea.closure_mean_h, len(starts)) + 2 * HOUR
    forced = _forced(days, window, scenario.sea.typhoon_days * 24) if scenario.typhoons else None
    return _merged(starts, starts + lengths, *(forced or ()))


def _forced(days: Days, window: slice, hours: float) -> tuple[Moments, Moments]:
    """One in the middle of every six weeks of the window, so that any window of four weeks or more has one."""
    length = window.stop - window.start
    many = max(1, round(length / FORCED_EVERY_DAYS))
    places = window.start + (np.arange(many) + 0.5) * length / many
    starts = days.midnights[places.astype(np.int64)] + 6 * HOUR
    return starts, starts + int(hours * HOUR)


def _merged(*edges: Moments) -> Spans:
    """Spans (starts, ends, starts, ends, …) in order, overlapping ones made one."""
    starts, ends = np.concatenate(edges[::2]), np.concatenate(edges[1::2])
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order]) if len(ends) else ends
    first = np.concatenate(([True], starts[1:] > ends[:-1])) if len(starts) else np.zeros(0, dtype=bool)
    last = np.append(np.flatnonzero(first)[1:] - 1, len(starts) - 1) if len(starts) else np.zeros(0, dtype=np.int64)
    return Spans(starts[first], ends[last])


def held_back(moments: Moments, spans: Spans, gap: int) -> Moments:
    """Moments moved out of the spans: what gathers while one lasts follows at its end, one every ``gap`` seconds."""
    result = moments.copy()
    inside = spans.cover(moments)
    for span in np.unique(inside[inside >= 0]):
        waiting = np.flatnonzero(inside == span)
        order = waiting[np.argsort(moments[waiting], kind="stable")]
        result[order] = spans.ends[span] + gap * np.arange(1, len(order) + 1)
    return result
