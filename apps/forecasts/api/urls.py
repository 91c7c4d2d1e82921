"""Address of the forecasts."""

from django.urls import path

from apps.forecasts.api.views import ForecastsView

urlpatterns = [path("forecasts/", ForecastsView.as_view(), name="forecasts")]
