"""What a party's system wants to be told of: asked for, changed, given another secret, ended."""

import base64
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from apps.calls.selectors import timetable
from apps.common.locks import lock_then_read
from apps.common.outbound import require_reachable
from apps.common.sealing import seal
from apps.common.steps import require_version
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.webhooks.models import Delivery, Webhook
from apps.webhooks.services.queueing import begins_now, wake
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.throughput import Mode
from terminal.webhooks import OVERLAP

MOST: Final = 100
PURPOSE: Final = "webhook"
PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
BY_THE_TERMINAL: Final = gettext_noop("The terminal ended it.")
HEALTHY: Final[dict[str, Any]] = {"failures": 0, "rests": 0, "failing_since": None, "rests_until": None}


class TooManyWebhooks(Refused):
    """A party has so many webhooks at a terminal and no more."""

    message = gettext_noop("There are %(most)s webhooks already: end one first.")


class WebhookHasEnded(Refused):
    """What has ended is neither changed nor sent to."""

    message = gettext_noop("This webhook has ended. Make a new one.")


class KeptByTheStandard(Refused):
    """A subscription of Track & Trace is changed where it was made."""

    message = gettext_noop("This is a subscription of Track & Trace: change and end it at /dcsa/tnt/v2/.")


class TrainIsNotHere(Malformed):
    """A train that is not at this terminal."""

    message = gettext_noop("There is no train %(train)s at this terminal.")


@transaction.atomic
def make_webhook(
    *, party: Party, terminal: Terminal, url: str, by: Actor, at: datetime, **said: Any
) -> tuple[Webhook, str]:
    """The party is told from now on; the webhook and its secret, which is told this once.

    ``said``: ``description`` and the lists ``kinds``, ``containers``, ``bookings``, ``trains``. Raises
    ``TooManyWebhooks``, ``NotAnAddress``, ``AddressInside``, ``TrainIsNotHere``.
    """
    target = require_reachable(url)
    _require_trains(said.get("trains", ()), terminal)
    Party.objects.select_for_update(no_key=True).get(pk=party.pk)
    own = Webhook.objects.running().filter(party=party, terminal=terminal, event_subscription=None)
    if own.count() >= MOST:
        raise TooManyWebhooks(most=MOST)
    secret = _new_secret()
    webhook = Webhook.objects.create(
        party=party,
        terminal=terminal,
        own_url=target.url,
        secret=seal(secret, purpose=PURPOSE),
        begins_xid=begins_now(),
        made_at=at,
        made_by=by.label[:120],
        **said,
    )
    _remember(webhook, EventKind.SUBSCRIPTION_MADE, by=by, at=at)
    wake()
    return webhook, secret


@transaction.atomic
def change_webhook(
    webhook: Webhook, *, by: Actor, at: datetime, versions: Iterable[int] | None = None, **said: Any
) -> Webhook:
    """From now on it goes there, and this is told; what waits goes there, too. An address that failed is tried anew.

    Raises ``WebhookHasEnded``, ``KeptByTheStandard``, ``ChangedSince`` and as ``make_webhook`` does.
    """
    if "url" in said:  # before anything is locked: a name is looked up
        said["own_url"] = require_reachable(said.pop("url")).url
    row = _own(webhook, versions)
    _require_trains(said.get("trains", ()), row.terminal)
    return _write(row, EventKind.SUBSCRIPTION_CHANGED, by=by, at=at, **said, **HEALTHY)


@transaction.atomic
def rotate_secret(
    webhook: Webhook,
    *,
    by: Actor,
    at: datetime,
    overlap: timedelta = OVERLAP,
    versions: Iterable[int] | None = None,
) -> tuple[Webhook, str]:
    """A new secret, told this once; the former one signs beside it for the ``overlap``.

    Raises ``WebhookHasEnded``, ``KeptByTheStandard``, ``ChangedSince``.
    """
    row, secret = _own(webhook, versions), _new_secret()
    values = {
        "secret": seal(secret, purpose=PURPOSE),
        "former_secret": row.secret if overlap else "",
        "former_until": at + overlap if overlap else None,
    }
    return _write(row, EventKind.SUBSCRIPTION_SECRET_CHANGED, by=by, at=at, **values), secret


@transaction.atomic
def end_webhook(webhook: Webhook, *, by: Actor, at: datetime, because: str = "") -> Webhook:
    """Nothing is told any more, what waits included. Ending twice is ending once. Raises ``KeptByTheStandard``."""
    row = lock_then_read(Webhook.objects.filter(pk=webhook.pk).select_related("party", "terminal")).get()
    if row.event_subscription_id is not None:
        raise KeptByTheStandard
    if row.ended_at is not None:
        return row
    drop_what_waits(row, at)
    return _write(row, EventKind.SUBSCRIPTION_ENDED, by=by, at=at, ended_at=at, ended_because=because)


def drop_what_waits(webhook: Webhook, at: datetime) -> None:
    """Nothing of what waits for a webhook, whose row is locked, is sent."""
    waiting = Delivery.objects.on_their_way().filter(webhook=webhook)
    waiting.update(state=Delivery.State.DROPPED, next_attempt_at=None, settled_at=at)


def require_running(webhook: Webhook) -> None:
    """Raise ``WebhookHasEnded`` when it does not run."""
    if webhook.ended_at is not None:
        raise WebhookHasEnded


def _new_secret() -> str:
    return PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def _own(webhook: Webhook, versions: Iterable[int] | None) -> Webhook:
    row = lock_then_read(Webhook.objects.filter(pk=webhook.pk).select_related("party", "terminal")).get()
    if row.event_subscription_id is not None:
        raise KeptByTheStandard
    require_running(row)
    require_version(row, versions)
    return row


def _require_trains(trains: Iterable[UUID], terminal: Terminal) -> None:
    wanted = set(trains)
    known = timetable(terminal, [Mode.RAIL]).filter(public_id__in=wanted).values_list("public_id", flat=True)
    if wanted and (missing := sorted(wanted - set(known))):
        raise TrainIsNotHere(train=str(missing[0]))


def _write(row: Webhook, kind: EventKind, *, by: Actor, at: datetime, **values: Any) -> Webhook:
    Webhook.objects.filter(pk=row.pk).update(**values, version=F("version") + 1)
    row.refresh_from_db()
    _remember(row, kind, by=by, at=at)
    wake()
    return row


def _remember(row: Webhook, kind: EventKind, *, by: Actor, at: datetime) -> None:
    """For staff. Addresses can hold what only their owner knows; they are not told."""
    about = {"webhook": str(row.public_id), "party": row.party.code}
    record(
        Happening(kind=kind, terminal_id=row.terminal_id, at=at, actor=by.label, audience=Audience.STAFF, payload=about)
    )
