"""The trains' addresses under the API."""

from django.urls import path

from apps.trains.api import views

urlpatterns = [path("trains/", views.TrainsView.as_view(), name="trains")]
