"""Forecasts as programs read them: decimals are strings, times are UTC."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.forecasts.models import Ahead, Figure
from apps.forecasts.selectors import Forecast, Hour, TrackRecord
from terminal.metrics import BY_PLACE


class ForecastQuestion(serializers.Serializer[Any]):
    """What is asked."""

    metric = serializers.ChoiceField(Figure.choices, required=False, help_text="one figure; all of them if left out")
    place = serializers.RegexField(
        r"^[A-Za-z0-9._-]{1,20}$",
        required=False,
        help_text="code of one zone, with `warehouse_m2`, or of one customs office, with `customs_queue`",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A place is one of a figure that is forecast by places."""
        if "place" in attrs and attrs.get("metric") not in BY_PLACE:
            raise serializers.ValidationError({"place": _("Name warehouse_m2 or customs_queue as metric with it.")})
        return attrs


def _level(source: str | None = None) -> serializers.DecimalField:
    return serializers.DecimalField(source=source, max_digits=12, decimal_places=1, read_only=True)


class ForecastHourOut(serializers.Serializer[Hour]):
    """A full hour: between ``low`` and ``high`` it should be in four hours of five; and what ``median`` is made of."""

    at = serializers.DateTimeField(read_only=True)
    low = _level()
    median = _level()
    high = _level()
    parts = serializers.DictField(child=_level(), read_only=True)


class ForecastCauseOut(serializers.Serializer[Any]):
    """Something that stands behind the forecast. ``planned_at``: of a train, its planned arrival: numbers repeat."""

    why = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    amount = _level()
    usual = serializers.DecimalField(max_digits=12, decimal_places=1, read_only=True, allow_null=True)
    at = serializers.DateTimeField(read_only=True, allow_null=True)
    planned_at = serializers.DateTimeField(read_only=True, allow_null=True)


class TrackRecordOut(serializers.Serializer[TrackRecord]):
    """What forecasts made so long ahead were worth. ``ratio``: loss against the better of two simple forecasts."""

    lead = serializers.ChoiceField(Ahead.choices, read_only=True)
    days = serializers.IntegerField(read_only=True)
    hours = serializers.IntegerField(source="worth.hours", read_only=True)
    coverage = serializers.DecimalField(source="worth.coverage", max_digits=5, decimal_places=3, read_only=True)
    ratio = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DecimalField(max_digits=8, decimal_places=3, allow_null=True))
    def get_ratio(self, record: TrackRecord) -> str | None:
        ratio = record.worth.ratio
        return None if ratio is None else f"{ratio:.3f}"


class StockForecastOut(serializers.Serializer[Any]):
    """One stock. ``at`` null: there is no forecast, because none was made lately or too little is known."""

    metric = serializers.ChoiceField(Figure.choices, read_only=True)
    place = serializers.CharField(read_only=True, allow_null=True, help_text="its zone or office; null: the whole site")
    places = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="zones or offices that have a forecast of their own"
    )
    at = serializers.DateTimeField(read_only=True, allow_null=True)
    stock = serializers.DecimalField(max_digits=12, decimal_places=1, read_only=True, allow_null=True)
    hours = ForecastHourOut(many=True, read_only=True)
    causes = ForecastCauseOut(many=True, read_only=True)
    track_record = TrackRecordOut(many=True, read_only=True)


class ForecastsOut(serializers.Serializer[Any]):
    """The forecasts of a terminal with what earlier ones were worth."""

    terminal = serializers.CharField(read_only=True)
    zone = serializers.CharField(read_only=True)
    forecasts = StockForecastOut(many=True, read_only=True)


def stock_forecast(
    metric: str,
    said: Forecast | None,
    record: Sequence[TrackRecord],
    *,
    place: str | None = None,
    places: Sequence[str] = (),
) -> dict[str, Any]:
    """A stock's forecast, or that there is none, with its track record."""
    return {
        "metric": metric,
        "place": place,
        "places": places,
        "at": said.at if said else None,
        "stock": said.stock if said else None,
        "hours": said.hours if said else [],
        "causes": said.causes if said else [],
        "track_record": record,
    }
