"""TEU on the ground, hour by hour: boxes that come, wait for what they leave by, and are taken."""

from dataclasses import dataclass

import numpy as np

from terminal.forecasting.coming import LISTED, arrivals, open_calls
from terminal.forecasting.habits import Habits
from terminal.forecasting.known import DAY, HOUR, ROAD, Flags, Floats, Moments, Numbers
from terminal.forecasting.parameters import HORIZON, LAGS
from terminal.forecasting.past import Past, waiting
from terminal.forecasting.season import busy

MOST = 1.6


@dataclass(frozen=True)
class Flows:
    """What the yard's hours are made of, as of several moments: ``[moment, hour]`` in TEU, and the stock at first."""

    stock: Floats
    known_in: Floats
    unknown_in: Floats
    by_carrier: Floats
    by_truck: Floats
    level: Floats


@dataclass(frozen=True)
class Spread:
    """Open calls with the hours of their arrival (``hours``, ``weight``: ``[pair, atom]``)."""

    row: Numbers
    call: Numbers
    hours: Floats
    weight: Floats

    def impulses(self, amount: Floats, column: Numbers, shape: tuple[int, int]) -> Floats:
        """``amount`` of each pair in the hour of its arrival: ``[moment, column, hour]``, from ``LAGS`` hours back."""
        span = HORIZON + LAGS
        hour = np.floor(self.hours).astype(np.int64) + LAGS
        inside = (hour >= 0) & (hour < span)
        flat = (self.row[:, None] * shape[1] + column[:, None]) * span + np.clip(hour, 0, span - 1)
        weighted = self.weight * amount[:, None] * inside
        counted = np.bincount(flat.ravel(), weighted.ravel(), shape[0] * shape[1] * span)
        return counted.astype(np.float64).reshape(*shape, span)


def lagged(arrivals: Floats, lags: Floats) -> Floats:
    """What comes in each of the coming hours when each arrival is spread over the hours after it."""
    spread = np.zeros((HORIZON + LAGS, HORIZON))
    for lag, share in enumerate(lags):
        hour = np.arange(HORIZON)
        spread[LAGS - lag + hour, hour] = share
    return arrivals @ spread


