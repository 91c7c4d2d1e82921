"""What beat starts: looks at capacity, messages to the site's programs, and the morning digest."""

from celery import shared_task
from django.utils import timezone

from apps.alerts import services
from apps.network.models import Terminal


@shared_task
def watch_capacity() -> None:
    """Look at every watched figure of every terminal in operation."""
    for terminal in Terminal.objects.in_earnest().filter(active=True):
        services.watch_capacity(terminal, timezone.now())


@shared_task
def send_alert_webhooks() -> None:
    """Send what waits for the site's own programs."""
    services.send_due(timezone.now())


@shared_task
def send_digests() -> None:
    """Write the digests whose hour has come."""
    for terminal in Terminal.objects.in_earnest().filter(active=True):
        services.send_digests(terminal, timezone.now())
