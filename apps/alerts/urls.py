"""Mounted under ``/alerts/``: what a reader of a mail reaches without signing in."""

from django.urls import path

from apps.alerts import views

app_name = "alerts"
urlpatterns = [path("acknowledge/<str:token>/", views.acknowledge, name="acknowledge")]
