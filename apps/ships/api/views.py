"""Ships' calls: every program that may read sees the same ships of its terminal."""

from typing import Final

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.calls.api.timetable import timetable_page
from apps.calls.selectors import timetable
from apps.parties.api.authentication import HasScope
from apps.parties.api.terminals import TERMINAL, terminal_of
from apps.ships.api import serializers
from terminal.readiness.blockers import AFLOAT

RIGHT: Final = "ships.view_shipcall"

EXAMPLE: Final = OpenApiExample(
    "A feeder at the quay",
    response_only=True,
    value={
        "results": [
            {
                "id": "0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f02",
                "number": "041W",
                "phase": "in_processing",
                "scheduled_arrival_at": "2026-05-04T00:00:00Z",
                "estimated_arrival_at": "2026-05-04T01:30:00Z",
                "arrived_at": "2026-05-04T01:40:00Z",
                "scheduled_departure_at": "2026-05-04T20:00:00Z",
                "estimated_departure_at": None,
                "departed_at": None,
                "cut_off_at": "2026-05-03T16:00:00Z",
                "mode": "sea",
                "name": "Haizhou Bay",
                "imo": "9074729",
                "voyage_in": "041W",
                "voyage_out": "041E",
                "line": "yellow-sea-line",
            }
        ],
        "next": None,
    },
)


class ShipCallsView(APIView):
    """Calls of ships and barges at the terminal."""

    permission_classes = [HasScope]
    required_scope = "read"
    required_right = RIGHT

    @extend_schema(
        operation_id="list_ship_calls",
        tags=["ships"],
        parameters=[serializers.ShipCallQuery, TERMINAL],
        responses=serializers.ShipCallPage,
        examples=[EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """The terminal's ships and barges with their times, the latest announced first. What they carry is not told."""
        ships = timetable(terminal_of(request, RIGHT), AFLOAT).select_related("ship__line")
        return Response(serializers.ShipCallPage(timetable_page(ships, request, serializers.ShipCallQuery)).data)
