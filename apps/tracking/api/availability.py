"""``GET containers/{number}/availability/``: can I have it, and when."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for
from apps.common.api.fields import OneOfField
from apps.common.api.schema import CONTAINER_NUMBER
from apps.containers.api.documents import readiness_document
from apps.containers.api.serializers import ASKABLE, BlockerOut
from apps.containers.api.views import latest_visit
from apps.parties.api.authentication import HasScope, caller_of
from apps.tracking.availability import Availability, Charges, availability
from terminal.lifecycle import Position, VisitState
from terminal.readiness import Step

EXAMPLE = OpenApiExample(
    "waits for customs",
    {
        "container": "CSQU3054383",
        "visit": "0195a3c4-7a10-7e55-b0a5-3c1d9e8f7a03",
        "asked_at": "2026-05-04T01:12:09Z",
        "state": "active",
        "position": "in_yard",
        "step": "gate_out",
        "ready": False,
        "ready_at": "2026-05-04T06:40:00Z",
        "blockers": [
            {
                "code": "answer-awaited",
                "step": "gate_out",
                "owner": "customs",
                "reference": "CD-2026-000087",
                "since": "2026-05-03T22:48:00Z",
                "detail": "customs was asked (CD-2026-000087) and has not answered yet.",
                "remedy": "Wait for customs, or ask it about CD-2026-000087.",
                "gone_at": "2026-05-04T06:40:00Z",
            }
        ],
        "charges": {"last_free_on": "2026-05-08", "due": "0.00", "currency": "CNY"},
        "next_trains": [
            {
                "id": "0195a3c4-7a10-7f00-a000-0d6a2b7b1f01",
                "number": "X9014",
                "departs_at": "2026-05-05T08:00:00Z",
                "free_teu": "24.00",
            }
        ],
    },
    response_only=True,
)


class ContainerAvailabilityQuery(serializers.Serializer[Any]):
    """For which step."""

    step = OneOfField(ASKABLE, required=False, help_text=_("The step you want to take; else the next on its way."))


class InTheWayOut(BlockerOut):
    """One thing in the way. ``gone_at`` null: nobody can say when it is gone."""

    gone_at = serializers.DateTimeField(allow_null=True)


class ChargesOut(serializers.Serializer[Charges]):
    """What the stay costs you so far. ``due`` null: nothing runs."""

    last_free_on = serializers.DateField(allow_null=True)
    due = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    currency = serializers.CharField(allow_blank=True)


class NextTrainOut(serializers.Serializer[Any]):
    """A train with room for it."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    departs_at = serializers.DateTimeField(allow_null=True)
    free_teu = serializers.CharField()


class ContainerAvailabilityOut(serializers.Serializer[Any]):
    """Whether you can have it now, what is in the way, and when it is expected to be ready (null: nobody can say).

    ``charges`` null: another party pays, or nothing is charged. ``next_trains``: while no carrier is to take the box.
    """

    container = serializers.CharField()
    visit = serializers.UUIDField()
    asked_at = serializers.DateTimeField()
    state = serializers.ChoiceField([each.value for each in VisitState])
    position = serializers.ChoiceField([each.value for each in Position])
    step = serializers.ChoiceField(ASKABLE)
    ready = serializers.BooleanField()
    ready_at = serializers.DateTimeField(allow_null=True)
    blockers = InTheWayOut(many=True)
    charges = ChargesOut(allow_null=True)
    next_trains = NextTrainOut(many=True)


class ContainerAvailability(APIView):
    """Can I have it?"""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="container_availability",
        summary="Ask whether you can have a container, and when",
        description=(
            "One answer from everything the terminal knows: what stands between the container and its next step with "
            "the time at which each is expected to be gone, what the stay costs, until when it is free, and the next "
            "trains with room for it. Expected times are forecasts: arrivals as announced, customs by the work that "
            "lies before the declaration at its office and the office's hours. Where one of them depends on a decision "
            "nobody can foresee, `ready_at` is null."
        ),
        parameters=[CONTAINER_NUMBER, ContainerAvailabilityQuery],
        responses={200: ContainerAvailabilityOut},
        examples=[EXAMPLE],
        tags=["containers"],
    )
    def get(self, request: Request, number: str) -> Response:
        asked = asked_for(ContainerAvailabilityQuery, request)
        step, at, caller = asked.get("step"), clock.now(), caller_of(request)
        visit = latest_visit(number, caller, at)
        visit.terminal = caller.terminal
        found = availability(visit, caller.party, at, Step(step) if step else None)
        return Response(ContainerAvailabilityOut(_document(found, at)).data)


def _document(found: Availability, at: Any) -> dict[str, Any]:
    told = readiness_document(found.step, [each.blocker for each in found.in_the_way], at)
    blockers = [one | {"gone_at": each.gone_at} for one, each in zip(told["blockers"], found.in_the_way, strict=True)]
    visit = found.visit
    return {
        **told,
        "blockers": blockers,
        "container": visit.container.number,
        "visit": visit.public_id,
        "state": visit.state,
        "position": visit.position,
        "ready_at": found.ready_at,
        "charges": found.charges,
        "next_trains": found.next_trains,
    }
