"""The past of what is counted by the day: what was done by each hour of it, and what it was expected to come to."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final

from apps.alerts.models import Reading, Rule
from apps.reports.models import HourlyThroughput
from terminal.throughput import day_bounds, site_day

HOUR: Final = timedelta(hours=1)
JUST_BEFORE: Final = timedelta(seconds=1)
Counted = list[tuple[datetime, Decimal]]


def rated(rule: Rule) -> Decimal:
    """What a day is measured by: the rule's own figure, else what the site was built for. Nought: by nothing."""
    built = rule.terminal.rated_trains_per_day if _of_trains(rule) else Decimal(rule.terminal.rated_teu_per_day)
    return rule.capacity or built or Decimal(0)


def done(rule: Rule, since: datetime, until: datetime) -> Counted:
    """What had moved by the end of each hour of its site day, from nought at the day's beginning on."""
    return list(_done(rule, since, until))


def _done(rule: Rule, since: datetime, until: datetime) -> Iterator[tuple[datetime, Decimal]]:
    zone = rule.terminal.zone
    first, _end = day_bounds(site_day(since, zone), zone)
    hours = HourlyThroughput.objects.filter(terminal=rule.terminal, starts_at__gte=first, starts_at__lt=until)
    for day, rows in groupby(hours.order_by("starts_at"), key=lambda row: site_day(row.starts_at, zone)):
        sofar = Decimal(0)
        yield day_bounds(day, zone)[0], sofar
        for row in rows:
            sofar += row.trains_departed if _of_trains(rule) else row.throughput_teu
            yield row.starts_at + HOUR - JUST_BEFORE, sofar


def expected(rule: Rule, since: datetime, until: datetime, done: Counted) -> Counted:
    """What the day was expected to come to at each look at it. Of days at which nobody looked, what was done by then:
    plans are not kept.
    """
    zone = rule.terminal.zone
    kept = Reading.objects.filter(rule=rule.pk, at__gte=since, at__lte=until, value__isnull=False)
    seen = [(at, value) for at, value in kept.order_by("at", "pk").values_list("at", "value") if value is not None]
    days = {site_day(at, zone) for at, _value in seen}
    return sorted([*seen, *(point for point in done if site_day(point[0], zone) not in days)])


def _of_trains(rule: Rule) -> bool:
    return rule.metric == Rule.Metric.TRAINS_PER_DAY
