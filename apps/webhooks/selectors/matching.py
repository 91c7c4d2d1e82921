"""Which entries of the journal which webhooks are told.

# Note [What a webhook is told]
Exactly what its party reads of a container over the API (see Note [The feed's one query] in ``apps.tracking``): public
entries of visits within the dates of its roles, while no later word of their lineage stands. It is asked when an entry
is queued and again when its turn comes. Of that, a webhook is told what fits its lists; a retraction fits the kinds
that fit what it takes back, or it would be told of half a story. What was known a day before the webhook was made is
history that somebody took in, however late it was written down: it is read, not told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from apps.journal.selectors import Place
from apps.tracking.dcsa import Asked, events_of
from apps.tracking.selectors.event import STANDS
from apps.webhooks.models import Webhook
from terminal.dcsa import Version
from terminal.dcsa.codes import kinds_of
from terminal.dcsa.wanted import wanted_2_2
from terminal.events import Audience, EventKind

READABLE: Final = f"""e.audience = %(public)s AND {STANDS}"""

WITHIN_A_ROLE: Final = """r.since <= %(at)s AND e.happened_at >= r.since
  AND (r.until IS NULL OR e.happened_at < r.until)"""

FITS: Final = """
  (w.kinds = '{{}}' OR e.kind = ANY(w.kinds) OR (e.kind = %(retracted)s AND EXISTS (
      SELECT FROM journal_entry AS said
      WHERE said.lineage = e.lineage AND said.revision = 1 AND said.kind = ANY(w.kinds))))
  AND (w.containers = '{{}}' OR box.number = ANY(w.containers) OR e.container_number = ANY(w.containers))
  AND (w.bookings = '{{}}' OR EXISTS (
      SELECT FROM containers_reference AS paper
      WHERE paper.visit_id = v.id AND paper.kind = 'booking' AND paper.value = ANY(w.bookings)))
  AND (w.trains = '{{}}' OR EXISTS (
      SELECT FROM calls_call AS call
      WHERE call.id IN (v.arrival_call_id, v.departure_call_id) AND call.public_id = ANY(w.trains)))"""

FROM_NOW_ON: Final = """e.xid >= w.begins_xid::text::xid8 AND e.recorded_at >= w.made_at - interval '1 day'"""

MATCHES: Final = f"""
SELECT DISTINCT w.id, e.id, e.public_id, v.container_id, e.lineage, e.xid
FROM journal_entry AS e
JOIN containers_visit AS v ON v.id = e.visit_id
JOIN containers_container AS box ON box.id = v.container_id
JOIN containers_visitrole AS r ON r.visit_id = v.id AND {WITHIN_A_ROLE}
JOIN parties_party AS p ON p.id = r.party_id AND p.active
JOIN webhooks_webhook AS w ON w.party_id = p.id AND w.terminal_id = v.terminal_id AND w.ended_at IS NULL
 AND w.event_subscription_id IS NULL
WHERE {{among}}
  AND {READABLE}
  AND {FITS}
ORDER BY e.xid, e.id, w.id
LIMIT %(most)s
"""

BEHIND: Final = """(e.xid, e.id) > (%(xid)s::text::xid8, %(entry)s)
  AND (e.xid, e.id) <= (%(last_xid)s::text::xid8, %(last_entry)s)"""
SETTLED: Final = "e.xid < pg_snapshot_xmin(pg_current_snapshot())"


class Found(NamedTuple):
    """One entry that one webhook is told."""

    webhook: int
    entry: int
    event: UUID
    lane: int
    lineage: UUID | None = None


@dataclass(frozen=True)
class Range:
    """The entries of the journal behind one place, up to another."""

    behind: Place
    upto: Place

    def params(self) -> dict[str, Any]:
        """As the statements take it."""
        return {
            "xid": str(self.behind.xid),
            "entry": self.behind.entry_id,
            "last_xid": str(self.upto.xid),
            "last_entry": self.upto.entry_id,
        }


def matches(entries: Range, at: datetime) -> list[Found]:
    """What the webhooks in our own words are told of these entries, in their order."""
    return _found(f"{BEHIND} AND {FROM_NOW_ON}", entries.params(), at, most=10_000_000)


def would_be_told(webhook: Webhook, among: str, params: dict[str, Any], *, at: datetime, most: int) -> list[Found]:
    """What one webhook would be told of settled entries, whenever it was made; ``most`` at most."""
    if webhook.event_subscription_id is None:
        said = {**params, "webhook": webhook.pk}
        return _found(f"w.id = %(webhook)s AND {SETTLED} AND {among}", said, at, most=most)
    said = {**params, "party": webhook.party_id, "terminal": webhook.terminal_id}
    return of_these(webhook, entries_of_standards(f"{among} AND {OF_THE_PARTY}", said), at)[:most]


def _found(among: str, params: dict[str, Any], at: datetime, *, most: int) -> list[Found]:
    said: dict[str, Any] = {
        "at": at,
        "public": Audience.PUBLIC.value,
        "retracted": EventKind.RETRACTED.value,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(MATCHES.format(among=among), {**params, **said})
        return [Found(*row[:5]) for row in cursor.fetchall()]


OF_STANDARDS: Final = f"""
SELECT e.id, e.public_id, e.lineage, coalesce(v.container_id, -e.call_id), e.terminal_id, e.xid::text::bigint,
       e.recorded_at, e.visit_id, e.call_id
