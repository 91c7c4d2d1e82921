"""What forecasts have been worth."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Sum

from apps.forecasts.models import Run, Score
from apps.network.models import Terminal
from terminal.forecasting.scoring import Lead, Worth
from terminal.throughput import site_day

DAYS: Final = 28
AFTERWARDS: Final = timedelta(hours=3)
"""The worker that catches up after a pause is not so late."""


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What the forecasts of a stock made so long ahead were worth over the days judged."""

    lead: Lead
    days: int
    worth: Worth


def made_afterwards(terminal: Terminal, at: datetime, days: int = DAYS) -> int:
    """How many forecasts of the last days were made when their hour had long passed, from what was known then."""
    lately = Run.objects.filter(terminal=terminal, at__gte=at - timedelta(days=days), at__lte=at)
    return lately.filter(made_at__gt=F("at") + AFTERWARDS, courses__isnull=False).distinct().count()


def track_record(
    terminal: Terminal, metric: str, at: datetime, days: int = DAYS, scope: int | None = None
) -> list[TrackRecord]:
    """The scores of the last site days that were judged, by how long ahead the forecast was made. Empty: none yet."""
    since = site_day(at, terminal.zone) - timedelta(days=days)
    judged = Score.objects.filter(terminal=terminal, metric=metric, scope=scope, on__gte=since)
    judged = judged.filter(on__lte=site_day(at, terminal.zone))
    sums = (Sum(name) for name in ("hours", "inside", "loss", "loss_last", "loss_week"))
    rows = judged.values_list("lead").annotate(Count("on", distinct=True), *sums)
    found = {lead: TrackRecord(Lead(lead), days, Worth(*worth)) for lead, days, *worth in rows}
    return [found[lead] for lead in Lead if lead in found]
