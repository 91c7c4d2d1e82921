"""Addresses under ``/dcsa/tnt/``, as the standard writes them: without a slash behind."""

from django.urls import path

from apps.tracking.api.dcsa.subscriptions import Subscription, Subscriptions, SubscriptionSecret
from apps.tracking.api.dcsa.views import Event22, Events22, Events30

urlpatterns = [
    path("v2/events", Events22.as_view(), name="dcsa-events-2"),
    path("v2/events/<str:event>", Event22.as_view(), name="dcsa-event-2"),
    path("v2/event-subscriptions", Subscriptions.as_view(), name="dcsa-subscriptions"),
    path("v2/event-subscriptions/<uuid:subscription>", Subscription.as_view(), name="dcsa-subscription"),
    path("v2/event-subscriptions/<uuid:subscription>/secret", SubscriptionSecret.as_view(), name="dcsa-secret"),
    path("v3/events", Events30.as_view(), name="dcsa-events-3"),
]
