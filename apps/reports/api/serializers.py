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
