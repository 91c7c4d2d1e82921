"""What beat starts: a forecast every hour, and every night the judgement of the days that are over."""

from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from apps.forecasts import services
from apps.network.models import Terminal
from terminal.throughput import site_day

JUDGED_AGAIN = 3
"""Days judged each night: what is reported late changes what came."""


@shared_task
def make_forecasts(hour: str | None = None) -> None:
    """Forecast every terminal in operation as of ``hour`` (ISO, with zone), else the present one. Made once an hour."""
    at = datetime.fromisoformat(hour) if hour else timezone.now()
    for terminal in Terminal.objects.in_earnest().filter(active=True):
        services.make_forecasts(terminal, at)


@shared_task
def score_forecasts() -> None:
    """Judge the last site days of every terminal in operation, and forget forecasts that are judged for good."""
    at = timezone.now()
    for terminal in Terminal.objects.in_earnest().filter(active=True):
        today = site_day(at, terminal.zone)
        for back in range(JUDGED_AGAIN, 0, -1):
            services.score_forecasts(terminal, today - timedelta(days=back), at=at)
    services.forget_forecasts(at=at)
