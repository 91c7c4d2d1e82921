"""Addresses of webhooks under ``/api/v1/``."""

from django.urls import path

from apps.webhooks.api import views

urlpatterns = [
    path("webhooks/", views.WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<uuid:public_id>/", views.WebhookView.as_view(), name="webhook"),
    path("webhooks/<uuid:public_id>/rotate-secret/", views.SecretView.as_view(), name="webhook-secret"),
    path("webhooks/<uuid:public_id>/end/", views.EndView.as_view(), name="webhook-end"),
    path("webhooks/<uuid:public_id>/test/", views.WebhookTestView.as_view(), name="webhook-test"),
    path("webhooks/<uuid:public_id>/replay/", views.ReplayView.as_view(), name="webhook-replay"),
    path("webhooks/<uuid:public_id>/deliveries/", views.DeliveriesView.as_view(), name="webhook-deliveries"),
]
