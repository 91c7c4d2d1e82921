"""Daily throughput on the screen, each day beside what the site was built for."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.common.admin import ServiceOwned
from apps.common.admin.bars import share_bar
from apps.common.figures import figure, percent
from apps.reports.models import DailyThroughput
from apps.reports.pages import MonthPage


def against(value: Decimal, rated: Decimal) -> SafeString:
    """A bar of ``value`` against ``rated``, red beyond it, with both said in figures."""
    share = value / rated if rated else Decimal(0)
    said = f"{figure(value, 1)} / {figure(rated, 1)} ({percent(share)})"
    return share_bar(share, said=said, warn_at="1", alarm_at="1.0001")


@admin.register(DailyThroughput)
class DailyThroughputAdmin(MonthPage, ServiceOwned):
    """One site day a line, the newest first."""

    list_display = ["on", "teu_against_rated", "trains_against_rated", "boxes_in", "boxes_out", "moves", "counted_at"]
    list_filter = ["on"]
    date_hierarchy = "on"
    ordering = ["-on", "terminal"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the terminal, whose rated figures every line needs."""
        return super().get_queryset(request).select_related("terminal")

    @admin.display(description=_("throughput against rated, TEU"))
    def teu_against_rated(self, row: DailyThroughput) -> SafeString:
        return against(row.throughput_teu, Decimal(row.terminal.rated_teu_per_day))

    @admin.display(description=_("trains departed against rated"))
    def trains_against_rated(self, row: DailyThroughput) -> SafeString:
        return against(Decimal(row.trains_departed), row.terminal.rated_trains_per_day)

    @admin.display(description=_("in: rail, road, sea, barge"))
    def boxes_in(self, row: DailyThroughput) -> str:
        return f"{row.in_rail} · {row.in_road} · {row.in_sea} · {row.in_barge}"

    @admin.display(description=_("out: rail, road, sea, barge"))
    def boxes_out(self, row: DailyThroughput) -> str:
        return f"{row.out_rail} · {row.out_road} · {row.out_sea} · {row.out_barge}"
