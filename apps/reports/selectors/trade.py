"""Published trade with its contradictions, beside what the terminal moved in the same months."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from apps.network.models import Terminal
from apps.reports.models import DailyThroughput, TradeStatement
from apps.reports.selectors.periods import Period, period
from terminal.kpis import Span
from terminal.trade import Contradiction, Statement, contradictions

SAID: Final = (
    *("turnover", "exports", "imports"),
    *("turnover_change", "exports_change", "imports_change", "exports_share", "imports_share"),
)
MOST: Final = 400


@dataclass(frozen=True)
class Trade:
    """What all sources say of one trade and time, what cannot be true of it, and what the terminal moved meanwhile.

    ``moved`` None: nothing was counted here then.
    """

    reporter: str
    partner: str
    span: Span
    statements: list[TradeStatement]
    doubts: list[Contradiction]
    moved: Period | None


def trade(terminal: Terminal) -> list[Trade]:
    """The newest first; at most ``MOST`` statements."""
    rows = list(TradeStatement.objects.all()[:MOST])
    grouped = groupby(sorted(rows, key=lambda row: (*_about(row)[::-1], row.pk), reverse=True), _about)
    return [_trade(terminal, list(group)[::-1]) for _named, group in grouped]


def _about(row: TradeStatement) -> tuple[Any, ...]:
    return row.reporter, row.partner, row.first_on, row.last_on


def _trade(terminal: Terminal, rows: list[TradeStatement]) -> Trade:
    one = rows[0]
    span = Span(one.first_on, one.last_on)
    doubts = contradictions(statements_of(rows))
    return Trade(one.reporter, one.partner, span, rows, doubts, _moved(terminal, span))


def statements_of(rows: Iterable[TradeStatement]) -> list[Statement]:
    """What the rows say, to be compared."""
    known = [name for name in SAID if not name.endswith("share")]
    return [
        Statement(source=row.source, rounded_to=row.rounded_to, **{name: getattr(row, name) for name in known})
        for row in rows
    ]


def _moved(terminal: Terminal, span: Span) -> Period | None:
    counted = DailyThroughput.objects.filter(terminal=terminal, on__range=(span.first, span.last))
    return period(terminal, span) if counted.exists() else None
