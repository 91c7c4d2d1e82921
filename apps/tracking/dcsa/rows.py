"""Rows of the journal, as Track & Trace asks for them."""

from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any, Final, NamedTuple

from django.db import connection

from apps.containers.models import VisitRole
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.tracking.dcsa.asked import Asked, Behind
from apps.tracking.dcsa.query import statement
from apps.tracking.dcsa.usual import usual

FEW: Final = 1000
"""Visits of a party whose rows are found by the visits, and not the other way round."""

LATELY_S: Final = 60.0
"""How long it is remembered whether a party has more: both ways tell the same, one is quicker."""

MOST_PARTIES: Final = 4096

_many: dict[int, tuple[float, bool]] = {}


class Row(NamedTuple):
    """One row, with the columns of ``query.COLUMNS``. From ``kind`` on rows of a page are much alike."""

    place: int
    keys: list[str]
    horizon: str
    event: str
    happened_at: datetime
    recorded_at: datetime
    container: str
    details: str | None
    wagon: str | None
    papers: str | None
    kind: str
    classifier: str
    revision: int
    retracted: bool
    size_type: str
    laden: bool | None
    mode: str | None
    call: str | None
    call_mode: str | None
    call_number: str | None
    vessel: str | None
    imo: str | None
    voyage_in: str | None
    voyage_out: str | None
    service: str | None


@dataclass(frozen=True)
class Found:
    """Rows in the order asked for, and where to go on; None: those were all. ``stamp``: of the key that asked."""

    rows: list[Row]
    behind: Behind | None = None
    stamp: str | None = None


def rows_of(asked: Asked, *, party: Party, terminal: Terminal, at: datetime) -> Found:
    """What the party may see of what it asks for: two queries at most, none where nothing can be wanted here."""
    if not _can_be(asked, terminal):
        return Found([])
    wide = asked.entries is not None or (asked.names_no_boxes() and _has_many(party, at))
    sql, params = statement(asked, party=party.pk, terminal=terminal.pk, at=at, wide=wide)
    if known := usual(asked, sql, params):
        return _stamped(asked, known[0].rows(*known[1], ""))
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return _found(asked, cursor.fetchall())


def rows_at_once(
    asked: Asked, *, party: Party, terminal: Terminal, at: datetime, prefix: str, before: str
) -> Found | None:
    """The same in one message, with the stamp of the key with this prefix; ``before``: see ``Prepared.rows``.

    None: it cannot be had like that.
    """
    known = _known_many(party) if asked.names_no_boxes() else False
    if known is None or not _can_be(asked, terminal):
        return None
    asked_for = usual(asked, *statement(asked, party=party.pk, terminal=terminal.pk, at=at, wide=known))
    if asked_for is None:
        return None
    return _stamped(asked, asked_for[0].rows(*asked_for[1], prefix, before=before))


def _can_be(asked: Asked, terminal: Terminal) -> bool:
    return bool(asked.wanted.kinds) and asked.wanted.un_locode in ("", terminal.un_locode)


def _found(asked: Asked, found: list[tuple[Any, ...]]) -> Found:
    rows = [Row._make(row) for row in found[: asked.limit]]
    behind = Behind(rows[-1].horizon, tuple(rows[-1].keys)) if len(found) > asked.limit else None
    return Found(rows, behind)


def _stamped(asked: Asked, found: list[tuple[Any, ...]]) -> Found:
    """Of a prepared statement, with the stamp."""
    rows = [row[1:] for row in found if row[1] is not None]
    return replace(_found(asked, rows), stamp=found[0][0])


def _has_many(party: Party, at: datetime) -> bool:
    """See Note [Few boxes or many]."""
    parts = VisitRole.objects.filter(party=party, since__lte=at)
    many = len(parts.values_list("pk", flat=True)[: FEW + 1]) > FEW
    if len(_many) >= MOST_PARTIES:
        _many.clear()
    _many[party.pk] = monotonic(), many
    return many


def _known_many(party: Party) -> bool | None:
    """What was found lately. None: it was not asked."""
    at, many = _many.get(party.pk, (float("-inf"), False))
    return many if monotonic() - at < LATELY_S else None
