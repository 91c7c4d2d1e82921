"""What happened to a container, for a party that has or had a part in it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

import orjson

from apps.common.prepared import Prepared
from apps.containers.models import VisitRole
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.errors import Malformed, gettext_noop
from terminal.events import Audience

LARGEST: Final = 2**63 - 1


class UnknownCursor(Malformed):
    """The cursor is not one this API gave."""

    message = gettext_noop("This cursor is not one you were given. Begin again without a cursor.")


@dataclass(frozen=True)
class Place:
    """How far a reader has come in the order of commits. ``Place(0, 0)`` is before the first row."""

    xid: int = 0
    entry: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """The place a cursor stands for. Raises ``UnknownCursor``."""
        try:
            xid, entry = (int(part) for part in urlsafe_b64decode(text.encode("ascii")).decode("ascii").split("."))
        except ValueError as odd:
            raise UnknownCursor from odd
        place = cls(xid, entry)
        if not (0 <= xid <= LARGEST and 0 <= entry <= LARGEST) or place.written() != text:
            raise UnknownCursor
        return place

    def written(self) -> str:
        """The cursor: opaque to the reader, safe in an address."""
        return urlsafe_b64encode(f"{self.xid}.{self.entry}".encode()).decode()


@dataclass(frozen=True)
class Page:
    """Events in commit order, the cursor behind the last of them, and whether more follow at once."""

    events: list[dict[str, Any]]
    cursor: str | None
    more: bool


# Note [The feed's one query]
# Tracking is the route that machines poll. Roles are joined to visits and visits to the journal, so that a stranger's
# rows are never touched. A row is told only while no later word of its lineage stands, which makes a correction
# or a retraction appear behind every cursor that has seen the first word. Rows of one visit are few, so they are sorted
# where they are found, by `journal_by_visit`, however long the journal is. A party with two roles in one visit would
# see a row twice without the semi-join. `payload` stays text: it is sent as it was stored.
EVENTS: Final = Prepared(
    "tracking_events",
    ("varchar", "bigint", "bigint", "timestamptz", "varchar", "text", "bigint", "bigint"),
    """
SELECT e.xid::text, e.id, e.public_id::text, e.lineage::text, e.revision, e.kind, e.classifier, e.happened_at,
       e.recorded_at, e.authority, v.public_id::text, e.payload::text
FROM containers_container AS c
JOIN containers_visit AS v ON v.container_id = c.id AND v.terminal_id = $2
JOIN journal_entry AS e ON e.visit_id = v.id
WHERE c.number = $1
  AND EXISTS (
      SELECT FROM containers_visitrole AS r
      WHERE r.visit_id = v.id AND r.party_id = $3 AND r.since <= $4
        AND e.happened_at >= r.since AND (r.until IS NULL OR e.happened_at < r.until))
  AND e.audience = $5
  AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
  AND (e.xid, e.id) > ($6::text::xid8, $7)
  AND NOT EXISTS (
      SELECT FROM journal_entry AS later
      WHERE later.lineage = e.lineage AND later.revision > e.revision AND later.revision > 1)
ORDER BY e.xid, e.id
LIMIT $8
""",
)

MEMBERS: Final = (
    "id", "lineage", "revision", "kind", "classifier", "happened_at", "recorded_at", "authority", "visit", "details",
)  # fmt: skip


def events_of(
    number: str, *, party: Party, terminal: Terminal, at: datetime, after: Place = Place(), limit: int = 100
) -> Page | None:
    """The settled public events of the container's visits in which the party has a dated role, behind ``after``.

    Only events within the dates of the role. A correction is a further event with the same lineage and the next
    revision; ``retracted`` says that the event of that lineage did not happen. ``None``: to this party there is no such
    container, whether or not it was ever here.
    """
    rows = EVENTS.rows(number, terminal.pk, party.pk, at, Audience.PUBLIC.value, str(after.xid), after.entry, limit + 1)
    if not rows and not _knows(number, party, terminal, at):
        right = _right_number(number, party, terminal, at)
        return right and events_of(right, party=party, terminal=terminal, at=at, after=after, limit=limit)
    return _page(rows[:limit], after, more=len(rows) > limit)


def _page(rows: list[tuple[Any, ...]], after: Place, *, more: bool) -> Page:
    place = Place(int(rows[-1][0]), rows[-1][1]) if rows else after
    return Page([_event(row) for row in rows], place.written() if place != Place() else None, more)


def _event(row: tuple[Any, ...]) -> dict[str, Any]:
    event = dict(zip(MEMBERS, row[2:], strict=True))
    event["details"] = orjson.Fragment(row[-1])
    return event


def _knows(number: str, party: Party, terminal: Terminal, at: datetime) -> bool:
    """Whether the party has, or had, a role in a visit of this container here."""
    roles = VisitRole.objects.filter(party=party, since__lte=at)
    return roles.filter(visit__container__number=number, visit__terminal=terminal).exists()


def _right_number(number: str, party: Party, terminal: Terminal, at: datetime) -> Any:
    """The number under which a visit of the party's goes on, where it was first known by this one."""
    roles = VisitRole.objects.filter(party=party, since__lte=at, visit__terminal=terminal)
    renamed = roles.filter(visit__former_numbers__container__number=number).exclude(visit__container__number=number)
    return renamed.order_by("-visit").values_list("visit__container__number", flat=True).first()
