"""Beat's calls: count what was journalled, report to the owners."""

from celery import shared_task
from django.utils import timezone

from apps.network.models import Terminal
from apps.reports import services


@shared_task
def fold_journal() -> None:
    """Count the days touched since the last fold. Safe to run twice, and at once."""
    services.fold_journal(at=timezone.now())


@shared_task
def report_to_owners() -> int:
    """Write the owners the reports of the week and month that are over, where they have not got them; how many."""
    at, written = timezone.now(), 0
    for terminal in Terminal.objects.in_earnest().filter(active=True).order_by("pk"):
        written += services.report_to_owners(terminal, at)
    return written
