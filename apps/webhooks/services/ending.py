"""Addresses that are gone for good."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from apps.parties.actors import Actor
from apps.tracking.services.subscribing import NoSuchSubscription, unsubscribe
from apps.webhooks.models import Webhook
from apps.webhooks.services.subscribing import end_webhook
from terminal.errors import gettext_noop

GONE: Final = gettext_noop("The address answered 410 Gone.")


def end_gone(webhooks: Iterable[int], at: datetime) -> None:
    """End the webhooks whose addresses said that they are gone, each in a transaction of its own."""
    rows = Webhook.objects.running().filter(pk__in=set(webhooks)).select_related("event_subscription__party")
    for webhook in rows.order_by("pk"):
        _end(webhook, at)


@transaction.atomic
def _end(webhook: Webhook, at: datetime) -> None:
    by = Actor.itself("webhooks")
    if webhook.event_subscription is None:
        end_webhook(webhook, by=by, at=at, because=GONE)
        return
    try:
        unsubscribe(webhook.event_subscription, by=by, at=at)
    except NoSuchSubscription:
        return
    Webhook.objects.filter(pk=webhook.pk).update(ended_because=GONE)
