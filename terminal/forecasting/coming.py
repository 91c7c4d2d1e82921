"""Carriers that are to come, or are here: what was known of each at a moment, and what became of such in the past."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.forecasting.known import DAY, HOUR, NEVER, Flags, Floats, Moments, Numbers
from terminal.forecasting.parameters import ATOMS, HORIZON, LEADS_H, LEAST_CASES, RESOLVED_DAYS
from terminal.forecasting.past import Past

UNHEARD, HEARD, LISTED = range(3)
"""What is known of a call: its plan, an estimate, the boxes on it."""
EDGES: Final = np.array(LEADS_H) * HOUR
HERE: Final = len(LEADS_H) + 1
"""The class of calls that have arrived; 0 is the class of those that are overdue."""
POINTS: Final = (np.arange(ATOMS) + 0.5) / ATOMS
WAYS: Final = 4


@dataclass(frozen=True)
class Open:
    """Calls open at moments, one element a pair: which moment (``row``), which call, what is known, how far ahead.

    ``base``: the moment said, or the moment asked where that has passed; the arrival of those that are here.
    """

    row: Numbers
    call: Numbers
    status: Numbers
    lead: Numbers
    base: Moments

    def take(self, chosen: Flags) -> "Open":
        """Some of them."""
        return Open(self.row[chosen], self.call[chosen], self.status[chosen], self.lead[chosen], self.base[chosen])


@dataclass(frozen=True)
class Punctuality:
    """``error[way, status, lead, atom]``: seconds from what is said to arrival. ``runs``,
    ``brings``, ``takes[way, status, lead]``: the chance that a call comes, and brings (takes) boxes."""

    error: Floats
    runs: Floats
    brings: Floats
    takes: Floats


def open_calls(past: Past, at: Moments) -> Open:
    """Every call that was announced and neither gone nor cancelled, as of each moment."""
    calls = past.known.calls
    found = (calls.announced[None] <= at[:, None]) & (calls.cancelled[None] > at[:, None])
    found &= (calls.departed[None] > at[:, None]) & (calls.planned[None] > at[:, None] - 12 * DAY)
    found &= calls.planned[None] < at[:, None] + (HORIZON + 24) * HOUR
    row, call = np.nonzero(found)
    now = at[row]
    estimate = past.estimate(call, now)
    says = np.where(estimate < NEVER, estimate, calls.planned[call])
    here = calls.arrived[call] <= now
    lead = np.where(here, HERE, np.searchsorted(EDGES, says - now, side="right"))
    listed, heard = past.first_listed[call] <= now, past.first_heard[call] <= now
    status = np.where(listed, LISTED, np.where(heard, HEARD, UNHEARD))
    return Open(row, call, status, lead, np.where(here, calls.arrived[call], np.maximum(says, now)))


def punctuality(past: Past, at: Moments) -> Punctuality:
    """What became of the calls that were open at past moments."""
    known, calls = past.known, past.known.calls
    seen = open_calls(past, at)
    seen = seen.take(seen.base < known.now - RESOLVED_DAYS * DAY)
    came = calls.arrived[seen.call] <= known.now
    way = calls.way[seen.call]
    error = np.zeros((WAYS, 3, HERE + 1, ATOMS))
    runs, brings, takes = np.zeros((3, WAYS, 3, HERE + 1))
    late = np.where(came, calls.arrived[seen.call] - seen.base, 0)
    for each in range(WAYS):
        mine = way == each
        for status in range(3):
            of_status = mine & (seen.status == status)
            for lead in range(HERE + 1):
                exact = of_status & (seen.lead == lead)
                chosen = next(c for c in (exact, of_status, mine) if c.sum() >= LEAST_CASES or c is mine)
                if not chosen.any():
                    continue
                runs[each, status, lead] = came[chosen].mean()
                brings[each, status, lead] = (past.brought[seen.call[chosen]] > 0).mean()
                takes[each, status, lead] = (past.taken[seen.call[chosen]] > 0).mean()
                if (chosen & came).any() and lead != HERE:
                    error[each, status, lead] = np.quantile(late[chosen & came], POINTS)
    return Punctuality(error, runs, brings, takes)


def arrivals(found: Open, habits: Punctuality, way: Numbers, at: Moments) -> tuple[Floats, Floats]:
    """Hours from each moment to each call's arrival, by its equally likely errors, and their weights."""
    hours = (found.base[:, None] + habits.error[way, found.status, found.lead] - at[found.row][:, None]) / HOUR
    weight = np.full(hours.shape, 1.0 / ATOMS)
    to_come = found.lead != HERE
    weight[to_come[:, None] & (hours < 0)] = 0.0
    nothing = weight.sum(axis=1) == 0
    hours[nothing], weight[nothing] = np.linspace(0.5, 12, ATOMS), 1.0 / ATOMS
    return hours, weight / weight.sum(axis=1, keepdims=True)
