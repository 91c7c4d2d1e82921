"""Visits: the list people work with, and the page of one stay."""

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
from apps.common.words import sentence
from apps.containers import services
from apps.containers.admin.parts import ByNumber, Shown
from apps.containers.models import Hold, Permission, Reference, Visit, VisitRole
from apps.containers.selectors import situation
from apps.journal.timeline import Remembered
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.lifecycle import WORKABLE, Position, VisitState
from terminal.readiness import Blocker, Owner, Step, blockers
from terminal.readiness.blockers import ON_THE_GROUND
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
class VisitAdmin(ByNumber, Remembered, Acting, ServiceOwned):
    """Stays of boxes: those here first, the newest arrival first; found by container number or by a reference."""

    number_path = "container__number"
    search_help_text = _("the beginning of a container number, or of a booking, order or note number")
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
    )
    list_filter = ("state", "position", "regime", "direction", "laden", "goods", "unannounced", "terminal")
    list_select_related = ("container", "arrival_call", "departure_call", "terminal")
    search_fields = ("container__number",)
    ordering = (TURN, F("arrived_at").desc(nulls_last=True), "-pk")
    readonly_fields = ("in_the_way",)
    inlines = (HoldInline, PermissionInline, RoleInline, ReferenceInline)
    actions = ("gate_in", "gate_out", "state_papers", "place_hold", "give_role", "cancel")

    def found_by(self, term: str) -> Q:
        """By container number, or by a reference as it is written."""
        noted = Reference.objects.filter(value__startswith=term.strip()).values("visit")
        return super().found_by(term) | Q(pk__in=noted)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name != "in_the_way"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        groups = list(super().get_fieldsets(request, obj))
        return [(_("What stands in the way"), {"fields": ["in_the_way"]}), *groups] if obj else groups

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

    @display(description=_("Next steps"))
    def in_the_way(self, visit: Visit) -> str:
        """For every step: free to go, or everything that stands in its way with its owner and what helps."""
        now = timezone.now()
        stand = situation(visit, now)
        rows = [(gettext(step.value.replace("_", " ")), _told(blockers(stand, step, now))) for step in Step]
        cells = '<tr><th class="pr-6 py-1 text-left align-top whitespace-nowrap">{}</th><td class="py-1">{}</td></tr>'
        return format_html("<table>{}</table>", format_html_join("", cells, rows))

    @row_action(_("Gate in …"), right=RIGHT, form=GateInForm, when=lambda visit: visit.state == VisitState.ADVISED)
    def gate_in(self, visit: Visit, *, by: Actor, at: datetime, call: Call | None) -> None:
        services.arrive_visits([services.Arrived(visit, Position.IN_YARD, call)], by=by, at=at)

    @row_action(
        _("Gate out"),
        right=RIGHT,
        sure=_("The container leaves the terminal by road."),
        when=lambda visit: visit.state == VisitState.ACTIVE and visit.position in ON_THE_GROUND,
    )
    def gate_out(self, visit: Visit, *, by: Actor, at: datetime) -> None:
        services.leave_visits([visit], step=Step.GATE_OUT, by=by, at=at)

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


def _told(found: list[Blocker]) -> str:
    if not found:
        return format_html('<span class="text-green-700 dark:text-green-400">{}</span>', gettext("nothing: free to go"))
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", [(_line(each),) for each in found]))


def _line(blocker: Blocker) -> str:
    message, remedy = sentence(blocker.message, blocker.facts), sentence(blocker.remedy, blocker.facts)
    return format_html(
        '<strong>{}</strong> {} <span class="text-xs">→ {}</span>', gettext(blocker.owner.value), message, remedy
    )
