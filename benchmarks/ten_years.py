"""Ten years of daily figures read at once, and summed to months, beside the bare rows of the same query."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from benchmarks._db import database

DAYS = 3652
FIRST = date(2016, 1, 1)


def run(rounds: int = 15) -> dict[str, Any]:
    """Milliseconds, medians of interleaved rounds."""
    with database():
        from apps.network.models import Terminal
        from apps.reports.models import DailyThroughput
        from apps.reports.selectors.periods import monthly
        from apps.reports.tables import table
        from terminal.kpis import Span

        terminal = Terminal.objects.get(code="cnlyg")
        at = datetime.now(UTC)
        DailyThroughput.objects.bulk_create(
            DailyThroughput(
                terminal=terminal, on=FIRST + timedelta(days=n), in_rail=500 + n % 99, in_teu=900 + n % 250,
                out_teu=880 + n % 300, trains_departed=8 + n % 3, departure_delays=[0, 12, n % 60], counted_at=at,
            )
            for n in range(DAYS)
        )  # fmt: skip
        span = Span(FIRST, FIRST + timedelta(days=DAYS - 1))
        names = ("on", "in_teu", "out_teu", "trains_arrived", "trains_departed", "net_teu")
        rows = DailyThroughput.objects.filter(terminal=terminal, on__range=(span.first, span.last)).order_by("on")
        ways: dict[str, Callable[[], object]] = {
            "days_ms": lambda: list(rows.values_list(*names)),
            "months_ms": lambda: monthly(terminal, span),
            "every_column_ms": lambda: table(terminal, span, "day"),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                begun = time.perf_counter()
                way()
                taken[name].append(1000 * (time.perf_counter() - begun))
    return {"days": DAYS, **{name: round(median(times), 1) for name, times in taken.items()}}


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=1)
