"""What is sent, made when its turn comes: see Note [What a webhook is told] in ``matching``.

The journal never changes, so a message says the same whenever it is sent; nothing is kept twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from apps.common.api.renderers import dumps
from apps.journal.models import Entry
from apps.tracking.selectors.event import EVENT, told
from apps.webhooks.models import Webhook
from apps.webhooks.selectors.matching import READABLE, WITHIN_A_ROLE, spoken
from terminal.events import Audience

OWN: Final = f"""
SELECT asked.delivery, concat(
    '{{"type":"', e.kind, '","timestamp":', {told("e.recorded_at")}, ',"container":', to_json(box.number),
    ',"data":', {EVENT}, '}}')
FROM unnest(%(deliveries)s::bigint[], %(entries)s::bigint[], %(parties)s::bigint[]) AS asked(delivery, entry, party)
JOIN journal_entry AS e ON e.id = asked.entry
JOIN containers_visit AS v ON v.id = e.visit_id
JOIN containers_container AS box ON box.id = v.container_id
WHERE {READABLE} AND EXISTS (
    SELECT FROM containers_visitrole AS r
    WHERE r.visit_id = v.id AND r.party_id = asked.party AND {WITHIN_A_ROLE})
"""


class Wanted(NamedTuple):
    """One entry that is to be told to one webhook."""

    delivery: int
    entry: int
    webhook: Webhook


def told_in_own_words(wanted: Iterable[Wanted], at: datetime) -> dict[int, bytes]:
    """The bodies by delivery; none where the party may not see the entry any more, or a later word stands."""
    rows = list(wanted)
    params: dict[str, Any] = {
        "deliveries": [each.delivery for each in rows],
        "entries": [each.entry for each in rows],
        "parties": [each.webhook.party_id for each in rows],
        "public": Audience.PUBLIC.value,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(OWN, params)
        return {delivery: body.encode() for delivery, body in cursor.fetchall()}


def told_in_the_standards(wanted: Iterable[Wanted], at: datetime) -> dict[int, bytes]:
    """The bodies by delivery in the words of Track & Trace 2.2; none as in our own words."""
    by_webhook: dict[Webhook, list[Wanted]] = defaultdict(list)
    for each in wanted:
        by_webhook[each.webhook].append(each)
    each_webhooks = [_of_one(webhook, each, at) for webhook, each in by_webhook.items()]
    return {delivery: body for bodies in each_webhooks for delivery, body in bodies.items()}


def _of_one(webhook: Webhook, wanted: list[Wanted], at: datetime) -> dict[int, bytes]:
    entries = [each.entry for each in wanted]
    lineages = {pk: str(uuid) for pk, uuid in Entry.objects.filter(pk__in=entries).values_list("pk", "lineage")}
    events = {event["eventID"]: event for event in spoken(webhook, entries, at)}
    return {each.delivery: dumps([events[id_]]) for each in wanted if (id_ := lineages[each.entry]) in events}
