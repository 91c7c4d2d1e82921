"""What would help against fullness: the things a manager can act on, as small tables for a mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.alerts.models import Rule
from apps.alerts.selectors.readings import trains_to_leave, unanswered
from apps.containers.models import Visit
from apps.customs.models import Declaration, Office
from apps.customs.selectors import OPEN, uncovered
from apps.network.models import Terminal
from apps.trains.models import TrackStay
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
    """What would relieve the rule's figure, in the active language; tables with nothing in them are left out."""
    tables = [make(rule.terminal, at) for make in HELP[Rule.Metric(rule.metric)]]
    return [table for table in tables if table.rows]


def _oldest_boxes(terminal: Terminal, at: datetime) -> Table:
    boxes = Visit.objects.in_yard().filter(terminal=terminal, arrived_at__isnull=False)
    boxes = boxes.select_related("container", "departure_call").order_by("arrived_at", "pk")[:ROWS]
    rows = [(each.container.number, each.container.teu, _days(each.arrived_at, at), _leaves_by(each)) for each in boxes]
    return Table(_("Boxes that stand longest"), [_("container"), "TEU", _("days"), _("leaves by")], rows)


def _leaves_by(visit: Visit) -> str:
    return visit.departure_call.number if visit.departure_call else _("nothing planned")


def _days(since: datetime | None, at: datetime) -> float:
    return round((at - since) / timedelta(days=1), 1) if since else 0


def _trains_to_leave(terminal: Terminal, at: datetime) -> Table:
    standing = [Position.IN_YARD.value, Position.IN_WAREHOUSE.value]
    waiting = Q(departing__state=VisitState.ACTIVE.value, departing__position__in=standing)
    trains = trains_to_leave(terminal, site_day(at, terminal.zone)).annotate(boxes=Count("departing", filter=waiting))
    rows = [(each.number, each.expected_departure_at, each.get_phase_display(), each.boxes) for each in trains[:ROWS]]
    columns = [_("train"), _("departure"), _("phase"), _("boxes to load")]
    return Table(_("Trains to leave today"), columns, rows)


def _trains_here(terminal: Terminal, at: datetime) -> Table:
    stays = (
        TrackStay.objects.filter(track__terminal=terminal, until=None)
        .select_related("track", "train__call")
        .order_by("since", "pk")[:ROWS]
    )
    rows = [
        (each.train.call.number, each.track.code, each.since, each.train.call.get_phase_display()) for each in stays
    ]
    return Table(_("Trains that stand longest"), [_("train"), _("track"), _("since"), _("phase")], rows)


def _ending_bookings(terminal: Terminal, at: datetime) -> Table:
    held = Booking.objects.holding_space().filter(terminal=terminal, start_at__lte=at)
    held = held.select_related("zone", "party").order_by("end_at", "pk")[:ROWS]
    rows = [(each.number, each.zone.code, each.area_m2, each.end_at) for each in held]
    return Table(_("Bookings that end first"), [_("booking"), _("zone"), "m²", _("until")], rows)


def _oldest_declarations(terminal: Terminal, at: datetime) -> Table:
    waiting = Declaration.objects.filter(terminal=terminal, status__in=OPEN).select_related("office")
    waiting = waiting.order_by("submitted_at", "pk")[:ROWS]
    rows = [(each.number, each.office.name, each.get_status_display(), each.submitted_at) for each in waiting]
    return Table(
        _("Declarations that wait longest"), [_("declaration"), _("office"), _("status"), _("submitted")], rows
    )


def _unanswered(terminal: Terminal, at: datetime) -> Table:
    asked = unanswered(terminal).select_related("visit__container")[:ROWS]
    names = dict(Office.objects.filter(terminal=terminal).values_list("code", "name"))
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


def _uncovered_declarations(terminal: Terminal, at: datetime) -> Table:
    """They lie with the office that takes the rest, whose queue they make longer than it need be."""
    rows = [(each.number, each.office.name, each.get_regime_display(), each.submitted_at)
            for each in uncovered(terminal, at)[:ROWS]]  # fmt: skip
    columns = [_("declaration"), _("office"), _("regime"), _("submitted")]
    return Table(_("Declarations that no rule of jurisdiction covers"), columns, rows)


Maker = Callable[[Terminal, datetime], Table]
HELP: dict[Rule.Metric, list[Maker]] = {
    Rule.Metric.YARD_TEU: [_oldest_boxes, _trains_to_leave],
    Rule.Metric.TRAIN_PLACES: [_trains_here, _trains_to_leave],
    Rule.Metric.TRACK_METRES: [_trains_here, _trains_to_leave],
    Rule.Metric.WAREHOUSE_M2: [_ending_bookings],
    Rule.Metric.CUSTOMS_QUEUE: [_oldest_declarations, _uncovered_declarations],
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
