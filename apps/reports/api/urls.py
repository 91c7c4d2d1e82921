"""Addresses of the figures."""

from django.urls import path

from apps.reports.api.views import DailyThroughputView

urlpatterns = [path("throughput/daily/", DailyThroughputView.as_view(), name="throughput-daily")]
