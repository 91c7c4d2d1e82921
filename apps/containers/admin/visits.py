"""Visits: the list people work with, and the page of one stay."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, F, Q, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.calls.models import Call
from apps.common.admin import Acting, Question, ServiceOwned, linked, row_action, tones
from apps.common.models import choices
from apps.containers import services
from apps.containers.admin import finding
from apps.containers.admin.advising import Advising
from apps.containers.admin.mending import Mending
from apps.containers.admin.noted import (
    DamageInline,
    FormerNumberInline,
    HazardInline,
    SealInline,
    TemperatureInline,
    WeightInline,
)
from apps.containers.admin.noting import Noting
from apps.containers.admin.papers import Papers
from apps.containers.admin.parts import ByNumber, Shown
from apps.containers.admin.telling import told
from apps.containers.models import Hold, Permission, Reference, Visit, VisitRole
from apps.containers.selectors import situation
from apps.journal.models import Entry
from apps.journal.timeline import SHOWN, Remembered
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.lifecycle import WORKABLE, Position, VisitState
from terminal.readiness import Owner, Step, blockers
from terminal.regimes import Direction, Regime
from terminal.throughput import Mode

RIGHT = "containers.change_visit"
OPEN = frozenset({VisitState.ADVISED, VisitState.ACTIVE})
TURN = Case(
    When(state=VisitState.ACTIVE.value, then=0),
    When(state=VisitState.ADVISED.value, then=1),
    When(state=VisitState.DEPARTED.value, then=2),
    default=3,
).asc()
"""Where a visit stands in the list: here, to come, gone, cancelled."""

STATES = tones(VisitState, advised="info", active="success", cancelled="danger")


class HoldForm(forms.Form):
    """Whose hold, on what, and why."""

    owner = forms.ChoiceField(label=_("Owner"), choices=choices(Owner), initial=Owner.TERMINAL.value)
    step = forms.ChoiceField(label=_("Step it blocks"), choices=[("", _("every step")), *choices(Step)], required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    reference = forms.CharField(label=_("Owner's reference"), max_length=60, required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class GateInForm(Question):
    """The truck, where it was announced."""

    call = forms.ModelChoiceField(label=_("Truck"), queryset=Call.objects.none(), required=False)

    def about(self, rows: list[Any]) -> None:
        """Offer the trucks that stand at the rows' terminal."""
        here = Call.objects.filter(mode=Mode.ROAD.value, phase__in=sorted(WORKABLE))
        self.fields["call"].queryset = here.filter(terminal=rows[0].terminal).order_by("number")  # type: ignore[attr-defined]


class PapersForm(forms.Form):
    """What the papers say; what is left empty stays as it is."""

    regime = forms.ChoiceField(label=_("regime"), choices=[("", "—"), *choices(Regime)], required=False)
    direction = forms.ChoiceField(label=_("direction"), choices=[("", "—"), *choices(Direction)], required=False)
    laden = forms.NullBooleanField(label=_("laden"), required=False)


class RoleForm(forms.Form):
    """Whose business the visit is, too."""

    party = forms.ModelChoiceField(label=_("Party"), queryset=Party.objects.filter(active=True).order_by("name"))
    role = forms.ChoiceField(label=_("Role"), choices=VisitRole.Role.choices)
    until = forms.DateTimeField(
        label=_("Until"), required=False, help_text=_("Empty: until further notice."), widget=forms.DateTimeInput
    )


class HoldInline(Shown):
    model = Hold
    fields = ("owner", "step", "reason", "reference", "placed_at", "placed_by", "lifted_at", "lifted_by")
    ordering = ("lifted_at", "-placed_at")


class PermissionInline(Shown):
    model = Permission
    fields = ("owner", "step", "reference", "granted_at", "granted_by", "valid_until", "revoked_at")
    ordering = ("-granted_at",)


