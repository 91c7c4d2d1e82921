"""The timetable: every program that may read sees the same trains of its terminal."""

from typing import Any, Final

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.calls.models import Call
from apps.parties.api.authentication import HasScope
from apps.parties.api.terminals import TERMINAL, terminal_of
from apps.trains.api import serializers
from apps.trains.selectors import timetable

RIGHT: Final = "trains.view_trainvisit"
FILTERS: Final = {
    "phase": "phase",
    "number": "number",
    "expected_from": "expected_at__gte",
    "expected_before": "expected_at__lt",
    "cursor": "public_id__lt",
}
"""What may be asked, and the lookup it stands for."""

EXAMPLE: Final = OpenApiExample(
    "The train to Almaty",
    response_only=True,
    value={
        "results": [
            {
                "id": "0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f01",
                "number": "X9014",
                "service": "ALMATY",
                "mode": "rail",
                "phase": "in_processing",
                "scheduled_arrival_at": "2026-05-04T02:15:00Z",
                "estimated_arrival_at": "2026-05-04T03:00:00Z",
                "arrived_at": "2026-05-04T03:05:00Z",
                "scheduled_departure_at": "2026-05-04T11:15:00Z",
                "estimated_departure_at": "2026-05-04T12:00:00Z",
                "departed_at": None,
                "cut_off_at": "2026-05-04T07:15:00Z",
            }
        ],
        "next": None,
    },
)


class TrainsView(APIView):
    """Trains of the terminal."""

    permission_classes = [HasScope]
    required_scope = "read"
    required_right = RIGHT

    @extend_schema(
        operation_id="list_trains",
        tags=["trains"],
        parameters=[serializers.TrainQuery, TERMINAL],
        responses=serializers.TrainPage,
        examples=[EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """The terminal's trains with their times, the latest announced first. What they carry is not told."""
        asked = serializers.TrainQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        page = asked.validated_data
        found = list(_wanted(timetable(terminal_of(request, RIGHT)), page)[: page["limit"] + 1])
        shown = found[: page["limit"]]
        following = shown[-1].public_id if len(found) > len(shown) else None
        return Response(serializers.TrainPage({"results": shown, "next": following}).data)


def _wanted(trains: QuerySet[Call], page: dict[str, Any]) -> QuerySet[Call]:
    return trains.filter(**{lookup: page[name] for name, lookup in FILTERS.items() if name in page})
