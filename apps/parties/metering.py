"""How often each program asks, and what it was answered: counted and noted beside the request.

# Note [Counted beside the request]
A request waits for none of this. Each web process counts in its memory, and a thread of it tells Valkey twice a second
what was counted and noted here since, and hears what all processes have counted. So a limit holds over all of them
within half a second. What was asked lies in Valkey until a task writes it down (``services.keep_accesses``); a process
that is killed loses half a second of it. While Valkey is away each process counts for itself and keeps the latest
lines; while nobody writes them down, Valkey keeps the latest.
"""

import atexit
import logging
import os
import threading
from collections import Counter, deque
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import orjson
from django.conf import settings
from redis import Redis, RedisError

WINDOW_S: Final = 60
MOST_LINES: Final = 10_000
"""How many lines a process keeps while Valkey is away."""

MOST_WAITING: Final = 1_000_000
"""How many lines Valkey keeps while nobody writes them down."""

PATIENCE_S: Final = 2
LINES: Final = "landbridge:accesses"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a credential stands in the minute that runs: ``left`` of ``limit`` requests, for ``resets_in`` seconds."""

    limit: int
    left: int
    resets_in: int
    allowed: bool

    def headers(self) -> dict[str, str]:
        """``RateLimit-Policy`` and ``RateLimit``, as draft-ietf-httpapi-ratelimit-headers writes them."""
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW_S}',
            "RateLimit": f'"minute";r={self.left};t={self.resets_in}',
        }


class Meter:
    """What one process has counted and noted. See Note [Counted beside the request]."""

    def __init__(self, valkey: Any) -> None:
        self.valkey = valkey
        self.guard = threading.Lock()
        self.telling = threading.Lock()
        self.minute = 0
        self.told: Counter[str] = Counter()
        self.here: Counter[str] = Counter()
        self.lines: deque[bytes] = deque(maxlen=MOST_LINES)

    def ask(self, name: str, limit: int, now: float) -> Standing:
        """Count one request of the credential ``name`` at ``now`` (s), and say how it stands."""
        with self.guard:
            self._turn(int(now // WINDOW_S))
            self.here[name] += 1
            counted = self.told[name] + self.here[name]
        left = max(0, limit - counted)
        return Standing(limit, left, WINDOW_S - int(now % WINDOW_S), counted <= limit)

    def note(self, line: dict[str, Any]) -> None:
        """Keep what was asked until the next exchange."""
        text = orjson.dumps(line)
        with self.guard:
            self.lines.append(text)

    def exchange(self) -> None:
        """Tell Valkey what was counted and noted since the last time, and hear what all have counted."""
        with self.telling:  # a process that ends waits for its thread, which has lines in hand
            try:
                self._tell_and_hear()
            except RedisError as fault:
                logger.warning("requests are counted by each process for itself: %s", fault)

    def _tell_and_hear(self) -> None:
        with self.guard:
            minute, here, lines = self.minute, dict(self.here), list(self.lines)
            self.lines.clear()
        if not here and not lines:
            return
        try:
            totals = self._tell(minute, here, lines)
        except Exception:
            self._put_back(lines)
            raise
        with self.guard:
            if self.minute == minute:
                self.told.update({name: totals[name] - self.told[name] for name in here})
                self.here.subtract(here)

    def _put_back(self, lines: list[bytes]) -> None:
        """In front of what was noted meanwhile; where there are too many, the oldest go."""
        with self.guard:
            self.lines = deque([*lines, *self.lines], maxlen=MOST_LINES)

    def _turn(self, minute: int) -> None:
        if minute != self.minute:
            self.minute = minute
            self.told.clear()
            self.here.clear()

    def _tell(self, minute: int, here: dict[str, int], lines: list[bytes]) -> dict[str, int]:
        with self.valkey.pipeline(transaction=False) as ask:
            for name, count in here.items():
                ask.incrby(f"landbridge:rate:{minute}:{name}", count)
            for name in here:
                ask.expire(f"landbridge:rate:{minute}:{name}", 2 * WINDOW_S)
            if lines:
                ask.rpush(LINES, *lines)
                ask.ltrim(LINES, -MOST_WAITING, -1)
            answers = ask.execute()
        return dict(zip(here, map(int, answers), strict=False))


def meter() -> Meter:
    """This process's own meter, with its thread unless ``API_METER_SECONDS`` is 0."""
    return _meter(os.getpid())


@cache
def _meter(_process: int) -> Meter:
    where = settings.CACHES["default"]["LOCATION"]
    made = Meter(Redis.from_url(where, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S))
    if settings.API_METER_SECONDS:
        threading.Thread(target=_exchange, args=(made, settings.API_METER_SECONDS), daemon=True).start()
        atexit.register(made.exchange)
    return made


def _exchange(made: Meter, seconds: float) -> None:
    pause = threading.Event()
    while not pause.wait(seconds):
        try:
            made.exchange()
        except Exception:  # whatever it was, the next exchange may go well; without this thread none would
            logger.exception("what was counted and noted could not be told")
