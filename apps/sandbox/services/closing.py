"""A sandbox is closed: emptied, its clock stopped, its credentials and webhooks ended."""

from datetime import datetime

from django.db import transaction

from apps.common import clock
from apps.network.models import Terminal
from apps.parties.models import ApiClient, PartyKey
from apps.sandbox.models import Stage
from apps.sandbox.services.scene import BY
from apps.sandbox.services.sweeping import sweep
from apps.webhooks.models import Webhook
from apps.webhooks.services import end_webhook


@transaction.atomic
def close_sandbox(stage: Stage, *, at: datetime) -> int:
    """Nothing is played any more until it is opened again; how many boxes went.

    The terminal stays: what happened on it is in the journal, which forgets nothing.
    """
    row = Stage.objects.select_for_update().get(pk=stage.pk)
    terminal = Terminal.objects.get(pk=row.terminal_id)
    with clock.going_by(terminal.time_at):
        gone = sweep(terminal, by=BY, at=terminal.time_at(at))
    for webhook in Webhook.objects.running().filter(terminal=terminal, event_subscription=None).order_by("pk"):
        end_webhook(webhook, by=BY, at=at)
    PartyKey.objects.filter(terminal=terminal).update(revoked=True)
    ApiClient.objects.filter(terminal=terminal, ends_at__gt=at).update(ends_at=at)
    Terminal.objects.filter(pk=terminal.pk).update(day_began_at=None)
    return gone
