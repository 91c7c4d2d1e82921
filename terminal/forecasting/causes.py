"""What stands behind a forecast, in terms of what one can do something about: carriers, lines, zones, offices."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from terminal.forecasting.coming import HERE, LISTED, arrivals, open_calls
from terminal.forecasting.habits import Habits
from terminal.forecasting.known import HOUR, NEVER, RAIL, Calls, Moments, Spells
from terminal.forecasting.parameters import HORIZON
from terminal.forecasting.past import Past, waiting
from terminal.metrics import Stock

MOST: Final = 5
"""So many causes of each kind are told."""
SOON_H: Final = 72
"""Carriers that are expected within so many hours."""


class Why(StrEnum):
    """What kind of cause it is."""

    BRINGS = "brings"
    LATE = "late"
    WAITS_FOR = "waits for"
    LIES_IN = "lies in"
    LIES_AT = "lies at"


@dataclass(frozen=True, slots=True)
class Cause:
    """A train or ship that brings, or is late by (hours), so many; a line for which, a zone or office at which so many
    lie; ``usual`` where that is known. ``at``: when a carrier is expected, whole seconds since 1970; ``planned``: when
    a train was to arrive by plan, since trains' numbers repeat daily."""

    why: Why
    name: str
    amount: float
    usual: float | None = None
    at: int | None = None
    planned: int | None = None


def causes(past: Past, habits: Habits) -> dict[Stock, list[Cause]]:
    """The causes behind each stock's forecast, the weightiest first."""
    now = np.array([past.known.now])
    late = _late(past)
    return {
        Stock.YARD_TEU: [*_brings(past, habits, now), *_waits(past, habits, now), *late],
        Stock.TRAIN_PLACES: late,
        Stock.WAREHOUSE_M2: _parts(past.known.bookings, past.known.zones, past.known.now, Why.LIES_IN),
        Stock.CUSTOMS_QUEUE: _parts(past.known.declarations, past.known.offices, past.known.now, Why.LIES_AT),
    }


def _brings(past: Past, habits: Habits, now: Moments) -> list[Cause]:
    calls = past.known.calls
    found = open_calls(past, now)
    found = found.take(found.lead != HERE)
    way = calls.way[found.call]
    hours, weight = arrivals(found, habits.calls, way, now)
    when = (hours * weight).sum(axis=1)
    teu = np.where(
        found.status == LISTED,
        past.on_board.sum(axis=1)[found.call],
        habits.calls.brings[way, found.status, found.lead] * habits.load[calls.line[found.call]],
    )
    soon = np.flatnonzero((when < SOON_H) & (teu >= 1))
    first = soon[np.argsort(-teu[soon], kind="stable")][:MOST]
    return [
        _carrier(Why.BRINGS, calls, found.call[each], teu[each], now[0] + when[each] * HOUR) for each in first.tolist()
    ]


def _waits(past: Past, habits: Habits, now: Moments) -> list[Cause]:
    """Lines for which more stands ready than usual."""
    _fresh, ready = waiting(past, now, habits.fresh_h)
    over = ready[0, :-1] - habits.usual
    first = [each for each in np.argsort(-over, kind="stable")[:MOST].tolist() if over[each] >= 1]
    lines = past.known.lines
    return [Cause(Why.WAITS_FOR, lines[each], _round(ready[0, each]), _round(habits.usual[each])) for each in first]


def _late(past: Past) -> list[Cause]:
    """Trains that are expected later than planned."""
    known, calls = past.known, past.known.calls
    found = open_calls(past, np.array([known.now]))
    mine = found.take((found.lead != HERE) & (calls.way[found.call] == RAIL))
    late = (mine.base - calls.planned[mine.call]) / HOUR
    near = np.flatnonzero((late >= 1) & (mine.base < known.now + HORIZON * HOUR))
    first = near[np.argsort(-late[near], kind="stable")][:MOST]
    return [_carrier(Why.LATE, calls, mine.call[each], late[each], mine.base[each]) for each in first.tolist()]


def _carrier(why: Why, calls: Calls, call: int, amount: float, at: float) -> Cause:
    planned = int(calls.planned[call]) if calls.way[call] == RAIL and calls.planned[call] < NEVER else None
    return Cause(why, calls.names[call], _round(amount), None, int(at), planned)


def _parts(spells: Spells, names: list[str], now: int, why: Why) -> list[Cause]:
    here = (spells.since <= now) & (spells.ends > now)
    amount = np.bincount(spells.part[here], spells.size[here], len(names))
    first = [each for each in np.argsort(-amount, kind="stable")[:MOST].tolist() if amount[each] > 0]
    return [Cause(why, names[each], _round(amount[each])) for each in first]


def _round(value: float) -> float:
    return round(float(value), 1)
