"""Housekeeping of what programs asked, by the beat."""

from celery import shared_task
from django.utils import timezone

from apps.parties import services


@shared_task
def keep_accesses() -> int:
    """Write down what programs asked. Safe to run twice."""
    return services.keep_accesses()


@shared_task
def forget_accesses() -> int:
    """Forget what programs asked long ago. Safe to run twice."""
    return services.forget_accesses(at=timezone.now())
