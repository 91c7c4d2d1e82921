"""Work orders for the terminal's own machines, and for people signed in who may carry them out."""

from typing import Final
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.asking import asked_for, checked, etag, page_of
from apps.common.api.idempotency import Idempotent
from apps.network.models import Terminal
from apps.parties.api.authentication import HasScope, actor_of
from apps.parties.api.terminals import TERMINAL, terminal_of
from apps.yard import services
from apps.yard.api import serializers
from apps.yard.models import WorkOrder
from apps.yard.selectors import require_machine, require_place, with_all_it_says
from terminal.work import Cause

RIGHT: Final = "yard.carry_out_workorder"
TAGS: Final = ["work orders"]
ETAG: Final = etag("The order's version.")
AN_ORDER: Final = {
    "id": "0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f01",
    "work": "discharge",
    "state": "dispatched",
    "container": "CSQU3054383",
    "size_type": "22G1",
    "gross_kg": 21000,
    "origin": "X9014",
    "destination": "A-05-03-2",
    "machine": "RS1",
    "priority": 5,
    "due_at": None,
    "reason": "",
    "cause": "",
    "note": "",
    "done_at": None,
    "version": 2,
}
NOT_THERE: Final = {"cause": "not_found", "note": "A-05-03-1 is empty"}
SHOWN: Final = OpenApiExample("Off the train into a cell", AN_ORDER, response_only=True)


class AtWork(APIView):
    """Takes the scope ``work``, which only the terminal's owners' programs can have, or a person's right."""

    permission_classes = [HasScope]
    required_scope = "work"
    required_right = RIGHT


def order_at(terminal: Terminal, public_id: UUID) -> WorkOrder:
    """The terminal's order; another's is not there."""
    found = with_all_it_says(WorkOrder.objects.filter(terminal=terminal, public_id=public_id)).first()
    if found is None:
        raise Http404
    return found


def answer(order: WorkOrder) -> Response:
    """The order as it is now."""
    now = with_all_it_says(WorkOrder.objects.filter(pk=order.pk)).get()
    return Response(serializers.WorkOrderOut(now).data, headers={"ETag": f'"{now.version}"'})


class WorkOrdersView(AtWork):
    """Orders still to be carried out."""

    @extend_schema(
        operation_id="list_work_orders",
        tags=TAGS,
        parameters=[serializers.WorkOrderQuery, TERMINAL],
        responses=serializers.WorkOrderPage,
        examples=[OpenApiExample("One open order", {"results": [AN_ORDER], "next": None}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """The terminal's open work orders, the newest first; those of one machine, or in one state, if you ask."""
        asked = asked_for(serializers.WorkOrderQuery, request)
        lookups = {"machine": "equipment__code__iexact", "state": "state"}
        chosen = {lookup: asked[name] for name, lookup in lookups.items() if name in asked}
        wanted = WorkOrder.objects.open().filter(terminal=terminal_of(request, RIGHT), **chosen)
        return Response(serializers.WorkOrderPage(page_of(with_all_it_says(wanted), asked, request)).data)


class NextView(Idempotent, AtWork):
    """Whose turn it is."""

    @extend_schema(
        operation_id="take_next_work_order",
        tags=TAGS,
        request=serializers.TakeNext,
        parameters=[TERMINAL],
        responses=serializers.NextOrder,
        examples=[
            OpenApiExample("A machine is free", {"machine": "RS1"}, request_only=True),
            OpenApiExample("Its next order", {"order": AN_ORDER}, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """Give a machine the order whose turn it is; `order` is null when there is nothing it can do now.

        What stands on a box is given out before it. 409 `machine-busy` while it has an order in hand, `machine-down`
        while it is out of service.
        """
        terminal, asked = terminal_of(request, RIGHT), checked(serializers.TakeNext, request.data)
        machine = require_machine(terminal, asked["machine"])
        given = services.hand_out_next(terminal, equipment=machine, by=actor_of(request), at=timezone.now())
        shown = with_all_it_says(WorkOrder.objects.filter(pk=given.pk)).get() if given else None
        return Response(serializers.NextOrder({"order": shown}).data)


class StartView(Idempotent, AtWork):
    """The box is taken up."""

    @extend_schema(
        operation_id="start_work_order",
        tags=TAGS,
        request=serializers.Nothing,
        parameters=[TERMINAL, ETAG],
        responses=serializers.WorkOrderOut,
        examples=[OpenApiExample("Begun", {}, request_only=True), SHOWN],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The machine has taken the box up."""
        checked(serializers.Nothing, request.data)
        order = order_at(terminal_of(request, RIGHT), public_id)
        return answer(services.start(order, by=actor_of(request), at=timezone.now()))


class ConfirmView(Idempotent, AtWork):
    """The box was moved."""

    @extend_schema(
        operation_id="confirm_work_order",
        tags=TAGS,
        request=serializers.Confirm,
        parameters=[TERMINAL, ETAG],
        responses=serializers.WorkOrderOut,
        examples=[
            OpenApiExample("As the order says", {}, request_only=True),
            OpenApiExample("Elsewhere", {"place": "A-06-03-1", "reason": "the place is taken"}, request_only=True),
            SHOWN,
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The move was made: the box is where the order says, or at `place` for a `reason`.

        What cannot be is refused and changes nothing: a taken cell, air below, a box on top, a hold.
        """
        said, terminal = checked(serializers.Confirm, request.data), terminal_of(request, RIGHT)
        order = order_at(terminal, public_id)
        place = require_place(terminal, said["place"]) if "place" in said else None
        done = services.confirm(
            order, place=place, place_reason=said["reason"], by=actor_of(request), at=timezone.now()
        )
        return answer(done)


class QuarantineView(Idempotent, AtWork):
    """It cannot be done as it stands."""

    @extend_schema(
        operation_id="quarantine_work_order",
        tags=TAGS,
        request=serializers.Quarantine,
        parameters=[TERMINAL, ETAG],
        responses=serializers.WorkOrderOut,
        examples=[OpenApiExample("The box is not there", NOT_THERE, request_only=True), SHOWN],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Set an order aside that cannot be carried out, and say why. The machine is free again."""
        said = checked(serializers.Quarantine, request.data)
        order = order_at(terminal_of(request, RIGHT), public_id)
        facts = {"cause": Cause(said["cause"]), "note": said["note"]}
        return answer(services.quarantine(order, **facts, by=actor_of(request), at=timezone.now()))


class HandBackView(Idempotent, AtWork):
    """Somebody else's turn."""

    @extend_schema(
        operation_id="hand_back_work_order",
        tags=TAGS,
        request=serializers.Nothing,
        parameters=[TERMINAL, ETAG],
        responses=serializers.WorkOrderOut,
        examples=[OpenApiExample("Undone", {}, request_only=True), SHOWN],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give an order back undone; its place is kept no longer."""
        checked(serializers.Nothing, request.data)
        order = order_at(terminal_of(request, RIGHT), public_id)
        return answer(services.hand_back(order, by=actor_of(request), at=timezone.now()))
