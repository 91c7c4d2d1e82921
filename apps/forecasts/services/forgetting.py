"""Forecasts that have been judged for good are forgotten; what they were worth stays."""

from datetime import datetime, timedelta
from typing import Final

from apps.forecasts.models import Run

KEPT: Final = timedelta(days=35)
"""Two weeks until the last hour has come, and three in which late reports still change what came."""


def forget_forecasts(*, at: datetime) -> int:
    """Delete runs that are old; how many."""
    gone, of_each = Run.objects.filter(at__lt=at - KEPT).delete()
    return of_each.get(Run._meta.label, 0) if gone else 0
