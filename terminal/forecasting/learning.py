"""Learning by lead: straight lines for each hour ahead, held to what was believed where cases are few, and errors."""

from dataclasses import dataclass

import numpy as np

from terminal.forecasting.known import Floats, Numbers
from terminal.forecasting.parameters import BELIEF, EVERY_H, HORIZON, LEAST_PASTS, QUANTILES


def windowed(values: Floats) -> Floats:
    """Sums over the hours around each: the farther ahead, the wider. ``[hour, …]``."""
    total = np.concatenate((np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)))
    hour = np.arange(len(values))
    reach = 1 + hour // 8
    summed: Floats = total[np.minimum(hour + reach, len(values))] - total[np.maximum(hour - reach + 1, 0)]
    return summed


def lines(miss: Floats, features: Floats) -> Floats:
    """Factors by hour ahead that foretell ``miss[past, hour]`` from ``features[past, hour, which]``, ``[hour, which]``.

    Held to 0 as if ``BELIEF`` independent cases had said so: cases that overlap in time are not independent.
    """
    told = ~np.isnan(miss)
    x, y = np.where(told[..., None], features, 0.0), np.where(told, miss, 0.0)
    gram = windowed(np.einsum("ohi,ohj->hij", x, x))
    cross = windowed(np.einsum("ohi,oh->hi", x, y))
    cases = np.maximum(windowed(told.sum(axis=0).astype(float)), 1.0)
    overlap = np.maximum((np.arange(HORIZON) + 1) / EVERY_H, 1.0)
    width = cases / np.maximum(told.sum(axis=0), 1)
    usual = np.einsum("hii->hi", gram) / cases[:, None]
    held = (BELIEF * overlap * width)[:, None] * np.maximum(usual, 1e-9)
    gram = gram + held[:, :, None] * np.eye(features.shape[2])
    found: Floats = np.linalg.solve(gram, cross[..., None])[..., 0]
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
    """How wrong past forecasts were, made ``wider`` (by hour) for being judged on what they were fitted to."""
    if not miss.size:
        nothing = np.zeros(HORIZON)
        return Errors(miss, nothing, nothing, nothing)
    ordered, many = np.sort(miss, axis=0), (~np.isnan(miss)).sum(axis=0)
    quantiles = [_smooth(_quantile(ordered, many, each)) for each in QUANTILES]
    middle = quantiles[1]
    low, high = (middle + (each - middle) * wider for each in (quantiles[0], quantiles[2]))
    return Errors(middle + (miss - middle) * wider, low, middle, high)


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
