"""Proving that what is counted is true, and mending it where it is not."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction

from apps.network.models import Terminal
from apps.reports.selectors.truth import Difference, days_known, differences
from apps.reports.services.counting import Bounds, bookmark, chunks, count_days, days_touched, fold_journal


def check(terminal: Terminal, days: Iterable[date] | None = None, *, at: datetime) -> list[Difference]:
    """Where rows differ from a full recount: of these days, or of every one. Folds what is not counted yet first.

    True at any time, also while the journal is written: each look is one snapshot, and a day about which something has
    come in since the fold waits for the next one; it is not called wrong.
    """
    fold_journal(at=at)
    looked = days_known(terminal) if days is None else days
    return [each for bounds in chunks(terminal, looked) for each in _in_one_snapshot(terminal, bounds)]


def _in_one_snapshot(terminal: Terminal, bounds: Bounds) -> list[Difference]:
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = differences(terminal, bounds)
        waiting = days_touched(bookmark()).get(terminal.pk, []) if found else []
        return [each for each in found if each.day not in waiting]


def mend(terminal: Terminal, days: Iterable[date] | None = None, *, at: datetime) -> list[Difference]:
    """Count again what differs from a recount; what it was. The journal is the truth, rows follow it."""
    wrong = check(terminal, days, at=at)
    count_days(terminal=terminal, days={each.day for each in wrong}, at=at)
    return wrong
