"""What stocks will come to, for the terminal's managers and its owners' programs."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.asking import asked_for
from apps.forecasts.api.serializers import ForecastQuestion, ForecastsOut, stock_forecast
from apps.forecasts.selectors import latest, latest_of_parts, places_of, track_record
from apps.network.models import Terminal
from apps.parties.api.authentication import HasScope
from apps.parties.api.terminals import TERMINAL, terminal_of
from terminal.metrics import BY_PLACE, Stock

RIGHT = "reports.view_dailythroughput"

EXAMPLE = OpenApiExample(
    "the yard, its first hour",
    {
        "terminal": "cnlyg",
        "zone": "Asia/Shanghai",
        "forecasts": [
            {
                "metric": "yard_teu",
                "place": None,
                "places": [],
                "at": "2026-05-02T03:00:00Z",
                "stock": "3912.0",
                "hours": [
                    {
                        "at": "2026-05-02T04:00:00Z",
                        "low": "3875.2",
                        "median": "3918.4",
                        "high": "3961.0",
                        "parts": {
                            "known_in": "41.0",
                            "unknown_in": "6.2",
                            "by_carrier": "-33.9",
                            "by_dwell": "-6.5",
                            "learned": "-0.4",
                        },
                    }
                ],
                "causes": [
                    {
                        "why": "late",
                        "name": "X9014",
                        "amount": "14.5",
                        "usual": None,
                        "at": "2026-05-02T21:30:00Z",
                        "planned_at": "2026-05-02T07:00:00Z",
                    }
                ],
                "track_record": [{"lead": "6h", "days": 28, "hours": 4032, "coverage": "0.803", "ratio": "0.371"}],
            }
        ],
    },
    response_only=True,
)


class ForecastsView(APIView):
    """Forecasts and their track record."""

    permission_classes = [HasScope]
    required_scope = "figures"
    required_right = RIGHT

    @extend_schema(
        operation_id="forecasts",
        summary="Ask what stocks will come to",
        description=(
            "Yard, train places, warehouse and customs queue hour by hour for up to 14 days, as of the last full hour, "
            "with the band in which four of five hours should lie, what each hour is made of, and what earlier "
            "forecasts were worth. A stock of which too little is known has no hours. Of a warehouse zone or a customs "
            "office: `metric=warehouse_m2&place=gen`; `places` says which have a forecast of their own."
        ),
        parameters=[ForecastQuestion, TERMINAL],
        responses={200: ForecastsOut},
        examples=[EXAMPLE],
        tags=["figures"],
    )
    def get(self, request: Request) -> Response:
        asked = asked_for(ForecastQuestion, request)
        terminal, at = terminal_of(request, RIGHT), timezone.now()
        if "place" in asked:
            found = [_of_place(terminal, asked["metric"], asked["place"], at)]
        else:
            metrics = [asked["metric"]] if "metric" in asked else [each.value for each in Stock]
            found = [_of_site(terminal, each, at) for each in metrics]
        told = {"terminal": terminal.code, "zone": terminal.zone_name, "forecasts": found}
        return Response(ForecastsOut(told).data)


def _of_site(terminal: Terminal, metric: str, at: datetime) -> dict[str, Any]:
    told = latest_of_parts(terminal, metric, at) if metric in BY_PLACE else {}
    places = [code for code, number in places_of(terminal, metric).items() if number in told]
    return stock_forecast(metric, latest(terminal, metric, at), track_record(terminal, metric, at), places=places)


def _of_place(terminal: Terminal, metric: str, code: str, at: datetime) -> dict[str, Any]:
    places = places_of(terminal, metric)
    if code not in places:
        known = ", ".join(places) or "—"
        said = _("There is no place %(place)s here. There are: %(known)s.") % {"place": code, "known": known}
        raise serializers.ValidationError({"place": said})
    number = places[code]
    record = track_record(terminal, metric, at, scope=number)
    return stock_forecast(metric, latest(terminal, metric, at, number), record, place=code)