def flows(past: Past, habits: Habits, at: Moments) -> Flows:
    """The yard as of each moment, on average."""
    known = past.known
    many = len(at)
    clock = known.clock((at[:, None] + np.arange(1, HORIZON + 1) * HOUR) // HOUR * HOUR)
    more = busy(past, at, at[:, None] + np.arange(1, HORIZON + 1) * HOUR)
    listed_in, other_in, loading = carried(past, habits, at, more)
    truck_known, truck_more = brought_by_truck(past, habits, at, clock)
    truck_more *= 1 + habits.follows[ROAD] * more
    inflow = listed_in + other_in
    inflow += (truck_known + truck_more)[:, None, :] * habits.mix[ROAD][None, :, None]
    fresh, ready = waiting(past, at, habits.fresh_h)
    stock = (fresh + ready).sum(axis=1)
    by_carrier, by_truck, level = np.zeros((many, HORIZON)), np.zeros((many, HORIZON)), np.zeros((many, HORIZON))
    keep = np.exp(-1 / habits.fresh_h)
    fetch_known, ahead = fetched_by_appointment(past, habits, at)
    for hour in range(HORIZON):
        ready += fresh * (1 - keep)
        fresh = fresh * keep + inflow[:, :, hour]
        going = loading[:, :, hour]
        pulled = 1 + habits.pull * (ready[:, :-1] / habits.usual - 1)
        take = np.minimum(going * habits.takes_teu * np.clip(pulled, 0, MOST), ready[:, :-1])
        ready[:, :-1] -= take
        stood = fresh[:, -1] + ready[:, -1]
        fetch = fetch_known[:, hour] + (1 - ahead[hour]) * stood * habits.fetched[clock[:, hour]]
        fetch = np.minimum(fetch, stood)
        left = np.where(stood > 0, fetch / np.maximum(stood, 1e-9), 0)
        fresh[:, -1] *= 1 - left
        ready[:, -1] *= 1 - left
        by_carrier[:, hour], by_truck[:, hour] = take.sum(axis=1), fetch
        level[:, hour] = (fresh + ready).sum(axis=1)
    known_in = listed_in.sum(axis=1) + truck_known
    unknown_in = other_in.sum(axis=1) + truck_more
    return Flows(stock, known_in, unknown_in, by_carrier, by_truck, level)


def carried(past: Past, habits: Habits, at: Moments, more: Floats) -> tuple[Floats, Floats, Floats]:
    """TEU that calls bring, by the line they leave by: listed and expected; how many load: ``[moment, line, hour]``."""
    known, calls, many = past.known, past.known.calls, len(at)
    lines = len(known.lines) + 1
    found = open_calls(past, at)
    listed_in, other_in = np.zeros((many, lines, HORIZON)), np.zeros((many, lines, HORIZON))
    loading = np.zeros((many, lines - 1, HORIZON))
    for way in range(ROAD):
        mine = found.take(calls.way[found.call] == way)
        if not len(mine.row):
            continue
        spread = Spread(mine.row, mine.call, *arrivals(mine, habits.calls, np.full(len(mine.row), way), at))
        brings, takes = (table[way, mine.status, mine.lead] for table in (habits.calls.brings, habits.calls.takes))
        listed, alone = mine.status == LISTED, np.zeros(len(mine.row), dtype=np.int64)
        hour = np.clip((mine.base - at[mine.row]) // HOUR, 0, HORIZON - 1)
        load = habits.load[calls.line[mine.call]] * (1 + habits.follows[way] * more[mine.row, hour])
        expected = spread.impulses(np.where(listed, 0.0, brings * load), alone, (many, 1))
        other_in += lagged(expected, habits.off[way]) * habits.mix[way][None, :, None]
        loading += lagged(spread.impulses(takes, calls.line[mine.call], (many, lines - 1)), habits.onto[way])
        listed_in += lagged(_listed(past, spread, listed, brings, many), habits.off[way])
    _add_unplanned(past, habits, other_in, loading)
    return listed_in, other_in, loading


def _listed(past: Past, spread: Spread, listed: Flags, brings: Floats, many: int) -> Floats:
    """TEU of calls whose boxes are known, in the hour of arrival: ``[moment, line, hour]``."""
    known = Spread(spread.row[listed], spread.call[listed], spread.hours[listed], spread.weight[listed])
    carries = past.on_board[known.call] * brings[listed][:, None]
    lines = carries.shape[1]
    pair, line = np.nonzero(carries)
    each = Spread(known.row[pair], known.call[pair], known.hours[pair], known.weight[pair])
    return each.impulses(carries[pair, line], line, (many, lines))


def _add_unplanned(past: Past, habits: Habits, other_in: Floats, loading: Floats) -> None:
    """Calls that nobody has announced yet."""
    day = np.minimum(np.arange(HORIZON) // 24, habits.unplanned.shape[1] - 1)
    rate = habits.unplanned[:, day]
    calls = past.known.calls
    for line in range(len(past.known.lines)):
        mine = past.done & (calls.line == line)
        if not mine.any():
            continue
        way = int(calls.way[mine][0])
        brings, takes = float((past.brought[mine] > 0).mean()), float((past.taken[mine] > 0).mean())
        loading[:, line] += rate[line] * takes
        other_in += (rate[line] * brings * habits.load[line])[None, None] * habits.mix[way][None, :, None]


def _appointed(past: Past, at: Moments, *, fetches: bool) -> Floats:
    """Trucks with an appointment in each of the coming hours, as of each moment."""
    trucks = past.known.trucks
    mine = np.flatnonzero(trucks.fetches == fetches)
    slot = trucks.slot[mine]
    order = np.argsort(slot, kind="stable")
    mine, slot = mine[order], slot[order]
    table = np.zeros((len(at), HORIZON))
    for place, moment in enumerate(at.tolist()):
        first, last = np.searchsorted(slot, [moment - moment % HOUR, moment + 5 * DAY])
        seen = mine[first:last]
        seen = seen[(trucks.announced[seen] <= moment) & (trucks.missed[seen] > moment)]
        hour = np.clip((trucks.slot[seen] - moment) // HOUR, 0, HORIZON - 1)
        table[place] = np.bincount(hour, minlength=HORIZON)[:HORIZON]
    return table


def _ahead(habits: Habits) -> Floats:
    ahead = np.zeros(HORIZON)
    ahead[: len(habits.known_ahead)] = habits.known_ahead[:HORIZON]
    return ahead


def brought_by_truck(past: Past, habits: Habits, at: Moments, clock: Numbers) -> tuple[Floats, Floats]:
    """TEU that trucks with an appointment bring, and that others will. ``[moment, hour]``."""
    appointed = _appointed(past, at, fetches=False) * habits.truck_teu[0]
    return appointed, (1 - _ahead(habits))[None] * habits.road_in[clock]


def fetched_by_appointment(past: Past, habits: Habits, at: Moments) -> tuple[Floats, Floats]:
    """TEU that trucks with an appointment fetch, and the share of appointments made so far ahead."""
    return _appointed(past, at, fetches=True) * habits.truck_teu[1], _ahead(habits)
