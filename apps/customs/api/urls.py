"""Customs' addresses under the API."""

from django.urls import path

from apps.customs.api.views import DeclarationsView

urlpatterns = [path("declarations/", DeclarationsView.as_view(), name="declarations")]
