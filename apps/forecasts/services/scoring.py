"""The forecasts for a day that is over, judged by what came."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from apps.forecasts.models import Course, Score
from apps.network.models import Terminal
from apps.reports.selectors import hourly
from terminal.forecasting.known import HOUR, Floats, Numbers
from terminal.forecasting.scoring import Lead, Worth, by_lead
from terminal.throughput import day_bounds

LONGEST: Final = timedelta(days=14)
WEEK: Final = 168
EDGES: Final = ("low", "median", "high", "tenth", "ninetieth")
Came = dict[int, float]
"""What there was at each full hour, in whole hours since 1970."""


@transaction.atomic
def score_forecasts(terminal: Terminal, on: date, *, at: datetime) -> int:
    """Judge every forecast made for the hours of a site day; how many scores there are now. A second time, anew.

    What became known late counts once the day is judged again. Hours after ``at`` are not judged.
    """
    start, end = day_bounds(on, terminal.zone)
    scores = []
    for metric, scope in _forecast(terminal, start, min(end, at)):
        came = _came(terminal, metric, scope, start, min(end, at))
        for lead, worth in _judge(terminal, metric, scope, start, min(end, at), came).items():
            scores.append(_score(terminal, metric, scope, on, lead, worth, at))
    Score.objects.filter(terminal=terminal, on=on).delete()
    Score.objects.bulk_create(scores)
    return len(scores)


def _made(terminal: Terminal, start: datetime, end: datetime) -> QuerySet[Course]:
    """Every forecast that may speak of these hours."""
    return Course.objects.filter(run__terminal=terminal, run__at__gte=start - LONGEST, run__at__lt=end)


def _forecast(terminal: Terminal, start: datetime, end: datetime) -> list[tuple[str, int | None]]:
    """Which stocks were forecast, of the site and its zones and offices."""
    return sorted(
        _made(terminal, start, end).values_list("metric", "scope").distinct(), key=lambda each: (each[0], each[1] or 0)
    )


def _came(terminal: Terminal, metric: str, scope: int | None, start: datetime, end: datetime) -> Came:
    """The levels of the day, and of every hour that a simple forecast would have gone by."""
    levels = hourly(terminal, metric, start - LONGEST - timedelta(hours=WEEK), end, scope)
    return {int(moment.timestamp()) // HOUR: float(value) for moment, value in levels}


def _judge(
    terminal: Terminal, metric: str, scope: int | None, start: datetime, end: datetime, came: Came
) -> dict[Lead, Worth]:
    made = _made(terminal, start, end).filter(metric=metric, scope=scope).order_by("run__at")
    total: dict[Lead, Worth] = {}
    for course in made.values_list("run__at", "stock", *EDGES, named=True).iterator():
        for lead, worth in _of_run(course, (start, end), came).items():
            total[lead] = total[lead] + worth if lead in total else worth
    return total


def _of_run(course: Any, day: tuple[datetime, datetime], came: Came) -> dict[Lead, Worth]:
    made = int(course.run__at.timestamp()) // HOUR
    first, after = (-(-int(each.timestamp()) // HOUR) for each in day)
    ahead = np.arange(max(first - made, 1), min(after - made, len(course.median) + 1))
    if not len(ahead):
        return {}

    def told(hours: list[float]) -> Floats:
        return np.array(hours, dtype=np.float64)[ahead - 1]

    levels = (told(course.tenth or course.low), told(course.median), told(course.ninetieth or course.high))
    week = _values(came, made + ahead - WEEK * (1 + (ahead - 1) // WEEK))
    last = np.full(len(ahead), course.stock)
    return by_lead(_values(came, made + ahead), levels, last, week, ahead, (told(course.low), told(course.high)))


def _values(came: Came, hours: Numbers) -> Floats:
    return np.array([came.get(hour, np.nan) for hour in hours.tolist()])


def _score(
    terminal: Terminal, metric: str, scope: int | None, on: date, lead: Lead, worth: Worth, at: datetime
) -> Score:
    return Score(
        terminal=terminal,
        metric=metric,
        scope=scope,
        on=on,
        lead=lead.value,
        hours=worth.hours,
        inside=worth.inside,
        loss=worth.loss,
        loss_last=worth.loss_last,
        loss_week=worth.loss_week,
        scored_at=at.astimezone(UTC),
    )
