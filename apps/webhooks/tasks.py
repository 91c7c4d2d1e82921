"""Housekeeping of webhooks, by the beat."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.webhooks import services


@shared_task
def forget_deliveries() -> int:
    """Forget messages that were settled long ago. Safe to run twice."""
    return services.forget(timezone.now() - timedelta(days=settings.WEBHOOK_LOG_DAYS))
