"""What would help against fullness: the things a manager can act on, as small tables for a mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.alerts.models import Rule
from apps.alerts.selectors.readings import trains_to_leave, unanswered
from apps.containers.models import Visit, VisitRole
from apps.customs.models import Declaration, Office
from apps.customs.selectors import OPEN, queue, uncovered
from apps.trains.models import TrackStay
from apps.trains.selectors.delays import late_trains
from apps.warehouse.models import Booking
from terminal.lifecycle import Position, VisitState
from terminal.throughput import site_day

ROWS = 6

FIGURES: Final = (int, float, Decimal)
"""What stands to the right in a column, digits below digits."""


@dataclass(frozen=True)
class Table:
    """A few rows worth a look. A cell is a text, a figure or a moment; the mail writes it as its reader does."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]

    @property
    def sides(self) -> list[str]:
        """Where each column's cells stand: figures right, words and moments left."""
        cells = zip(*self.rows, strict=True)
        return ["right" if any(isinstance(each, FIGURES) for each in column) else "left" for column in cells]


def what_helps(rule: Rule, at: datetime) -> list[Table]:
    """What fills the rule's figure and would relieve it, in the active language; empty tables are left out."""
    tables = [make(rule, at) for make in HELP[Rule.Metric(rule.metric)]]
    return [table for table in tables if table.rows]


def _standing(rule: Rule) -> QuerySet[Visit]:
    boxes = Visit.objects.in_yard().filter(terminal=rule.terminal)
    return boxes.filter(standing__block=rule.block_id) if rule.block_id else boxes


def _oldest_boxes(rule: Rule, at: datetime) -> Table:
    boxes = _standing(rule).filter(arrived_at__isnull=False)
    boxes = boxes.select_related("container", "departure_call").order_by("arrived_at", "pk")[:ROWS]
    rows = [(each.container.number, each.container.teu, _days(each.arrived_at, at), _leaves_by(each)) for each in boxes]
    return Table(_("Boxes that stand longest"), [_("container"), "TEU", _("days"), _("leaves by")], rows)


def _whose_boxes(rule: Rule, at: datetime) -> Table:
    """The parties that have most standing here, by the role that collects it or sends it on; then what is of no row."""
    here, roles = _standing(rule), VisitRole.objects.in_force(at).filter(role__in=["consignee", "shipper", "line"])
    roles = roles.filter(visit__in=here.values("pk"))
    counted = roles.values("party", "party__name", "role")
    counted = counted.annotate(boxes=Count("pk"), teu=Sum("visit__container__teu"))
    most = list(counted.order_by("-teu", "party__name", "role")[:ROWS])
    names = dict(VisitRole.Role.choices)
    rows = [(each["party__name"], str(names[each["role"]]), each["boxes"], each["teu"]) for each in most]
    of_a_row = Q(pk=None)
    for each in most:
        of_a_row |= Q(party=each["party"], role=each["role"])
    rest = here.exclude(pk__in=roles.filter(of_a_row).values("visit"))
    others = rest.aggregate(boxes=Count("pk"), teu=Sum("container__teu"))
    if rows and others["boxes"]:
        rows.append((_("all others"), "", others["boxes"], others["teu"]))
    return Table(_("Whose boxes stand here"), [_("party"), _("role"), _("boxes"), "TEU"], rows)


def _leaves_by(visit: Visit) -> str:
    return visit.departure_call.number if visit.departure_call else _("nothing planned")


def _days(since: datetime | None, at: datetime) -> float:
    return round((at - since) / timedelta(days=1), 1) if since else 0


def _trains_to_leave(rule: Rule, at: datetime) -> Table:
    terminal = rule.terminal
    standing = [Position.IN_YARD.value, Position.IN_WAREHOUSE.value]
    waiting = Q(departing__state=VisitState.ACTIVE.value, departing__position__in=standing)
    trains = trains_to_leave(terminal, site_day(at, terminal.zone)).annotate(boxes=Count("departing", filter=waiting))
    rows = [(each.number, each.expected_departure_at, each.get_phase_display(), each.boxes) for each in trains[:ROWS]]
    columns = [_("train"), _("departure"), _("phase"), _("boxes to load")]
    return Table(_("Trains to leave today"), columns, rows)


def _late_trains(rule: Rule, at: datetime) -> Table:
    """The trains that make it worse: those that will leave later than planned, and why."""
    late = late_trains(rule.terminal, at)[:ROWS]
    rows = [(each.train.call.number, each.delay.departs_at, each.lateness.said, each.why) for each in late]
    return Table(_("Trains that will be late"), [_("train"), _("planned"), _("late by"), _("why")], rows)


def _trains_here(rule: Rule, at: datetime) -> Table:
    stays = TrackStay.objects.filter(track__terminal=rule.terminal, until=None)
    stays = stays.filter(track=rule.track_id) if rule.track_id else stays
    stays = stays.select_related("track", "train__call").order_by("since", "pk")[:ROWS]
    rows = [
        (each.train.call.number, each.track.code, each.since, each.train.call.get_phase_display()) for each in stays
    ]
    return Table(_("Trains that stand longest"), [_("train"), _("track"), _("since"), _("phase")], rows)


def _holding(rule: Rule, at: datetime) -> QuerySet[Booking]:
    held = Booking.objects.holding_space().filter(terminal=rule.terminal, start_at__lte=at, end_at__gt=at)
    return held.filter(zone=rule.zone_id) if rule.zone_id else held


