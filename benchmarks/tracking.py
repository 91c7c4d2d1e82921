"""What shippers' systems ask over HTTP with millions of journal rows behind it, against bare floors on the same rows.

Each in interleaved rounds against psycopg2 + WSGI + orjson under the same gunicorn, without framework and credential:
one container's events before and after authentication, a thousand containers in one question, a page of Track & Trace;
and a thousand reports in a request against COPY of as many rows into the same table.
``python -m benchmarks.tracking`` prints them; ``TRACKING_ROWS`` sets the size of the journal.
"""

import io
import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from benchmarks._db import database
from benchmarks._http import ask, gunicorn

EVENTS_PER_VISIT = 20
ROUNDS = 7
WORKERS = 1
AT_ONCE = 1000
AIMS = {"before_sign_in": 0.8, "with_a_key": 0.6, "a_thousand": 0.6, "track_and_trace": 0.6, "reports": 0.5}
COPIED = (
    "public_id, lineage, revision, terminal_id, kind, classifier, happened_at, visit_id, container_number, audience, "
    "authority, source, source_ref, actor, payload, payload_version"
)
Ask = Callable[[], bytes]


def run(rows: int | None = None) -> dict[str, Any]:
    """The measurements: requests/s or ms of both, their ratio per round and its median."""
    rows = rows or int(os.environ.get("TRACKING_ROWS", "5000000"))
    with database():
        from benchmarks._tracking_rows import fill

        numbers, key = fill(rows // EVENTS_PER_VISIT, EVENTS_PER_VISIT)
        return {"journal_rows": rows, **_measure(sample(numbers), key, _environment())}


def _environment() -> dict[str, str]:
    """What the served processes need to stand on the same database."""
    from django.db import connection

    from apps.containers.models import Visit

    address, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    return {
        "DATABASE_URL": f"{address}/{connection.settings_dict['NAME']}",
        "FLOOR_DSN": str(connection.connection.dsn),
        "LOG_LEVEL": "WARNING",
        "API_REQUESTS_PER_MINUTE": "0",
        "BENCH_PARTY": "benchmark-grain",
        "BENCH_TERMINAL": str(Visit.objects.values_list("terminal_id", flat=True)[0]),
    }


def _measure(numbers: list[str], key: str, environment: dict[str, str]) -> dict[str, Any]:
    head = [f"Authorization: Api-Key {key}"]
    served = [
        gunicorn(f"{application}:application", workers=WORKERS, environment=environment)
        for application in ("config.wsgi", "benchmarks._before_sign_in", "benchmarks._floor_tracking")
    ]
    with served[0] as ours, served[1] as let_in, served[2] as bare:
        paths = itertools.cycle([f"/api/v1/containers/{number}/events/" for number in numbers])
        _require_same(ask(ours, next(paths), head), ask(bare, next(paths)))
        floor = lambda: ask(bare, next(paths))  # noqa: E731
        thousands = _thousands(numbers)
        page = f"/dcsa/?kinds=container-gated-in,container-loaded&terminal={environment['BENCH_TERMINAL']}"
        return {
            "before_sign_in": _compare(lambda: ask(let_in, next(paths), head), floor, 300),
            "with_a_key": _compare(lambda: ask(ours, next(paths), head), floor, 300),
            "a_thousand": _compare(
                lambda: ask(ours, "/api/v1/tracking/", head, next(thousands)),
                lambda: ask(bare, "/api/v1/tracking/", (), next(thousands)),
                5,
            ),
            "track_and_trace": _compare(
                lambda: ask(ours, "/dcsa/tnt/v3/events?limit=100", head), lambda: ask(bare, page), 20
            ),
            "reports": _reports(numbers, lambda body: ask(ours, "/api/v1/reports/", head, body)),
            "aims": AIMS,
        }


def _thousands(numbers: list[str]) -> Iterator[bytes]:
    """Questions about a thousand containers each, with room for all their events."""
    for start in itertools.count(0, AT_ONCE):
        asked = [numbers[(start + n) % len(numbers)] for n in range(AT_ONCE)]
        yield orjson.dumps({"containers": asked, "limit": AT_ONCE * EVENTS_PER_VISIT})


def _compare(ours: Ask, bare: Ask, each: int) -> dict[str, Any]:
    """Rounds of ``each`` requests, alternating in small turns, so that what else the machine does meets both."""
    _round(ours, bare, each)
    rounds = [_round(ours, bare, each) for _ in range(ROUNDS)]
    ratios = [sum(floor) / sum(mine) for mine, floor in rounds]
    mine, floor = ([took for each in rounds for took in each[which]] for which in (0, 1))
    return {
        "ours_per_s": round(len(mine) / sum(mine), 1),
        "floor_per_s": round(len(floor) / sum(floor), 1),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "p99_over_floors": round(_p99(mine) / _p99(floor), 2),
    }


def _round(ours: Ask, bare: Ask, each: int) -> tuple[list[float], list[float]]:
    took: tuple[list[float], list[float]] = ([], [])
    turn = min(each, 20)
    for _ in range(each // turn):
        for which, way in enumerate((ours, bare)):
            took[which].extend(_took(way) for _ in range(turn))
    return took


def _took(way: Callable[[], object]) -> float:
    begun = time.perf_counter()
    way()
    return time.perf_counter() - begun


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]


def _reports(numbers: list[str], send: Callable[[bytes], bytes]) -> dict[str, Any]:
    """A thousand reports in a request, each new, against COPY of as many rows, made beforehand, and its commit."""
    from django.db import connection

    from apps.containers.models import Visit

    known = Visit.objects.filter(container__number__in=numbers).values_list("container__number", "pk", "terminal_id")
    visits = {number: (visit, terminal) for number, visit, terminal in known}
    pairs = []
    for turn in range(ROUNDS + 3):
        said = orjson.dumps({"reports": [_report(number, f"ours-{turn}-{number}") for number in numbers[:AT_ONCE]]})
        rows = "".join(_row(number, *visits[number], f"floor-{turn}-{number}") for number in numbers[:AT_ONCE])
        mine = _took(lambda said=said: _require_recorded(send(said)))  # type: ignore[misc]
        with connection.cursor() as cursor:
            copied = _took(
                lambda rows=rows, cursor=cursor: cursor.copy_expert(  # type: ignore[misc]
                    f"COPY journal_entry ({COPIED}) FROM STDIN", io.StringIO(rows)
                )
            )
        pairs.append((mine, copied))
    ratios = [copied / mine for mine, copied in pairs[3:]]
    return {
        "ours_ms": round(statistics.median(mine for mine, _ in pairs[3:]) * 1000, 1),
        "copy_ms": round(statistics.median(copied for _, copied in pairs[3:]) * 1000, 1),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
    }


def _report(number: str, reference: str) -> dict[str, str]:
    said = {"what": "border-crossed", "happened_at": "2026-11-20T03:20:00Z", "place": "KZHOR", "mode": "rail"}
    return {"reference": reference, "container": number, "carrier": "X9014", **said}


def _row(number: str, visit: int, terminal: int, reference: str) -> str:
    from apps.common.ids import uuid7

    ident, details = uuid7(), '{"what": "border-crossed", "place": "KZHOR", "mode": "rail", "carrier": "X9014"}'
    told = f"progress-reported\tactual\t2026-11-20T03:20:00Z\t{visit}\t{number}\tpublic\treported"
    return f"{ident}\t{ident}\t1\t{terminal}\t{told}\tfloor\t{reference}\tterminal:benchmark\t{details}\t1\n"


def _require_recorded(answer: bytes) -> None:
    if f'"recorded":{AT_ONCE}'.encode() not in answer:
        raise RuntimeError(f"expected {AT_ONCE} new reports, got {answer[:400]!r}")


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
