"""What the worker does for the gate, every few minutes."""

from celery import shared_task
from django.utils import timezone

from apps.gate import services


@shared_task
def note_no_shows() -> int:
    """Give back the slots of trucks that did not come."""
    return len(services.note_no_shows(at=timezone.now()))
