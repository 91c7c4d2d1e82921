"""Addresses of the figures."""

from django.urls import path

from apps.reports.api import kpis, trade
from apps.reports.api.views import DailyThroughputView

urlpatterns = [
    path("throughput/daily/", DailyThroughputView.as_view(), name="throughput-daily"),
    path("throughput/table/", kpis.TableView.as_view(), name="throughput-table"),
    path("throughput/table.csv", kpis.TableCsvView.as_view(), name="throughput-table-csv"),
    path("throughput/table.xlsx", kpis.TableXlsxView.as_view(), name="throughput-table-xlsx"),
    path("kpis/", kpis.KpisView.as_view(), name="kpis"),
    path("trade/", trade.TradeView.as_view(), name="trade"),
    path("corridors/", trade.CorridorsView.as_view(), name="corridors"),
]
