"""What a party's system wants to be told of: asked for, changed, ended. Whoever delivers reads the rows."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from apps.common.outbound import require_reachable
from apps.common.sealing import seal
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.tracking.models import EventSubscription
from terminal.dcsa.subscriptions import Wish
from terminal.errors import Refused, gettext_noop
from terminal.events import Audience, EventKind

MOST: Final = 100
PURPOSE: Final = "event-subscription"
"""What its secret is sealed for."""


class TooManySubscriptions(Refused):
    """A party has so many subscriptions at a terminal and no more."""

    message = gettext_noop("There are %(most)s subscriptions already: end one first.")


class NoSuchSubscription(Refused):
    """It is not there, was ended, or is not the party's."""

    kind = "absent"
    message = gettext_noop("There is no such subscription.")


@transaction.atomic
def subscribe(
    wish: Wish, *, secret: str, party: Party, terminal: Terminal, by: Actor, at: datetime
) -> EventSubscription:
    """The party is told from now on. Raises ``TooManySubscriptions``, ``NotAnAddress``, ``AddressInside``."""
    target = require_reachable(wish.callback_url)
    Party.objects.select_for_update(no_key=True).get(pk=party.pk)
    if EventSubscription.objects.running().filter(party=party, terminal=terminal).count() >= MOST:
        raise TooManySubscriptions(most=MOST)
    row = EventSubscription.objects.create(
        terminal=terminal,
        party=party,
        callback_url=target.url,
        secret=seal(secret, purpose=PURPOSE),
        filters=wish.filters,
        made_at=at,
        made_by=by.label[:120],
    )
    _remember(row, EventKind.SUBSCRIPTION_MADE, by=by, at=at)
    return row


@transaction.atomic
def change_subscription(row: EventSubscription, wish: Wish, *, by: Actor, at: datetime) -> EventSubscription:
    """From now on it goes there, and this is told. The secret stays.

    Raises ``NoSuchSubscription``, ``NotAnAddress``, ``AddressInside``.
    """
    target = require_reachable(wish.callback_url)
    return _write(row, EventKind.SUBSCRIPTION_CHANGED, by=by, at=at, callback_url=target.url, filters=wish.filters)


@transaction.atomic
def change_secret(row: EventSubscription, secret: str, *, by: Actor, at: datetime) -> EventSubscription:
    """What is sent from now on is signed with this secret. Raises ``NoSuchSubscription``."""
    return _write(row, EventKind.SUBSCRIPTION_SECRET_CHANGED, by=by, at=at, secret=seal(secret, purpose=PURPOSE))


@transaction.atomic
def unsubscribe(row: EventSubscription, *, by: Actor, at: datetime) -> EventSubscription:
    """Nothing is told any more. Raises ``NoSuchSubscription``."""
    return _write(row, EventKind.SUBSCRIPTION_ENDED, by=by, at=at, ended_at=at)


def _write(row: EventSubscription, kind: EventKind, *, by: Actor, at: datetime, **values: object) -> EventSubscription:
    running = EventSubscription.objects.running().filter(pk=row.pk)
    if not running.update(**values, version=F("version") + 1):
        raise NoSuchSubscription
    row.refresh_from_db()
    _remember(row, kind, by=by, at=at)
    return row


def _remember(row: EventSubscription, kind: EventKind, *, by: Actor, at: datetime) -> None:
    """For staff. Addresses can hold what only their owner knows; they are not told."""
    about = {"subscription": str(row.public_id), "party": row.party.code}
    record(
        Happening(kind=kind, terminal_id=row.terminal_id, at=at, actor=by.label, audience=Audience.STAFF, payload=about)
    )
