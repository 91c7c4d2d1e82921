"""The train board, and a train's own page with every step a planner can take."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.calls import services as calls
from apps.calls.admin import PHASES, ReasonForm, WhenForm
from apps.calls.models import Call
from apps.common.admin import Acting, ServiceOwned, row_action
from apps.common.admin.sheets import Sheets, TakeInForm
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.journal.timeline import SHOWN, Remembered
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.admin.forms import ArriveForm, LoadForm, TrainTimesForm
from apps.trains.admin.inlines import WagonInline
from apps.trains.admin.papers import CONSIST, RIGHT
from apps.trains.models import Track, TrainVisit
from apps.trains.selectors import board
from terminal.lifecycle import CALL, WORKABLE, Phase

CALL_RIGHT: Final = "calls.change_call"
COMING: Final = Coalesce("call__arrived_at", "call__estimated_arrival_at", "call__scheduled_arrival_at")
HERE: Final = (Phase.ARRIVED.value, Phase.IN_PROCESSING.value, Phase.READY.value)
EXPECTED: Final = (Phase.SCHEDULED.value, Phase.ANNOUNCED.value)
TURN: Final = Case(When(call__phase__in=HERE, then=0), When(call__phase__in=EXPECTED, then=1), default=2)
"""Where a train stands on the board: on site, expected, over."""

NEXT: Final = Case(When(call__phase__in=HERE + EXPECTED, then=COMING))
"""Those on site and expected by their arrival, the first first; nothing for those that are over."""


def leads_to(phase: Phase) -> Callable[[Any], bool]:
    """Whether the train's lifecycle has that step now."""
    return lambda train: CALL.can_step(train.call.phase, phase.value)


def is_worked(train: Any) -> bool:
    """Whether boxes may go on and off."""
    return train.call.phase in WORKABLE


def takes_papers(train: Any) -> bool:
    """Whether a consist still says something."""
    return train.call.phase not in (Phase.DEPARTED, Phase.CLOSED, Phase.CANCELLED)


def is_under_way(train: Any) -> bool:
    """Whether its times still matter."""
    return not CALL.is_final(train.call.phase)


