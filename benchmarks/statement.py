"""A statement of 10,000 lines, from the charges' rows to the stored document, its number and its journal.

The floor reads the same rows and writes them with ``json.dumps``: nothing added up, nothing sealed, nothing stored.
``recomputed_ms`` is what the payer's machine takes to compute every line again from the document.

    python -m benchmarks.statement
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks._db import database

LINES = 10_000
ROUNDS = 5
WRITTEN_AT_ONCE = 1000


def run(lines: int = LINES, rounds: int = ROUNDS) -> dict[str, Any]:
    """Milliseconds of the statement, of the floor, and of computing it again offline."""
    with database():
        site = _Site(lines)
        site.state()
        taken = [site.state() for _ in range(rounds)]
        floors = [_timed(site.floor)[0] for _ in range(rounds)]
        document = site.document()
        recomputed, wrong = _timed(lambda: _recompute(document))
    made, floor = median(taken), median(floors)
    return {
        "lines": lines,
        "rounds": rounds,
        "statement_ms": _ms(made),
        "floor_ms": _ms(floor),
        "times_the_floor": round(made / floor, 2),
        "document_mb": round(len(document) / 1e6, 1),
        "recomputed_ms": _ms(recomputed),
        "differences": wrong,
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    made = act()
    return time.perf_counter() - began, made


def _recompute(document: str) -> int:
    from terminal.charges.recomputing import recompute

    return len(recompute(json.loads(document)))


class _Site:
    """A party with charges for boxes that came and went in March."""

    def __init__(self, lines: int) -> None:
        from datetime import datetime

        from apps.network.models import Terminal
        from apps.parties.actors import Actor
        from apps.parties.models import Party

        self.terminal: Any = Terminal.objects.get(code="cnlyg")
        self.party = Party.objects.get(code="steppe-grain")
        self.by = Actor.itself("bench")
        self.came = datetime(2025, 3, 3, 16, 20, tzinfo=self.terminal.zone)
        self.at = datetime(2025, 4, 1, 9, 0, tzinfo=self.terminal.zone)
        self._charge(lines)

    def _charge(self, lines: int) -> None:
        """One line computed by the rules, with box, events and times of its own each time."""
        from datetime import timedelta
        from uuid import uuid4

        from apps.billing.models import ChargeLine, minor
        from apps.billing.selectors import PriceBook, storage_line
        from terminal.charges.boxes import Box
        from terminal.charges.lines import Event
        from terminal.charges.storage import Standing
        from terminal.charges.writing import canonical, line_as_json
        from terminal.equipment import SizeType
        from terminal.regimes import Direction

        book, feet = PriceBook.of(self.terminal), SizeType.parse("45G1").length_ft
        rows = []
        for n in range(lines):
            box = Box(number=f"BNCU{n:07d}", length_ft=feet, laden=True, direction=Direction.INBOUND, customer="")
            started = Event(id=str(uuid4()), kind="container-discharged", at=self.came + timedelta(minutes=n))
            ended = Event(id=str(uuid4()), kind="container-gated-out", at=started.at + timedelta(days=9 + n % 12))
            line = storage_line(Standing(box=box, started=started, ended=ended), book)
            rows.append(
                ChargeLine(
                    terminal=self.terminal,
                    party=self.party,
                    what=box.number,
                    unit=line.unit.value,
                    cause=f"bench:{n}",
                    version_used=book.row_of(line.version),
                    tariff_on=started.at.date(),
                    quantity=line.quantity,
                    amount_minor=minor(line.amount, 2),
                    currency="CNY",
                    minor_digits=2,
                    vat_rate=line.version.vat_rate,
                    document=canonical(line_as_json(line)),
                    events=[n],
                    charged_at=self.came,
                    charged_by="bench",
                )
            )
        ChargeLine.objects.bulk_create(rows, batch_size=WRITTEN_AT_ONCE)

    def state(self) -> float:
        """Seconds of one statement, which is taken back."""
        from django.db import transaction

        from apps.billing import services

        with transaction.atomic():
            seconds, _ = _timed(
                lambda: services.state_month(
                    terminal=self.terminal, party=self.party, month=self.came.date(), by=self.by, at=self.at
                )
            )
            transaction.set_rollback(True)
        return seconds

    def document(self) -> str:
        """The statement's document, issued."""
        from apps.billing import services

        (made,) = services.state_month(
            terminal=self.terminal, party=self.party, month=self.came.date(), by=self.by, at=self.at
        )
        return made.document

    def floor(self) -> int:
        """The rows read, and written as JSON."""
        from apps.billing.models import ChargeLine

        rows = ChargeLine.objects.filter(party=self.party).order_by("pk")
        told = rows.values_list("what", "unit", "amount_minor", "currency", "document")
        return len(json.dumps([(*row[:4], json.loads(row[4])) for row in told]))


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2)
    print()
