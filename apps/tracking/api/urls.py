"""Addresses of the tracking feed under ``/api/v1/``."""

from django.urls import path

from apps.tracking.api.availability import ContainerAvailability
from apps.tracking.api.views import ContainerEvents

urlpatterns = [
    path("containers/<str:number>/events/", ContainerEvents.as_view(), name="container-events"),
    path("containers/<str:number>/availability/", ContainerAvailability.as_view(), name="container-availability"),
]
