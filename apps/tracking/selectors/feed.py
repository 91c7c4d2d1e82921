"""What happened to a container, for a party that has or had a part in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from apps.common.prepared import Prepared
from apps.containers.models import VisitRole
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.tracking.selectors.event import EVENT, STANDS, as_list
from apps.tracking.selectors.place import BEGINNING, Place
from terminal.events import Audience


@dataclass(frozen=True)
class Page:
    """Events in commit order as JSON, the cursor behind the last of them, and whether more follow at once."""

    events: orjson.Fragment
    cursor: str | None
    more: bool


# Note [The feed's one query]
# Tracking is the route that machines poll. Roles are joined to visits and visits to the journal, so that a stranger's
# rows are never touched. Rows of one visit are few, so they are sorted where they are found, by `journal_by_visit`,
# however long the journal is. A party with two roles in one visit would see a row twice without the semi-join.
EVENTS: Final = Prepared(
    "tracking_events",
    ("varchar", "bigint", "bigint", "timestamptz", "varchar", "text", "bigint", "bigint"),
    f"""
SELECT e.xid::text, e.id, {EVENT}
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
  AND {STANDS}
ORDER BY e.xid, e.id
LIMIT $8
""",
)


def events_of(
    number: str, *, party: Party, terminal: Terminal, at: datetime, after: Place = BEGINNING, limit: int = 100
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
    return Page(as_list(row[2] for row in rows), place.written() if place != BEGINNING else None, more)


def _knows(number: str, party: Party, terminal: Terminal, at: datetime) -> bool:
    """Whether the party has, or had, a role in a visit of this container here."""
    roles = VisitRole.objects.filter(party=party, since__lte=at)
    return roles.filter(visit__container__number=number, visit__terminal=terminal).exists()


def _right_number(number: str, party: Party, terminal: Terminal, at: datetime) -> Any:
    """The number under which a visit of the party's goes on, where it was first known by this one."""
    roles = VisitRole.objects.filter(party=party, since__lte=at, visit__terminal=terminal)
    renamed = roles.filter(visit__former_numbers__container__number=number).exclude(visit__container__number=number)
    return renamed.order_by("-visit").values_list("visit__container__number", flat=True).first()
