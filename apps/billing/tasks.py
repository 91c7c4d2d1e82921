"""What the worker does for charges."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from apps.billing import services
from apps.network.models import Terminal
from apps.parties.actors import Actor


@shared_task
def charge_what_left() -> int:
    """Open accounts of boxes that have come, charge those that have gone and bookings that are over; how many lines."""
    at, charged = timezone.now(), 0
    for terminal in Terminal.objects.in_earnest().filter(active=True).order_by("pk"):
        services.open_accounts(terminal, at=at)
        charged += len(services.charge_departed(terminal, at=at))
        charged += len(services.charge_bookings(terminal, at=at))
    return charged


@shared_task
def announce_last_free_days() -> int:
    """Know last free days anew, try again what could not be charged, tell whose free time ends; how many boxes."""
    at, told = timezone.now(), 0
    for terminal in Terminal.objects.in_earnest().filter(active=True).order_by("pk"):
        services.refresh_accounts(terminal, at=at)
        services.charge_departed(terminal, at=at, again=True)
        services.charge_goods(terminal, at=at)
        told += services.announce_last_free_days(terminal, at=at)
    return told


@shared_task
def issue_statements() -> int:
    """Issue the statements of the month that is over, wherever there is anything to state; how many are there."""
    by, at, issued = Actor.itself("statements"), timezone.now(), 0
    for terminal in Terminal.objects.in_earnest().filter(active=True).order_by("pk"):
        last = at.astimezone(terminal.zone).date().replace(day=1) - timedelta(days=1)
        issued += len(services.state_months(terminal, month=last, by=by, at=at))
    return issued
