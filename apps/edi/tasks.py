"""What the worker does for partners that exchange EDIFACT."""

from celery import shared_task
from django.utils import timezone

from apps.edi import services


@shared_task
def exchange_files() -> list[int]:
    """Take what partners put into their folders, put there what was written for them; how many of each."""
    return list(services.exchange_files(at=timezone.now()))


@shared_task
def tell_partners() -> int:
    """Tell partners what happened to their boxes; how many interchanges were written."""
    return services.tell_all(at=timezone.now())
