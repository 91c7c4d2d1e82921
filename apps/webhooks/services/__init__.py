"""Everything that changes the rows of webhooks.

Locks: a party before the place in the journal, that before webhooks, a subscription of Track & Trace before its
webhook, webhooks in the order of their keys before their deliveries.
"""

from apps.webhooks.services.again import (
    Missed,
    NoSuchEvent,
    ReachesTooFarBack,
    TooMuchAtOnce,
    forget,
    replay,
    send_again,
    test_webhook,
)
from apps.webhooks.services.enacting import fall_silent, send_to_be_refused, send_twice
from apps.webhooks.services.ending import end_gone
from apps.webhooks.services.handing import EACH, LEASE, claim, stamp
from apps.webhooks.services.messages import Claimed, Tried
from apps.webhooks.services.queueing import CHANNEL, queue_news
from apps.webhooks.services.subscribing import (
    BY_THE_TERMINAL,
    KeptByTheStandard,
    TooManyWebhooks,
    TrainIsNotHere,
    WebhookHasEnded,
    change_webhook,
    end_webhook,
    make_webhook,
    rotate_secret,
)

__all__ = [
    "BY_THE_TERMINAL",
    "CHANNEL",
    "EACH",
    "LEASE",
    "Claimed",
    "KeptByTheStandard",
    "Missed",
    "NoSuchEvent",
    "ReachesTooFarBack",
    "TooManyWebhooks",
    "TooMuchAtOnce",
    "TrainIsNotHere",
    "Tried",
    "WebhookHasEnded",
    "change_webhook",
    "claim",
    "end_gone",
    "end_webhook",
    "fall_silent",
    "forget",
    "make_webhook",
    "queue_news",
    "replay",
    "rotate_secret",
    "send_again",
    "send_to_be_refused",
    "send_twice",
    "stamp",
    "test_webhook",
]
