"""Addresses of the sandbox."""

from django.urls import path

from apps.sandbox.api.views import SandboxView

urlpatterns = [path("sandbox/", SandboxView.as_view(), name="sandbox")]
