"""The ships' addresses under the API."""

from django.urls import path

from apps.ships.api import views

urlpatterns = [path("ship-calls/", views.ShipCallsView.as_view(), name="ship-calls")]
