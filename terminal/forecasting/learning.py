"""Learning by lead: straight lines for each hour ahead, held to what was believed where cases are few, and errors."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.forecasting.known import Floats, Numbers
from terminal.forecasting.parameters import BELIEF, BLOCKS, COVERS, EVERY_H, HORIZON, LEAST_PASTS, QUANTILES

MOST: Final = 3.0
"""However little the errors of other times tell of a block's: no band is made wider than so many times."""


def windowed(values: Floats) -> Floats:
    """Sums over the hours around each: the farther ahead, the wider. ``[hour, …]``."""
    total = np.concatenate((np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)))
    hour = np.arange(len(values))
    reach = 1 + hour // 8
    summed: Floats = total[np.minimum(hour + reach, len(values))] - total[np.maximum(hour - reach + 1, 0)]
    return summed


# Note [Left out]
# Whoever is judged by what they learned from looks better than they are. So each past forecast is freed of its errors
# by factors that the other blocks of the past taught, and what remains of it is as wrong as the next forecast will be.
# Neighbours in time know one another's hours: blocks are left out, not single forecasts.


@dataclass(frozen=True)
class Learned:
    """``factors`` by hour ahead, ``[hour, which]``; and what those learned without it foretold of each past forecast,
    ``foretold[past, hour]``."""

    factors: Floats
    foretold: Floats


def lines(miss: Floats, features: Floats, free: int = 0) -> Learned:
    """Factors that foretell ``miss[past, hour]`` from ``features[past, hour, which]``. See Note [Left out].

    Held to 0 as if ``BELIEF`` independent cases had said so: cases that overlap in time are not independent. The first
    ``free`` of them are not held.
    """
    told = ~np.isnan(miss)
    x, y = np.where(told[..., None], features, 0.0), np.where(told, miss, 0.0)
    block = _blocks(len(miss))
    gram, cross, many = (
        _by_block(each, block) for each in (x[..., :, None] * x[..., None, :], x * y[..., None], told.astype(float))
    )
    whole = gram.sum(axis=0), cross.sum(axis=0), many.sum(axis=0)
    without = [
        _solved(whole[0] - gram[each], whole[1] - cross[each], whole[2] - many[each], free) for each in range(len(gram))
    ]
    return Learned(_solved(*whole, free), np.einsum("ohi,ohi->oh", features, np.stack(without)[block]))


def _blocks(many: int) -> Numbers:
    """To which block of the past each past forecast belongs."""
    return np.arange(many) * min(BLOCKS, many) // max(many, 1)


def _by_block(values: Floats, block: Numbers) -> Floats:
    summed: Floats = np.add.reduceat(values, np.searchsorted(block, np.unique(block)), axis=0)
    return summed


def _solved(gram: Floats, cross: Floats, many: Floats, free: int) -> Floats:
    """The factors of each hour from the sums over the cases of the hours around it."""
    gram, cross, cases = windowed(gram), windowed(cross), np.maximum(windowed(many), 1.0)
    overlap = np.maximum((np.arange(HORIZON) + 1) / EVERY_H, 1.0)
    width = cases / np.maximum(many, 1)
    usual = np.maximum(np.einsum("hii->hi", gram) / cases[:, None], 1e-9)
    held = np.where(np.arange(gram.shape[2]) < free, 1e-9, BELIEF * (overlap * width)[:, None]) * usual
    found: Floats = np.linalg.solve(gram + held[:, :, None] * np.eye(gram.shape[2]), cross[..., None])[..., 0]
    return found


def apply(factors: Floats, features: Floats) -> Floats:
    """What the factors foretell. ``[moment, hour]``."""
    foretold: Floats = np.einsum("ohi,hi->oh", features, factors)
    return foretold


@dataclass(frozen=True)
class Errors:
    """Truth less forecast of past forecasts, ``paths[past, hour]``, hours not come yet ``NaN``; and their quantiles."""

    paths: Floats
    low: Floats
    median: Floats
    high: Floats

    @property
    def enough(self) -> bool:
        """Whether there are as many as it takes to say anything of how wrong the next will be."""
        return bool((~np.isnan(self.paths[:, 0])).sum() >= LEAST_PASTS) if self.paths.size else False


def errors(miss: Floats, wider: Floats | float = 1.0) -> Errors:
    """How wrong past forecasts were, made ``wider`` (by hour) about their middle."""
    if not miss.size:
        nothing = np.zeros(HORIZON)
        return Errors(miss, nothing, nothing, nothing)
    low, middle, high = band(miss)
    low, high = (middle + (each - middle) * wider for each in (low, high))
    return Errors(middle + (miss - middle) * wider, low, middle, high)


def band(miss: Floats) -> tuple[Floats, Floats, Floats]:
    """10, 50 and 90 % of the errors by hour, smoothed over the hours around."""
    ordered, many = np.sort(miss, axis=0), (~np.isnan(miss)).sum(axis=0)
    low, middle, high = (_smooth(_quantile(ordered, many, each)) for each in QUANTILES)
    return low, middle, high


def needed(miss: Floats) -> Floats:
    """By hour, how many times as wide a band has to be, about its middle, as errors of other times make it, for as many
    of the errors to lie within as are to. See Note [Left out].
    """
    block = _blocks(len(miss))
    score = np.full(miss.shape, np.nan)
    for each in range(int(block.max(initial=-1)) + 1):
        low, middle, high = band(np.where((block == each)[:, None], np.nan, miss))
        over = miss[block == each] - middle
        side = np.maximum(np.where(over > 0, high - middle, middle - low), 0.1 * (high - low))
        score[block == each] = np.where(side > 0, np.abs(over) / np.maximum(side, 1e-9), np.where(over == 0, 0.0, MOST))
    ordered, many = np.sort(np.minimum(score, MOST), axis=0), (~np.isnan(score)).sum(axis=0)
    return _smooth(_quantile(ordered, many, COVERS))


def _quantile(ordered: Floats, many: Numbers, share: float) -> Floats:
    """By hour, of so many sorted values; hours of which too little has come yet, as the last of which enough has."""
    enough = many >= LEAST_PASTS
    place = share * np.maximum(many - 1, 0)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(many - 1, 0))
    hour = np.arange(ordered.shape[1])
    found = np.nan_to_num(ordered[low, hour] + (place - low) * (ordered[high, hour] - ordered[low, hour]))
    last = np.maximum.accumulate(np.where(enough, hour, 0))
    kept: Floats = np.where(enough.any(), found[last], 0.0)
    return kept


def _smooth(values: Floats) -> Floats:
    hours = windowed(values[:, None])[:, 0]
    return hours / windowed(np.ones((len(values), 1)))[:, 0]
