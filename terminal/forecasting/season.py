"""How busy the coming days are, read from the timetable: ships and trucks follow the same factories as trains."""

from typing import Final

import numpy as np

from terminal.forecasting.known import DAY, HOUR, NEVER, RAIL, ROAD, Floats, Moments
from terminal.forecasting.parameters import HORIZON, WARM_DAYS
from terminal.forecasting.past import Past

WIDE: Final = 36 * HOUR
"""Trains planned within so long before and after an hour tell how busy it is."""
DOUBT: Final = 0.3
"""What the ridge adds: so much squared variation has to be seen before the timetable is half believed."""


def busy(past: Past, at: Moments, hours: Moments) -> Floats:
    """Trains planned around moments, against the mean, less 1; as far as announced ``at`` each. ``[moment, hour]``."""
    calls = past.known.calls
    trains = np.flatnonzero(calls.way == RAIL)
    mean = _usual(past)
    if mean <= 0:
        return np.zeros(hours.shape)
    order = trains[np.argsort(calls.planned[trains], kind="stable")]
    planned = calls.planned[order]
    result = np.zeros(hours.shape)
    for row, moment in enumerate(at.tolist()):
        told = planned[calls.announced[order] <= moment]
        around = np.searchsorted(told, hours[row] + WIDE) - np.searchsorted(told, hours[row] - WIDE)
        sight = np.minimum(hours[row] + WIDE, moment + (HORIZON - 24) * HOUR) - (hours[row] - WIDE)
        result[row] = np.where(sight > WIDE, around / (mean * np.maximum(sight, HOUR)) - 1, 0.0)
    return np.clip(result, -0.6, 0.8)


def _usual(past: Past) -> float:
    """Trains planned a second."""
    known = past.known
    planned = known.calls.planned[known.calls.way == RAIL]
    span = known.now - known.start
    inside = ((planned >= known.start) & (planned < known.now)).sum()
    return float(inside) / span if span > WARM_DAYS * DAY else 0.0


def follows(past: Past) -> Floats:
    """By how many per cent ships, barges and trucks bring more where the timetable has one per cent more trains."""
    result = np.zeros(4)
    known, calls = past.known, past.known.calls
    for way in range(1, ROAD):
        mine = np.flatnonzero(past.done & (past.brought > 0) & (calls.way == way))
        if not len(mine):
            continue
        mean = np.bincount(calls.line[mine], past.brought[mine]) / np.maximum(np.bincount(calls.line[mine]), 1)
        over = past.brought[mine] / mean[calls.line[mine]] - 1
        result[way] = _slope(over, busy(past, np.array([known.now]), calls.planned[mine][None])[0])
    result[ROAD] = _slope(*_by_day(past))
    return result


def _by_day(past: Past) -> tuple[Floats, Floats]:
    """TEU brought by truck each day against its weekday's mean, and how busy the timetable had the day."""
    known, boxes = past.known, past.known.boxes
    first = np.arange(known.start + DAY, known.now - DAY, DAY)
    if len(first) < 2 * WARM_DAYS:
        return np.zeros(0), np.zeros(0)
    mine = (boxes.comes == ROAD) & (boxes.in_at < NEVER) & (boxes.in_at >= first[0]) & (boxes.in_at < first[-1] + DAY)
    day = (boxes.in_at[mine] - first[0]) // DAY
    teu = np.bincount(day, boxes.teu[mine], len(first))
    weekday = np.arange(len(first)) % 7
    mean = np.bincount(weekday, teu) / np.bincount(weekday)
    return teu / np.maximum(mean[weekday], 1e-9) - 1, busy(past, np.array([known.now]), first[None] + DAY // 2)[0]


def _slope(over: Floats, more: Floats) -> float:
    return float(np.clip((over @ more) / (more @ more + DOUBT), 0.0, 1.5)) if len(more) else 0.0
