"""Published trade with what contradicts in it, and corridors beside each other."""

from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.asking import asked_for
from apps.common.api.fields import UnLocodeField
from apps.network.selectors import Along, ways
from apps.parties.api.terminals import TERMINAL, terminal_of
from apps.reports.api.kpis import RIGHT, Figures
from apps.reports.selectors.trade import SAID, Trade, trade

TAGS: Final = ["figures"]


class TradeStatementOut(serializers.Serializer[Any]):
    """What one source says: thousand US$ and percent, null where it does not say."""

    def get_fields(self) -> dict[str, Any]:
        """Every figure a source may say; ``source`` is a word of the fields themselves, so they are named here."""
        figure = {name: serializers.DecimalField(max_digits=16, decimal_places=1, allow_null=True) for name in SAID}
        return {"source": serializers.CharField(), **figure}


class TradeDoubtOut(serializers.Serializer[Any]):
    """Figures that cannot be true together: ``sum``, ``change`` or ``sources``; what is said, and what would follow."""

    doubt = serializers.CharField()
    figure = serializers.CharField()
    said = serializers.DecimalField(max_digits=16, decimal_places=1)
    other = serializers.DecimalField(max_digits=16, decimal_places=1)
    other_source = serializers.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        """``source`` is a word of the fields themselves, so it is named here."""
        return {**super().get_fields(), "source": serializers.CharField()}


class MovedOut(serializers.Serializer[Any]):
    """What the terminal moved in the same months."""

    throughput_teu = serializers.DecimalField(max_digits=14, decimal_places=3)
    trains_departed = serializers.IntegerField()


class TradeOut(serializers.Serializer[Any]):
    """The trade of two countries over some months. ``terminal`` null: nothing was counted here then."""

    reporter = serializers.CharField()
    partner = serializers.CharField()
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    statements = TradeStatementOut(many=True)
    doubts = TradeDoubtOut(many=True)
    terminal = MovedOut(allow_null=True)


class TradesOut(serializers.Serializer[Any]):
    """The newest first."""

    trade = TradeOut(many=True)


class TradeView(Figures):
    """Published foreign trade."""

    @extend_schema(
        operation_id="trade",
        summary="Read published foreign trade",
        description="What each source says, what of it cannot be true together, and what the terminal moved meanwhile.",
        tags=TAGS,
        parameters=[TERMINAL],
        responses={200: TradesOut},
    )
    def get(self, request: Request) -> Response:
        return Response({"trade": [_trade(each) for each in trade(terminal_of(request, RIGHT))]})


def _trade(each: Trade) -> dict[str, Any]:
    moved = each.moved
    return {
        "reporter": each.reporter,
        "partner": each.partner,
        "first_on": each.span.first,
        "last_on": each.span.last,
        "statements": [
            {"source": row.source, **{name: getattr(row, name) for name in SAID}} for row in each.statements
        ],
        "doubts": [{name: getattr(doubt, name) for name in doubt.__dataclass_fields__} for doubt in each.doubts],
        "terminal": moved and {"throughput_teu": moved.throughput_teu, "trains_departed": moved["trains_departed"]},
    }


class PlacesAsked(serializers.Serializer[Any]):
    """From where to where."""

    origin = UnLocodeField()
    destination = UnLocodeField()


class CorridorLegOut(serializers.Serializer[Any]):
    """A leg, or a wait where it begins and ends at one place."""

    start = serializers.CharField()
    end = serializers.CharField()
    mode = serializers.CharField()
    km = serializers.IntegerField()
    hours_least = serializers.IntegerField()
    hours_most = serializers.IntegerField()
    usd_per_teu = serializers.DecimalField(max_digits=8, decimal_places=2)


class WayOut(serializers.Serializer[Any]):
    """A way along a corridor. ``illustrative``: some of its figures are assumed."""

    corridor = serializers.CharField()
    name = serializers.CharField()
    km = serializers.IntegerField()
    hours_least = serializers.IntegerField()
    hours_most = serializers.IntegerField()
    usd_per_teu = serializers.DecimalField(max_digits=10, decimal_places=2)
    illustrative = serializers.BooleanField()
    legs = CorridorLegOut(many=True)


class CorridorsOut(serializers.Serializer[Any]):
    """The shortest way first."""

    ways = WayOut(many=True)


class CorridorsView(Figures):
    """Corridors beside each other."""

    @extend_schema(
        operation_id="corridors",
        summary="Compare corridors between two places",
        tags=TAGS,
        parameters=[
            OpenApiParameter("origin", OpenApiTypes.STR, required=True, description="UN/LOCODE, such as KZALA."),
            OpenApiParameter("destination", OpenApiTypes.STR, required=True, description="UN/LOCODE, such as JPTYO."),
            TERMINAL,
        ],
        responses={200: CorridorsOut},
    )
    def get(self, request: Request) -> Response:
        """Every corridor that leads from one place to the other, leg by leg: length, time, cost."""
        asked = asked_for(PlacesAsked, request)
        terminal_of(request, RIGHT)
        found = ways(asked["origin"], asked["destination"])
        return Response({"ways": [_way(each) for each in found]})


def _way(each: Along) -> dict[str, Any]:
    least, most = each.way.hours
    return {
        "corridor": each.corridor.code,
        "name": each.corridor.name,
        "km": each.way.km,
        "hours_least": least,
        "hours_most": most,
        "usd_per_teu": each.way.usd_per_teu,
        "illustrative": each.illustrative,
        "legs": [{name: getattr(leg, name) for name in leg.__dataclass_fields__} for leg in each.way.legs],
    }
