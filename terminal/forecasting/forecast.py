"""The next fourteen days of every stock, hour by hour, with how sure that is and what each hour is made of.

    >>> from terminal.forecasting import forecast
    >>> forecast(known)[Stock.YARD_TEU].high[71]

``docs/forecasts.md`` tells the method. In short: what is known is carried forward by how such things have turned out;
the same is done as of many past moments; how wrong that was is how wrong this may be.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from terminal.forecasting.causes import causes
from terminal.forecasting.habits import Habits, learn
from terminal.forecasting.known import DAY, HOUR, RAIL, Floats, Known, Moments, Spells, level
from terminal.forecasting.learning import Errors, apply, errors, lines, needed
from terminal.forecasting.outlook import Outlook, outlook, reach_of
from terminal.forecasting.parameters import (
    DRAWS,
    EVERY_H,
    HORIZON,
    LEAST_PASTS,
    PAST_DRAWS,
    PAST_PLAYS,
    TRAINED_DAYS,
    WARM_DAYS,
)
from terminal.forecasting.past import Past
from terminal.forecasting.spells import HOURS, held_as_of, of_week
from terminal.forecasting.trains import play
from terminal.forecasting.whole import band, chances, held_before, level_for
from terminal.forecasting.yard import Flows, flows
from terminal.metrics import Stock

EVERY: Final = frozenset(Stock)


@dataclass(frozen=True)
class Forecasts:
    """Of the ``site``, and of its ``parts``: zones and offices by their place among those that are known."""

    site: dict[Stock, Outlook] = field(default_factory=dict)
    parts: dict[tuple[Stock, int], Outlook] = field(default_factory=dict)


def forecast(known: Known, stocks: frozenset[Stock] = EVERY) -> dict[Stock, Outlook]:
    """The stocks of the site of which enough is known. See ``forecast_all``."""
    made = _learned(known)
    return _of_site(*made, stocks) if made else {}


def forecast_all(known: Known) -> Forecasts:
    """Every stock, and each zone's and office's, of which enough is known. A terminal without history gets none, rather
    than a line from nothing.

    ``known.now`` is a full hour.
    """
    made = _learned(known)
    return Forecasts(_of_site(*made, EVERY), _of_parts(known, made[2], made[3])) if made else Forecasts()


def _learned(known: Known) -> tuple[Past, Habits, Flows, Moments] | None:
    """What every forecast is made from: the past, its habits, and the yard as of each past moment and now."""
    past = Past(known)
    moments = pasts(known)
    if len(moments) < LEAST_PASTS:
        return None
    habits, at = learn(past), np.append(moments, known.now)
    return past, habits, flows(past, habits, at), at


def pasts(known: Known) -> Moments:
    """Moments as of which the forecast is made once more."""
    first = max(known.start + WARM_DAYS * DAY, known.now - TRAINED_DAYS * DAY)
    many = max((known.now - first) // (EVERY_H * HOUR), 0)
    return known.now - EVERY_H * HOUR * np.arange(many, 0, -1)


def _of_site(past: Past, habits: Habits, yard: Flows, at: Moments, stocks: frozenset[Stock]) -> dict[Stock, Outlook]:
    known = past.known
    made: dict[Stock, Callable[[], Outlook | None]] = {
        Stock.YARD_TEU: lambda: of_yard(past, yard, at),
        Stock.TRAIN_PLACES: lambda: of_trains(past, habits, at),
        Stock.WAREHOUSE_M2: lambda: of_area(known.bookings, known.area_m2, known, at),
        Stock.CUSTOMS_QUEUE: lambda: of_queue(known.declarations, known, yard, at),
    }
    why = causes(past, habits)
    found = {stock: make() for stock, make in made.items() if stock in stocks}
    return {stock: replace(each, causes=why[stock]) for stock, each in found.items() if each is not None}


def _of_parts(known: Known, yard: Flows, at: Moments) -> dict[tuple[Stock, int], Outlook]:
    found = {
        (Stock.WAREHOUSE_M2, zone): of_area(known.bookings.of(zone), area, known, at)
        for zone, area in enumerate(known.zones_m2)
    }
    for office in range(len(known.offices)):
        found[Stock.CUSTOMS_QUEUE, office] = of_queue(known.declarations.of(office), known, yard, at)
    return {part: each for part, each in found.items() if each is not None}


def came(known: Known, at: Moments, levels: Floats) -> Floats:
    """What came of past hours: ``levels`` by moment and hour, ``NaN`` where the hour has not come yet."""
    coming = at[:, None] + HOURS > known.now
    return np.where(coming, np.nan, levels)


def of_yard(past: Past, yard: Flows, at: Moments) -> Outlook | None:
    """TEU on the ground."""
    boxes, known = past.known.boxes, past.known
    if not (boxes.came <= known.now).any():
        return None
    truth = level(boxes.in_at, boxes.out_at, boxes.teu, (at[:-1, None] + HOURS).ravel()).reshape(-1, HORIZON)
    drift = yard.level - yard.stock[:, None]
    usual = np.broadcast_to((yard.stock - yard.stock[:-1].mean())[:, None], drift.shape)
    features = np.stack((np.ones_like(drift), usual, drift - drift[:-1].mean(axis=0)), axis=2)
    middle, wrong = corrected(yard.level, came(known, at[:-1], truth), features, again=True)
    found = outlook(float(yard.stock[-1]), middle, wrong, most=np.inf)
    if found is None:
        return None
    parts = {
        "known_in": yard.known_in[-1],
        "unknown_in": yard.unknown_in[-1],
        "by_carrier": -yard.by_carrier[-1],
        "by_dwell": -yard.by_truck[-1],
    }
    moved = found.stock + np.cumsum(sum(parts.values()))[: found.reach]
    return found.made_of(**parts, learned=found.median - moved)


def of_area(held: Spells, area_m2: float, known: Known, at: Moments) -> Outlook | None:
    """m² held, of the warehouse or a zone of it."""
    if not len(held.size) or area_m2 <= 0:
        return None
    truth = level(held.since, held.ends, held.size, (at[:-1, None] + HOURS).ravel()).reshape(-1, HORIZON)
    truth = came(known, at[:-1], truth)
    booked = held_as_of(held, at)
    now = level(held.since, held.ends, held.size, at)
    over = np.broadcast_to((now - now[:-1].mean())[:, None], booked.shape)
    features = np.stack((np.ones_like(booked), booked - booked[:-1].mean(axis=0), over), axis=2)
    middle, wrong = corrected(booked, truth, features, free=1)
    found = outlook(float(now[-1]), middle, wrong, most=area_m2)
    return found and found.made_of(booked=booked[-1], to_be_booked=found.median - booked[-1, : found.reach])


def of_queue(queue: Spells, known: Known, yard: Flows, at: Moments) -> Outlook | None:
    """Declarations that wait, at all offices or one."""
    if not len(queue.size):
        return None
    hours = np.arange(at[0] - at[0] % HOUR, known.now + 1, HOUR)
    counted = level(queue.since, queue.ends, queue.size, hours)
    usual = of_week(known, hours, counted)
    expected = usual[known.clock(at[:, None] + HOURS)]
    now = level(queue.since, queue.ends, queue.size, at)
    truth = level(queue.since, queue.ends, queue.size, (at[:-1, None] + HOURS).ravel()).reshape(-1, HORIZON)
    inflow = np.cumsum(yard.known_in + yard.unknown_in, axis=1)
    inflow = inflow - np.concatenate((np.zeros((len(at), 12)), inflow[:, :-12]), axis=1)
    over = np.broadcast_to((now - usual[known.clock(at)])[:, None], expected.shape)
    features = np.stack((np.ones_like(expected), over, inflow - inflow[:-1].mean(axis=0)), axis=2)
    middle, wrong = corrected(expected, came(known, at[:-1], truth), features)
    found = outlook(float(now[-1]), middle, wrong, most=np.inf)
    return found and found.made_of(usual=expected[-1], carried=found.median - expected[-1, : found.reach])


def of_trains(past: Past, habits: Habits, at: Moments) -> Outlook | None:
    """Trains on the tracks."""
    known = past.known
    if not past.done.any() or known.places <= 0:
        return None
    played = play(past, habits, at[-1:], DRAWS)
    taken = played.taken[0].astype(np.float64)
    tenth, median, ninetieth = np.quantile(taken, (0.1, 0.5, 0.9), axis=0, method="inverted_cdf")
    low, high = band(chances(taken, known.places), level_for(_tried(past, habits, at[:-1])))
    stands = float(on_tracks(past, at[-1:])[0])
    change = np.diff(taken.mean(axis=0), prepend=stands)
    whole = Outlook(stands, low, median, high, taken, tenth=tenth, ninetieth=ninetieth)
    found = whole.cut(reach_of(len(at) - 1))
    return found and found.made_of(due=played.due[0], leaving=change - played.due[0])


def on_tracks(past: Past, at: Moments) -> Floats:
    """Trains that had a place at each moment."""
    calls = past.known.calls
    mine = calls.way == RAIL
    here = level(calls.arrived[mine], calls.departed[mine], np.ones(int(mine.sum())), at.ravel()).reshape(at.shape)
    return np.clip(here, 0, past.known.places)


def _tried(past: Past, habits: Habits, at: Moments) -> Floats:
    """How much a band of the past held before it took in what came: ``[past, hour]``, of some of the pasts."""
    chosen = at[::-1][:: max(len(at) // PAST_PLAYS, 1)][::-1]
    chance = chances(play(past, habits, chosen, PAST_DRAWS).taken, past.known.places)
    truth = came(past.known, chosen, on_tracks(past, chosen[:, None] + HOURS))
    number = np.nan_to_num(truth).astype(np.int64)
    before = np.take_along_axis(held_before(chance), number[..., None], axis=-1)[..., 0]
    return np.where(np.isnan(truth), np.nan, before)


def corrected(
    raw: Floats, truth: Floats, features: Floats, *, free: int = 0, again: bool = False
) -> tuple[Floats, Errors]:
    """The forecast as of now (the last of ``raw``), freed of what past ones have been wrong by, and their errors.

    ``again``: also what was carried forward was learned from the whole past, so that the errors are too small even of
    what was left out; they are made as much wider as it takes to cover other times.
    """
    miss = truth - raw[:-1]
    learned = lines(miss, features[:-1], free)
    left = miss - learned.foretold
    return raw[-1] + apply(learned.factors, features[-1:])[0], errors(left, needed(left) if again else 1.0)
