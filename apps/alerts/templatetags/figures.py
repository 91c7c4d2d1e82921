"""Figures, shares and table cells in the reader's own writing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from apps.common import figures

register = template.Library()
register.filter("figure", figures.figure)
register.filter("percent", figures.percent)


@register.filter
def moment(at: datetime) -> str:
    """Month, day, hour and minute in the reader's zone: all a mail of today needs."""
    return f"{timezone.localtime(at):%m-%d %H:%M}"


@register.filter
def long_day(day: Any) -> str:
    """A day in words."""
    return date_format(day, "DATE_FORMAT")


@register.filter
def cell(value: Any) -> str:
    """Whatever stands in a table of a mail."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return moment(value)
    return figures.figure(value, 1) if isinstance(value, int | float | Decimal) else str(value)


@register.filter
def beside(values: Sequence[Any], others: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Two rows of as many, in pairs."""
    return list(zip(values, others, strict=True))


@register.filter
def bar(share: Decimal) -> int:
    """The width of a bar in percent, never more than there is room."""
    return min(100, max(1, round(share * 100)))


@register.filter
def hours(age: timedelta) -> float:
    """A length of time in hours."""
    return age / timedelta(hours=1)
