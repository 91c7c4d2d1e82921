"""The forecast page of the admin."""

from django.contrib import admin
from django.urls import path

from apps.forecasts.pages import forecast_view

urlpatterns = [path("forecast/", admin.site.admin_view(forecast_view), name="forecast-page")]