class RoleInline(Shown):
    model = VisitRole
    fields = ("party", "role", "since", "until", "given_by")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the parties, whose names every line needs."""
        roles: QuerySet[Any] = super().get_queryset(request)
        return roles.select_related("party")


class ReferenceInline(Shown):
    model = Reference
    fields = ("kind", "value")
    show_change_link = False


@admin.register(Visit)
class VisitAdmin(Advising, Papers, ByNumber, Remembered, Noting, Mending, Acting, ServiceOwned):
    """Stays of boxes: those here first, the newest arrival first; found by container number or by a reference."""

    number_path = "container__number"
    search_help_text = _("the beginning of a container number, seal or reference; a train, ship or truck")
    list_display = (
        "container",
        "shown_state",
        "shown_position",
        "shown_size",
        "laden",
        "regime",
        "came_by",
        "leaves_by",
        "arrived_at",
        "departed_at",
        "days",
    )
    list_filter = (
        finding.LongStayFilter,
        "state",
        "position",
        "regime",
        "direction",
        "laden",
        "goods",
        "unannounced",
        "advised_via",
        "terminal",
    )
    list_select_related = ("container", "arrival_call", "departure_call", "terminal")
    search_fields = ("container__number",)
    ordering = (TURN, F("arrived_at").desc(nulls_last=True), "-pk")
    readonly_fields = ("in_the_way", "papers")
    inlines = (
        HoldInline,
        PermissionInline,
        SealInline,
        WeightInline,
        HazardInline,
        TemperatureInline,
        DamageInline,
        RoleInline,
        ReferenceInline,
        FormerNumberInline,
    )
    actions = (
        "gate_in",
        "state_papers",
        "note_seal",
        "note_weight",
        "note_hazard",
        "note_temperature",
        "note_damage",
        "place_hold",
        "give_role",
        "keep_paper",
        "take_back",
        "join_number",
        "cancel",
    )

    def found_by(self, term: str) -> Q:
        """By container number, or by whatever else people read aloud."""
        return super().found_by(term) | finding.found_by(term)

    def happenings(self, row: Any) -> Iterable[Entry]:
        """The history of this visit, and of those that went on in it."""
        visits = [row.pk, *row.joined.values_list("pk", flat=True)]
        return Entry.objects.filter(visit_id__in=visits).order_by("-happened_at", "-pk")[:SHOWN]

    def get_ordering(self, request: HttpRequest) -> Any:
        """Of long stays the oldest first."""
        oldest_first = finding.LongStayFilter.parameter_name in request.GET
        return ("arrived_at", "pk") if oldest_first else self.ordering

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name not in ("in_the_way", "papers")]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        groups = list(super().get_fieldsets(request, obj))
        if obj is None:
            return groups
        first, last = (_("What stands in the way"), {"fields": ["in_the_way"]}), (_("Papers"), {"fields": ["papers"]})
        return [first, *groups, last]

    @display(description=_("State"), ordering="state", label=STATES)
    def shown_state(self, visit: Visit) -> tuple[str, str]:
        return visit.state, visit.get_state_display()

    @display(description=_("Position"), ordering="position")
    def shown_position(self, visit: Visit) -> str:
        return visit.get_position_display()

    @display(description=_("Size-type"), ordering="container__size_type")
    def shown_size(self, visit: Visit) -> str:
        return visit.size_type

    @display(description=_("Came by"), ordering="arrival_call__number")
    def came_by(self, visit: Visit) -> str:
        return linked(visit.arrival_call)

    @display(description=_("Leaves by"), ordering="departure_call__number")
    def leaves_by(self, visit: Visit) -> str:
        return linked(visit.departure_call)

    @display(description=_("Days"), ordering="arrived_at")
    def days(self, visit: Visit) -> Any:
        return finding.days_here(visit)

    @display(description=_("Next steps"))
    def in_the_way(self, visit: Visit) -> str:
        """For every step: free to go, or everything that stands in its way with its owner and what helps."""
        now = timezone.now()
        stand = situation(visit, now)
        rows = [(gettext(step.value.replace("_", " ")), told(blockers(stand, step, now))) for step in Step]
        cells = '<tr><th class="pr-6 py-1 text-left align-top whitespace-nowrap">{}</th><td class="py-1">{}</td></tr>'
        return format_html("<table>{}</table>", format_html_join("", cells, rows))

    @row_action(_("Gate in …"), right=RIGHT, form=GateInForm, when=lambda visit: visit.state == VisitState.ADVISED)
    def gate_in(self, visit: Visit, *, by: Actor, at: datetime, call: Call | None) -> None:
        services.arrive_visits([services.Arrived(visit, Position.IN_YARD, call)], by=by, at=at)

    @row_action(_("State papers …"), right=RIGHT, form=PapersForm, when=lambda visit: visit.state in OPEN)
    def state_papers(
        self, visit: Visit, *, by: Actor, at: datetime, regime: str, direction: str, laden: bool | None
    ) -> None:
        said = {"regime": Regime(regime) if regime else None, "direction": Direction(direction) if direction else None}
        services.describe([services.Papers(visit=visit, laden=laden, **said)], by=by, at=at)  # type: ignore[arg-type]

    @row_action(
        _("Place hold …"),
        right="containers.change_hold",
        form=HoldForm,
        when=lambda visit: visit.state in OPEN,
    )
    def place_hold(
        self, visit: Visit, *, by: Actor, at: datetime, owner: str, step: str, reason: str, reference: str
    ) -> None:
        blocked = Step(step) if step else None
        new = services.NewHold(visit=visit, owner=Owner(owner), step=blocked, reason=reason, reference=reference)
        services.place_holds([new], by=by, at=at)

    @row_action(_("Give a party a part …"), right=RIGHT, form=RoleForm)
    def give_role(
        self, visit: Visit, *, by: Actor, at: datetime, party: Party, role: str, until: datetime | None
    ) -> None:
        services.give_role(visit, party, role, by=by, at=at, until=until)

    @row_action(_("Cancel …"), right=RIGHT, form=ReasonForm, when=lambda visit: visit.state == VisitState.ADVISED)
    def cancel(self, visit: Visit, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel_visit(visit, by=by, at=at, reason=reason)
