"""Messages of customs' taken in, against COPY of the rows that come of them into the same tables.

So many declarations of one box each, told registered, green, paid and released, the messages of each far apart: lines
of JSON in, everything done and committed out. The floor writes the rows that are new then (messages, clock periods,
release times, permissions, journal) with all indexes and triggers; that ours also changes declarations, clocks and
questions, it does beside. ``read_s`` of ``ours_s`` is reading the JSON. ``alone_per_s``: messages heard one by one,
without HTTP, for comparison.

    python -m benchmarks.authority [DECLARATIONS]
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks._copying import copy_in, timed
from benchmarks._db import database

DECLARATIONS: Final = 2_000
ROUNDS: Final = 3
ALONE: Final = 50
GREEN: Final = ("registered", "channel", "paid", "released")
MADE: Final = {
    "customs_authoritymessage": "id",
    "customs_clockperiod": "id",
    "customs_releasetime": "declaration_id",
    "containers_permission": "id",
    "journal_entry": "id",
}
"""The tables that rows are added to, and their keys."""


def run(declarations: int = DECLARATIONS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Seconds of both ways, medians of interleaved rounds, and how much of COPY's speed ours reaches."""
    with tempfile.TemporaryDirectory() as folder, database():
        site = _Site()
        ours, copies, reads, rows = [], [], [], {}
        for _ in range(rounds):
            lines = site.told(declarations)
            reads.append(timed(partial(site.read, lines)))
            before = site.marks()
            ours.append(timed(partial(site.hear, lines)))
            rows = site.take_out(before, Path(folder))
            copies.append(timed(lambda: site.put_in(Path(folder))))
        alone = site.told(ALONE)
        alone_s = timed(lambda: site.hear_alone(alone))
    return {
        "declarations": declarations,
        "messages": declarations * len(GREEN),
        "rows": rows,
        "ours_s": round(median(ours), 3),
        "read_s": round(median(reads), 3),
        "copy_s": round(median(copies), 3),
        "share_of_copy": round(median(copies) / median(ours), 3),
        "messages_per_s": round(declarations * len(GREEN) / median(ours)),
        "alone_per_s": round(ALONE * len(GREEN) / alone_s),
    }


class _Site:
    """The terminal, its clearance office and customs' system; declarations that were handed in this morning."""

    def __init__(self) -> None:
        from apps.customs.models import Authority, Office
        from apps.network.models import Terminal
        from apps.parties.models import Party

        self.terminal: Any = Terminal.objects.get(code="cnlyg")
        self.at = datetime(2026, 5, 4, 9, 0, tzinfo=self.terminal.zone)
        self.office: Any = Office.objects.filter(terminal=self.terminal, clears=True).order_by("pk").first()
        self.party: Any = Party.objects.order_by("pk").first()
        self.authority: Any = Authority.objects.create(terminal=self.terminal, code="bench", name="B", secret="none")
        self.made = 0

    def told(self, many: int) -> list[bytes]:
        """The lines about that many new declarations, each told when the one before it is."""
        numbers = [f"CD-BENCH-{self.made + n:06}" for n in range(many)]
        self._declare(numbers)
        self.made += many
        return list(self._lines(numbers))

    def _lines(self, numbers: list[str]) -> Iterator[bytes]:
        for turn, kind in enumerate(GREEN, 1):
            for number in numbers:
                more = {"channel": "green"} if kind == "channel" else {}
                moment = self.at + timedelta(minutes=10 * turn)
                told = {"reference": f"{number}-{turn}", "kind": kind, "issued_at": moment.isoformat(),
                        "office": self.office.code, "declaration": number, "turn": turn, **more}  # fmt: skip
                yield json.dumps(told).encode()

    def _declare(self, numbers: list[str]) -> None:
        from apps.common.bulk import take_statistics
        from apps.containers.models import Question
        from apps.customs.models import ClockPeriod, Declaration, DeclaredContainer

        visits = self._visits(len(numbers))
        base = {"terminal": self.terminal, "office": self.office, "declarant": self.party, "regime": "import",
                "direction": "inbound", "status": "submitted", "drafted_at": self.at, "submitted_at": self.at,
                "status_since": self.at}  # fmt: skip
        rows = Declaration.objects.bulk_create(Declaration(number=number, **base) for number in numbers)
        pairs = list(zip(rows, visits, strict=True))
        DeclaredContainer.objects.bulk_create(DeclaredContainer(declaration=row, visit=visit) for row, visit in pairs)
        clock = {"office": self.office, "clock": "customs", "status": "submitted", "began_at": self.at}
        ClockPeriod.objects.bulk_create(ClockPeriod(declaration=row, **clock) for row in rows)
        asked = {"owner": "customs", "office": self.office.code, "asked_at": self.at, "state_since": self.at}
        Question.objects.bulk_create(Question(visit=visit, reference=row.number, **asked) for row, visit in pairs)
        take_statistics(Declaration, DeclaredContainer, ClockPeriod, Question)

    def _visits(self, many: int) -> list[Any]:
        from apps.containers.models import Container, Visit
        from terminal.identifiers import check_digit

        bodies = [f"LBNU{self.made + n:06}" for n in range(many)]
        boxes = Container.objects.bulk_create(
            Container(number=body + check_digit(body + "0"), size_type="22G1", teu=1) for body in bodies
        )
        stay = {"terminal": self.terminal, "state": "active", "position": "in_yard", "laden": True, "regime": "import",
                "direction": "inbound", "advised_at": self.at, "arrived_at": self.at}  # fmt: skip
        return Visit.objects.bulk_create(Visit(container=box, **stay) for box in boxes)

    def read(self, lines: list[bytes]) -> list[Any]:
        """The messages that the lines are."""
        from apps.customs.services.authority.hearing import read

        return [(read(each), each.decode()) for each in lines]

    def hear(self, lines: list[bytes]) -> None:
        """Hear them together, reading them included."""
        from apps.customs.services.authority import hear_many

        became = hear_many(self.read(lines), self.authority, self.at + timedelta(hours=2))
        assert {getattr(each, "state", "refused") for each in became} == {"applied"}

    def hear_alone(self, lines: list[bytes]) -> None:
        """Hear them one by one."""
        from apps.customs.services.authority.hearing import hear_signed

        for each in lines:
            assert hear_signed(each, self.authority, self.at + timedelta(hours=2)).state == "applied"

    def marks(self) -> dict[str, int]:
        """The last key of each table."""
        from apps.common.bulk import ask

        return {table: ask(f"SELECT coalesce(max({key}), 0) FROM {table}")[0][0] for table, key in MADE.items()}

    def take_out(self, since: dict[str, int], folder: Path) -> dict[str, int]:
        """Write the rows that are new into files, and take them out of the tables; how many of each."""
        from apps.common.bulk import run as execute

        rows = {table: _out(table, f"{key} > {since[table]}", folder) for table, key in MADE.items()}
        execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        for table, key in MADE.items():
            execute(f"DELETE FROM {table} WHERE {key} > {since[table]}")
        execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
        return rows

    def put_in(self, folder: Path) -> None:
        """Read the rows back in."""
        copy_in(list(MADE), folder)


def _out(table: str, condition: str, folder: Path) -> int:
    from django.db import connection

    with connection.cursor() as cursor, (folder / table).open("wb") as file:
        cursor.copy_expert(f"COPY (SELECT * FROM {table} WHERE {condition}) TO STDOUT", file)
        return int(cursor.rowcount)


if __name__ == "__main__":
    json.dump(run(*map(int, sys.argv[1:2])), sys.stdout, indent=1)
    print()
