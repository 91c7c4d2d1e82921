"""The next fourteen days of every stock, hour by hour, with how sure that is and what each hour is made of.

    >>> from terminal.forecasting import forecast
    >>> forecast(known)[Stock.YARD_TEU].high[71]

``docs/forecasts.md`` tells the method. In short: what is known is carried forward by how such things have turned out;
the same is done as of many past moments; how wrong that was is how wrong this may be.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from terminal.forecasting.causes import Cause, causes
from terminal.forecasting.habits import Habits, learn
from terminal.forecasting.known import DAY, HOUR, RAIL, Floats, Known, Moments, level
from terminal.forecasting.learning import Errors, apply, errors, lines
from terminal.forecasting.parameters import DRAWS, EVERY_H, HORIZON, LEAST_PASTS, TRAINED_DAYS, WARM_DAYS, WIDER
from terminal.forecasting.past import Past
from terminal.forecasting.spells import HOURS, held_as_of, of_week
from terminal.forecasting.trains import play
from terminal.forecasting.yard import Flows, flows
from terminal.metrics import Stock

STEPS: Final = np.arange(1, HORIZON + 1)


@dataclass(frozen=True)
class Outlook:
    """A stock hour by hour from the first full hour after ``at`` on. ``low``, ``median``, ``high``: 10, 50 and 90 %.

    ``stock`` is what there is now. ``parts``: what each hour is made of, by name. ``paths[draw, hour]`` are ways in
    which it may go, ``NaN`` from where one is not known to its end; they rise and fall as the past did.
    """

    stock: float
    low: Floats
    median: Floats
    high: Floats
    paths: Floats
    parts: dict[str, Floats] = field(default_factory=dict)
    causes: list[Cause] = field(default_factory=list)

    @property
    def reach(self) -> int:
        """How many hours are forecast: as far as there is experience of how wrong it may be."""
        return len(self.median)

    def made_of(self, **parts: Floats) -> "Outlook":
        """The same, saying what each hour is made of."""
        return replace(self, parts={name: values[: self.reach] for name, values in parts.items()})


def forecast(known: Known) -> dict[Stock, Outlook]:
    """Every stock of which enough is known. A terminal without history gets none, rather than a line from nothing.

    ``known.now`` is a full hour.
    """
    past = Past(known)
    moments = pasts(known)
    if len(moments) < LEAST_PASTS:
        return {}
    return outlooks(past, learn(past), moments)


def pasts(known: Known) -> Moments:
    """Moments as of which the forecast is made once more."""
    first = max(known.start + WARM_DAYS * DAY, known.now - TRAINED_DAYS * DAY)
    many = max((known.now - first) // (EVERY_H * HOUR), 0)
    return known.now - EVERY_H * HOUR * np.arange(many, 0, -1)


def outlooks(past: Past, habits: Habits, moments: Moments) -> dict[Stock, Outlook]:
    """The forecast of every stock from habits learned before."""
    at = np.append(moments, past.known.now)
    yard = flows(past, habits, at)
    found = {
        Stock.YARD_TEU: of_yard(past, yard, at),
        Stock.TRAIN_PLACES: of_trains(past, habits, at),
        Stock.WAREHOUSE_M2: of_warehouse(past.known, at),
        Stock.CUSTOMS_QUEUE: of_customs(past.known, yard, at),
    }
    why = causes(past, habits)
    return {stock: replace(each, causes=why[stock]) for stock, each in found.items() if each is not None}


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
    middle, wrong = corrected(yard.level, came(known, at[:-1], truth), features, WIDER)
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


def of_warehouse(known: Known, at: Moments) -> Outlook | None:
    """m² held."""
    held = known.bookings
    if not len(held.size) or known.area_m2 <= 0:
        return None
    truth = level(held.since, held.ends, held.size, (at[:-1, None] + HOURS).ravel()).reshape(-1, HORIZON)
    truth = came(known, at[:-1], truth)
    booked = held_as_of(held, at)
    now = level(held.since, held.ends, held.size, at)
    features = np.stack((booked - booked[:-1].mean(axis=0), _over_usual(now)), axis=2)
    with np.errstate(all="ignore"):
        more = np.nan_to_num(np.nanmean(truth - booked[:-1], axis=0))
    middle, wrong = corrected(booked + more, truth, features)
    found = outlook(float(now[-1]), middle, wrong, most=known.area_m2)
    return found and found.made_of(booked=booked[-1], to_be_booked=found.median - booked[-1, : found.reach])


def of_customs(known: Known, yard: Flows, at: Moments) -> Outlook | None:
    """Declarations that wait."""
    queue = known.declarations
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
    calls = known.calls
    here = (calls.arrived <= known.now) & (calls.departed > known.now) & (calls.way == RAIL)
    stands = min(float(here.sum()), float(known.places))
    low, median, high = np.quantile(taken, (0.1, 0.5, 0.9), axis=0, method="inverted_cdf")
    change = np.diff(taken.mean(axis=0), prepend=stands)
    found = _cut(Outlook(stands, low, median, high, taken), _reach(len(at) - 1))
    return found and found.made_of(due=played.due[0], leaving=change - played.due[0])


def _over_usual(now: Floats) -> Floats:
    return np.broadcast_to((now - now[:-1].mean())[:, None], (len(now), HORIZON))


def corrected(raw: Floats, truth: Floats, features: Floats, wider: float = 1.0) -> tuple[Floats, Errors]:
    """The forecast as of now (the last of ``raw``), freed of what past ones have been wrong by, and their errors."""
    miss = truth - raw[:-1]
    factors = lines(miss, features[:-1])
    wrong = errors(miss - apply(factors, features[:-1]), 1 + (wider - 1) * np.minimum(STEPS / 168, 1))
    return raw[-1] + apply(factors, features[-1:])[0], wrong


def outlook(stock: float, middle: Floats, wrong: Errors, *, most: float) -> Outlook | None:
    """The bands around a forecast by the errors of past ones, within what is possible."""
    reach = int((np.sum(~np.isnan(wrong.paths), axis=0) >= LEAST_PASTS).sum())
    if not reach:
        return None
    low, median, high, paths = (
        np.clip(middle + each, 0, most) for each in (wrong.low, wrong.median, wrong.high, wrong.paths)
    )
    # Means over neighbouring hours are equal but for the last bit where all errors are.
    low, high = np.minimum(low, median), np.maximum(high, median)
    return _cut(Outlook(stock, low, median, high, paths), reach)


def _reach(many: int) -> int:
    """Hours ahead of which as many past forecasts as it takes are known to their end."""
    return int(np.clip((many - LEAST_PASTS) * EVERY_H, 0, HORIZON))


def _cut(whole: Outlook, reach: int) -> Outlook | None:
    if not reach:
        return None
    return Outlook(whole.stock, whole.low[:reach], whole.median[:reach], whole.high[:reach], whole.paths[:, :reach])
