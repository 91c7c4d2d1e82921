"""Addresses about credentials and what was asked with them."""

from django.urls import path

from apps.parties.api.access_log import AccessLogView

urlpatterns = [path("access-log/", AccessLogView.as_view(), name="access-log")]
