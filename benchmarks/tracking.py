"""Tracking one container over HTTP with millions of journal rows behind it, against a bare floor on the same rows.

Figure: requests a second of the served API (its middleware, the API key, the party's roles, settled rows, revisions)
as a share of psycopg2 + WSGI + orjson without any of it, both by gunicorn with the same number of sync workers, in
interleaved rounds. ``python -m benchmarks.tracking`` prints it; ``TRACKING_ROWS`` sets the size of the journal.
"""

import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks._db import database
from benchmarks._http import ask, gunicorn

EVENTS_PER_VISIT = 20
ROUNDS = 7
REQUESTS_PER_ROUND = 300
WORKERS = 1
AIM = 0.5


def run(rows: int | None = None) -> dict[str, Any]:
    """The measurement: requests/s of both, their ratio per round and its median."""
    rows = rows or int(os.environ.get("TRACKING_ROWS", "5000000"))
    with database():
        from benchmarks._tracking_rows import fill

        numbers, key = fill(rows // EVENTS_PER_VISIT, EVENTS_PER_VISIT)
        return {"journal_rows": rows, **_measure(sample(numbers), key, _environment())}


def _environment() -> dict[str, str]:
    """What the served processes need to stand on the same database."""
    from django.db import connection

    address, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    return {
        "DATABASE_URL": f"{address}/{connection.settings_dict['NAME']}",
        "FLOOR_DSN": str(connection.connection.dsn),
        "LOG_LEVEL": "WARNING",
    }


def _measure(numbers: list[str], key: str, environment: dict[str, str]) -> dict[str, Any]:
    head = [f"Authorization: Api-Key {key}"]
    ours = gunicorn("config.wsgi:application", workers=WORKERS, environment=environment)
    bare = gunicorn("benchmarks._floor_tracking:application", workers=WORKERS, environment=environment)
    with ours as our_port, bare as bare_port:
        paths = itertools.cycle([f"/api/v1/containers/{number}/events/" for number in numbers])
        _require_same(ask(our_port, next(paths), head), ask(bare_port, next(paths)))
        return _compare(
            lambda: ask(our_port, next(paths), head),
            lambda: ask(bare_port, next(paths)),
        )


def _compare(ours: Callable[[], bytes], bare: Callable[[], bytes]) -> dict[str, Any]:
    _pace(ours), _pace(bare)
    pairs = [(_pace(ours), _pace(bare)) for _ in range(ROUNDS)]
    ratios = [mine / floor for mine, floor in pairs]
    return {
        "ours_per_s": round(statistics.median(mine for mine, _ in pairs), 1),
        "floor_per_s": round(statistics.median(floor for _, floor in pairs), 1),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "ratio": round(statistics.median(ratios), 3),
        "aim": AIM,
    }


def _pace(ask: Callable[[], bytes]) -> float:
    begun = time.perf_counter()
    for _ in range(REQUESTS_PER_ROUND):
        ask()
    return REQUESTS_PER_ROUND / (time.perf_counter() - begun)


def _require_same(ours: bytes, bare: bytes) -> None:
    """Both must really answer, with the same number of events, or the ratio says nothing."""
    counts = [len(json.loads(each.partition(b"\r\n\r\n")[2])["events"]) for each in (ours, bare)]
    if counts != [EVENTS_PER_VISIT, EVENTS_PER_VISIT]:
        raise RuntimeError(f"expected {EVENTS_PER_VISIT} events from both, got {counts}")


def sample(numbers: list[str], count: int = 5000) -> list[str]:
    """Containers to ask for, spread over all, the same at every run."""
    return random.Random(6346).sample(numbers, min(count, len(numbers)))


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
