"""How full something is now, and what a site day will come to."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, QuerySet, Sum

from apps.alerts.models import Alert, Reading, Rule, Watch
from apps.alerts.selectors import days
from apps.calls.models import Call
from apps.containers.models import Question, Visit
from apps.customs import selectors as customs
from apps.customs.models import Office
from apps.customs.selectors import OfficeQueue
from apps.forecasts.selectors import chance_of_breach
from apps.network.models import Terminal
from apps.reports.models import DailyThroughput
from apps.trains import selectors as trains
from apps.trains.selectors import TrackUse
from apps.warehouse import selectors as warehouse
from apps.warehouse.selectors import ZoneUse
from apps.yard import selectors as yard
from apps.yard.selectors import YardUse
from terminal.lifecycle import ON_SITE, Phase, VisitState
from terminal.pressure import DayOutlook, day_outlook
from terminal.readiness import Owner
from terminal.readiness.facts import UNANSWERED
from terminal.throughput import Mode, day_bounds, site_day

NOTHING = Decimal(0)
HUNDRED = Decimal(100)
HOUR = timedelta(hours=1)
Measured = tuple[Decimal | None, Decimal | None]
"""What there is and what there is room for; None where it is not known."""

UNKNOWN: Measured = (None, None)


class Look:
    """What is read of a terminal at one moment, each thing once, however many rules ask for it or a part of it."""

    def __init__(self, terminal: Terminal, at: datetime) -> None:
        self.terminal, self.at = terminal, at

    def reading(self, rule: Rule) -> tuple[Decimal, Decimal] | None:
        """How much there is and how much there may be, in the rule's unit. None: no data, or nothing to measure by.

        A rule's own capacity goes before what was built. A flow's reading is what the site day will come to.
        """
        if rule.is_flow:
            day = outlook(rule, self.at)
            return (day.expected, day.rated) if day else None
        value, capacity = self.measured(rule)
        if not capacity or value is None:
            return None
        return self._likelihood(rule, capacity) if rule.within_hours else (value, capacity)

    def measured(self, rule: Rule) -> Measured:
        """How much there is of a stock, and how much there may be."""
        value, built = STOCKS[Rule.Metric(rule.metric)](self, rule.part_id)
        return value, rule.capacity or built

    def _likelihood(self, rule: Rule, capacity: Decimal) -> tuple[Decimal, Decimal] | None:
        """In percent, of coming to what the rule warns of in time."""
        said = chance_of_breach(
            self.terminal,
            rule.metric,
            over=rule.warns_of * capacity,
            within_hours=rule.within_hours or 0,
            at=self.at,
            scope=rule.part_id,
        )
        return (said.probability * HUNDRED, HUNDRED) if said else None

    @cached_property
    def yard(self) -> YardUse:
        return yard.utilisation(self.terminal)

    @cached_property
    def tracks(self) -> TrackUse:
        return trains.track_use(self.terminal, self.at)

    @cached_property
    def each_track(self) -> dict[int, TrackUse]:
        return trains.each_track(self.terminal, self.at)

    @cached_property
    def zones(self) -> list[ZoneUse]:
        return warehouse.utilisation(self.terminal, self.at)

    @cached_property
    def offices(self) -> dict[int, OfficeQueue]:
        return {each.office.pk: each for each in customs.queue(self.terminal, self.at)}

    @cached_property
    def oldest_questions(self) -> dict[int | None, datetime]:
        """When the oldest question to each office was asked that has no answer; under None that of all."""
        codes = {office.code: office.pk for office in Office.objects.filter(terminal=self.terminal)}
        oldest: dict[int | None, datetime] = {}
        for code, asked_at in unanswered(self.terminal).values_list("office", "asked_at"):
            oldest.setdefault(None, asked_at)
            oldest.setdefault(codes.get(code, 0), asked_at)
        return oldest


def reading(rule: Rule, at: datetime) -> tuple[Decimal, Decimal] | None:
    """The rule's figure at a moment: see ``Look.reading``."""
    return Look(rule.terminal, at).reading(rule)


def _yard_teu(look: Look, block: int | None) -> Measured:
    if block is None:
        return look.yard.teu, Decimal(look.yard.capacity_teu)
    return next(((each.teu, each.capacity_teu) for each in look.yard.blocks if each.block.pk == block), UNKNOWN)


def _track_use(look: Look, track: int | None) -> TrackUse | None:
    return look.tracks if track is None else look.each_track.get(track)


def _train_places(look: Look, track: int | None) -> Measured:
    use = _track_use(look, track)
    return (Decimal(use.places_taken), Decimal(use.places)) if use else UNKNOWN


def _track_metres(look: Look, track: int | None) -> Measured:
    use = _track_use(look, track)
    return (Decimal(use.metres_taken), Decimal(use.metres)) if use else UNKNOWN


def _warehouse_m2(look: Look, zone: int | None) -> Measured:
    zones = [each for each in look.zones if zone in (None, each.zone_id)]
    if not zones:
        return UNKNOWN
    return sum((each.held_m2 for each in zones), NOTHING), sum((each.usable_m2 for each in zones), NOTHING)


def _customs_queue(look: Look, office: int | None) -> Measured:
    if office is None:
        return Decimal(sum(each.length for each in look.offices.values())), None
    queue = look.offices.get(office)
    return Decimal(queue.length if queue else 0), None


def unanswered(terminal: Terminal) -> QuerySet[Question]:
    """What customs was asked about boxes that are here or to come, and has not answered; the oldest first."""
    open_ones = Question.objects.filter(owner=Owner.CUSTOMS.value, state__in=sorted(UNANSWERED))
    here = [VisitState.ADVISED.value, VisitState.ACTIVE.value]
    return open_ones.filter(visit__terminal=terminal, visit__state__in=here).order_by("asked_at", "pk")


def _customs_answer(look: Look, office: int | None) -> Measured:
    oldest = look.oldest_questions.get(office)
    hours = Decimal((look.at - oldest) / HOUR) if oldest else NOTHING
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
    terminal, rated = rule.terminal, days.rated(rule)
    if not rated:
        return None
    day = site_day(at, terminal.zone)
    done, planned = (_trains if rule.metric == Rule.Metric.TRAINS_PER_DAY else _teu)(terminal, day)
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


def present(alert: Alert) -> Decimal:
    """The latest reading; a flow's is the highest outlook of its day."""
    if alert.rule.is_flow:
        return alert.peak
    seen = Watch.objects.filter(rule=alert.rule_id).values_list("reading", flat=True).first()
    return alert.reading if seen is None else seen


def recent(rule: Rule, at: datetime, hours: int = 48) -> list[tuple[datetime, Decimal | None]]:
    """The rule's readings of the last hours, oldest first."""
    since = Reading.objects.filter(rule=rule, at__gt=at - timedelta(hours=hours), at__lte=at)
    return list(since.order_by("at", "pk").values_list("at", "value"))
