"""Release statistics over a million declarations: total, by regime, channel, office, step and clock.

``whole_s``: over all of them, as the page asks for it, the median of the rounds; ``month_s`` over the last 30 days;
``count_s``: how long the nightly packing takes when all of them are new. ``floor_s``: one plain count and sum of the
same rows by PostgreSQL. ``off``: by how much, in percent, the medians and nine-in-tens differ from PostgreSQL's own.
The declarations themselves are not written: the statistics do not read them.

    python -m benchmarks.release_times [RELEASES]
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any, Final

from benchmarks._db import database

RELEASES: Final = 1_000_000
ROUNDS: Final = 5
EVERY_S: Final = 31.5
"""A million in a year."""

FILL: Final = """
INSERT INTO customs_releasetime (declaration_id, terminal_id, office_id, regime, channel, began_at, released_at,
    minutes, trader_minutes, terminal_minutes, customs_minutes, agency_minutes, submitted, registered,
    documentary_check, query, inspection_ordered, inspected, assessed, paid, counted)
SELECT n, %(terminal)s, (%(offices)s)[1 + mod(n::bigint * 7919, cardinality(%(offices)s))::int],
       (ARRAY['transit', 'import', 'export', 'bonded_entry', 'temporary', 'return'])
           [1 + floor(power(random(), 2) * 6)::int],
       channel, released_at - make_interval(mins => a + b + c + d + e + f + g), released_at, a + b + c + d + e + f + g,
       a + e, f, b + c + d + g, 0, b, c, CASE WHEN channel <> 'green' THEN d END,
       CASE WHEN channel <> 'green' AND asked THEN e END, CASE WHEN channel = 'red' THEN f END,
       CASE WHEN channel = 'red' THEN g END, a, 0, false
FROM (
    SELECT n, channel, asked, %(until)s - make_interval(secs => n * %(every)s) AS released_at,
           exp(4 + 1.1 * u)::int AS a, exp(2 + u)::int AS b, exp(1 + v)::int AS c,
           CASE WHEN channel <> 'green' THEN exp(4.5 + v)::int ELSE 0 END AS d,
           CASE WHEN channel <> 'green' AND asked THEN exp(5 + u)::int ELSE 0 END AS e,
           CASE WHEN channel = 'red' THEN exp(6 + u)::int ELSE 0 END AS f,
           CASE WHEN channel = 'red' THEN exp(3 + u)::int ELSE 0 END AS g
    FROM (SELECT n, random() < 0.2 AS asked, sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS u,
                 sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS v,
                 (ARRAY['green', 'yellow', 'red'])[width_bucket(random(), ARRAY[0, 0.786, 0.99])] AS channel
          FROM generate_series(1, %(many)s) AS n) drawn
) told
"""
FLOOR: Final = "SELECT count(*), sum(minutes), sum(customs_minutes) FROM customs_releasetime WHERE terminal_id = %s"
EXACT: Final = """
SELECT percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {0}) FROM customs_releasetime WHERE terminal_id = %s
"""


def run(many: int = RELEASES, rounds: int = ROUNDS) -> dict[str, Any]:
    """Seconds, and how far the lengths are off."""
    with database():
        site = _Site(many)
        count_s, counted = _timed(site.count)
        whole = [_timed(site.whole) for _ in range(rounds)]
        month = [_timed(site.month)[0] for _ in range(rounds)]
        floor = [_timed(site.floor)[0] for _ in range(rounds)]
        found = whole[0][1]
        off = {
            "total": site.off(found.total, "minutes"),
            "documentary_check": site.off(found.by_step["documentary_check"], "documentary_check"),
        }
    assert (found.total.count, counted) == (many, many)
    return {
        "releases": many,
        "whole_s": round(median(seconds for seconds, _ in whole), 3),
        "slowest_s": round(max(seconds for seconds, _ in whole), 3),
        "month_s": round(median(month), 3),
        "floor_s": round(median(floor), 3),
        "count_s": round(count_s, 1),
        "off_percent": off,
    }


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    made = act()
    return time.perf_counter() - began, made


class _Site:
    """The terminal with its offices, and a year of releases."""

    def __init__(self, many: int) -> None:
        from datetime import datetime, timedelta

        from django.db import connection

        from apps.common.bulk import run
        from apps.customs.models import Office
        from apps.network.models import Terminal

        self.terminal: Any = Terminal.objects.get(code="cnlyg")
        self.at = datetime(2026, 5, 4, 9, 0, tzinfo=self.terminal.zone)
        self.until = self.at - timedelta(hours=10)
        offices = list(Office.objects.filter(terminal=self.terminal).order_by("pk").values_list("pk", flat=True)[:16])
        self._without_declarations(connection)
        facts = {"terminal": self.terminal.pk, "offices": offices, "until": self.until, "every": EVERY_S, "many": many}
        run(FILL, facts)
        run("VACUUM ANALYZE customs_releasetime")

    def _without_declarations(self, connection: Any) -> None:
        with connection.cursor() as cursor:
            keys = connection.introspection.get_constraints(cursor, "customs_releasetime")
            named = [name for name, each in keys.items() if each["foreign_key"] == ("customs_declaration", "id")]
            for name in named:
                cursor.execute(f'ALTER TABLE customs_releasetime DROP CONSTRAINT "{name}"')

    def count(self) -> int:
        """Pack them all."""
        from apps.customs.services.counting import count_release_times

        return count_release_times(self.terminal, at=self.at)

    def whole(self) -> Any:
        """The statistics over all years."""
        return self._told(3660)

    def month(self) -> Any:
        """The statistics over 30 days."""
        return self._told(30)

    def _told(self, days: int) -> Any:
        from datetime import timedelta

        from apps.customs.selectors.statistics import release_statistics

        return release_statistics(self.terminal, self.at.date() - timedelta(days=days), self.at.date())

    def floor(self) -> Any:
        """The rows counted and added up."""
        from apps.common.bulk import ask

        return ask(FLOOR, [self.terminal.pk])

    def off(self, lengths: Any, column: str) -> list[float]:
        """By how many percent median and nine-in-ten are below the exact ones."""
        from apps.common.bulk import ask

        ((exact,),) = ask(EXACT.format(column), [self.terminal.pk])
        told = zip((lengths.median, lengths.p90), exact, strict=True)
        return [round(100 * (1 - ours / theirs), 3) for ours, theirs in told]


if __name__ == "__main__":
    json.dump(run(*map(int, sys.argv[1:2])), sys.stdout, indent=2)
    print()
