"""Taking in a file of flow, against COPY of the same rows into the same tables with all their indexes and triggers.

The demo week is repeated back into the past with boxes and vehicles of its own, so that every number is valid and
nothing overlaps. Both ways end with a commit; the tables are emptied in between.
"""

import csv
import json
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks._copying import copy_in, copy_out, empty, timed
from benchmarks._db import database

FLOW = Path(__file__).resolve().parents[1] / "fixtures" / "demo" / "flow.csv"
TABLES = ["containers_container", "calls_call", "containers_visit", "journal_entry"]
WEEK = timedelta(weeks=1)


def write_flow(path: Path, stays: int) -> Path:
    """Write a file of that many stays: the demo week, again and again."""
    with FLOW.open(newline="") as source:
        week = list(csv.DictReader(source))
    boxes = {number: at for at, number in enumerate(sorted({row["container_number"] for row in week}))}
    with path.open("w", newline="") as file:
        out = csv.DictWriter(file, list(week[0]), lineterminator="\n")
        out.writeheader()
        for at in range(stays):
            again, row = divmod(at, len(week))
            out.writerow(_shifted(week[row], again, again * len(boxes) + boxes[week[row]["container_number"]]))
    return path


def _shifted(row: dict[str, str], weeks: int, serial: int) -> dict[str, str]:
    from terminal.identifiers import check_digit

    body = f"LB{chr(ord('A') + serial // 1_000_000)}U{serial % 1_000_000:06d}"
    changed = {"container_number": body + check_digit(body + "0")}
    for way in ("in", "out"):
        changed[f"{way}_at"] = (datetime.fromisoformat(row[f"{way}_at"]) - weeks * WEEK).isoformat()
        changed[f"{way}_vehicle"] = f"{row[f'{way}_vehicle']}-{weeks}"
    return {**row, **changed}


def run(stays: int = 50_000, rounds: int = 3) -> dict[str, Any]:
    """Seconds of both ways, medians of interleaved rounds, and how much of COPY's speed the import reaches."""
    with tempfile.TemporaryDirectory() as folder, database():
        from django.conf import settings

        settings.MEDIA_ROOT = Path(folder) / "media"
        path = write_flow(Path(folder) / "flow.csv", stays)
        ours, copies, rows = [], [], {}
        for _ in range(rounds):
            ours.append(timed(lambda: _import(path)))
            rows = copy_out(TABLES, Path(folder))
            empty(TABLES)
            copies.append(timed(lambda: copy_in(TABLES, Path(folder))))
            empty(TABLES)
    return {
        "stays": stays,
        "rows": rows,
        "ours_s": round(median(ours), 3),
        "copy_s": round(median(copies), 3),
        "share_of_copy": round(median(copies) / median(ours), 3),
    }


def _import(path: Path) -> None:
    from apps.network.models import Terminal
    from apps.parties.actors import Actor
    from apps.tracking.services import import_flow

    terminal = Terminal.objects.get(code="cnlyg")
    with path.open("rb") as file:
        report = import_flow(file=file, terminal=terminal, by=Actor.itself("benchmark"), at=datetime.now(UTC))
    assert report.accepted, report.problems[:3]


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000), sys.stdout, indent=1)
