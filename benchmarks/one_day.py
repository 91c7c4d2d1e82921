"""Counting one site day with years of history behind it, against the bare SQL, and against a tenth of the history.

Each day of the history has 5,000 journal rows, of which every second crosses the edge and every hundredth was
corrected: the rated traffic with all that is journalled around it. Every box has its visit, by which its stay is
told. ``bare`` is the statement that gives the same figures of the day, its hours and its stays; ``plain`` leaves out
corrections, the peak, hours and stays. Ours locks, counts, writes the rows and commits.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from benchmarks._db import database

A_DAY = 5_000
FIRST = datetime(2020, 1, 1, tzinfo=UTC)

FILL = """
INSERT INTO journal_entry (public_id, lineage, revision, terminal_id, kind, classifier, happened_at, visit_id,
                           container_number, audience, authority, actor, payload, payload_version)
SELECT uuid, CASE WHEN n %% 100 = 0 THEN before ELSE uuid END, CASE WHEN n %% 100 = 0 THEN 2 ELSE 1 END, %(terminal)s,
       CASE WHEN n %% 100 = 0 THEN 'container-discharged'
            ELSE (ARRAY['container-discharged', 'hold-placed', 'container-loaded', 'permission-granted',
                        'container-gated-in', 'hold-lifted', 'container-gated-out', 'track-left'])[n %% 8 + 1] END,
       'actual', %(first)s + n * interval '1 day' / %(a_day)s, n / 6, 'LBAU' || lpad((n / 6 %% 10000000)::text, 7, '0'),
       'public', 'own', 'user:wang',
       jsonb_build_object('mode', (ARRAY['rail', 'road', 'sea', 'barge'])[n / 3 %% 4 + 1], 'size_type', '22G1',
                          'teu', (ARRAY['1.00', '2.00', '2.25'])[n %% 3 + 1], 'laden', true, 'call', 'X9014'), 1
FROM generate_series(%(start)s::bigint, %(end)s::bigint) n,
     LATERAL (SELECT (lpad(to_hex(n), 12, '0') || '70008' || left(md5(n::text), 15))::uuid AS uuid,
                     (lpad(to_hex(n - 4), 12, '0') || '70008' || left(md5((n - 4)::text), 15))::uuid AS before) made
"""

VISITS = """
INSERT INTO containers_visit (id, public_id, version, terminal_id, container_id, state, position, stated_size_type,
                              laden, goods, destination, regime, direction, claimed, unannounced, advised_via,
                              advised_at, arrived_at, departed_at)
SELECT n, (lpad(to_hex(n), 12, '0') || '70008' || left(md5(n::text), 15))::uuid, 1, %(terminal)s, %(box)s, 'departed',
       'gone', '', true, 'standard', '', 'transit', (ARRAY['inbound', 'outbound', 'through'])[n %% 3 + 1], '{}', false,
       '', %(first)s + n * 6 * interval '1 day' / %(a_day)s - interval '4 days',
       %(first)s + n * 6 * interval '1 day' / %(a_day)s - interval '3 days',
       %(first)s + (n + 1) * 6 * interval '1 day' / %(a_day)s
FROM generate_series(%(start)s::bigint / 6, %(end)s::bigint / 6) n ON CONFLICT DO NOTHING
"""

PLAIN = """
SELECT payload->>'mode', kind, count(*), sum((payload->>'teu')::numeric) FROM journal_entry
WHERE terminal_id = %(terminal)s AND happened_at >= %(start)s AND happened_at < %(end)s AND classifier = 'actual'
  AND kind IN ('container-discharged', 'container-gated-in', 'container-gated-out', 'container-loaded')
GROUP BY 1, 2
"""


def run(rows: int = 5_000_000, rounds: int = 25) -> dict[str, Any]:
    """Milliseconds per day, medians of interleaved rounds, with a tenth of the rows and with all."""
    with database():
        from apps.network.models import Terminal

        terminal = Terminal.objects.get(code="cnlyg")
        _ask("ALTER TABLE containers_visit DROP CONSTRAINT stays_of_a_container_do_not_overlap")
        tenth = rows // 10
        day = (FIRST + timedelta(days=tenth // A_DAY // 2)).date()
        _fill(terminal.pk, 1, tenth)
        short = _measure(terminal, day, rounds)
        _fill(terminal.pk, tenth + 1, rows)
        full = _measure(terminal, day, rounds)
    return {
        "rows": rows,
        "a_tenth": short,
        "all": full,
        "ours_to_bare": round(full["ours_ms"] / full["bare_ms"], 3),
        "all_to_a_tenth": round(full["ours_ms"] / short["ours_ms"], 3),
    }


def _fill(terminal: int, start: int, end: int, step: int = 500_000) -> None:
    for first in range(start, end + 1, step):
        last = min(first + step - 1, end)
        facts = {"terminal": terminal, "first": FIRST, "a_day": A_DAY, "start": first, "end": last}
        _ask(FILL, facts)
        _ask(VISITS, {**facts, "box": _the_box()})
    _ask("VACUUM ANALYZE journal_entry, containers_visit")


def _the_box() -> int:
    """One box for all visits: only the visits are asked for."""
    from apps.containers.models import Container

    return int(Container.objects.get_or_create(number="CSQU3054383", size_type="22G1", teu=1)[0].pk)


def _measure(terminal: Any, day: date, rounds: int) -> dict[str, float]:
    from apps.reports.services import count_days
    from apps.reports.sql.counting import ALL_OF_A_DAY, columns_of
    from terminal.throughput import day_bounds

    start, end = day_bounds(day, terminal.zone)
    said = {"terminal": terminal.pk, "start": start, "end": end, **columns_of([(day, start, end)])}
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: count_days(terminal=terminal, days=[day], at=datetime.now(UTC)),
        "bare": lambda: _ask(ALL_OF_A_DAY, said),
        "plain": lambda: _ask(PLAIN, said),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            taken[name].append(1000 * (time.perf_counter() - begun))
    return {f"{name}_ms": round(median(times), 2) for name, times in taken.items()}


def _ask(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000), sys.stdout, indent=1)
