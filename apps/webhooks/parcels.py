"""A message in hand becomes an HTTP request: its body, signed as its receiver expects it."""

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from django.db import Error as DatabaseError
from standardwebhooks import Webhook as Signing

from apps.common.api.renderers import dumps
from apps.common.sealing import CannotOpen, opened
from apps.tracking.services.subscribing import PURPOSE as OF_SUBSCRIPTIONS
from apps.webhooks.models import Delivery, Webhook
from apps.webhooks.selectors import Wanted, told_in_own_words, told_in_the_standards
from apps.webhooks.services import Claimed, Tried
from apps.webhooks.services.subscribing import PURPOSE
from terminal.dcsa import Version
from terminal.errors import gettext_noop

logger = logging.getLogger(__name__)

AGENT: Final = "Landbridge-Webhooks/1"
OLD: Final = timedelta(hours=1)
"""How far back the timestamp of a stale message lies; the standard bears five minutes."""

CANNOT_SAY: Final = gettext_noop("The event could not be put into words: a fault of the terminal.")
CANNOT_SIGN: Final = gettext_noop("The secret cannot be read any more: give the webhook another one.")


@dataclass(frozen=True)
class Parcel:
    """What is sent where."""

    claimed: Claimed
    url: str
    headers: dict[str, str]
    body: bytes


def pack(claimed: Iterable[Claimed], at: datetime) -> tuple[list[Parcel], list[Tried]]:
    """The requests of messages in hand, and what is settled without one: what is not to be told any more.

    A message that cannot be put into words for a fault of ours is tried again as one that was refused, and keeps no
    other from being sent.
    """
    rows = list(claimed)
    try:
        return _pack(rows, at)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("Some of %d messages cannot be put into words.", len(rows))
        if len(rows) == 1:
            return [], [Tried(rows[0], at, answer=CANNOT_SAY, unsendable=True)]
    halves = [pack(rows[n::2], at) for n in range(2)]
    return halves[0][0] + halves[1][0], halves[0][1] + halves[1][1]


def _pack(rows: list[Claimed], at: datetime) -> tuple[list[Parcel], list[Tried]]:
    told = {each.webhook for each in rows}
    webhooks = Webhook.objects.select_related("event_subscription", "party", "terminal").in_bulk(told)
    bodies = _bodies(rows, webhooks, at)
    parcels, settled = [], []
    for each in rows:
        if each.id not in bodies:
            settled.append(Tried(each, at, withheld=True))
            continue
        try:
            parcels.append(_parcel(each, webhooks[each.webhook], bodies[each.id], at))
        except CannotOpen:
            settled.append(Tried(each, at, answer=CANNOT_SIGN, unsendable=True))
    return parcels, settled


def _bodies(rows: list[Claimed], webhooks: dict[int, Webhook], at: datetime) -> dict[int, bytes]:
    wanted = [Wanted(each.id, each.entry, webhooks[each.webhook]) for each in rows if each.entry is not None]
    own = [each for each in wanted if each.webhook.event_subscription_id is None]
    standard = [each for each in wanted if each.webhook.event_subscription_id is not None]
    tests = {each.id: _test(webhooks[each.webhook], each, at) for each in rows if each.entry is None}
    return (
        tests | (told_in_own_words(own, at) if own else {}) | (told_in_the_standards(standard, at) if standard else {})
    )


def _test(webhook: Webhook, claimed: Claimed, at: datetime) -> bytes:
    """A message that tells nothing: to Track & Trace, no events."""
    if webhook.event_subscription_id is not None:
        return b"[]"
    return dumps({"type": "test", "timestamp": at, "container": None, "data": {"webhook": webhook.public_id}})


def _parcel(claimed: Claimed, webhook: Webhook, body: bytes, at: datetime) -> Parcel:
    signed = _standard_headers(webhook, body) if webhook.event_subscription else {}
    said = at - OLD if claimed.reason == Delivery.Reason.STALE else at
    if not signed:
        signed = {"webhook-signature": " ".join(_signatures(claimed, webhook, body, said))}
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": claimed.event,
        "webhook-timestamp": str(int(said.timestamp())),
        **signed,
    }
    return Parcel(claimed, webhook.url, headers, body)


def _signatures(claimed: Claimed, webhook: Webhook, body: bytes, at: datetime) -> list[str]:
    """By the secret, and by the former one while it serves; what a sandbox forges, by one nobody has."""
    if claimed.reason == Delivery.Reason.FORGED:
        return [Signing(secrets.token_bytes(32)).sign(claimed.event, at, body.decode())]
    sealed = [webhook.secret]
    if webhook.former_secret and webhook.former_until and at < webhook.former_until:
        sealed.append(webhook.former_secret)
    return [_signing(each).sign(claimed.event, at, body.decode()) for each in sealed]


@lru_cache(maxsize=2048)
def _signing(sealed: str) -> Signing:
    return Signing(opened(sealed, purpose=PURPOSE))


@lru_cache(maxsize=2048)
def _shared_key(sealed: str) -> bytes:
    return base64.b64decode(opened(sealed, purpose=OF_SUBSCRIPTIONS))


def _standard_headers(webhook: Webhook, body: bytes) -> dict[str, str]:
    subscription = webhook.event_subscription
    if subscription is None:
        return {}
    key = _shared_key(subscription.secret)
    return {
        "Notification-Signature": f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}",
        "Subscription-ID": str(subscription.public_id),
        "API-Version": Version.TWO.value,
    }
