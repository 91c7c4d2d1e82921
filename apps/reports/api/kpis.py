"""Every figure of some site days, and tables of hours, days and months, for managers and the owners' programs."""

from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.asking import asked_for
from apps.common.xlsx import MEDIA_TYPE
from apps.network.models import Terminal
from apps.parties.api.authentication import HasScope
from apps.parties.api.terminals import TERMINAL, terminal_of
from apps.parties.rows import everybodys_rows
from apps.reports.api.saying import kpis_out
from apps.reports.api.serializers import KpisOut, TableOut
from apps.reports.api.serializers import Span as Asked
from apps.reports.selectors import EndsBeforeItBegins
from apps.reports.selectors.kpis import kpis
from apps.reports.tables import MOST_DAYS, STEPS, as_csv, as_xlsx, require_length, table
from apps.warehouse.api.orders import AnyFile
from terminal.kpis import Span

RIGHT: Final = "reports.view_dailythroughput"
TAGS: Final = ["figures"]
SPAN: Final = [
    OpenApiParameter("from", OpenApiTypes.DATE, required=True, description="First site day."),
    OpenApiParameter("to", OpenApiTypes.DATE, required=True, description="Last site day, included."),
    TERMINAL,
]
STEP: Final = OpenApiParameter(
    "step",
    OpenApiTypes.STR,
    enum=STEPS,
    description=f"A row for each: hour (up to {MOST_DAYS['hour']} days), day (the default) or month.",
)


class TableAsked(Asked):
    """Which days, and the rows of the table."""

    def get_fields(self) -> dict[str, Any]:
        """The days and the step."""
        return super().get_fields() | {"step": serializers.ChoiceField(choices=STEPS, default="day")}


def asked_span(request: Request) -> Span:
    """The days asked for. Raises ``EndsBeforeItBegins``."""
    return _span(asked_for(Asked, request))


def _span(asked: dict[str, Any]) -> Span:
    span = Span(asked["from"], asked["to"])
    if span.days < 1:
        raise EndsBeforeItBegins(start=span.first.isoformat(), end=span.last.isoformat())
    return span


class Figures(APIView):
    """Whoever may read figures."""

    permission_classes = [HasScope]
    required_scope = "figures"
    required_right = RIGHT


class KpisView(Figures):
    """All figures of some days."""

    @extend_schema(
        operation_id="kpis",
        summary="Read every figure of some site days",
        description=(
            "Throughput, trains, how full yard, tracks and warehouse were, how long boxes stood, release times of "
            "customs, lifts, punctuality and how far the records can be trusted, each with its part and its whole; the "
            "main ones beside last week, the time before, last year, the rated figure and the target. Stocks, ages and "
            "queues are those of now."
        ),
        tags=TAGS,
        parameters=SPAN,
        responses={200: KpisOut},
        examples=[
            OpenApiExample(
                "A day against the rated trains",
                {
                    "compared": [
                        {
                            "name": "trains_per_day",
                            "value": "9.0000",
                            "against": [
                                {"to": "rated", "other": "10.2000", "share": "0.8824", "difference": "-1.2000"}
                            ],
                        }
                    ],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        span = asked_span(request)
        require_length(span, "day")
        terminal = terminal_of(request, RIGHT)
        with everybodys_rows():  # figures are of all boxes, whoever may read them
            return Response(kpis_out(kpis(terminal, span, timezone.now())))


class TableView(Figures):
    """Hours, days or months in rows."""

    @extend_schema(
        operation_id="throughput_table",
        summary="Read figures by the hour, day or month",
        description="Sums of what was counted; shares with their part and whole, so that they can be put together.",
        tags=TAGS,
        parameters=[*SPAN, STEP],
        responses={200: TableOut},
    )
    def get(self, request: Request) -> Response:
        terminal, step, rows = asked_table(request)
        return Response({"terminal": terminal.code, "zone": terminal.zone_name, "step": step, "rows": rows})


class TableCsvView(Figures):
    """The same as CSV."""

    content_negotiation_class = AnyFile

    @extend_schema(
        operation_id="throughput_table_csv",
        tags=TAGS,
        parameters=[*SPAN, STEP],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        """A line of names, then a line for each hour, day or month."""
        terminal, step, rows = asked_table(request)
        return _file(as_csv(rows), "text/csv; charset=utf-8", f"{terminal.code}-{step}.csv")


class TableXlsxView(Figures):
    """The same as a workbook."""

    content_negotiation_class = AnyFile

    @extend_schema(
        operation_id="throughput_table_xlsx",
        tags=TAGS,
        parameters=[*SPAN, STEP],
        responses={(200, MEDIA_TYPE): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        """One sheet, figures as figures."""
        terminal, step, rows = asked_table(request)
        return _file(as_xlsx(rows), MEDIA_TYPE, f"{terminal.code}-{step}.xlsx")


def asked_table(request: Request) -> tuple[Terminal, str, list[dict[str, Any]]]:
    """Which terminal, which steps, and the rows."""
    asked = asked_for(TableAsked, request)
    span, step = _span(asked), asked["step"]
    require_length(span, step)
    terminal = terminal_of(request, RIGHT)
    return terminal, step, table(terminal, span, step)


def _file(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
