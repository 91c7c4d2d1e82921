"""What the worker does for customs' work at the terminal."""

from celery import shared_task
from django.utils import timezone

from apps.customs import services
from apps.customs.services import authority, duty
from apps.network.models import Terminal


@shared_task
def bring_to_inspection() -> int:
    """Ask for the moves of boxes to inspections that could not be asked for before."""
    return len(services.bring_to_inspection(at=timezone.now()))


@shared_task
def retry_waiting_messages() -> int:
    """Look again at what the authority said about things that were not here yet; how many wait no more."""
    return authority.retry_waiting(timezone.now())


@shared_task
def learn_expected_minutes() -> int:
    """Learn from the last 90 days how much work declarations are; of how many regimes and channels."""
    at, learned = timezone.now(), 0
    for terminal in Terminal.objects.in_earnest().filter(active=True).order_by("pk"):
        learned += len(services.learn_expected_minutes(terminal, at=at))
    return learned


@shared_task
def count_release_times() -> int:
    """Pack the release times of days that are over; how many."""
    at, counted = timezone.now(), 0
    for terminal in Terminal.objects.in_earnest().filter(active=True).order_by("pk"):
        counted += services.count_release_times(terminal, at=at)
    return counted


@shared_task
def make_duty_reports() -> int:
    """Make the reports to customs that are owed; how many."""
    return duty.make_due_reports(timezone.now())


@shared_task
def send_duty_reports() -> int:
    """Send what is due to customs' systems; how many were taken."""
    return duty.send_due_reports(timezone.now())
