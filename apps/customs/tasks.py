"""What the worker does for customs' work at the terminal."""

from celery import shared_task
from django.utils import timezone

from apps.customs import services


@shared_task
def bring_to_inspection() -> int:
    """Ask for the moves of boxes to inspections that could not be asked for before."""
    return len(services.bring_to_inspection(at=timezone.now()))
