"""Sent again, and tried: what a receiver missed, what was parked, a test."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from apps.common.ids import uuid7
from apps.parties.actors import Actor
from apps.webhooks.models import Delivery, Webhook
from apps.webhooks.selectors import Found, would_be_told
from apps.webhooks.services.lanes import locked
from apps.webhooks.services.queueing import enqueue, wake
from apps.webhooks.services.subscribing import WebhookHasEnded
from terminal.errors import Malformed, Refused, gettext_noop

RIGHT: Final = "webhooks.replay_webhook"
MOST: Final = 10_000
FARTHEST: Final = timedelta(days=31)
TESTS: Final = 0
"""The lane of tests."""


class ReachesTooFarBack(Malformed):
    """Only what was told lately is sent again; what is older is read."""

    message = gettext_noop("Events are sent again from %(first)s on; read older ones.")


class TooMuchAtOnce(Malformed):
    """It is asked for in parts."""

    message = gettext_noop("These are more than %(most)s events: ask for them in parts.")


class NoSuchEvent(Refused):
    """The webhook would not be told of such an event."""

    kind = "absent"
    message = gettext_noop("This webhook is told of no such event: %(event)s.")


@dataclass(frozen=True)
class Missed:
    """What is to be sent again: what was recorded from ``since`` until ``until``, or the events of these ids."""

    since: datetime | None = None
    until: datetime | None = None
    events: tuple[UUID, ...] = ()


@transaction.atomic
def replay(webhook: Webhook, missed: Missed, *, by: Actor, at: datetime) -> int:
    """Send again what the webhook would be told of it, under the same ids and behind what waits; how many events.

    What waits already is not queued twice. Raises ``WebhookHasEnded``, ``ReachesTooFarBack``, ``TooMuchAtOnce``,
    ``NoSuchEvent``.
    """
    _require_may(webhook, by)
    found = would_be_told(webhook, *_among(missed, at), at=at, most=MOST + 1)
    if len(found) > MOST:
        raise TooMuchAtOnce(most=MOST)
    if missing := sorted(set(missed.events) - {each.event for each in found} - {each.lineage for each in found}):
        raise NoSuchEvent(event=str(missing[0]))
    return _queue(found, webhook, at)


def _among(missed: Missed, at: datetime) -> tuple[str, dict[str, Any]]:
    if missed.events:
        ids = [str(event) for event in missed.events]
        return "(e.public_id = ANY(%(ids)s::uuid[]) OR e.lineage = ANY(%(ids)s::uuid[]))", {"ids": ids}
    since = missed.since or at
    if since < at - FARTHEST:
        raise ReachesTooFarBack(first=(at - FARTHEST).isoformat(timespec="seconds"))
    return "e.recorded_at >= %(since)s AND e.recorded_at < %(until)s", {"since": since, "until": missed.until or at}


def _queue(found: list[Found], webhook: Webhook, at: datetime) -> int:
    if not locked([webhook.pk]):
        raise WebhookHasEnded
    waiting = Delivery.objects.on_their_way().filter(webhook=webhook, entry_id__in=[each.entry for each in found])
    known = set(waiting.values_list("entry_id", flat=True))
    queued = enqueue([each for each in found if each.entry not in known], at, Delivery.Reason.REPLAY)
    wake()
    return queued


@transaction.atomic
def send_again(delivery: Delivery, *, by: Actor, at: datetime) -> None:
    """Queue a message that was settled anew, under the same id. Raises ``WebhookHasEnded``."""
    _require_may(delivery.webhook, by)
    if delivery.entry_id is None:
        _test(delivery.webhook, at)
        return
    found = Found(delivery.webhook_id, delivery.entry_id, delivery.event_id, delivery.lane)
    _queue([found], delivery.webhook, at)


@transaction.atomic
def test_webhook(webhook: Webhook, *, by: Actor, at: datetime) -> Delivery:
    """Send a message that tells nothing, at once, also where the address rests. Raises ``WebhookHasEnded``."""
    _require_may(webhook, by)
    return _test(webhook, at)


def _test(webhook: Webhook, at: datetime) -> Delivery:
    if not locked([webhook.pk]):
        raise WebhookHasEnded
    Webhook.objects.filter(pk=webhook.pk).update(rests_until=None)
    tests = Delivery.objects.on_their_way().filter(webhook=webhook, lane=TESTS)
    tests.update(state=Delivery.State.DROPPED, next_attempt_at=None, settled_at=at)
    told = {"reason": Delivery.Reason.TEST, "event_id": uuid7(), "lane": TESTS, "queued_at": at}
    delivery = Delivery.objects.create(webhook=webhook, next_attempt_at=_before_all(webhook, at), **told)
    wake()
    return delivery


def _before_all(webhook: Webhook, at: datetime) -> datetime:
    """The moment that is due before all else: an address that fails is sent one message at a time."""
    first = Delivery.objects.due(at).filter(webhook=webhook).aggregate(due=Min("next_attempt_at"))["due"]
    return first - timedelta(microseconds=1) if first else at


def _require_may(webhook: Webhook, by: Actor) -> None:
    """A party's program may with its own webhooks; a person needs the right."""
    if by.party is None:
        by.require(RIGHT, webhook.terminal)


def forget(before: datetime) -> int:
    """Forget messages that were settled and queued before this moment, and their tries; how many."""
    rows, gone = Delivery.objects.exclude(state=Delivery.State.WAITING).filter(queued_at__lt=before), 0
    while batch := list(rows.values_list("pk", flat=True)[:10_000]):
        gone += Delivery.objects.filter(pk__in=batch).delete()[1].get("webhooks.Delivery", 0)
    return gone
