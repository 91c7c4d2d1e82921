"""Messages handed out to be sent, and what became of them. Many at once: a statement each, not one a message.

Claims commit at once, stamped with a lease, as the delivery desk's do: see Note [A claim is not an open transaction] in
``apps.notices``. A dispatcher that dies leaves leases that end.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from apps.webhooks.models import ENACTED, OF_NO_ENTRY, Delivery
from apps.webhooks.services.health import note_health
from apps.webhooks.services.lanes import give_turns, locked
from apps.webhooks.services.messages import Claimed, Tried
from terminal.webhooks import FAILS_AFTER, PATIENCE, Fate, pause_after, pause_asked_for

LEASE: Final = timedelta(seconds=60)
"""How long a message in hand is left alone; longer than any try takes."""

EACH: Final = 32
"""Messages one webhook has in hand at once, unless said otherwise."""

CLAIM: Final = """
WITH open AS (
    SELECT w.id, least(CASE WHEN w.failures >= %(fails_after)s THEN 1 ELSE %(each)s END, busy.most)
               - coalesce(busy.in_hand, 0) AS room
    FROM webhooks_webhook AS w
    JOIN parties_party AS p ON p.id = w.party_id AND p.active
    LEFT JOIN unnest(%(webhooks)s::bigint[], %(in_hand)s::int[], %(most_each)s::int[]) AS busy(id, in_hand, most)
           ON busy.id = w.id
    WHERE w.ended_at IS NULL AND (w.rests_until IS NULL OR w.rests_until <= %(at)s)
    ORDER BY random() -- or those that come first would take all places while they have a heap
), due AS (
    SELECT d.id FROM open CROSS JOIN LATERAL (
        SELECT id FROM webhooks_delivery
        WHERE webhook_id = open.id AND state = 'waiting' AND next_attempt_at <= %(at)s
        ORDER BY next_attempt_at, id LIMIT greatest(open.room, 0) FOR UPDATE SKIP LOCKED) AS d
    LIMIT %(most)s
)
UPDATE webhooks_delivery AS d
SET attempts = attempts + 1, next_attempt_at = %(until)s, give_up_at = coalesce(give_up_at, %(give_up)s)
FROM due WHERE d.id = due.id
RETURNING d.id, d.webhook_id, d.lane, d.entry_id, d.event_id::text, d.reason, d.attempts
"""


def claim(
    at: datetime, *, most: int = 500, each: int = EACH, busy: dict[int, tuple[int, int]] | None = None
) -> list[Claimed]:
    """Take what is due and nobody holds, in the order in which it was queued.

    ``busy``: what webhooks have in hand already, and the most each may have. One that fails has one.
    """
    taken = busy or {}
    params: dict[str, Any] = {
        "fails_after": FAILS_AFTER,
        "each": each,
        "webhooks": list(taken),
        "in_hand": [in_hand for in_hand, _ in taken.values()],
        "most_each": [most_each for _, most_each in taken.values()],
        "most": most,
        "at": at,
        "until": at + LEASE,
        "give_up": at + PATIENCE,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, params)
        return sorted((Claimed(*row) for row in cursor.fetchall()), key=lambda claimed: claimed.id)


SETTLE: Final = """
UPDATE webhooks_delivery AS d
SET state = told.state, next_attempt_at = told.again, settled_at = told.settled
FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[])
  AS told(id, attempt, state, again, settled)
WHERE d.id = told.id AND d.attempts = told.attempt AND d.state = 'waiting'
RETURNING d.id
"""


@transaction.atomic
def stamp(tried: Iterable[Tried], at: datetime, *, luck: Callable[[], float]) -> int:
    """Write down what became of tries; how many were still ours to write down.

    A message taken over by another dispatcher since is that one's. See Note [First of a lane] in ``lanes``.
    """
    told = list(tried)
    running = locked(each.claimed.webhook for each in told)
    mine = [each for each in told if each.claimed.webhook in running]
    give_up = dict(Delivery.objects.filter(pk__in=[each.claimed.id for each in mine]).values_list("pk", "give_up_at"))
    ours = _settle([(each, *_fate(each, give_up.get(each.claimed.id), at, luck())) for each in mine])
    kept = [each for each in mine if each.claimed.id in ours]
    _log(kept)
    note_health([each for each in kept if _tells_of_health(each)], at, luck=luck)
    give_turns({(each.claimed.webhook, each.claimed.lane) for each in kept}, at)
    return len(kept)


def _tells_of_health(tried: Tried) -> bool:
    """What was withheld was not tried, and who refuses what a sandbox forged does well."""
    return not tried.withheld and tried.claimed.reason not in ENACTED


def _fate(tried: Tried, give_up: datetime | None, at: datetime, luck: float) -> tuple[str, datetime | None]:
    if tried.withheld:
        return Delivery.State.WITHHELD, None
    if tried.fate is Fate.DELIVERED:
        return Delivery.State.DELIVERED, None
    if tried.claimed.reason in OF_NO_ENTRY:
        return Delivery.State.PARKED, None
    pause = max(pause_after(tried.claimed.attempt, luck=luck), pause_asked_for(tried.retry_after, at))
    if give_up is not None and at + pause > give_up:
        return Delivery.State.PARKED, None
    return Delivery.State.WAITING, at + pause


def _settle(fates: list[tuple[Tried, str, datetime | None]]) -> set[int]:
    rows = sorted(fates, key=lambda fate: fate[0].claimed.id)
    columns: list[Any] = [
        [tried.claimed.id for tried, *_ in rows],
        [tried.claimed.attempt for tried, *_ in rows],
        [str(state) for _, state, _ in rows],
        [again for *_, again in rows],
        [None if again else tried.at for tried, _, again in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, columns)
        return {pk for (pk,) in cursor.fetchall()}


LOG: Final = """
INSERT INTO webhooks_attempt (delivery_id, at, status, took_ms, answer)
SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::smallint[], %s::int[], %s::text[])
"""


def _log(tried: list[Tried]) -> None:
    rows = [(each.claimed.id, each.at, each.status, each.took_ms, each.answer) for each in tried if not each.withheld]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(LOG, [list(column) for column in zip(*rows, strict=True)])
