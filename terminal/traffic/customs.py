"""Declarations: which boxes stand on one, the channel it goes through, and when the authority lets them go."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.traffic.boxes import FLOW_NAMES
from terminal.traffic.incidents import Spans
from terminal.traffic.moments import DAY, HOUR, NEVER, Days, Flags, Floats, Moments, Numbers, seconds
from terminal.traffic.parameters import Customs
from terminal.traffic.streams import Stream, Streams

REGIMES: Final = ("transit", "import", "export", "temporary", "bonded_entry")
TRANSIT, IMPORT, EXPORT, TEMPORARY, BONDED = range(5)
REGIME_OF_FLOW: Final = np.array(
    [EXPORT if name.startswith("road") else IMPORT if name.endswith("road") else TRANSIT for name in FLOW_NAMES]
)
CHANNELS: Final = ("green", "yellow", "red", "silent")
GREEN, YELLOW, RED, SILENT = range(4)


@dataclass
class Declarations:
    """One element a declaration, in the order of submission within the order of its boxes.

    ``channel`` as in ``CHANNELS``: a silent one is registered and goes green when the authority speaks again.
    """

    regime: Numbers
    channel: Numbers
    office: Numbers
    drafted: Moments
    submitted: Moments
    registered: Moments
    channelled: Moments
    asked: Moments
    answered: Moments
    inspected: Moments
    assessed: Moments
    released: Moments

    def __len__(self) -> int:
        return len(self.regime)


def declare(
    laden: Flags,
    flow: Numbers,
    carrier: Numbers,
    kind: Numbers,
    way: Numbers,
    advised: Moments,
    in_at: Moments,
    days: Days,
    customs: Customs,
    outages: Spans,
    streams: Streams,
) -> tuple[Numbers, Declarations]:
    """The declaration of each box (-1 for an empty one), and the declarations.

    Boxes of one ``carrier``, ``flow``, ``kind`` and ``way`` (service or line) that stand together share one.
    """
    boxes = np.flatnonzero(laden)
    boxes = boxes[np.lexsort((boxes, kind[boxes], way[boxes], flow[boxes], carrier[boxes]))]
    number = _grouped(boxes, (carrier, flow, kind, way), flow, customs, streams["documents"])
    many = int(number[-1]) + 1 if len(number) else 0
    first_in, last_in = np.full(many, NEVER), np.zeros(many, dtype=np.int64)
    known = np.zeros(many, dtype=np.int64)
    np.minimum.at(first_in, number, in_at[boxes])
    np.maximum.at(last_in, number, in_at[boxes])
    np.maximum.at(known, number, advised[boxes])
    regime = np.empty(many, dtype=np.int64)
    regime[number] = REGIME_OF_FLOW[flow[boxes]]
    regime[(regime == IMPORT) & streams["bonded"].happens(customs.bonded, many)] = BONDED
    of_box = np.full(len(laden), -1)
    of_box[boxes] = number
    return of_box, _worked(regime, known, first_in, last_in, days, customs, outages, streams)


def _grouped(boxes: Numbers, keys: tuple[Numbers, ...], flow: Numbers, customs: Customs, stream: Stream) -> Numbers:
    if not len(boxes):
        return np.zeros(0, dtype=np.int64)
    transit = REGIME_OF_FLOW[flow[boxes]] == TRANSIT
    opens = ~stream.happens(np.where(transit, customs.group_transit, customs.group), len(boxes))
    opens[0] = True
    for key in keys:
        opens[1:] |= key[boxes][1:] != key[boxes][:-1]
    number: Numbers = np.cumsum(opens) - 1
    return number


def _worked(
    regime: Numbers,
    known: Moments,
    first_in: Moments,
    last_in: Moments,
    days: Days,
    customs: Customs,
    outages: Spans,
    streams: Streams,
) -> Declarations:
    many, stream = len(regime), streams["customs"]
    early = known + 600 + seconds(stream.uniform(0, 10, many))
    after = np.maximum(first_in, known) + stream.hours(customs.submit_median_h, customs.submit_sigma, many)
    submitted = np.where(stream.happens(customs.early, many), early, after)
    drafted = submitted - 300
    registered = submitted + 60 + stream.waiting(customs.register_min / 60, many)
    silence = max(0.0, 1 - customs.green - customs.yellow - customs.red)
    channel = stream.pick([customs.green, customs.yellow, customs.red, silence], many)
    registered = _after_outage(registered, outages, stream)
    silent = channel == SILENT
    silence_lasts = stream.hours(customs.silent_median_h, customs.silent_sigma, many)
    channelled = registered + stream.waiting(0.05, many) + np.where(silent, silence_lasts, 0)
    inspected = _inspected(channel == RED, channelled, last_in, days, customs, stream)
    asked, answered, assessed = _assessed(channel, channelled, inspected, days, customs, stream)
    released = _after_outage(assessed + 60 + stream.waiting(0.1, many), outages, stream)
    office = np.where(regime == BONDED, 0, stream.draw.integers(0, 2, many))
    return Declarations(
        regime,
        channel,
        office,
        drafted,
        submitted,
        registered,
        channelled,
        asked,
        answered,
        inspected,
        assessed,
        released,
    )


def _inspected(
    red: Flags, channelled: Moments, last_in: Moments, days: Days, customs: Customs, stream: Stream
) -> Moments:
    many = len(red)
    work = customs.red_median_h * np.exp(customs.red_sigma * stream.normal(many))
    return np.where(red, office_time(np.maximum(channelled, last_in + 2 * HOUR), work, days, customs), NEVER)


def _assessed(
    channel: Numbers, channelled: Moments, inspected: Moments, days: Days, customs: Customs, stream: Stream
) -> tuple[Moments, Moments, Moments]:
    """When the authority asked and was answered (``NEVER`` for most), and when it had assessed."""
    many = len(channel)
    quick = channelled + stream.hours(customs.green_median_min / 60, 0.6, many)
    reading = customs.yellow_median_h * np.exp(customs.yellow_sigma * stream.normal(many))
    begins = np.where(channel == RED, np.minimum(inspected, NEVER - DAY), channelled)
    half = office_time(begins, reading / 2, days, customs)
    asks = stream.happens(customs.query, many) & ((channel == YELLOW) | (channel == RED))
    answered = half + stream.hours(customs.answer_median_h, customs.answer_sigma, many)
    resumed = np.where(asks, answered, half)
    read = office_time(resumed, reading / 2, days, customs)
    looked_at = (channel == YELLOW) | (channel == RED)
    assessed = np.where(looked_at, read, quick)
    return np.where(asks, half, NEVER), np.where(asks, answered, NEVER), assessed


def office_time(start: Moments, hours: Floats, days: Days, customs: Customs) -> Moments:
    """The moment at which so many hours of work, begun at ``start``, are done in the office hours of the site."""
    opens, length = int(customs.opens_h * HOUR), int((customs.closes_h - customs.opens_h) * HOUR)
    day = days.index(start)
    begun = day * length + np.clip(start - days.midnights[day] - opens, 0, length) + seconds(hours)
    done: Moments = days.midnights[np.minimum(begun // length, len(days))] + opens + begun % length
    return done


def _after_outage(moments: Moments, outages: Spans, stream: Stream) -> Moments:
    """What falls into an outage is done in the hours after it."""
    inside = outages.cover(moments)
    late = seconds(stream.uniform(0.1, 2.5, len(moments)))
    ends = outages.ends[np.maximum(inside, 0)] if len(outages) else moments
    return np.where(inside >= 0, ends + late, moments)
