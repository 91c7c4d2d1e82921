"""How an address fares, from what became of the tries: it rests when it is away, and is shown as failing.

# Note [An address that is away rests]
Were each message tried again by itself, an address that is away would be knocked at by every one of thousands. So the
address rests, longer after every rest, and one message asks whether it is back. Answered once, it gets all that waits.
What has waited for three days when an address that was away as long fails again is parked.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from apps.webhooks.models import Delivery, Webhook
from apps.webhooks.services.lanes import give_turns
from apps.webhooks.services.messages import Tried
from terminal.webhooks import FAILS_AFTER, PATIENCE, Fate, pause_after, pause_asked_for


def note_health(tried: Iterable[Tried], at: datetime, *, luck: Callable[[], float]) -> None:
    """Write down how the webhooks fare, whose rows are locked. See Note [An address that is away rests]."""
    by_webhook: dict[int, list[Tried]] = defaultdict(list)
    for each in tried:
        by_webhook[each.claimed.webhook].append(each)
    well = {pk for pk, mine in by_webhook.items() if any(each.fate is Fate.DELIVERED for each in mine)}
    Webhook.objects.filter(pk__in=well).update(
        failures=0, rests=0, failing_since=None, rests_until=None, last_success_at=at
    )
    for webhook in Webhook.objects.filter(pk__in=by_webhook.keys() - well):
        _fails(webhook, by_webhook[webhook.pk], at, luck())


def _fails(webhook: Webhook, tried: list[Tried], at: datetime, luck: float) -> None:
    webhook.failures += len(tried)
    webhook.failing_since = webhook.failing_since or at
    away = [each for each in tried if each.fate is Fate.AWAY]
    if away and (webhook.failures >= FAILS_AFTER or any(_says_later(each) for each in away)):
        _rest(webhook, away, at, luck)
    webhook.save(update_fields=["failures", "rests", "failing_since", "rests_until"])
    if webhook.failing_since <= at - PATIENCE:
        _park_what_waited(webhook, at)


def _says_later(tried: Tried) -> bool:
    return tried.status is None or bool(tried.retry_after)


def _rest(webhook: Webhook, away: list[Tried], at: datetime, luck: float) -> None:
    asked = max(pause_asked_for(each.retry_after, at) for each in away)
    if webhook.rests_until is None or webhook.rests_until <= at:
        webhook.rests += 1
    until = at + max(pause_after(webhook.rests, luck=luck), asked)
    webhook.rests_until = max(until, webhook.rests_until or until)


def _park_what_waited(webhook: Webhook, at: datetime) -> None:
    waiting = Delivery.objects.on_their_way().filter(webhook=webhook)
    waited = waiting.filter(queued_at__lte=at - PATIENCE)
    lanes = set(waited.values_list("webhook_id", "lane"))
    if waited.update(state=Delivery.State.PARKED, next_attempt_at=None, settled_at=at):
        give_turns(lanes, at)
