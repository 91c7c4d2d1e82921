"""Forecasts for hours that have passed, judged by what came: history taken in at once has a track record, too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from apps.forecasts.models import Run
from apps.forecasts.services import make_forecasts, score_forecasts
from apps.network.models import Terminal
from terminal.throughput import site_day

BACK: Final = timedelta(days=15)
"""How long before the last hour the first forecast is made: its two weeks are over then."""

EVERY: Final = timedelta(hours=23)
"""Between two of them: not a day, so that they are made at every hour of the day."""

NEEDED: Final = timedelta(days=21)
"""History without which nothing is forecast: two weeks that are not asked about, and some twenty past moments."""


@dataclass(frozen=True)
class Foreseen:
    """How many forecasts were made, and how many site days were judged."""

    made: int
    days: int


def hours(since: datetime, until: datetime) -> list[datetime]:
    """As of which hours forecasts are made of a history from ``since`` to ``until``: the last one, and before it."""
    last = until.replace(minute=0, second=0, microsecond=0)
    first = max(since + NEEDED, last - BACK)
    many = int((last - first) / EVERY) if first <= last else -1
    return [last - EVERY * back for back in range(many, -1, -1)]


def look_ahead(
    terminal: Terminal, *, since: datetime, until: datetime, at: datetime, progress: Callable[[str], object]
) -> Foreseen:
    """Forecast from the history that was taken in, as of past hours too, and judge every day that is over; ``at``: now.

    The last hour comes first. What was forecast for these hours before is forecast anew, for more is known now.
    """
    asked = hours(since, until)
    for hour in reversed(asked):
        progress(f"forecast of {hour:%m-%d %H:%M}")
        Run.objects.filter(terminal=terminal, at__gte=hour, at__lt=hour + EVERY).delete()
        make_forecasts(terminal, hour, made_at=at)
    judged = list(_days(asked, terminal)) if asked else []
    for day in judged:
        score_forecasts(terminal, day, at=at)
    return Foreseen(len(asked), len(judged))


def _days(asked: list[datetime], terminal: Terminal) -> Iterator[date]:
    """The site days that are over at the last hour, from the first on."""
    first, last = (site_day(each, terminal.zone) for each in (asked[0], asked[-1]))
    for number in range((last - first).days):
        yield first + timedelta(days=number)
