"""Addresses of the tracking feed under ``/api/v1/``."""

from django.urls import path

from apps.tracking.api.availability import ContainerAvailability
from apps.tracking.api.many import Tracking
from apps.tracking.api.reports import Reports
from apps.tracking.api.views import ContainerEvents

urlpatterns = [
    path("reports/", Reports.as_view(), name="reports"),
    path("tracking/", Tracking.as_view(), name="tracking"),
    path("containers/<str:number>/events/", ContainerEvents.as_view(), name="container-events"),
    path("containers/<str:number>/availability/", ContainerAvailability.as_view(), name="container-availability"),
]
