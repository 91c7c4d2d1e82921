"""The forecasts for a day that is over, judged by what came."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
from django.db import transaction

from apps.forecasts.models import Course, Score
from apps.network.models import Terminal
from apps.reports.selectors import hourly
from terminal.forecasting.known import HOUR, Floats, Numbers
from terminal.forecasting.scoring import Lead, Worth, by_lead
from terminal.metrics import Stock
from terminal.throughput import day_bounds

LONGEST: Final = timedelta(days=14)
WEEK: Final = 168
Came = dict[int, float]
"""What there was at each full hour, in whole hours since 1970."""


@transaction.atomic
def score_forecasts(terminal: Terminal, on: date, *, at: datetime) -> int:
    """Judge every forecast made for the hours of a site day; how many scores there are now. A second time, anew.

    What became known late counts once the day is judged again. Hours after ``at`` are not judged.
    """
    start, end = day_bounds(on, terminal.zone)
    scores = []
    for metric in Stock:
        came = _came(terminal, metric, start, min(end, at))
        for lead, worth in _judge(terminal, metric, start, min(end, at), came).items():
            scores.append(_score(terminal, metric, on, lead, worth, at))
    Score.objects.filter(terminal=terminal, on=on).delete()
    Score.objects.bulk_create(scores)
    return len(scores)


def _came(terminal: Terminal, metric: Stock, start: datetime, end: datetime) -> Came:
    """The levels of the day, and of every hour that a simple forecast would have gone by."""
    levels = hourly(terminal, metric, start - LONGEST - timedelta(hours=WEEK), end)
    return {int(moment.timestamp()) // HOUR: float(value) for moment, value in levels}


def _judge(terminal: Terminal, metric: Stock, start: datetime, end: datetime, came: Came) -> dict[Lead, Worth]:
    made = Course.objects.filter(run__terminal=terminal, metric=metric.value)
    made = made.filter(run__at__gte=start - LONGEST, run__at__lt=end).order_by("run__at")
    total: dict[Lead, Worth] = {}
    for run_at, stock, low, median, high in made.values_list("run__at", "stock", "low", "median", "high").iterator():
        for lead, worth in _of_run(run_at, stock, (low, median, high), (start, end), came).items():
            total[lead] = total[lead] + worth if lead in total else worth
    return total


def _of_run(
    run_at: datetime, stock: float, levels: tuple[list[float], ...], day: tuple[datetime, datetime], came: Came
) -> dict[Lead, Worth]:
    made = int(run_at.timestamp()) // HOUR
    first, after = (-(-int(each.timestamp()) // HOUR) for each in day)
    ahead = np.arange(max(first - made, 1), min(after - made, len(levels[0]) + 1))
    if not len(ahead):
        return {}
    low, median, high = (np.array(each, dtype=np.float64)[ahead - 1] for each in levels)
    week = ahead - WEEK * (1 + (ahead - 1) // WEEK)
    return by_lead(
        _values(came, made + ahead), (low, median, high), np.full(len(ahead), stock), _values(came, made + week), ahead
    )


def _values(came: Came, hours: Numbers) -> Floats:
    return np.array([came.get(hour, np.nan) for hour in hours.tolist()])


def _score(terminal: Terminal, metric: Stock, on: date, lead: Lead, worth: Worth, at: datetime) -> Score:
    return Score(
        terminal=terminal,
        metric=metric.value,
        on=on,
        lead=lead.value,
        hours=worth.hours,
        inside=worth.inside,
        loss=worth.loss,
        loss_last=worth.loss_last,
        loss_week=worth.loss_week,
        scored_at=at.astimezone(UTC),
    )
