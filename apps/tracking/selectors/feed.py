"""What happened to a container, for a party that has or had a part in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from apps.common.cursors import Question
from apps.common.prepared import Prepared
from apps.containers.models import VisitRole
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.tracking.selectors.event import EVENT, STANDS, part_of
from apps.tracking.selectors.place import BEGINNING, Place
from terminal.events import Audience


@dataclass(frozen=True)
class Page:
    """Events in commit order as JSON, the place of the last of them, and whether more follow at once."""

    events: orjson.Fragment
    place: Place
    more: bool

    def document(self, question: Question) -> dict[str, Any]:
        """The page as ``EventPage`` describes it, with a cursor for who asked this."""
        return {"events": self.events, "cursor": self.place.cursor(question), "more": self.more}


# Note [The feed's one query]
# Tracking is the route that machines poll. Roles are joined to visits and visits to the journal, so that a stranger's
# rows are never touched. Rows of one visit are few, so they are sorted where they are found, by `journal_by_visit`,
# however long the journal is. The page comes as one row: its events as JSON, the place of the last, how many were found
# (one more than it holds where more follow), and whether there is such a container at all to this party.
PARAMETERS: Final = ("varchar", "bigint", "bigint", "timestamptz", "varchar", "text", "bigint", "bigint")
PAGE: Final = f"""
SELECT array_to_string((array_agg(told))[:$8], ',') AS events,
       (array_agg(place))[least($8, count(*))] AS last,
       count(*) AS many,
       count(*) > 0 OR EXISTS (
           SELECT FROM containers_container AS c
           JOIN containers_visit AS v ON v.container_id = c.id AND v.terminal_id = $2
           JOIN containers_visitrole AS r ON r.visit_id = v.id AND r.party_id = $3 AND r.since <= $4
           WHERE c.number = $1) AS known
FROM (
    SELECT concat(e.xid, '.', e.id) AS place, {EVENT} AS told
    FROM containers_container AS c
    JOIN containers_visit AS v ON v.container_id = c.id AND v.terminal_id = $2
    JOIN LATERAL ({part_of("$3", "$4")}) AS part ON true
    JOIN journal_entry AS e ON e.visit_id = v.id AND part.dates @> e.happened_at
    WHERE c.number = $1
      AND e.audience = $5
      AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
      AND (e.xid, e.id) > ($6::text::xid8, $7)
      AND {STANDS}
    ORDER BY e.xid, e.id
    LIMIT $8 + 1
) AS found
"""
EVENTS: Final = Prepared("tracking_events", PARAMETERS, PAGE)


def question_about(number: str, *, party: Party, terminal: Terminal) -> Question:
    """What a cursor of the feed is good for."""
    return Question(f"events {terminal.pk} {party.pk} {number}")


def asked_for(
    number: str, *, party: Party, terminal: Terminal, at: datetime, after: Place = BEGINNING, limit: int = 100
) -> tuple[Any, ...]:
    """The values of ``PARAMETERS``."""
    return (number, terminal.pk, party.pk, at, Audience.PUBLIC.value, str(after.xid), after.entry, limit)


def page_from(row: tuple[Any, ...], after: Place, limit: int) -> Page | None:
    """The page that a row of ``PAGE`` tells; ``None`` where there is no such container to the party."""
    events, last, many, known = row
    if not known:
        return None
    place = Place(*map(int, last.split("."))) if last else after
    return Page(orjson.Fragment(f"[{events or ''}]"), place, many > limit)


def events_of(
    number: str, *, party: Party, terminal: Terminal, at: datetime, after: Place = BEGINNING, limit: int = 100
) -> Page | None:
    """The settled public events of the container's visits in which the party has a dated role, behind ``after``.

    Only events within the dates of the role. A correction is a further event with the same lineage and the next
    revision; ``retracted`` says that the event of that lineage did not happen. ``None``: to this party there is no such
    container, whether or not it was ever here.
    """
    who: dict[str, Any] = {"party": party, "terminal": terminal, "at": at}
    (row,) = EVENTS.rows(*asked_for(number, after=after, limit=limit, **who))
    page = page_from(row, after, limit)
    if page is None and (right := _right_number(number, party, terminal, at)):
        return events_of(right, after=after, limit=limit, **who)
    return page


def _right_number(number: str, party: Party, terminal: Terminal, at: datetime) -> Any:
    """The number under which a visit of the party's goes on, where it was first known by this one."""
    roles = VisitRole.objects.filter(party=party, since__lte=at, visit__terminal=terminal)
    renamed = roles.filter(visit__former_numbers__container__number=number).exclude(visit__container__number=number)
    return renamed.order_by("-visit").values_list("visit__container__number", flat=True).first()
