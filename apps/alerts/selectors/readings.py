"""How full something is now, and what a site day will come to."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from apps.alerts.models import Reading, Rule
from apps.calls.models import Call
from apps.containers.models import Question, Visit
from apps.customs import selectors as customs
from apps.network.models import Terminal
from apps.reports.models import DailyThroughput
from apps.trains import selectors as trains
from apps.warehouse import selectors as warehouse
from apps.yard import selectors as yard
from terminal.lifecycle import ON_SITE, Phase, VisitState
from terminal.pressure import DayOutlook, day_outlook
from terminal.readiness import Owner
from terminal.readiness.facts import UNANSWERED
from terminal.throughput import Mode, day_bounds, site_day

NOTHING = Decimal(0)
HOUR = timedelta(hours=1)
Measured = tuple[Decimal, Decimal | None]
"""What there is and what there is room for; no room known: None."""


def reading(rule: Rule, at: datetime) -> tuple[Decimal, Decimal] | None:
    """How much there is and how much there may be, in the rule's unit. None: no data, or no capacity to measure by.

    A rule's own capacity goes before what was built. A flow's reading is what the site day will come to.
    """
    if rule.is_flow:
        day = outlook(rule, at)
        return (day.expected, day.rated) if day else None
    value, built = STOCKS[Rule.Metric(rule.metric)](rule.terminal, at)
    capacity = rule.capacity or built
    return (value, capacity) if capacity else None


def _yard_teu(terminal: Terminal, at: datetime) -> Measured:
    use = yard.utilisation(terminal)
    return use.teu, Decimal(use.capacity_teu)


def _train_places(terminal: Terminal, at: datetime) -> Measured:
    use = trains.track_use(terminal, at)
    return Decimal(use.places_taken), Decimal(use.places)


def _track_metres(terminal: Terminal, at: datetime) -> Measured:
    use = trains.track_use(terminal, at)
    return Decimal(use.metres_taken), Decimal(use.metres)


def _warehouse_m2(terminal: Terminal, at: datetime) -> Measured:
    zones = warehouse.utilisation(terminal, at)
    return sum((zone.held_m2 for zone in zones), NOTHING), sum((zone.usable_m2 for zone in zones), NOTHING)


def _customs_queue(terminal: Terminal, at: datetime) -> Measured:
    return Decimal(sum(office.length for office in customs.queue(terminal, at))), None


def unanswered(terminal: Terminal) -> QuerySet[Question]:
    """What customs was asked about boxes that are here or to come, and has not answered; the oldest first."""
    open_ones = Question.objects.filter(owner=Owner.CUSTOMS.value, state__in=sorted(UNANSWERED))
    here = [VisitState.ADVISED.value, VisitState.ACTIVE.value]
    return open_ones.filter(visit__terminal=terminal, visit__state__in=here).order_by("asked_at", "pk")


def _customs_answer(terminal: Terminal, at: datetime) -> Measured:
    oldest = unanswered(terminal).values_list("asked_at", flat=True).first()
    hours = Decimal((at - oldest) / HOUR) if oldest else NOTHING
    return max(hours, NOTHING).quantize(Decimal("0.01")), None


STOCKS = {
    Rule.Metric.YARD_TEU: _yard_teu,
    Rule.Metric.TRAIN_PLACES: _train_places,
    Rule.Metric.TRACK_METRES: _track_metres,
    Rule.Metric.WAREHOUSE_M2: _warehouse_m2,
    Rule.Metric.CUSTOMS_QUEUE: _customs_queue,
    Rule.Metric.CUSTOMS_ANSWER: _customs_answer,
}


def outlook(rule: Rule, at: datetime) -> DayOutlook | None:
    """What the site day of ``at`` will come to against the rated figure: done plus still planned."""
    terminal, in_trains = rule.terminal, rule.metric == Rule.Metric.TRAINS_PER_DAY
    built = terminal.rated_trains_per_day if in_trains else Decimal(terminal.rated_teu_per_day)
    rated = rule.capacity or built
    if not rated:
        return None
    day = site_day(at, terminal.zone)
    done, planned = (_trains if in_trains else _teu)(terminal, day)
    return day_outlook(done, planned, rated)


def _trains(terminal: Terminal, day: date) -> tuple[Decimal, Decimal]:
    start, end = day_bounds(day, terminal.zone)
    done = Call.objects.filter(terminal=terminal, mode=Mode.RAIL, departed_at__gte=start, departed_at__lt=end)
    return Decimal(done.count()), Decimal(trains_to_leave(terminal, day).count())


def trains_to_leave(terminal: Terminal, day: date) -> QuerySet[Call]:
    """Trains that are to leave by the end of a site day: all that stand here, and those still to come that day."""
    return _due(Call.objects.filter(terminal=terminal, mode=Mode.RAIL), terminal, day)


def _due(calls: QuerySet[Call], terminal: Terminal, day: date) -> QuerySet[Call]:
    start, end = day_bounds(day, terminal.zone)
    by_then = Q(estimated_departure_at__lt=end) | Q(estimated_departure_at=None, scheduled_departure_at__lt=end)
    today = Q(estimated_departure_at__gte=start) | Q(estimated_departure_at=None, scheduled_departure_at__gte=start)
    here, coming = Q(phase__in=sorted(ON_SITE)), Q(phase__in=[Phase.SCHEDULED.value, Phase.ANNOUNCED.value])
    return calls.filter(by_then).filter(here | (coming & today)).order_by("scheduled_departure_at", "pk")


def _teu(terminal: Terminal, day: date) -> tuple[Decimal, Decimal]:
    counted = DailyThroughput.objects.filter(terminal=terminal, on=day).first()
    done = counted.throughput_teu if counted else NOTHING
    return done, (_teu_to_come(terminal, day) + _teu_to_leave(terminal, day)) / 2


def _teu_to_come(terminal: Terminal, day: date) -> Decimal:
    start, end = day_bounds(day, terminal.zone)
    call = "arrival_call__"
    estimated = Q(**{f"{call}estimated_arrival_at__gte": start, f"{call}estimated_arrival_at__lt": end})
    planned = Q(**{f"{call}scheduled_arrival_at__gte": start, f"{call}scheduled_arrival_at__lt": end})
    coming = Q(arrival_call__phase__in=[Phase.SCHEDULED.value, Phase.ANNOUNCED.value])
    today = coming & (estimated | (Q(arrival_call__estimated_arrival_at=None) & planned))
    here = Q(arrival_call__phase__in=sorted(ON_SITE))
    advised = Visit.objects.filter(terminal=terminal, state=VisitState.ADVISED.value)
    return _sum_teu(advised.filter(here | today))


def _teu_to_leave(terminal: Terminal, day: date) -> Decimal:
    leaving = _due(Call.objects.filter(terminal=terminal), terminal, day).order_by()
    return _sum_teu(Visit.objects.standing().filter(terminal=terminal, departure_call__in=leaving.values("pk")))


def _sum_teu(visits: QuerySet[Visit]) -> Decimal:
    return visits.aggregate(teu=Sum("container__teu"))["teu"] or NOTHING


def recent(rule: Rule, at: datetime, hours: int = 48) -> list[tuple[datetime, Decimal | None]]:
    """The rule's readings of the last hours, oldest first."""
    since = Reading.objects.filter(rule=rule, at__gt=at - timedelta(hours=hours), at__lte=at)
    return list(since.order_by("at", "pk").values_list("at", "value"))
