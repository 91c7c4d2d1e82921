"""What a rule would have said over the last 90 days, and what it did say: both judged by what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from apps.alerts.models import Alert, Reading, Rule
from apps.alerts.selectors import days
from apps.alerts.selectors.readings import Look
from apps.forecasts.models import Course
from apps.reports import selectors as reports
from apps.reports.selectors import stocks
from terminal.backtest import Episode, Point, Record, judge, replay, replay_days
from terminal.forecasting.peaks import chance
from terminal.metrics import Stock
from terminal.throughput import day_bounds, site_day

BACK: Final = timedelta(days=90)
MORE_THAN_FULL: Final = Decimal("1.000001")
"""A day that comes to the rated figure exactly is no more than full."""

KNOWN_BY_THE_HOUR: Final = frozenset(each.value for each in Stock)


@dataclass(frozen=True)
class Trial:
    """A rule played over the past. ``level``: shares of capacity; ``watched``: what its lines look at, which for a
    forecast is a likelihood and for a flow what its day was expected to come to; ``capacity``: that of today, by which
    all of it is measured."""

    rule: Rule
    since: datetime
    until: datetime
    level: Sequence[Point]
    watched: Sequence[Point]
    episodes: Sequence[Episode]
    record: Record
    capacity: Decimal


def back_test(rule: Rule, at: datetime) -> Trial | None:
    """The rule, with its lines as they are in hand, over the last 90 days. None: nothing is known to try it on."""
    if rule.is_flow:
        return _days_tried(rule, at)
    capacity = _capacity(rule, at)
    if capacity is None:
        return None
    since = at - BACK
    level = _level(rule, since, at, capacity)
    watched = _likelihoods(rule, since, at, capacity) if rule.within_hours else level
    if not any(share is not None for _at, share in watched):
        return None
    episodes = replay(watched, rule.thresholds)
    return Trial(rule, since, at, level, watched, episodes, _judged(rule, episodes, level), capacity)


def _days_tried(rule: Rule, at: datetime) -> Trial | None:
    zone, since, rated = rule.terminal.zone, at - BACK, days.rated(rule)
    done = days.done(rule, since, at)
    expected = days.expected(rule, since, at, done)
    if not (rated and expected):
        return None
    level = [(moment, value / rated) for moment, value in done]
    watched = [(moment, value / rated) for moment, value in expected]
    episodes = replay_days(watched, lambda moment: day_bounds(site_day(moment, zone), zone)[1])
    return Trial(rule, since, at, level, watched, episodes, judge(episodes, level, MORE_THAN_FULL), rated)


def _judged(rule: Rule, episodes: Sequence[Episode], level: Sequence[Point]) -> Record:
    return judge(episodes, level, rule.warns_of, grace=timedelta(hours=rule.within_hours or 0))


def _capacity(rule: Rule, at: datetime) -> Decimal | None:
    return Look(rule.terminal, at).measured(rule)[1]


def _level(rule: Rule, since: datetime, until: datetime, capacity: Decimal) -> list[Point]:
    """By the hour out of the records; what they do not tell, as it was read."""
    if rule.metric in KNOWN_BY_THE_HOUR:
        past = stocks.hourly(rule.terminal, rule.metric, since, until, scope=rule.part_id)
        return [(at, value / capacity) for at, value in past]
    kept = Reading.objects.filter(rule=rule.pk, at__gte=since, at__lte=until).order_by("at", "pk")
    return [(at, None if value is None else value / capacity) for at, value in kept.values_list("at", "value")]


def _likelihoods(rule: Rule, since: datetime, until: datetime, capacity: Decimal) -> list[Point]:
    """What each forecast that was made in that time said, when it was made."""
    made = Course.objects.filter(run__terminal=rule.terminal, metric=rule.metric, scope=rule.part_id)
    made = made.filter(run__at__gte=since, run__at__lte=until)
    over = float(rule.warns_of * capacity)
    points: list[Point] = []
    for at, peaks in made.order_by("run__at").values_list("run__at", "peaks"):
        said = chance({int(hours): highest for hours, highest in peaks.items()}, over, rule.within_hours or 0)
        points.append((at, None if said is None else Decimal(str(round(said, 4)))))
    return points


def track_record(rule: Rule, at: datetime) -> Record | None:
    """What the rule's own alerts of the last 90 days were worth. None: nothing is known to judge them by."""
    if rule.is_flow:
        return _record_of_days(rule, at)
    capacity = _capacity(rule, at)
    raised = Alert.objects.filter(rule=rule.pk, silent=False, opened_at__gt=at - BACK, opened_at__lte=at)
    episodes = [Episode(each.opened_at, each.closed_at) for each in raised.order_by("opened_at")]
    return _judged(rule, episodes, _level(rule, at - BACK, at, capacity)) if capacity else None


def _record_of_days(rule: Rule, at: datetime) -> Record:
    """A flow's alert was right when its day came to more than the rated figure; one that is over has no lead."""
    zone, today = rule.terminal.zone, site_day(at, rule.terminal.zone)
    counted = reports.daily(rule.terminal, today - BACK, today - timedelta(days=1))
    over = {each.on for each in counted if _over(rule, each)}
    raised = Alert.objects.filter(rule=rule.pk, on__isnull=False, opened_at__gt=at - BACK).values_list(
        "on", "opened_at"
    )
    alerts = {on: opened for on, opened in raised if on is not None}
    right = alerts.keys() & over
    leads = tuple(day_bounds(on, zone)[1] - alerts[on] for on in sorted(right))
    undecided = sum(on >= today for on in alerts)
    return Record(
        alerts=len(alerts),
        right=len(right),
        false=len(alerts) - len(right) - undecided,
        undecided=undecided,
        spells=len(over),
        foreseen=len(right),
        late=0,
        missed=len(over - alerts.keys()),
        leads=leads,
    )


def _over(rule: Rule, day: reports.DayFigures) -> bool:
    in_trains = rule.metric == Rule.Metric.TRAINS_PER_DAY
    return (day.row.trains_departed if in_trains else day.throughput_teu) > days.rated(rule)
