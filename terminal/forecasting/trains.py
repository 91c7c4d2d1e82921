"""Trains on the tracks: drawn many times from how late they come, how long they stay, and that each needs a place."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terminal.forecasting.coming import HERE, Open, arrivals, open_calls
from terminal.forecasting.habits import Habits
from terminal.forecasting.known import DAY, HOUR, RAIL, Floats, Moments, Numbers, level
from terminal.forecasting.parameters import ATOMS, HORIZON, LEAST_CASES, WARM_DAYS
from terminal.forecasting.past import Past

LONGEST_STAY_H: Final = 48
QUEUE: Final = 40
"""Trains that can wait before the terminal; more come later, and none is lost."""

WAITS: Final = 0.1
"""An overdue train mostly waits for a place, which is played here: so little of its further delay is its own."""
MOST_WAIT_H: Final = 4.0
"""A train is recorded when it has a place: at a terminal that is always full, so much of every delay is the wait for
it, which is played here and not counted twice."""

Counts = NDArray[np.int16]


@dataclass(frozen=True)
class Played:
    """Trains on the tracks in each hour of each draw: ``[moment, draw, hour]``."""

    taken: Floats
    due: Floats  # trains expected in each hour, [moment, hour]


def play(past: Past, habits: Habits, at: Moments, draws: int, seed: int = 1) -> Played:
    """Play the coming days ``draws`` times as of each moment. The same seed, the same draws."""
    chance = np.random.Generator(np.random.PCG64(seed))
    known = past.known
    calls, shape = known.calls, (len(at), draws)
    found = open_calls(past, at)
    found = found.take(calls.way[found.call] == RAIL)
    come = _arriving(past, habits, found, at, shape, chance)
    come += chance.poisson(_late_told(past)[None, None], come.shape).astype(np.int16)
    stays = _stays(past)
    leave = np.zeros((*shape, HORIZON + LONGEST_STAY_H + 2), dtype=np.int16)
    busy = _here(past, found, at, shape, stays, leave, chance)
    queue, taken = np.zeros(shape, dtype=np.int16), np.zeros((*shape, HORIZON))
    for hour in range(HORIZON):
        queue += come[:, :, hour]
        busy -= leave[:, :, hour]
        start = np.minimum(queue, np.maximum(known.places - busy, 0)).astype(np.int16)
        for each in range(int(start.max(initial=0))):
            row, draw = np.nonzero(start > each)
            stay = chance.choice(stays, len(row))
            np.add.at(leave, (row, draw, hour + stay), 1)
        busy, queue = busy + start, np.minimum(queue - start, QUEUE)
        taken[:, :, hour] = busy
    return Played(taken, come.mean(axis=1))


def _arriving(
    past: Past, habits: Habits, found: Open, at: Moments, shape: tuple[int, int], chance: np.random.Generator
) -> Counts:
    """Trains that come in each hour of each draw."""
    to_come = found.take(found.lead != HERE)
    come = np.zeros((*shape, HORIZON), dtype=np.int16)
    if not len(to_come.row):
        return come
    way = np.full(len(to_come.row), RAIL)
    hours, weight = arrivals(to_come, habits.calls, way, at)
    hours[to_come.lead == 0] *= WAITS
    hours = np.where(hours > 0, np.maximum(hours - MOST_WAIT_H * _often_full(past), 0.2 * hours), hours)
    runs = habits.calls.runs[RAIL, to_come.status, to_come.lead]
    edges = np.cumsum(weight, axis=1)
    for draw in range(shape[1]):
        pick = (edges < chance.random(len(way))[:, None]).sum(axis=1).clip(0, ATOMS - 1)
        hour = np.floor(hours[np.arange(len(way)), pick] + chance.random(len(way)) - 0.5).astype(np.int64)
        comes = (chance.random(len(way)) < runs) & (hour < HORIZON)
        np.add.at(come[:, draw], (to_come.row[comes], np.maximum(hour[comes], 0)), 1)
    return come


def _often_full(past: Past) -> float:
    """The share of past hours in which no place was free."""
    known, calls = past.known, past.known.calls
    trains = calls.way == RAIL
    hours = np.arange(known.start + WARM_DAYS * DAY, known.now, 5 * HOUR)
    taken = level(calls.arrived[trains], calls.departed[trains], np.ones(int(trains.sum())), hours)
    return float((taken >= known.places).mean()) if len(hours) else 0.0


def _late_told(past: Past) -> Floats:
    """Trains an hour that come and are announced later than so far ahead."""
    known, calls = past.known, past.known.calls
    mine = past.done & (calls.way == RAIL)
    ahead = (calls.planned - calls.announced)[mine] / HOUR
    span = max((known.now - known.start) / HOUR, 1.0)
    return np.array([(ahead < hour).sum() / span for hour in range(1, HORIZON + 1)])


def _stays(past: Past) -> Numbers:
    calls = past.known.calls
    mine = past.done & (calls.way == RAIL)
    hours = np.rint((calls.departed - calls.arrived)[mine] / HOUR).astype(np.int64)
    return np.clip(hours, 1, LONGEST_STAY_H) if len(hours) >= LEAST_CASES else np.full(LEAST_CASES, 9)


def _here(
    past: Past,
    found: Open,
    at: Moments,
    shape: tuple[int, int],
    stays: Numbers,
    leave: Counts,
    chance: np.random.Generator,
) -> Counts:
    """Trains that stand now, and when each will have left."""
    here = found.take(found.lead == HERE)
    turn = np.arange(len(here.row)) - np.searchsorted(here.row, here.row)
    here = here.take(turn < past.known.places)  # who stands elsewhere takes none of the places
    since = ((at[here.row] - here.base) // HOUR).astype(np.int64)
    busy = np.zeros(shape, dtype=np.int16)
    np.add.at(busy, here.row, 1)
    for row, hours in zip(here.row.tolist(), since.tolist(), strict=True):
        longer = stays[stays > hours]
        left = chance.choice(longer, shape[1]) - hours if len(longer) else np.full(shape[1], 1 + int(hours > 2 * 9) * 2)
        np.add.at(leave[row], (np.arange(shape[1]), np.maximum(left - 1, 0)), 1)
    return busy
