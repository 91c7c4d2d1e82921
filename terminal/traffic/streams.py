"""Chance by name. Each part of the traffic draws from a stream of its own, so that changing one leaves the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from terminal.traffic.moments import Flags, Floats, Moments, Numbers, seconds


class Stream:
    """A source of chance for one part of the traffic: the same seed and name, the same draws."""

    def __init__(self, seed: int, name: str) -> None:
        self.draw = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(name.encode())])))

    def happens(self, chance: Any, many: int) -> Flags:
        """Whether each of ``many`` things happens."""
        return np.asarray(self.draw.random(many) < chance)

    def uniform(self, low: float, high: float, many: int) -> Floats:
        """Between two values."""
        return low + (high - low) * self.draw.random(many)

    def normal(self, many: int) -> Floats:
        """Standard normal values."""
        return self.draw.standard_normal(many)

    def hours(self, median: Any, sigma: float, many: int) -> Moments:
        """Log-normal durations by their median in hours, as whole seconds."""
        return seconds(median * np.exp(sigma * self.normal(many)))

    def waiting(self, mean_hours: float, many: int) -> Moments:
        """Exponential durations by their mean in hours, as whole seconds."""
        return seconds(-mean_hours * np.log1p(-self.draw.random(many)))

    def pick(self, weights: Sequence[float], many: int) -> Numbers:
        """Indexes, each as often as its weight says."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.minimum(np.searchsorted(edges / edges[-1], self.draw.random(many), side="right"), len(edges) - 1)

    def wave(self, many: int, deviation: float, memory: float) -> Floats:
        """A log-scale AR(1): each value keeps ``memory`` of the last; standard deviation ``deviation``, mean 1."""
        steps = self.normal(many) * deviation * np.sqrt(1 - memory**2)
        level, state = np.empty(many), deviation * float(self.normal(1)[0])
        for place, step in enumerate(steps):
            state = memory * state + step
            level[place] = state
        result: Floats = np.exp(level - deviation**2 / 2)
        return result

    def times(self, per_year: float, start: int, end: int) -> Moments:
        """Moments of a Poisson process, sorted."""
        many = int(self.draw.poisson(per_year * (end - start) / 31_557_600))
        return np.sort(start + (self.draw.random(many) * (end - start)).astype(np.int64))


@dataclass(frozen=True)
class Streams:
    """All streams of one seed."""

    seed: int

    def __getitem__(self, name: str) -> Stream:
        return Stream(self.seed, name)


def evenly(weights: Sequence[float], many: int, stream: Stream) -> Numbers:
    """Indexes of ``weights`` in an order in which each comes as often as its weight says, at regular distances."""
    shares = np.asarray(weights, dtype=np.float64) / sum(weights)
    counts = np.floor(shares * many).astype(np.int64) + 2
    index = np.repeat(np.arange(len(shares)), counts)
    turn = np.concatenate([np.arange(each) for each in counts])
    place = (turn + stream.draw.random(len(shares))[index] + 0.25 * (stream.draw.random(len(index)) - 0.5)) / shares[
        index
    ]
    ordered: Numbers = index[np.lexsort((index, place))][:many]
    return ordered
