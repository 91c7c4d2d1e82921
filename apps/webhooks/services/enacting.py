"""What a sandbox does to webhooks on purpose, so that who listens has met it before it happens in earnest.

Only what the standard allows or asks to be refused: messages come again under the same id, late, or are none of ours.
The order of a container's messages is kept.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.common.ids import uuid7
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.webhooks.models import Delivery, Webhook
from apps.webhooks.services.again import TESTS, send_again
from apps.webhooks.services.lanes import locked
from apps.webhooks.services.queueing import wake

MOST = 3


def send_twice(terminal: Terminal, lane: int, *, by: Actor, at: datetime) -> int:
    """The latest messages of a lane that were delivered come once more, under the same ids; how many."""
    told = Delivery.objects.filter(
        webhook__in=_running(terminal), lane=lane, state=Delivery.State.DELIVERED, reason=Delivery.Reason.EVENT
    )
    again = list(told.select_related("webhook__terminal").order_by("-pk")[:MOST])
    for each in reversed(again):
        send_again(each, by=by, at=at)
    return len(again)


@transaction.atomic
def send_to_be_refused(terminal: Terminal, reason: Delivery.Reason, *, at: datetime) -> int:
    """A message to every webhook that is no subscription of Track & Trace, which it is to refuse; how many."""
    told = locked(_running(terminal).filter(event_subscription=None).values_list("pk", flat=True))
    Delivery.objects.bulk_create(
        Delivery(webhook_id=pk, reason=reason, event_id=uuid7(), lane=TESTS, queued_at=at, next_attempt_at=at)
        for pk in sorted(told)
    )
    wake()
    return len(told)


def fall_silent(terminal: Terminal, until: datetime) -> int:
    """Nothing is sent until then, as in an outage; then all of it comes in order. How many webhooks wait."""
    sooner = Q(rests_until=None) | Q(rests_until__lt=until)
    return _running(terminal).filter(sooner).update(rests_until=until)


def _running(terminal: Terminal) -> QuerySet[Webhook]:
    """Those of a sandbox; of another terminal none, whoever asks."""
    return Webhook.objects.running().filter(terminal=terminal, terminal__sandbox=True)