def _whose_area(rule: Rule, at: datetime) -> Table:
    held = _holding(rule, at).order_by().values("party__name").annotate(bookings=Count("pk"), area=Sum("area_m2"))
    rows = [
        (each["party__name"], each["bookings"], each["area"]) for each in held.order_by("-area", "party__name")[:ROWS]
    ]
    return Table(_("Who holds most area"), [_("party"), _("bookings"), "m²"], rows)


def _ending_bookings(rule: Rule, at: datetime) -> Table:
    held = _holding(rule, at)
    held = held.select_related("zone", "party").order_by("end_at", "pk")[:ROWS]
    rows = [(each.number, each.zone.code, each.area_m2, each.end_at) for each in held]
    return Table(_("Bookings that end first"), [_("booking"), _("zone"), "m²", _("until")], rows)


def _office_queues(rule: Rule, at: datetime) -> Table:
    if rule.office_id:
        return Table("", [], [])
    queues = sorted((each for each in queue(rule.terminal, at) if each.length), key=lambda each: -each.length)
    rows = [(each.office.name, each.length, _hours(each.oldest_age)) for each in queues[:ROWS]]
    return Table(_("Which office's queue"), [_("office"), _("waiting"), _("oldest, h")], rows)


def _hours(age: timedelta | None) -> float | None:
    return None if age is None else round(age / timedelta(hours=1), 1)


def _oldest_declarations(rule: Rule, at: datetime) -> Table:
    waiting = Declaration.objects.filter(terminal=rule.terminal, status__in=OPEN).select_related("office")
    waiting = waiting.filter(office=rule.office_id) if rule.office_id else waiting
    waiting = waiting.order_by("submitted_at", "pk")[:ROWS]
    rows = [(each.number, each.office.name, each.get_status_display(), each.submitted_at) for each in waiting]
    return Table(
        _("Declarations that wait longest"), [_("declaration"), _("office"), _("status"), _("submitted")], rows
    )


def _unanswered(rule: Rule, at: datetime) -> Table:
    asked = unanswered(rule.terminal).select_related("visit__container")
    asked = (asked.filter(office=rule.office.code) if rule.office else asked)[:ROWS]
    names = dict(Office.objects.filter(terminal=rule.terminal).values_list("code", "name"))
    rows = [
        (
            each.reference,
            names.get(each.office, each.office) or _("nobody knows"),
            each.visit.container.number,
            each.get_state_display(),
            each.asked_at,
        )
        for each in asked
    ]
    columns = [_("declaration"), _("office"), _("container"), _("answer"), _("asked")]
    return Table(_("Questions that wait longest for an answer"), columns, rows)


def _uncovered_declarations(rule: Rule, at: datetime) -> Table:
    """They lie with the office that takes the rest, whose queue they make longer than it need be."""
    rows = [(each.number, each.office.name, each.get_regime_display(), each.submitted_at)
            for each in uncovered(rule.terminal, at)[:ROWS]]  # fmt: skip
    columns = [_("declaration"), _("office"), _("regime"), _("submitted")]
    return Table(_("Declarations that no rule of jurisdiction covers"), columns, rows)


Maker = Callable[[Rule, datetime], Table]
HELP: dict[Rule.Metric, list[Maker]] = {
    Rule.Metric.YARD_TEU: [_oldest_boxes, _whose_boxes, _trains_to_leave, _late_trains],
    Rule.Metric.TRAIN_PLACES: [_trains_here, _late_trains, _trains_to_leave],
    Rule.Metric.TRACK_METRES: [_trains_here, _late_trains, _trains_to_leave],
    Rule.Metric.WAREHOUSE_M2: [_ending_bookings, _whose_area],
    Rule.Metric.CUSTOMS_QUEUE: [_office_queues, _oldest_declarations, _uncovered_declarations],
    Rule.Metric.CUSTOMS_ANSWER: [_unanswered],
    Rule.Metric.TRAINS_PER_DAY: [_trains_to_leave],
    Rule.Metric.TEU_PER_DAY: [_trains_to_leave, _oldest_boxes],
}

ADVICE = {
    Rule.Metric.YARD_TEU: gettext_lazy(
        "What frees ground: boxes without a planned departure, and trains that leave full."
    ),
    Rule.Metric.TRAIN_PLACES: gettext_lazy("What frees a place: finish and send off the train that stands longest."),
    Rule.Metric.TRACK_METRES: gettext_lazy("What frees metres: finish and send off the train that stands longest."),
    Rule.Metric.WAREHOUSE_M2: gettext_lazy("What frees area: goods whose booking ends, collected on time."),
    Rule.Metric.CUSTOMS_QUEUE: gettext_lazy("What shortens the queue: the oldest declarations first."),
    Rule.Metric.CUSTOMS_ANSWER: gettext_lazy(
        "What helps: ask the office by name; what lies at one that is out of service, have handed over. The boxes stay."
    ),
    Rule.Metric.TRAINS_PER_DAY: gettext_lazy("What helps: move a departure to another day before the trains queue."),
    Rule.Metric.TEU_PER_DAY: gettext_lazy("What helps: spread arrivals and departures over the next days."),
}
"""One sentence per figure on what would help."""
