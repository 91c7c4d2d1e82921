"""An alert's figure in the hours before: by the hour out of the records, from its beginning on as it was read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Q

from apps.alerts.models import Alert, Rule
from apps.alerts.selectors.readings import recent
from apps.containers.models import Question
from apps.reports.selectors import stocks
from terminal.lifecycle import VisitState
from terminal.metrics import Stock
from terminal.readiness import Owner
from terminal.readiness.facts import UNANSWERED

HOUR: Final = timedelta(hours=1)
KNOWN_BY_THE_HOUR: Final = frozenset(each.value for each in Stock)
Points = list[tuple[datetime, Decimal | None]]


def before(alert: Alert, at: datetime, hours: int = 48) -> Points:
    """The figure over the last hours, oldest first. A rule may be younger than they are, and reports come late: what
    was before the alert is told as the records have it today; where they tell nothing, as it was read."""
    rule, start = alert.rule, at - hours * HOUR
    read = [point for point in recent(rule, at, hours) if point[0] < at]
    recorded = _recorded(rule, start, min(alert.began_at, at))
    return [*recorded, *(point for point in read if not recorded or point[0] >= alert.began_at)]


def _recorded(rule: Rule, start: datetime, end: datetime) -> Points:
    if rule.metric in KNOWN_BY_THE_HOUR:
        return list(stocks.hourly(rule.terminal, rule.metric, start, end, scope=rule.part_id))
    return list(_waits(rule, start, end)) if rule.is_wait else []


def _waits(rule: Rule, start: datetime, end: datetime) -> Points:
    """How old the oldest question to customs was at every full hour; a question whose box has left is none."""
    asked = Question.objects.filter(owner=Owner.CUSTOMS.value, visit__terminal=rule.terminal, asked_at__lt=end)
    asked = asked.filter(office=rule.office.code) if rule.office else asked
    asked = asked.exclude(visit__state=VisitState.CANCELLED.value)
    open_then = asked.filter(Q(state__in=sorted(UNANSWERED)) | Q(state_since__gt=start))
    spells = [
        (asked_at, min(filter(None, (None if state in UNANSWERED else since, left)), default=end))
        for asked_at, state, since, left in open_then.values_list(
            "asked_at", "state", "state_since", "visit__departed_at"
        )
    ]
    return [(hour, _oldest(spells, hour)) for hour in _full_hours(start, end)]


def _full_hours(start: datetime, end: datetime) -> list[datetime]:
    first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + HOUR
    return [first + n * HOUR for n in range(max(0, -((first - end) // HOUR)))]


def _oldest(spells: list[tuple[datetime, datetime]], hour: datetime) -> Decimal:
    waiting = [asked for asked, until in spells if asked <= hour < until]
    return Decimal((hour - min(waiting)) / HOUR).quantize(Decimal("0.01")) if waiting else Decimal(0)
