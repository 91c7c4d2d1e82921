"""Messages of one webhook about one container, one behind the other.

# Note [First of a lane]
What concerns one container is told one webhook in order. All of it waits in a lane, and only the first has a moment at
which it is tried; who settles that one gives the next its turn. Both happen under the lock of the webhook's row, or one
that is queued while the last before it is settled would wait for ever.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import connection

from apps.webhooks.models import Webhook

LANES_TAKEN: Final = """
SELECT asked.webhook, asked.lane FROM unnest(%s::bigint[], %s::bigint[]) AS asked(webhook, lane)
WHERE EXISTS (
    SELECT FROM webhooks_delivery AS d
    WHERE d.webhook_id = asked.webhook AND d.lane = asked.lane AND d.state = 'waiting')
"""

NEXT_IN_LANE: Final = """
UPDATE webhooks_delivery AS d SET next_attempt_at = %s
WHERE d.next_attempt_at IS NULL AND d.state = 'waiting' AND d.id IN (
    SELECT (SELECT id FROM webhooks_delivery AS first
            WHERE first.webhook_id = lanes.webhook AND first.lane = lanes.lane AND first.state = 'waiting'
            ORDER BY first.id LIMIT 1)
    FROM unnest(%s::bigint[], %s::bigint[]) AS lanes(webhook, lane))
"""


def locked(webhooks: Iterable[int]) -> set[int]:
    """Those of the webhooks that run, locked in the order of their keys until the transaction ends."""
    rows = Webhook.objects.filter(pk__in=set(webhooks), ended_at=None).order_by("pk")
    return set(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def lanes_taken(lanes: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Which of the lanes have something that waits."""
    asked = list(lanes)
    with connection.cursor() as cursor:
        cursor.execute(LANES_TAKEN, [[webhook for webhook, _ in asked], [lane for _, lane in asked]])
        return set(cursor.fetchall())


def give_turns(lanes: set[tuple[int, int]], at: datetime) -> None:
    """Let the first that waits in each of the lanes be tried now, where none has its turn."""
    ordered = sorted(lanes)
    with connection.cursor() as cursor:
        cursor.execute(NEXT_IN_LANE, [at, [webhook for webhook, _ in ordered], [lane for _, lane in ordered]])
