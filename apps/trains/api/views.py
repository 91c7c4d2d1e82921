"""The timetable: every program that may read sees the same trains of its terminal."""

from typing import Final

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.calls.api.timetable import timetable_page
from apps.calls.selectors import timetable
from apps.parties.api.authentication import HasScope
from apps.parties.api.terminals import TERMINAL, terminal_of
from apps.trains.api import serializers
from terminal.throughput import Mode

RIGHT: Final = "trains.view_trainvisit"

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
        trains = timetable(terminal_of(request, RIGHT), [Mode.RAIL]).select_related("train__service")
        return Response(serializers.TrainPage(timetable_page(trains, request, serializers.TrainQuery)).data)
