"""``event-subscriptions`` of 2.2: made, read, changed, ended; a party's own. The secret goes in and never comes out."""

from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.idempotency import Idempotent
from apps.parties.api.authentication import caller_of
from apps.tracking.api.dcsa import cursors
from apps.tracking.api.dcsa.parameters import A_SORT, limit_of, only
from apps.tracking.api.dcsa.views import Standard, paged
from apps.tracking.dcsa import Behind
from apps.tracking.models import EventSubscription
from apps.tracking.services import subscribing
from terminal.dcsa import Version
from terminal.dcsa.subscriptions import CALLBACK, ID, SECRET, require_members, require_secret, require_wish
from terminal.dcsa.wanted import WrongParameter

ORDERS: Final = {ID: False, f"{ID}:ASC": False, f"{ID}:DESC": True}


class Subscriptions(Idempotent, Standard):
    """``/dcsa/tnt/v2/event-subscriptions``."""

    version = Version.TWO

    def get(self, request: Request) -> Response:
        """The party's subscriptions, in the order in which they were made."""
        said = only(request, ("limit", "cursor", "sort"))
        limit = limit_of(said)
        found = list(_asked(request, said)[: limit + 1])
        shown = [_told(row) for row in found[:limit]]
        cursor = ""
        if len(found) > limit:
            cursor = cursors.written(Behind("", (shown[-1][ID],)), caller_of(request), said, request.path)
        return Response(shown, headers=paged(request, cursor))

    def post(self, request: Request) -> Response:
        """A subscription is made."""
        only(request, ())
        caller = caller_of(request)
        said = dict(request.data) if isinstance(request.data, dict) else request.data
        secret = require_secret(said.pop(SECRET, None)) if isinstance(said, dict) else ""
        row = subscribing.subscribe(
            require_wish(said),
            secret=secret,
            party=caller.party,
            terminal=caller.terminal,
            by=caller.actor,
            at=timezone.now(),
        )
        address = request.build_absolute_uri(f"{request.path}/{row.public_id}")
        return Response(_told(row), status=201, headers={"Location": address})


class Subscription(Standard):
    """``/dcsa/tnt/v2/event-subscriptions/{subscriptionID}``."""

    version = Version.TWO

    def get(self, request: Request, subscription: UUID) -> Response:
        """One subscription."""
        only(request, ())
        return Response(_told(_own(request, subscription)))

    def put(self, request: Request, subscription: UUID) -> Response:
        """It goes elsewhere, or tells other things; all of it is said anew."""
        only(request, ())
        row = _own(request, subscription)
        wish = require_wish(request.data, of=str(row.public_id))
        subscribing.change_subscription(row, wish, by=caller_of(request).actor, at=timezone.now())
        return Response(_told(row))

    def delete(self, request: Request, subscription: UUID) -> Response:
        """It ends."""
        only(request, ())
        row = _own(request, subscription)
        subscribing.unsubscribe(row, by=caller_of(request).actor, at=timezone.now())
        return Response(status=204)


class SubscriptionSecret(Standard):
    """``/dcsa/tnt/v2/event-subscriptions/{subscriptionID}/secret``."""

    version = Version.TWO

    def put(self, request: Request, subscription: UUID) -> Response:
        """What is sent is signed with another secret from now on."""
        only(request, ())
        row = _own(request, subscription)
        secret = require_secret(require_members(request.data, (SECRET,)).get(SECRET))
        subscribing.change_secret(row, secret, by=caller_of(request).actor, at=timezone.now())
        return Response(status=204)


def _running(request: Request) -> QuerySet[EventSubscription]:
    caller = caller_of(request)
    return EventSubscription.objects.running().filter(party=caller.party, terminal=caller.terminal)


def _own(request: Request, subscription: UUID) -> EventSubscription:
    found = _running(request).select_related("party").filter(public_id=subscription).first()
    if found is None:
        raise NotFound
    return found


def _asked(request: Request, said: dict[str, str]) -> QuerySet[EventSubscription]:
    order = said.get("sort", ID)
    if order not in ORDERS:
        raise WrongParameter("sort", order, A_SORT % {"values": ID})
    rows = _running(request).order_by("-public_id" if ORDERS[order] else "public_id")
    if "cursor" not in said:
        return rows
    (last,) = cursors.read(said["cursor"], caller_of(request), said, request.path).keys
    return rows.filter(public_id__lt=last) if ORDERS[order] else rows.filter(public_id__gt=last)


def _told(row: EventSubscription) -> dict[str, Any]:
    return {ID: str(row.public_id), CALLBACK: row.callback_url, **row.filters}
