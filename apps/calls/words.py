"""How a train is told from another: numbers repeat daily."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from apps.calls.models import Call


def train_named(call: Call) -> str:
    """A train by its number and its planned arrival, in the zone that is spoken."""
    return number_and_plan(call.number, call.scheduled_arrival_at or call.estimated_arrival_at)


def number_and_plan(number: str, planned: datetime | None) -> str:
    """“X9014 · 2026-11-28 11:40”; the number alone where no arrival is planned."""
    if planned is None:
        return number
    return f"{number} · {date_format(timezone.localtime(planned), 'SHORT_DATETIME_FORMAT')}"
