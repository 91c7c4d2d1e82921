"""Figures counted from the journal, as managers and programs ask for them."""

from apps.reports.selectors.daily import (
    MOST_DAYS,
    AgainstRated,
    DayFigures,
    EndsBeforeItBegins,
    TooManyDays,
    daily,
    require_span,
    yesterday_against_rated,
)
from apps.reports.selectors.stocks import NoSuchStock, hourly

__all__ = [
    "MOST_DAYS",
    "AgainstRated",
    "DayFigures",
    "EndsBeforeItBegins",
    "NoSuchStock",
    "TooManyDays",
    "daily",
    "hourly",
    "require_span",
    "yesterday_against_rated",
]
