"""Counting days from the journal.

# Note [A recount is always right]
A day's row is counted from all entries that stand for that day, never by adding to the row. So it does not matter
how often a day is counted, or why. The fold therefore looks at every entry behind its bookmark that it can see, but
moves the bookmark only over entries no running transaction can still slip in front of; the others are looked at
again next time. Two counts of one terminal follow each other: the lock is taken in a statement of its own, so that
the second sees all that the first one saw. The commit of a count alone need not wait for the disk: what a crash loses
is counted again.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from apps.journal.selectors import Place, horizon
from apps.network.models import Terminal
from apps.reports import sql
from apps.reports.models import Bookmark
from terminal.throughput import day_bounds

READER = "daily-throughput"


@transaction.atomic
def fold_journal(*, at: datetime) -> list[date]:
    """Count again every site day touched by what was journalled since the last fold, at any terminal in
    earnest.

    A correction or retraction also touches the day of what it corrects. Returns the days, sorted. Two folds at once
    follow each other.
    """
    mark = _take_bookmark()
    seen_by_all = horizon()
    touched = _days_touched(mark)
    for terminal in Terminal.objects.in_earnest().filter(pk__in=touched).order_by("pk"):
        count_days(terminal=terminal, days=touched[terminal.pk], at=at)
    _move_bookmark(mark, seen_by_all)
    return sorted({day for days in touched.values() for day in days})


def count_days(*, terminal: Terminal, days: Iterable[date], at: datetime) -> None:
    """Count these site days of a terminal from the entries that stand, and write one row for each."""
    bounds = [(day, *day_bounds(day, terminal.zone)) for day in sorted(set(days))]
    if not bounds:
        return
    said: dict[str, Any] = {
        "terminal": terminal.pk,
        "lock": f"{READER}:{terminal.pk}",
        "at": at,
        **sql.columns_of(bounds),
    }
    # One trip to the server: outside a transaction, statements sent together are one.
    statements = [sql.LOCK, sql.COUNT_DAYS] if connection.in_atomic_block else [sql.HASTE, sql.LOCK, sql.COUNT_DAYS]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), said)


def recount_by_hand(*, terminal: Terminal, start: date, end: date, at: datetime) -> list[date]:
    """Count every day from ``start`` to ``end`` again, whatever the bookmark says. Returns the days."""
    days = [date.fromordinal(each) for each in range(start.toordinal(), end.toordinal() + 1)]
    count_days(terminal=terminal, days=days, at=at)
    return days


def _take_bookmark() -> Place:
    Bookmark.objects.get_or_create(reader=READER)
    mark = Bookmark.objects.select_for_update().get(reader=READER)
    return Place(mark.xid, mark.entry_id)


def _days_touched(mark: Place) -> dict[int, list[date]]:
    touched: dict[int, list[date]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql.DAYS_TOUCHED, {"xid": mark.xid, "entry_id": mark.entry_id, **sql.KINDS})
        for terminal, day in cursor.fetchall():
            touched[terminal].append(day)
    return touched


def _move_bookmark(mark: Place, seen_by_all: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.LAST_SETTLED, {"xid": mark.xid, "entry_id": mark.entry_id, "horizon": seen_by_all})
        if last := cursor.fetchone():
            Bookmark.objects.filter(reader=READER).update(xid=last[0], entry_id=last[1])
