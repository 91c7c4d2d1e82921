"""Webhooks of a party: its own programs see and change its own and nobody else's."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.asking import asked_for, checked, etag, location, page_of
from apps.common.api.conditional import IF_MATCH, versions_of
from apps.common.api.idempotency import Idempotent
from apps.parties.api.authentication import HasScope, caller_of
from apps.webhooks import services
from apps.webhooks.api import serializers
from apps.webhooks.models import Attempt, Delivery, Webhook
from terminal.webhooks import FAILS_AFTER, Standing

TAGS: Final = ["webhooks"]
ETAG: Final = etag("The webhook's version.")
LOCATION: Final = location("Where the webhook is.")
A_WISH: Final = OpenApiExample(
    "When my boxes come and go",
    request_only=True,
    value={
        "url": "https://hooks.example.com/landbridge",
        "kinds": ["container-discharged", "container-loaded", "container-gated-out"],
        "description": "our ERP",
    },
)
ONE: Final = {
    "id": "01a21890-6c1e-7b0e-9b1c-52d0a1c0f001",
    "format": "landbridge",
    "url": "https://hooks.example.com/landbridge",
    "description": "our ERP",
    "kinds": ["container-discharged", "container-loaded", "container-gated-out"],
    "containers": [],
    "bookings": [],
    "trains": [],
    "standing": "running",
    "failing_since": None,
    "next_attempt_after": None,
    "last_success_at": "2026-05-04T01:12:09.125000Z",
    "former_secret_until": None,
    "made_at": "2026-05-02T03:20:00Z",
    "ended_at": None,
    "ended_because": "",
}
TOLD_ONCE: Final = OpenApiExample(
    "With its secret, this once",
    response_only=True,
    value={**ONE, "last_success_at": None, "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"},
)
STANDINGS: Final[dict[str, dict[str, Any]]] = {
    Standing.RUNNING: {"ended_at": None, "failures__lt": FAILS_AFTER},
    Standing.FAILING: {"ended_at": None, "failures__gte": FAILS_AFTER},
    Standing.ENDED: {"ended_at__isnull": False},
}


def own_webhooks(request: Request) -> QuerySet[Webhook]:
    """All the caller may know of."""
    caller = caller_of(request)
    own = Webhook.objects.filter(party=caller.party, terminal=caller.terminal)
    return own.select_related("event_subscription", "party", "terminal")


def own_webhook(request: Request, public_id: UUID) -> Webhook:
    """The caller's webhook; a stranger's is not there."""
    found = own_webhooks(request).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def shown(webhook: Webhook) -> Response:
    """The webhook with its version in the ETag."""
    return Response(serializers.WebhookOut(webhook).data, headers={"ETag": f'"{webhook.version}"'})


def with_secret(webhook: Webhook, secret: str, **more: Any) -> Response:
    """The webhook and its new secret, told this once."""
    return Response({**serializers.WebhookOut(webhook).data, "secret": secret}, **more)


class WebhooksView(Idempotent):
    """Your webhooks."""

    permission_classes = [HasScope]
    required_scope = "read"
    told_once = ("secret",)

    @extend_schema(
        operation_id="list_webhooks",
        tags=TAGS,
        parameters=[serializers.WebhookQuery],
        responses=serializers.WebhookPage,
        examples=[OpenApiExample("A page", {"results": [ONE], "next": None}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """Your webhooks, the newest first; those that have ended, too."""
        asked = asked_for(serializers.WebhookQuery, request)
        own = own_webhooks(request).filter(**STANDINGS.get(asked.get("standing", ""), {}))
        return Response(serializers.WebhookPage(page_of(own, asked, request)).data)

    @extend_schema(
        operation_id="make_webhook",
        tags=TAGS,
        request=serializers.MakeWebhook,
        parameters=[LOCATION],
        responses={201: serializers.WebhookWithSecret},
        examples=[A_WISH, TOLD_ONCE],
    )
    def post(self, request: Request) -> Response:
        """Be told of events as they happen, from now on.

        The answer holds the `secret` that signs what is sent; it is told this once. 422 `not-an-address` and
        `address-inside` where nothing is sent to; 422 `train-is-not-here`; 409 `too-many-webhooks`.
        """
        wish, caller = checked(serializers.MakeWebhook, request.data), caller_of(request)
        made, secret = services.make_webhook(
            party=caller.party, terminal=caller.terminal, by=caller.actor, at=timezone.now(), **wish
        )
        return with_secret(made, secret, status=201, headers={"Location": reverse("webhook", args=[made.public_id])})


class WebhookView(APIView):
    """One webhook of yours."""

    permission_classes = [HasScope]
    required_scope = "read"
    conditional = True

    @extend_schema(operation_id="read_webhook", tags=TAGS, parameters=[ETAG], responses=serializers.WebhookOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One webhook of yours: what it is told, and how it stands."""
        return shown(own_webhook(request, public_id))

    @extend_schema(
        operation_id="change_webhook",
        tags=TAGS,
        request=serializers.ChangeWebhook,
        parameters=[ETAG, IF_MATCH],
        responses={200: serializers.WebhookOut},
        examples=[OpenApiExample("Elsewhere", {"url": "https://hooks.example.com/v2"}, request_only=True)],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Change where to, or of what. What waits goes to the new address, at once where the old one failed.

        With `If-Match` it is changed only at that version, else 412 `changed-since`. 409 `webhook-has-ended`; 409
        `kept-by-the-standard` where it is a subscription of Track & Trace.
        """
        webhook = own_webhook(request, public_id)
        said = checked(serializers.ChangeWebhook, request.data)
        by, at = caller_of(request).actor, timezone.now()
        return shown(services.change_webhook(webhook, by=by, at=at, versions=versions_of(request), **said))


class SecretView(Idempotent):
    """The secret of a webhook."""

    permission_classes = [HasScope]
    required_scope = "read"
    told_once = ("secret",)

    @extend_schema(
        operation_id="rotate_webhook_secret",
        tags=TAGS,
        request=serializers.RotateSecret,
        responses={200: serializers.WebhookWithSecret},
        examples=[OpenApiExample("Two days", {"overlap_hours": 48}, request_only=True), TOLD_ONCE],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Have another secret, told this once; the former one signs beside it for the overlap."""
        webhook = own_webhook(request, public_id)
        hours = checked(serializers.RotateSecret, request.data)["overlap_hours"]
        by, at = caller_of(request).actor, timezone.now()
        return with_secret(*services.rotate_secret(webhook, by=by, at=at, overlap=timedelta(hours=hours)))


class EndView(Idempotent):
    """The end of a webhook."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="end_webhook",
        tags=TAGS,
        request=serializers.NoMembers,
        responses={200: serializers.WebhookOut},
        examples=[OpenApiExample("No more", {}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Be told nothing more, what waits included. Ending twice is ending once; it stays readable."""
        webhook = own_webhook(request, public_id)
        checked(serializers.NoMembers, request.data)
        return shown(services.end_webhook(webhook, by=caller_of(request).actor, at=timezone.now()))


class WebhookTestView(Idempotent):
    """A test of a webhook."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="test_webhook",
        tags=TAGS,
        request=serializers.NoMembers,
        responses={202: serializers.DeliveryOut},
        examples=[OpenApiExample("Knock", {}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Have a signed message of the type `test` sent at once, also while the address rests; it is tried once.

        What became of it stands in the webhook's deliveries a moment later.
        """
        webhook = own_webhook(request, public_id)
        checked(serializers.NoMembers, request.data)
        delivery = services.test_webhook(webhook, by=caller_of(request).actor, at=timezone.now())
        delivery.latest = []  # type: ignore[attr-defined]
        return Response(serializers.DeliveryOut(delivery).data, status=202)


class ReplayView(Idempotent):
    """What is sent again."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="replay_webhook",
        tags=TAGS,
        request=serializers.ReplayEvents,
        responses={202: serializers.Queued},
        examples=[
            OpenApiExample("Since this morning", {"since": "2026-05-04T08:00:00+08:00"}, request_only=True),
            OpenApiExample("One event", {"events": ["0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f01"]}, request_only=True),
            OpenApiExample("So many", {"queued": 17}, response_only=True),
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Have events sent again under their ids, behind what waits: all of a time, or some by their ids.

        At most 10,000 in one request (422 `too-much-at-once`), of the last 31 days (422 `reaches-too-far-back`). What
        you may not see now, or was corrected since, is not among them. 404 `no-such-event`.
        """
        webhook = own_webhook(request, public_id)
        said = checked(serializers.ReplayEvents, request.data)
        missed = services.Missed(said.get("since"), said.get("until"), tuple(said.get("events", ())))
        queued = services.replay(webhook, missed, by=caller_of(request).actor, at=timezone.now())
        return Response({"queued": queued}, status=202)


class DeliveriesView(APIView):
    """What was sent to a webhook."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="list_webhook_deliveries",
        tags=TAGS,
        parameters=[serializers.DeliveryQuery],
        responses=serializers.DeliveryPage,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """What was sent or waits to be, the newest first, with the answers; kept for some weeks."""
        asked = asked_for(serializers.DeliveryQuery, request)
        wanted = {name: asked[key] for name, key in (("state", "state"), ("event_id", "event")) if key in asked}
        own = Delivery.objects.filter(webhook=own_webhook(request, public_id), **wanted)
        log = Prefetch("log", Attempt.objects.order_by("-pk")[:10], to_attr="latest")
        return Response(serializers.DeliveryPage(page_of(own.prefetch_related(log), asked, request)).data)
