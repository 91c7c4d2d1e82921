"""The train board, and a train's own page with every step a planner can take."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.calls.admin import WhenForm
from apps.calls.board import CallBoard, is_worked, leads_to, takes_papers
from apps.common.admin import row_action
from apps.common.admin.sheets import Sheets, TakeInForm
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.admin.forms import ArriveForm, LoadForm
from apps.trains.admin.inlines import WagonInline
from apps.trains.admin.papers import CONSIST, RIGHT
from apps.trains.models import Track, TrainVisit
from apps.trains.selectors import board
from terminal.lifecycle import Phase


@admin.register(TrainVisit)
class TrainVisitAdmin(Sheets, CallBoard):
    """Trains: those on site first, then the next to come, then the last that left."""

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
        return board(trains)

    @admin.display(description=gettext_lazy("train"), ordering="call__number")
    def number(self, train: TrainVisit) -> str:
        return train.call.number

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

    @row_action(gettext_lazy("Has departed …"), right=RIGHT, form=WhenForm, when=leads_to(Phase.DEPARTED))
    def depart(self, train: TrainVisit, *, by: Actor, at: datetime, happened_at: datetime | None) -> None:
        services.depart_train(train, by=by, at=at, happened_at=happened_at)
