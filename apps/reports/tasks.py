"""Beat's call to count what was journalled."""

from celery import shared_task
from django.utils import timezone

from apps.reports import services


@shared_task
def fold_journal() -> None:
    """Count the days touched since the last fold. Safe to run twice, and at once."""
    services.fold_journal(at=timezone.now())
