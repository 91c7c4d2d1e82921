"""Addresses of planning."""

from django.urls import path

from apps.planning.api.views import CapacityView, WhatIfView

urlpatterns = [
    path("capacity/", CapacityView.as_view(), name="capacity"),
    path("what-if/", WhatIfView.as_view(), name="what-if"),
]
