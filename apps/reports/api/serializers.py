"""Throughput as programs read it: decimals are strings."""

from typing import Any

from rest_framework import serializers

from apps.reports.selectors import DayFigures
from terminal.throughput import Mode

BY_MODE = [f"{way}_{mode}" for way in ("in", "out") for mode in Mode]
COUNTS = [*BY_MODE, "trains_arrived", "trains_departed", "moves"]


class Span(serializers.Serializer[Any]):
    """The days asked for, both included."""

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of the language, so the fields are named here."""
        return {"from": serializers.DateField(), "to": serializers.DateField()}


def _teu(source: str | None = None) -> serializers.DecimalField:
    return serializers.DecimalField(source=source, max_digits=14, decimal_places=3, read_only=True)


class DayOut(serializers.Serializer[DayFigures]):
    """One site day: boxes in and out by mode, TEU, trains, moves, and the stock at its end and at its fullest."""

    on = serializers.DateField(read_only=True)
    in_teu = _teu("row.in_teu")
    out_teu = _teu("row.out_teu")
    throughput_teu = _teu()
    yard_boxes = serializers.IntegerField(read_only=True)
    yard_teu = _teu()
    peak_teu = _teu()

    def get_fields(self) -> dict[str, Any]:
        """Counts of the row follow the names of its columns."""
        fields = super().get_fields()
        counts = {name: serializers.IntegerField(source=f"row.{name}", read_only=True) for name in COUNTS}
        return {"on": fields.pop("on"), **counts, **fields}


class DailyOut(serializers.Serializer[Any]):
    """The days in order, every one of them, also those on which nothing moved."""

    terminal = serializers.CharField(help_text="code of the terminal", read_only=True)
    zone = serializers.CharField(help_text="the days are days of this zone", read_only=True)
    days = DayOut(many=True, read_only=True)


class RatioOut(serializers.Serializer[Any]):
    """A part of a whole. ``share`` null: of nothing there is none."""

    part = serializers.DecimalField(max_digits=18, decimal_places=4)
    whole = serializers.DecimalField(max_digits=18, decimal_places=4)
    share = serializers.DecimalField(max_digits=12, decimal_places=4, allow_null=True)


class AgainstOut(serializers.Serializer[Any]):
    """A figure beside another: last_week, before, last_year, rated or target. Null: nobody knows the other."""

    to = serializers.CharField()
    other = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    share = serializers.DecimalField(max_digits=12, decimal_places=4, allow_null=True)
    difference = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)


class ComparedOut(serializers.Serializer[Any]):
    """A figure a day, and what it is compared with."""

    name = serializers.CharField()
    value = serializers.DecimalField(max_digits=18, decimal_places=4)
    against = AgainstOut(many=True)


class UseOut(serializers.Serializer[Any]):
    """How much of a block, track or zone was used of how much there was; ``peak``: its share at the fullest."""

    code = serializers.CharField()
    name = serializers.CharField()
    used = RatioOut()
    peak = serializers.DecimalField(max_digits=12, decimal_places=4, allow_null=True)


class LengthsOut(serializers.Serializer[Any]):
    """Stays or releases in minutes, of one direction and load, channel or office; empty: of all."""

    direction = serializers.CharField(required=False)
    load = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    count = serializers.IntegerField()
    median = serializers.IntegerField(allow_null=True)
    p90 = serializers.IntegerField(allow_null=True)
    most = serializers.IntegerField(allow_null=True)


class QueueOut(serializers.Serializer[Any]):
    """What waits at an office now, and since how many minutes the oldest."""

    office = serializers.CharField()
    length = serializers.IntegerField()
    oldest_minutes = serializers.IntegerField(allow_null=True)


class HalfDayHeldOut(serializers.Serializer[Any]):
    """m² held in a zone in a half-day of the site (0: 00–12, 1: 12–24), of its usable m²."""

    zone = serializers.CharField()
    on = serializers.DateField()
    half = serializers.IntegerField()
    held_m2 = RatioOut()


class KpisOut(serializers.Serializer[Any]):
    """Every figure of some site days."""

    terminal = serializers.CharField()
    zone = serializers.CharField()
    figures = serializers.DictField(help_text="as a row of throughput/table/")
    seven_day_mean_trains = serializers.DecimalField(max_digits=12, decimal_places=4, allow_null=True)
    compared = ComparedOut(many=True)
    blocks = UseOut(many=True)
    track_metre_hours = RatioOut()
    track_place_hours = RatioOut()
    track_share = serializers.DecimalField(max_digits=12, decimal_places=4, allow_null=True)
    tracks = UseOut(many=True)
    zones = UseOut(many=True)
    zone_half_days = HalfDayHeldOut(many=True)
    dwell_minutes = LengthsOut(many=True)
    age_minutes = LengthsOut(many=True)
    release_minutes = LengthsOut(many=True)
    release_minutes_by_channel = LengthsOut(many=True)
    release_minutes_by_office = LengthsOut(many=True)
    customs_queues = QueueOut(many=True)
    quality = serializers.DictField(child=RatioOut(), help_text="consists, numbers, seen, verified")


class TableOut(serializers.Serializer[Any]):
    """Rows of hours, days or months. Decimals are strings."""

    terminal = serializers.CharField()
    zone = serializers.CharField()
    step = serializers.CharField()
    rows = serializers.ListField(child=serializers.DictField())
