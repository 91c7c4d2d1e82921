"""Which trains are on the board of a day: the day's own, those that stand here, and the latest that are overdue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import Coalesce

from apps.trains.models import TrainVisit
from apps.trains.selectors.delays import TO_COME
from terminal.lifecycle import ON_SITE

LOOKED_BACK: Final = timedelta(days=3)
"""For so long a train that should have come, or gone, is on the boards of the days after."""

MOST_OVERDUE: Final = 20
"""Of one list, so that trains nobody cancelled do not bury the day's own."""

ARRIVES: Final = Coalesce("call__arrived_at", "call__estimated_arrival_at", "call__scheduled_arrival_at")
DEPARTS: Final = Coalesce("call__departed_at", "call__estimated_departure_at", "call__scheduled_departure_at")


@dataclass(frozen=True)
class Listed:
    """Trains in the order of their times. ``more``: so many others should have come, or gone, before the day."""

    trains: list[TrainVisit]
    more: int


def arriving(trains: QuerySet[TrainVisit], start: datetime, end: datetime, *, today: bool) -> Listed:
    """Trains that come between two moments; today also those that stand here, or should have come, since earlier."""
    to_come = within("scheduled_arrival_at", start, end) | within("estimated_arrival_at", start, end)
    wanted = within("arrived_at", start, end) | Q(call__arrived_at=None) & to_come
    if today:
        wanted |= Q(call__phase__in=sorted(ON_SITE), call__arrived_at__lt=start)
    awaited = Q(call__phase__in=TO_COME, best__lt=start) if today else None
    return _listed(trains.annotate(best=ARRIVES), wanted, awaited, start)


def departing(trains: QuerySet[TrainVisit], start: datetime, end: datetime, *, today: bool) -> Listed:
    """Trains that leave between two moments; today also those that should have left earlier."""
    to_go = within("scheduled_departure_at", start, end) | within("estimated_departure_at", start, end)
    wanted = within("departed_at", start, end) | Q(call__departed_at=None) & to_go
    awaited = Q(call__phase__in=sorted(ON_SITE), best__lt=start) if today else None
    return _listed(trains.annotate(best=DEPARTS), wanted, awaited, start)


def within(time: str, start: datetime, end: datetime) -> Q:
    """Trains of whose call that time lies between two moments."""
    return Q(**{f"call__{time}__gte": start, f"call__{time}__lt": end})


def _listed(trains: QuerySet[Any], wanted: Q, awaited: Q | None, start: datetime) -> Listed:
    own = list(trains.filter(wanted))
    overdue, more = ([], 0) if awaited is None else _overdue(trains.filter(awaited), own, start)
    return Listed(sorted([*own, *overdue], key=attrgetter("best", "pk")), more)


def _overdue(trains: QuerySet[Any], own: list[Any], start: datetime) -> tuple[list[Any], int]:
    """The latest of those that are overdue and not of the day, and how many others there are."""
    others = trains.exclude(pk__in=[train.pk for train in own]).annotate(every=Window(Count("pk")))
    latest = list(others.order_by("-best", "-pk")[:MOST_OVERDUE])
    shown = [train for train in latest if train.best >= start - LOOKED_BACK]
    return shown, latest[0].every - len(shown) if latest else 0
