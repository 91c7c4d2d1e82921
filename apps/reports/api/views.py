"""Throughput by site day, for the terminal's managers and its owners' programs."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.asking import asked_for
from apps.parties.api.authentication import HasScope
from apps.parties.api.terminals import TERMINAL, terminal_of
from apps.reports.api.serializers import DailyOut, Span
from apps.reports.selectors import MOST_DAYS, daily, require_span

RIGHT = "reports.view_dailythroughput"


class DailyThroughputView(APIView):
    """What moved on each site day, and what stood at its end."""

    permission_classes = [HasScope]
    required_scope = "figures"
    required_right = RIGHT

    @extend_schema(
        operation_id="throughput_daily",
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATE, required=True, description="First site day."),
            OpenApiParameter("to", OpenApiTypes.DATE, required=True, description=f"Last; up to {MOST_DAYS} days."),
            TERMINAL,
        ],
        responses={200: DailyOut},
    )
    def get(self, request: Request) -> Response:
        asked = asked_for(Span, request)
        start, end = asked["from"], asked["to"]
        require_span(start, end)
        terminal = terminal_of(request, RIGHT)
        days = daily(terminal, start, end)
        return Response(DailyOut({"terminal": terminal.code, "zone": terminal.zone_name, "days": days}).data)
