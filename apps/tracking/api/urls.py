"""Addresses of the tracking feed under ``/api/v1/``."""

from django.urls import path

from apps.tracking.api.views import ContainerEvents

urlpatterns = [path("containers/<str:number>/events/", ContainerEvents.as_view(), name="container-events")]
