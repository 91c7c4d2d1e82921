"""Sixteen threads want the same thing: a safe way and an unsafe one, in rounds that alternate."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any, Generic, TypeVar

THREADS = 16
ROUNDS = 5
ATTEMPTS = 12

W = TypeVar("W")
Result = tuple[float, Decimal]


@dataclass(frozen=True)
class Crowd(Generic[W]):
    """``prepare`` makes a round's site; ``wishes`` are each thread's in it; ``over``: what was given beyond what is."""

    prepare: Callable[[], None]
    wishes: Callable[[int], Sequence[W]]
    over: Callable[[], Decimal]

    def compare(self, ours: Callable[[W], object], unsafe: Callable[[W], object], rounds: int) -> dict[str, Any]:
        """Answers per second of both ways after one round to warm up, the median ratio, and what each gave beyond."""
        self._round(ours), self._round(unsafe)
        pairs = [self._pair(ours, unsafe, turn) for turn in range(rounds)]
        mine, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        return {
            "ours_per_second": round(median(rate for rate, _ in mine), 1),
            "unsafe_per_second": round(median(rate for rate, _ in theirs), 1),
            "ratio": round(median(a / b for (a, _), (b, _) in zip(mine, theirs, strict=True)), 2),
            "ours_beyond": [int(over) for _, over in mine],
            "unsafe_beyond": [int(over) for _, over in theirs],
        }

    def _pair(self, ours: Callable[[W], object], unsafe: Callable[[W], object], turn: int) -> tuple[Result, Result]:
        """One round of each, every other time in the other order."""
        if turn % 2:
            after = self._round(unsafe)
            return self._round(ours), after
        return self._round(ours), self._round(unsafe)

    def _round(self, way: Callable[[W], object]) -> Result:
        self.prepare()
        ready = threading.Barrier(THREADS + 1)
        crew = [threading.Thread(target=_work, args=(way, self.wishes(n), ready)) for n in range(THREADS)]
        for each in crew:
            each.start()
        ready.wait()
        began = time.perf_counter()
        for each in crew:
            each.join()
        return THREADS * ATTEMPTS / (time.perf_counter() - began), self.over()


def _work(way: Callable[[W], object], wishes: Sequence[W], ready: threading.Barrier) -> None:
    from django.db import connection

    try:
        connection.ensure_connection()
        ready.wait()
        for wish in wishes:
            way(wish)
    finally:
        connection.close()
