"""Addresses of containers and visits under ``/api/v1/``."""

from django.urls import path

from apps.containers.api.views import OneContainer, Readiness, Visits, Weights

urlpatterns = [
    path("visits/", Visits.as_view(), name="visits"),
    path("visits/<uuid:public_id>/weights/", Weights.as_view(), name="visit-weights"),
    path("containers/<str:number>/", OneContainer.as_view(), name="container"),
    path("containers/<str:number>/readiness/", Readiness.as_view(), name="container-readiness"),
]