@admin.register(TrainVisit)
class TrainVisitAdmin(Sheets, Remembered, Acting, ServiceOwned):
    """Trains: those on site first, then the next to come, then the last that left."""

    terminal_path = "call__terminal"
    sheets = {"receive_consist": CONSIST}
    sheet_right = RIGHT
    list_display = ("number", "phase", "service", "arrival", "departure", "track", "consist", "discharged", "loaded")
    list_filter = ("call__phase", "service", "call__terminal")
    list_select_related = ("call__terminal", "service")
    search_fields = ("call__number__istartswith",)
    search_help_text = gettext_lazy("the beginning of a train number")
    inlines = (WagonInline,)
    fields = (
        ("number", "phase_now"),
        ("service", "length_m"),
        ("arrival", "departure"),
        ("cut_off", "track"),
        ("consist", "discharged", "loaded"),
    )
    readonly_fields = (
        "number", "phase_now", "arrival", "departure", "cut_off", "track", "consist", "discharged", "loaded",
    )  # fmt: skip
    actions = (
        "receive_consist",
        "arrive",
        "start_work",
        "discharge_all",
        "load",
        "plan_discharge",
        "plan_load",
        "finish_work",
        "depart",
        "change_times",
        "cancel",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        trains: QuerySet[Any] = super().get_queryset(request)
        return board(trains).annotate(coming_at=COMING)

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return (TURN.asc(), NEXT.asc(nulls_last=True), COMING.desc(nulls_last=True), "-pk")

    def happenings(self, row: Any) -> Iterable[Entry]:
        """What happened to the train itself; what happened to its boxes stands with them."""
        return Entry.objects.filter(call_id=row.call_id, visit_id=None).order_by("-happened_at", "-pk")[:SHOWN]

    @admin.display(description=gettext_lazy("train"), ordering="call__number")
    def number(self, train: TrainVisit) -> str:
        return train.call.number

    @display(description=gettext_lazy("phase"), ordering="call__phase", label=PHASES)
    def phase(self, train: TrainVisit) -> tuple[str, str]:
        return train.call.phase, train.call.get_phase_display()

    @admin.display(description=gettext_lazy("phase"))
    def phase_now(self, train: TrainVisit) -> str:
        """For the train's own page, which has no coloured labels."""
        return train.call.get_phase_display()

    @admin.display(description=gettext_lazy("arrival"), ordering="coming_at")
    def arrival(self, train: TrainVisit) -> SafeString | str:
        return _firmest(train.call, "arrival", train.call.arrived_at)

    @admin.display(description=gettext_lazy("departure"))
    def departure(self, train: TrainVisit) -> SafeString | str:
        return _firmest(train.call, "departure", train.call.departed_at)

    @admin.display(description=gettext_lazy("cut-off"))
    def cut_off(self, train: TrainVisit) -> str:
        return _moment(train.call.cut_off_at)

    @admin.display(description=gettext_lazy("track"), ordering="on_track")
    def track(self, train: Any) -> str:
        return train.on_track or "–"

    @display(description=gettext_lazy("consist"), ordering="consist_received_at", boolean=True)
    def consist(self, train: TrainVisit) -> bool:
        return train.consist_received_at is not None

    @admin.display(description=gettext_lazy("discharged"), ordering="came")
    def discharged(self, train: Any) -> str:
        return f"{train.came_off} / {train.came}" if train.came else "–"

    @admin.display(description=gettext_lazy("loaded"), ordering="leaves")
    def loaded(self, train: Any) -> str:
        return str(train.leaves or "–")

    @row_action(gettext_lazy("Consist …"), right=RIGHT, form=TakeInForm, when=takes_papers)
    def receive_consist(self, train: TrainVisit, *, by: Actor, at: datetime, sheet: UUID) -> None:
        services.receive_sheet(train, sheet, by=by, at=at)

    @row_action(gettext_lazy("Has arrived …"), right=RIGHT, form=ArriveForm, when=leads_to(Phase.ARRIVED))
    def arrive(
        self, train: TrainVisit, *, by: Actor, at: datetime, track: Track | None, happened_at: datetime | None
    ) -> None:
        services.arrive_train(train, track=track, by=by, at=at, happened_at=happened_at)

    @row_action(gettext_lazy("Start work"), right=CALL_RIGHT, when=leads_to(Phase.IN_PROCESSING))
    def start_work(self, train: TrainVisit, *, by: Actor, at: datetime) -> None:
        calls.start_work(train.call, by=by, at=at)

    @row_action(
        gettext_lazy("Discharge all"),
        right=RIGHT,
        when=lambda train: is_worked(train) and train.came > train.came_off,
        sure=gettext_lazy("Every box still on the train goes into the yard, each into the best free cell."),
    )
    def discharge_all(self, train: TrainVisit, *, by: Actor, at: datetime) -> None:
        services.discharge(train, by=by, at=at)

    @row_action(gettext_lazy("Load …"), right=RIGHT, form=LoadForm, when=is_worked)
    def load(self, train: TrainVisit, *, by: Actor, at: datetime, visits: QuerySet[Visit]) -> None:
        services.load(train, [each for each in visits if each.departure_call_id == train.call_id], by=by, at=at)

    @row_action(
        gettext_lazy("Discharge box by box"),
        right=RIGHT,
        when=lambda train: is_worked(train) and train.came > train.came_off,
        sure=gettext_lazy("A work order for every box still on the train; each is confirmed where it is set down."),
    )
    def plan_discharge(self, train: TrainVisit, *, by: Actor, at: datetime) -> None:
        services.plan_discharge(train, by=by, at=at)

    @row_action(
        gettext_lazy("Load box by box"),
        right=RIGHT,
        when=is_worked,
        sure=gettext_lazy("A work order for every box in the yard that is planned on the train, those on top first."),
    )
    def plan_load(self, train: TrainVisit, *, by: Actor, at: datetime) -> None:
        services.plan_load(train, services.ready_to_load(train), by=by, at=at)

    @row_action(gettext_lazy("Ready to depart"), right=CALL_RIGHT, when=leads_to(Phase.READY))
    def finish_work(self, train: TrainVisit, *, by: Actor, at: datetime) -> None:
        calls.finish_work(train.call, by=by, at=at)

    @row_action(gettext_lazy("Has departed …"), right=RIGHT, form=WhenForm, when=leads_to(Phase.DEPARTED))
    def depart(self, train: TrainVisit, *, by: Actor, at: datetime, happened_at: datetime | None) -> None:
        services.depart_train(train, by=by, at=at, happened_at=happened_at)

    @row_action(gettext_lazy("Change times …"), right=CALL_RIGHT, form=TrainTimesForm, when=is_under_way)
    def change_times(self, train: TrainVisit, *, by: Actor, at: datetime, **times: datetime | None) -> None:
        calls.change_times(train.call, by=by, at=at, **times)

    @row_action(gettext_lazy("Cancel …"), right=CALL_RIGHT, form=ReasonForm, when=leads_to(Phase.CANCELLED))
    def cancel(self, train: TrainVisit, *, by: Actor, at: datetime, reason: str) -> None:
        calls.cancel(train.call, by=by, at=at, reason=reason)


def _moment(time: datetime | None) -> str:
    return date_format(timezone.localtime(time), "SHORT_DATETIME_FORMAT") if time else "–"


def _firmest(call: Call, what: str, actual: datetime | None) -> SafeString | str:
    """The actual time, else the estimated, else the planned one; which of them it is, and the softer ones beside it."""
    planned = getattr(call, f"scheduled_{what}_at")
    estimated = getattr(call, f"estimated_{what}_at")
    told = [(actual, _("actual")), (estimated, _("estimated")), (planned, _("planned"))]
    known = [(_moment(time), word) for time, word in told if time]
    if not known:
        return "–"
    firm, *others = known
    beside = ", ".join(f"{word} {time}" for time, word in others)
    words = firm[1] + (f" · {beside}" if beside else "")
    return format_html('<span class="whitespace-nowrap">{}</span><br><small>{}</small>', firm[0], words)
