"""Housekeeping, by the beat."""

from celery import shared_task
from django.utils import timezone

from apps.common import services


@shared_task
def forget_answers() -> int:
    """Forget answers to old idempotency keys. Safe to run twice."""
    return services.forget_answers(at=timezone.now())
