"""Generated traffic taken in, against COPY of the same rows into the same tables with all their indexes and triggers.

``python -m benchmarks.traffic [DAYS] [ROUNDS]``. Generating is timed apart. Both ways end with a commit; the tables are
emptied in between.
"""

import json
import resource
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._copying import copy_in, copy_out, empty, timed
from benchmarks._db import database

TABLES = [
    "calls_call",
    "trains_trainvisit",
    "trains_trackstay",
    "containers_container",
    "containers_visit",
    "containers_visitrole",
    "customs_declaration",
    "customs_declaredcontainer",
    "containers_permission",
    "containers_hold",
    "warehouse_booking",
    "warehouse_halfday",
    "yard_standing",
    "yard_cell",
    "journal_entry",
]


def run(days: int = 90, rounds: int = 2) -> dict[str, Any]:
    """Seconds of generating, loading and COPY, medians of interleaved rounds, and the share of COPY's speed."""
    with tempfile.TemporaryDirectory() as name, database():
        from django.conf import settings

        from terminal.traffic import Order, generate

        folder = Path(name)
        settings.MEDIA_ROOT = folder / "media"
        order = Order(start=date(2026, 3, 2), days=days, seed=1)
        making = timed(lambda: generate(order))
        world = generate(order)
        loads, copies, rows = [], [], {}
        for _ in range(rounds):
            loads.append(timed(lambda: _load(world)))
            rows = copy_out(TABLES, folder)
            _forget()
            copies.append(timed(lambda: copy_in(TABLES, folder)))
            _forget()
    return {
        "days": days,
        "rows": rows,
        "rows_in_all": sum(rows.values()),
        "generate_s": round(making, 2),
        "load_s": round(median(loads), 2),
        "copy_s": round(median(copies), 2),
        "share_of_copy": round(median(copies) / median(loads), 3),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _load(world: Any) -> None:
    from apps.demo.services.traffic import load
    from apps.network.models import Terminal

    until = datetime.fromtimestamp(world.end, UTC)
    load(world, Terminal.objects.get(code="cnlyg"), until=until, at=datetime.now(UTC))


def _forget() -> None:
    empty([*TABLES, "tracking_flowimport"])


if __name__ == "__main__":
    json.dump(run(*map(int, sys.argv[1:])), sys.stdout, indent=1)
