"""Delivery orders and PINs: given by the party that has the say over a box, seen by nobody else."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import PageQuery, asked_for, checked, page_of
from apps.common.api.idempotency import Idempotent
from apps.containers.models import Visit
from apps.gate import services
from apps.gate.api import serializers
from apps.gate.api.asking import TAGS
from apps.gate.models import DeliveryOrder, ReleasePin
from apps.gate.selectors import visit_of
from apps.parties.api.authentication import Caller, HasScope, caller_of
from apps.parties.models import Party

UNTIL = "2026-05-08T18:00:00+08:00"
AN_ORDER = OpenApiExample(
    "Let a haulier collect a box",
    {"container": "CSQU3054383", "haulier": "xugou-haulage", "valid_until": UNTIL, "reference": "REL-4711"},
    request_only=True,
)
A_PIN = OpenApiExample("A PIN for a box", {"container": "CSQU3054383", "valid_until": UNTIL}, request_only=True)


class DeliveryOrdersView(Idempotent):
    """Delivery orders you gave. Reading them takes the scope ``read``, giving one ``gate``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "gate" if self.request.method == "POST" else "read"

    @extend_schema(
        operation_id="list_delivery_orders",
        tags=TAGS,
        parameters=[PageQuery],
        responses=serializers.OrderPage,
    )
    def get(self, request: Request) -> Response:
        """The delivery orders you gave, the newest first."""
        asked = asked_for(PageQuery, request)
        return Response(serializers.OrderPage(page_of(_orders(caller_of(request)), asked, request)).data)

    @extend_schema(
        operation_id="issue_delivery_order",
        tags=TAGS,
        request=serializers.IssueOrder,
        responses={201: serializers.OrderOut},
        examples=[AN_ORDER],
    )
    def post(self, request: Request) -> Response:
        """Name the haulier who may collect a container of yours.

        The line and the forwarder of a container have the say over it; where it has neither, its shipper or consignee.
        """
        said, caller = checked(serializers.IssueOrder, request.data), caller_of(request)
        haulier = _haulier(said.pop("haulier"))
        order = services.issue_delivery_order(
            _own_visit(caller, said.pop("container")),
            issued_by=caller.party,
            haulier=haulier,
            by=caller.actor,
            at=clock.now(),
            **said,
        )
        return Response(serializers.OrderOut(order).data, status=201)


class RevokeOrderView(Idempotent):
    """Taking a delivery order back."""

    permission_classes = [HasScope]
    required_scope = "gate"

    @extend_schema(operation_id="revoke_delivery_order", tags=TAGS, request=None, responses={200: serializers.OrderOut})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take a delivery order back: nobody collects the container under it any more."""
        caller = caller_of(request)
        order = _one(_orders(caller), public_id)
        services.revoke_delivery_order(order, by=caller.actor, at=clock.now())
        return Response(serializers.OrderOut(order).data)


class PinsView(APIView):
    """PINs you had made. Reading them takes the scope ``read``, having one made ``gate``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "gate" if self.request.method == "POST" else "read"

    @extend_schema(operation_id="list_pins", tags=TAGS, parameters=[PageQuery], responses=serializers.PinPage)
    def get(self, request: Request) -> Response:
        """The PINs you had made, without their digits, the newest first."""
        asked = asked_for(PageQuery, request)
        return Response(serializers.PinPage(page_of(_pins(caller_of(request)), asked, request)).data)

    @extend_schema(
        operation_id="issue_pin",
        tags=TAGS,
        request=serializers.IssuePin,
        responses={201: serializers.NewPinOut},
        examples=[A_PIN],
    )
    def post(self, request: Request) -> Response:
        """Have a PIN made for a container of yours; whoever knows it may collect the container.

        Its digits are told in this answer and never again, so this request knows no Idempotency-Key: sent again, it
        makes a new PIN, and the one before counts no longer.
        """
        said, caller = checked(serializers.IssuePin, request.data), caller_of(request)
        visit = _own_visit(caller, said.pop("container"))
        pin, digits = services.issue_pin(visit, issued_by=caller.party, by=caller.actor, at=clock.now(), **said)
        document = {**serializers.PinOut(pin).data, "pin": digits}
        return Response(document, status=201, headers={"Cache-Control": "no-store"})


class RevokePinView(Idempotent):
    """Taking a PIN back."""

    permission_classes = [HasScope]
    required_scope = "gate"

    @extend_schema(operation_id="revoke_pin", tags=TAGS, request=None, responses={200: serializers.PinOut})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take a PIN back: it opens nothing any more."""
        caller = caller_of(request)
        pin = _one(_pins(caller), public_id)
        services.revoke_pin(pin, by=caller.actor, at=clock.now())
        return Response(serializers.PinOut(pin).data)


def _orders(caller: Caller) -> QuerySet[DeliveryOrder]:
    own = DeliveryOrder.objects.filter(issued_by=caller.party, visit__terminal=caller.terminal)
    return own.select_related("visit__container", "visit__terminal", "haulier", "issued_by")


def _pins(caller: Caller) -> QuerySet[ReleasePin]:
    own = ReleasePin.objects.filter(issued_by=caller.party, visit__terminal=caller.terminal)
    return own.select_related("visit__container", "visit__terminal", "issued_by")


def _one(rows: QuerySet[Any], public_id: UUID) -> Any:
    """The caller's own row; a stranger's is not there."""
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _own_visit(caller: Caller, number: str) -> Visit:
    """The box of the caller's that is here, else the one that is announced."""
    found = visit_of(caller.party, caller.terminal, number, clock.now())
    if found is None:
        raise services.NoSuchBox
    return found


def _haulier(code: str) -> Party:
    found = Party.objects.filter(code=code, kind=Party.Kind.HAULIER, active=True).first()
    if found is None:
        raise services.NoSuchHaulier(haulier=code)
    return found
