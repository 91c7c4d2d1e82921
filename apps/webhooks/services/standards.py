"""Subscriptions of Track & Trace are delivered to as webhooks are: one row beside each, which follows it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import F

from apps.journal.models import Entry
from apps.tracking.models import EventSubscription
from apps.webhooks.models import Webhook
from apps.webhooks.services.queueing import begins_now, wake
from apps.webhooks.services.subscribing import HEALTHY, drop_what_waits
from terminal.events import EventKind

KINDS: Final = frozenset(
    {
        EventKind.SUBSCRIPTION_MADE,
        EventKind.SUBSCRIPTION_CHANGED,
        EventKind.SUBSCRIPTION_SECRET_CHANGED,
        EventKind.SUBSCRIPTION_ENDED,
    }
)


def follow(entries: Iterable[Entry]) -> None:
    """What is written of subscriptions of Track & Trace is done to their webhooks, in the same transaction."""
    for entry in entries:
        if entry.kind in KINDS and (subscription := entry.payload.get("subscription")):
            _follow(EventKind(entry.kind), EventSubscription.objects.get(public_id=subscription), entry.happened_at)


def _follow(kind: EventKind, subscription: EventSubscription, at: datetime) -> None:
    if kind is EventKind.SUBSCRIPTION_MADE:
        _begin(subscription)
    elif kind is EventKind.SUBSCRIPTION_ENDED:
        _end(subscription, at)
    else:
        Webhook.objects.filter(event_subscription=subscription).update(**HEALTHY, version=F("version") + 1)
    wake()


def _begin(subscription: EventSubscription) -> None:
    Webhook.objects.create(
        public_id=subscription.public_id,
        event_subscription=subscription,
        party_id=subscription.party_id,
        terminal_id=subscription.terminal_id,
        begins_xid=begins_now(),
        made_at=subscription.made_at,
        made_by=subscription.made_by,
    )


def _end(subscription: EventSubscription, at: datetime) -> None:
    Webhook.objects.filter(event_subscription=subscription).update(ended_at=at, version=F("version") + 1)
    for webhook in Webhook.objects.filter(event_subscription=subscription):
        drop_what_waits(webhook, at)
