"""The board of ships, and a ship's own page with every step that can be taken with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.calls import services as calls
from apps.calls.admin import RIGHT as CALL_RIGHT
from apps.calls.admin import WhenForm
from apps.calls.board import CallBoard, is_worked, leads_to, moment, takes_papers
from apps.common.admin import row_action
from apps.common.admin.bars import share_bar
from apps.common.admin.sheets import Sheets, TakeInForm
from apps.common.figures import figure
from apps.common.words import sentence
from apps.parties.actors import Actor
from apps.ships import services
from apps.ships.admin.announcing import Announcing
from apps.ships.admin.forms import OverlandedForm, TransferForm
from apps.ships.admin.inlines import DischargeInline, LoadInline
from apps.ships.admin.papers import LISTS, RIGHT
from apps.ships.admin.reports import Reports
from apps.ships.models import ShipCall
from apps.ships.selectors import board, load_troubles, work_of
from apps.trains.models import TrainVisit
from terminal.lifecycle import Phase
from terminal.stowage import Progress, StowageList

NAMED = 20
"""Lines whose trouble the page tells; the others are counted."""


@admin.register(ShipCall)
class ShipCallAdmin(Announcing, Sheets, Reports, CallBoard):
    """Ships and barges: those at the quay first, then the next to come, then the last that left."""

    sheets = LISTS
    sheet_right = RIGHT
    list_display = (
        "name",
        "voyage",
        "phase",
        "mode",
        "arrival",
        "departure",
        "cut_off",
        "discharged",
        "loaded",
    )
    list_filter = ("call__phase", "call__mode", "line", "call__terminal")
    list_select_related = ("call__terminal", "line")
    search_fields = ("name__istartswith", "call__number__istartswith", "imo__startswith")
    search_help_text = gettext_lazy("the beginning of a ship's name, a voyage or an IMO number")
    inlines = (DischargeInline, LoadInline)
    fields = (
        ("name", "phase_now"),
        ("imo", "line"),
        ("voyage_in", "voyage_out"),
        ("arrival", "departure"),
        ("cut_off", "lists"),
        "discharging",
        "loading",
        "in_the_way",
        "reports",
    )
    readonly_fields = (
        "phase_now", "arrival", "departure", "cut_off", "lists", "discharging", "loading", "in_the_way", "reports",
    )  # fmt: skip
    actions = (
        "receive_discharge_list",
        "receive_load_list",
        "arrive",
        "start_work",
        "plan_discharge",
        "plan_load",
        "plan_transfer",
        "expect_overlanded",
        "finish_work",
        "depart",
        "change_times",
        "cancel",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        ships: QuerySet[Any] = super().get_queryset(request)
        return board(ships)

    @admin.display(description=gettext_lazy("voyage"), ordering="call__number")
    def voyage(self, ship: ShipCall) -> str:
        return ship.call.number

    @display(description=gettext_lazy("mode"), ordering="call__mode")
    def mode(self, ship: ShipCall) -> str:
        return str(ship.call.get_mode_display())

    @admin.display(description=gettext_lazy("lists"))
    def lists(self, ship: ShipCall) -> str:
        came = {_("discharge"): ship.discharge_list_at, _("load"): ship.load_list_at}
        return ", ".join(f"{name} {moment(at)}" for name, at in came.items() if at) or "–"

    @admin.display(description=gettext_lazy("discharged"), ordering="come")
    def discharged(self, ship: Any) -> str:
        return f"{ship.came_off} / {ship.come}" if ship.come else "–"

    @admin.display(description=gettext_lazy("loaded"), ordering="go")
    def loaded(self, ship: Any) -> str:
        return f"{ship.went_on} / {ship.go}" if ship.go else "–"

    @admin.display(description=gettext_lazy("discharged"))
    def discharging(self, ship: ShipCall) -> SafeString | str:
        return _bar(self._work(ship)[StowageList.DISCHARGE])

    @admin.display(description=gettext_lazy("loaded"))
    def loading(self, ship: ShipCall) -> SafeString | str:
        return _bar(self._work(ship)[StowageList.LOAD])

    def _work(self, ship: Any) -> dict[StowageList, Progress]:
        work: dict[StowageList, Progress] = _once(ship, work_of)
        return work

    @admin.display(description=gettext_lazy("in the way of loading"))
    def in_the_way(self, ship: ShipCall) -> SafeString | str:
        found = _once(ship, load_troubles) if takes_papers(ship) else []
        said = [
            (each.line.number, sentence(each.message, each.facts), sentence(each.remedy, each.facts))
            for each in found[:NAMED]
        ]
        more = format_html("<div>… {}</div>", len(found) - NAMED) if len(found) > NAMED else SafeString()
        return format_html_join("", "<div><strong>{}</strong> {} {}</div>", said) + more or "–"

    @row_action(gettext_lazy("Discharge list …"), right=RIGHT, form=TakeInForm, when=takes_papers)
    def receive_discharge_list(self, ship: ShipCall, *, by: Actor, at: datetime, sheet: UUID) -> None:
        services.receive_sheet(ship, StowageList.DISCHARGE, sheet, by=by, at=at)

    @row_action(gettext_lazy("Load list …"), right=RIGHT, form=TakeInForm, when=takes_papers)
    def receive_load_list(self, ship: ShipCall, *, by: Actor, at: datetime, sheet: UUID) -> None:
        services.receive_sheet(ship, StowageList.LOAD, sheet, by=by, at=at)

    @row_action(gettext_lazy("Has arrived …"), right=CALL_RIGHT, form=WhenForm, when=leads_to(Phase.ARRIVED))
    def arrive(self, ship: ShipCall, *, by: Actor, at: datetime, happened_at: datetime | None) -> None:
        calls.arrive(ship.call, by=by, at=at, happened_at=happened_at)

    @row_action(
        gettext_lazy("Discharge"),
        right=RIGHT,
        when=is_worked,
        sure=gettext_lazy("A work order for every listed box that is not to go straight onto a train."),
    )
    def plan_discharge(self, ship: ShipCall, *, by: Actor, at: datetime) -> None:
        services.plan_discharge(ship, by=by, at=at)

    @row_action(
        gettext_lazy("Load"),
        right=RIGHT,
        when=is_worked,
        sure=gettext_lazy("A work order for every listed box in the yard that is ready."),
    )
    def plan_load(self, ship: ShipCall, *, by: Actor, at: datetime) -> None:
        services.plan_load(ship, by=by, at=at)

    @row_action(gettext_lazy("Straight to or from a train …"), right=RIGHT, form=TransferForm, when=is_worked)
    def plan_transfer(self, ship: ShipCall, *, by: Actor, at: datetime, train: TrainVisit) -> None:
        services.plan_transfer(ship, train, by=by, at=at)

    @row_action(gettext_lazy("A box in no list …"), right=RIGHT, form=OverlandedForm, when=is_worked)
    def expect_overlanded(
        self, ship: ShipCall, *, by: Actor, at: datetime, number: str, size_type: str, laden: bool | None
    ) -> None:
        services.expect_overlanded(ship, number=number, size_type=size_type, laden=laden, by=by, at=at)

    @row_action(gettext_lazy("Has departed …"), right=RIGHT, form=WhenForm, when=leads_to(Phase.DEPARTED))
    def depart(self, ship: ShipCall, *, by: Actor, at: datetime, happened_at: datetime | None) -> None:
        services.depart_ship(ship, by=by, at=at, happened_at=happened_at)


def _once(ship: Any, ask: Callable[[Any, datetime], Any]) -> Any:
    """What is asked of a ship, asked once a page: a page reads each of its fields several times."""
    known: dict[Any, Any] = ship.__dict__.setdefault("_asked", {})
    if ask not in known:
        known[ask] = ask(ship, timezone.now())
    return known[ask]


def _bar(work: Progress) -> SafeString | str:
    """How far the work is, its pace and its expected end."""
    if not work.planned:
        return "–"
    said = [f"{work.done} / {work.planned}"]
    if work.pace is not None:
        said.append(_("%(moves)s moves an hour") % {"moves": figure(work.pace, 1)})
    if work.ends_at is not None and work.left:
        said.append(_("until about %(time)s") % {"time": moment(work.ends_at)})
    return share_bar(work.share, said=" · ".join(said), warn_at="2", alarm_at="2")
