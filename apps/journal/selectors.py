"""Reading the journal on, without ever skipping a row that commits late."""

from dataclasses import dataclass

from django.db import connection

from apps.journal.models import Entry, EntryQuerySet


@dataclass(frozen=True, order=True)
class Place:
    """A reader's place in commit order: the last row it has read. The beginning is ``Place()``."""

    xid: int = 0
    entry_id: int = 0


def read_on(place: Place, *, limit: int = 1000, entries: EntryQuerySet | None = None) -> tuple[list[Entry], Place]:
    """The next settled rows behind ``place``, in commit order, and the place behind the last of them.

    Stops before the oldest transaction that still runs, so that whatever it commits later is read later. ``entries``
    narrows what is read: the rows of one visit, one kind.
    """
    wanted = Entry.objects.all() if entries is None else entries
    rows = list(wanted.settled().after(place.xid, place.entry_id)[:limit])
    return rows, Place(int(rows[-1].xid), rows[-1].pk) if rows else place


def horizon() -> int:
    """The oldest transaction that still runs: every row written before it is visible to all, or never will be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (xid,) = cursor.fetchone()
    return int(xid)
