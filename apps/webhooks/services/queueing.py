"""The journal read on for webhooks: what each is told becomes a row that waits.

# Note [One reads for all]
The journal is read once, in the order of commits, whatever the number of webhooks and of dispatchers: whoever has the
row of ``Reading`` reads, the others go on sending. It stops before the oldest transaction that runs, so what commits
late is read late and never skipped; rows and place are written together, so nothing is queued twice. While no webhook
runs, the place follows the journal without reading it.
"""

from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Min

from apps.common.ids import uuid7
from apps.journal.models import Entry
from apps.journal.selectors import Place, horizon
from apps.webhooks.models import Delivery, Reading, Webhook
from apps.webhooks.selectors import Found, Range, matches, matches_of_standards
from apps.webhooks.services.lanes import lanes_taken, locked

AT_ONCE: Final = 1000
"""Entries read in one transaction."""

CHANNEL: Final = "landbridge_webhooks"
"""The PostgreSQL channel on which dispatchers are woken."""


def queue_news(at: datetime, *, limit: int = AT_ONCE) -> int:
    """Read the journal on and queue what the webhooks are told; how many entries were read.

    Zero as well where somebody else reads at this moment. See Note [One reads for all].
    """
    seen = Reading.objects.first() or _begin()
    if not _behind(Place(seen.xid, seen.entry_id), 1):
        return 0
    with transaction.atomic():
        reading = Reading.objects.select_for_update(skip_locked=True).first()
        return _read_on(reading, at, limit) if reading else 0


def begins_now() -> int:
    """The oldest transaction whose entries a webhook made in this transaction is told.

    Nobody reads on until it commits: whoever read beyond this place would not know of the webhook yet.
    """
    Reading.objects.select_for_update().get(pk=(Reading.objects.first() or _begin()).pk)
    return horizon()


def _begin() -> Reading:
    """The first place: before whatever the first webhook is to be told."""
    first = Webhook.objects.aggregate(first=Min("begins_xid"))["first"]
    Reading.objects.bulk_create([Reading(xid=(first or horizon()) - 1, entry_id=0)], ignore_conflicts=True)
    return Reading.objects.get()


def _read_on(reading: Reading, at: datetime, limit: int) -> int:
    if not Webhook.objects.running().exists():
        return _move(reading, Place(horizon() - 1, 2**63 - 1), 0)
    behind = Place(reading.xid, reading.entry_id)
    rows = _behind(behind, limit)
    if not rows:
        return 0
    upto = rows[-1]
    entries = Range(behind, upto)
    standard = Webhook.objects.running().filter(event_subscription__isnull=False, party__active=True)
    speakers = list(standard.select_related("event_subscription", "party", "terminal").order_by("pk"))
    enqueue([*matches(entries, at), *matches_of_standards(entries, speakers, at)], at)
    return _move(reading, upto, len(rows))


def _move(reading: Reading, to: Place, read: int) -> int:
    if to > Place(reading.xid, reading.entry_id):
        reading.xid, reading.entry_id = to.xid, to.entry_id
        reading.save(update_fields=["xid", "entry_id"])
    return read


def _behind(place: Place, limit: int) -> list[Place]:
    """The next settled places behind this one."""
    rows = Entry.objects.settled().after(place.xid, place.entry_id).values_list("xid", "id")[:limit]
    return [Place(int(xid), entry) for xid, entry in rows]


INSERT: Final = """
INSERT INTO webhooks_delivery
  (public_id, webhook_id, reason, event_id, entry_id, lane, state, queued_at, next_attempt_at, attempts)
SELECT public_id, webhook, %(reason)s, event, entry, lane, 'waiting', %(at)s, CASE WHEN first THEN %(at)s END, 0
FROM unnest(%(ids)s::uuid[], %(webhooks)s::bigint[], %(events)s::uuid[], %(entries)s::bigint[], %(lanes)s::bigint[],
            %(firsts)s::boolean[]) AS found(public_id, webhook, event, entry, lane, first)
"""


def enqueue(found: list[Found], at: datetime, reason: Delivery.Reason = Delivery.Reason.EVENT) -> int:
    """Let these wait, each behind what waits in its lane already; those of webhooks that have ended do not. How many.

    In the transaction of whoever calls; it locks the webhooks. See Note [First of a lane] in ``lanes``.
    """
    running = locked({each.webhook for each in found})
    mine = [each for each in found if each.webhook in running]
    if mine:
        params: dict[str, Any] = {"reason": reason.value, "at": at, "firsts": _firsts(mine), **_columns(mine)}
        with connection.cursor() as cursor:
            cursor.execute(INSERT, params)
    return len(mine)


def _firsts(found: list[Found]) -> list[bool]:
    """Whether each is the first of its lane."""
    taken, firsts = lanes_taken({(each.webhook, each.lane) for each in found}), []
    for each in found:
        firsts.append((each.webhook, each.lane) not in taken)
        taken.add((each.webhook, each.lane))
    return firsts


def _columns(found: list[Found]) -> dict[str, list[Any]]:
    return {
        "ids": [str(uuid7()) for _ in found],
        "webhooks": [each.webhook for each in found],
        "events": [str(each.event) for each in found],
        "entries": [each.entry for each in found],
        "lanes": [each.lane for each in found],
    }


def wake() -> None:
    """Wake the dispatchers when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