FROM journal_entry AS e LEFT JOIN containers_visit AS v ON v.id = e.visit_id
WHERE {{among}} AND {SETTLED} AND e.audience = %(public)s AND e.kind = ANY(%(kinds)s)
  AND (e.visit_id IS NOT NULL OR e.call_id IS NOT NULL)
ORDER BY e.xid, e.id
"""

OF_THE_PARTY: Final = """e.terminal_id = %(terminal)s AND (
  e.visit_id IN (SELECT visit_id FROM containers_visitrole WHERE party_id = %(party)s)
  OR e.call_id IN (
      SELECT call.id FROM containers_visitrole AS r JOIN containers_visit AS v ON v.id = r.visit_id
      JOIN calls_call AS call ON call.id IN (v.arrival_call_id, v.departure_call_id) WHERE r.party_id = %(party)s))"""

CONCERNED: Final = """
SELECT DISTINCT r.party_id FROM containers_visitrole AS r JOIN containers_visit AS v ON v.id = r.visit_id
WHERE v.id = ANY(%(visits)s) OR v.arrival_call_id = ANY(%(calls)s) OR v.departure_call_id = ANY(%(calls)s)
"""


@dataclass(frozen=True)
class Known:
    """An entry that Track & Trace has a word for."""

    entry: int
    event: UUID
    lineage: UUID
    lane: int
    terminal: int
    xid: int
    recorded_at: datetime
    visit: int | None
    call: int | None


def matches_of_standards(entries: Range, webhooks: Iterable[Webhook], at: datetime) -> list[Found]:
    """What the webhooks that speak Track & Trace are told of these entries, each in their order."""
    known = entries_of_standards(BEHIND, entries.params())
    concerned = _concerned(known) if known else set()
    told = [_of_one(webhook, known, at) for webhook in webhooks if webhook.party_id in concerned]
    return [found for each in told for found in each]


def entries_of_standards(among: str, params: dict[str, Any]) -> list[Known]:
    """Settled entries that version 2.2 may tell."""
    kinds = sorted(kind.value for kind in kinds_of(Version.TWO))
    with connection.cursor() as cursor:
        cursor.execute(OF_STANDARDS.format(among=among), {**params, "public": Audience.PUBLIC.value, "kinds": kinds})
        return [Known(*row) for row in cursor.fetchall()]


def _concerned(known: list[Known]) -> set[int]:
    visits = [each.visit for each in known if each.visit is not None]
    calls = [each.call for each in known if each.visit is None]
    with connection.cursor() as cursor:
        cursor.execute(CONCERNED, {"visits": visits, "calls": calls})
        return {party for (party,) in cursor.fetchall()}


def _of_one(webhook: Webhook, known: list[Known], at: datetime) -> list[Found]:
    mine = [
        each
        for each in known
        if each.terminal == webhook.terminal_id
        and each.xid >= webhook.begins_xid
        and (webhook.made_at - each.recorded_at).days < 1
    ]
    return of_these(webhook, mine, at)


def of_these(webhook: Webhook, known: list[Known], at: datetime) -> list[Found]:
    """Which of these entries a webhook that speaks Track & Trace is told."""
    told = {event["eventID"] for event in spoken(webhook, [each.entry for each in known], at)}
    mine = [each for each in known if str(each.lineage) in told]
    return [Found(webhook.pk, each.entry, each.event, each.lane, each.lineage) for each in mine]


def spoken(webhook: Webhook, entries: list[int], at: datetime) -> list[dict[str, Any]]:
    """These entries in the words of version 2.2, as far as the subscription is told them now."""
    subscription = webhook.event_subscription
    if subscription is None or not entries:
        return []
    asked = Asked(
        version=Version.TWO,
        wanted=wanted_2_2(subscription.filters),
        entries=frozenset(entries),
        limit=len(entries),
    )
    return events_of(asked, party=webhook.party, terminal=webhook.terminal, at=at)
