"""Counting days from the journal.

# Note [A recount is always right]
A day's row is counted from all entries that stand for that day, never by adding to the row. So it does not matter
how often a day is counted, or why. The fold therefore looks at every entry behind its bookmark that it can see, but
moves the bookmark only over entries no running transaction can still slip in front of; the others are looked at
again next time. It goes by stretches, each in a transaction of its own: who has years to count and is broken off goes
on where it was. Two counts of one terminal follow each other: the lock is taken in a statement of its own, so that
the second sees all that the first one saw. The commit of a count alone need not wait for the disk: what a crash loses
is counted again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from apps.journal.selectors import Place, horizon
from apps.network.models import Terminal
from apps.reports.models import Bookmark
from apps.reports.sql import counting, touched
from terminal.throughput import day_bounds

READER: Final = "daily-throughput"
AT_ONCE: Final = 31
"""Days counted in one statement: what it holds of them at a time stays small."""

STRETCH: Final = 200_000
"""Entries looked at in one transaction."""

Bounds = list[tuple[date, datetime, datetime]]


def fold_journal(*, at: datetime) -> list[date]:
    """Count again every site day touched by what was journalled since the last fold, at any terminal in earnest.

    A correction or retraction also touches the day of what it corrects, and what is said of a visit or a train the days
    that are told by it (``sql.touched``). Returns the days, sorted. Two folds at once follow each other.
    """
    folded: set[date] = set()
    more = True
    while more:
        days, more = _fold_stretch(at)
        folded.update(days)
    return sorted(folded)


@transaction.atomic
def _fold_stretch(at: datetime) -> tuple[set[date], bool]:
    """The days that were counted, and whether there is more behind."""
    mark = _take_bookmark()
    seen_by_all, end = horizon(), _end_of_stretch(mark)
    days = days_touched(mark, end)
    for terminal in Terminal.objects.in_earnest().filter(pk__in=days).order_by("pk"):
        count_days(terminal=terminal, days=days[terminal.pk], at=at)
    moved = _move_bookmark(mark, seen_by_all, end)
    return {day for each in days.values() for day in each}, moved and end is not None


def count_days(*, terminal: Terminal, days: Iterable[date], at: datetime) -> None:
    """Count these site days of a terminal from the entries that stand, and write their rows."""
    for bounds in chunks(terminal, days):
        _count(terminal, bounds, at)


def chunks(terminal: Terminal, days: Iterable[date]) -> Iterator[Bounds]:
    """The days in their order with their first and last moments, a month or so at a time."""
    wanted = sorted(set(days))
    for begin in range(0, len(wanted), AT_ONCE):
        yield [(day, *day_bounds(day, terminal.zone)) for day in wanted[begin : begin + AT_ONCE]]


def _count(terminal: Terminal, bounds: Bounds, at: datetime) -> None:
    said: dict[str, Any] = {
        "terminal": terminal.pk,
        "lock": f"{READER}:{terminal.pk}",
        "at": at,
        **counting.columns_of(bounds),
    }
    statements = [counting.LOCK, counting.COUNT_DAYS]
    # One trip to the server: outside a transaction, statements sent together are one.
    if not connection.in_atomic_block:
        statements.insert(0, counting.HASTE)
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), said)


def recount_by_hand(*, terminal: Terminal, start: date, end: date, at: datetime) -> list[date]:
    """Count every day from ``start`` to ``end`` again, whatever the bookmark says. Returns the days."""
    days = [date.fromordinal(each) for each in range(start.toordinal(), end.toordinal() + 1)]
    count_days(terminal=terminal, days=days, at=at)
    return days


def bookmark() -> Place:
    """Up to where the journal is counted."""
    mark = Bookmark.objects.filter(reader=READER).first()
    return Place(mark.xid, mark.entry_id) if mark else Place()


def _take_bookmark() -> Place:
    Bookmark.objects.get_or_create(reader=READER)
    mark = Bookmark.objects.select_for_update().get(reader=READER)
    return Place(mark.xid, mark.entry_id)


def _end_of_stretch(mark: Place) -> Place | None:
    with connection.cursor() as cursor:
        cursor.execute(touched.STRETCH_ENDS, _behind(mark) | {"stretch": STRETCH})
        found = cursor.fetchone()
    return Place(*found) if found else None


def _behind(mark: Place, end: Place | None = None) -> dict[str, Any]:
    upto = {"upto_xid": end.xid if end else None, "upto_id": end.entry_id if end else None}
    return {"xid": mark.xid, "entry_id": mark.entry_id, **upto}


def days_touched(mark: Place, end: Place | None = None) -> dict[int, list[date]]:
    """The days of each terminal that what was journalled behind the mark touches, up to and with ``end``."""
    days: dict[int, list[date]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(touched.DAYS_TOUCHED, {**_behind(mark, end), **touched.KINDS})
        for terminal, day in cursor.fetchall():
            days[terminal].append(day)
    return days


def _move_bookmark(mark: Place, seen_by_all: int, end: Place | None) -> bool:
    """Over all that is settled, as far as it was looked at; whether it moved."""
    with connection.cursor() as cursor:
        cursor.execute(touched.LAST_SETTLED, {**_behind(mark, end), "horizon": seen_by_all})
        last = cursor.fetchone()
    if last:
        Bookmark.objects.filter(reader=READER).update(xid=last[0], entry_id=last[1])
    return last is not None
