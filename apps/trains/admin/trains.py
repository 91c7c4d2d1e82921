"""The train board, and a train's own page with every step a planner can take."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.calls.admin import WhenForm
from apps.calls.board import CallBoard, is_worked, leads_to, takes_papers
from apps.common.admin import row_action, said_once
from apps.common.admin.sheets import Sheets
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.admin.board import Boarded
from apps.trains.admin.forms import ArriveForm, LoadForm, TrackForm
from apps.trains.admin.gauge import Crossing
from apps.trains.admin.inlines import WagonInline
from apps.trains.admin.loading.page import Loading
from apps.trains.admin.papers import CONSIST, RIGHT, TakeConsistForm, missing_boxes
from apps.trains.admin.pictures.train import Pictured
from apps.trains.admin.printing import Printing
from apps.trains.models import Track, TrackPlan, TrainVisit
from apps.trains.selectors import board
from terminal.lifecycle import Phase


@admin.register(TrainVisit)
class TrainVisitAdmin(Crossing, Boarded, Printing, Loading, Pictured, Sheets, CallBoard):
    """Trains: those on site first, then the next to come, then the last that left."""

    sheets = {"receive_consist": CONSIST}
    sheet_right = RIGHT
    list_before_template = "trains/to_board.html"
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
        ("not_in_consist",),
        ("picture", "to_stand"),
        ("load_plan", "deviating"),
        ("gauge_change",),
        ("papers",),
        ("keeps",),
    )
    readonly_fields = (
        "number", "phase_now", "arrival", "departure", "cut_off", "track", "consist", "discharged", "loaded",
        "picture", "to_stand", "load_plan", "deviating", "gauge_change", "papers", "keeps",
        "not_in_consist",
    )  # fmt: skip
    actions = (
        "receive_consist",
        "plan_track",
        "arrive",
        "start_work",
        "discharge_all",
        "load",
        "plan_discharge",
        "plan_load",
        "finish_work",
        "send_consist",
        "note_brake_test",
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

    @row_action(gettext_lazy("Consist …"), right=RIGHT, form=TakeConsistForm, when=takes_papers)
    def receive_consist(
        self, train: TrainVisit, *, by: Actor, at: datetime, sheet: UUID, version: int | None = None
    ) -> None:
        services.receive_sheet(train, sheet, by=by, at=at, versions=None if version is None else [version])

    @admin.display(description=gettext_lazy("announced and not in the consist"))
    @said_once
    def not_in_consist(self, train: TrainVisit) -> SafeString | str:
        return missing_boxes(train)

    @admin.display(description=gettext_lazy("wagon by wagon"))
    def picture(self, train: TrainVisit) -> SafeString:
        to = reverse("admin:train_picture", args=[train.pk])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>', to, _("Show")
        )

    @admin.display(description=gettext_lazy("planned track"))
    @said_once
    def to_stand(self, train: TrainVisit) -> str:
        plan = TrackPlan.objects.filter(train=train).select_related("track").first()
        return str(plan) if plan else "–"

    @row_action(gettext_lazy("Plan its track …"), right=RIGHT, form=TrackForm, when=leads_to(Phase.ARRIVED))
    def plan_track(self, train: TrainVisit, *, by: Actor, at: datetime, track: Track | None) -> None:
        services.plan_track(train, by=by, at=at, track=track)

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
