"""Holds and permissions."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, tones
from apps.common.words import sentence, word
from apps.containers import services
from apps.containers.admin.parts import ByNumber
from apps.containers.models import Hold, Permission
from apps.parties.actors import Actor
from terminal.errors import Refused
from terminal.readiness import Owner, Step

OWNERS = tones(Owner, customs="danger", terminal="warning", carrier="info", shipper="info")


class WhyForm(forms.Form):
    """Why; it stands in the journal."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class StandingFilter(admin.SimpleListFilter):
    """Whether the hold still stops its box."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("standing")), ("proposed", _("override proposed")), ("no", _("lifted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted: dict[str, dict[str, Any]] = {
            "yes": {"lifted_at": None},
            "proposed": {"lifted_at": None, "override_proposed_by__isnull": False},
            "no": {"lifted_at__isnull": False},
        }
        return queryset.filter(**wanted.get(self.value() or "", {}))


class SubjectFilter(admin.SimpleListFilter):
    """What the hold is on."""

    title = _("what it is on")
    parameter_name = "on"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("visit", _("visit")),
            ("consignment", _("consignment")),
            ("paper", _("number in the papers")),
            ("call", _("call")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted: dict[str, Q] = {
            "visit": Q(visit__isnull=False),
            "consignment": Q(consignment__isnull=False),
            "paper": ~Q(paper_kind=""),
            "call": Q(call__isnull=False),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


def standing_of(*owners: Owner) -> Any:
    """Whether a hold stands and belongs to one of the owners as a whole, not to an office of theirs."""
    return lambda hold: hold.lifted_at is None and hold.owner in owners and not hold.kept_by


def overridable(hold: Hold) -> bool:
    return hold.lifted_at is None and hold.owner != Owner.CUSTOMS and not hold.kept_by


PLACING = [
    (
        _("On one of these"),
        {"fields": ["consignment", ("paper_kind", "paper_number", "terminal"), ("call", "side")]},
    ),
    (_("Hold"), {"fields": [("owner", "step"), "reason", "reference"]}),
]
"""The form of a new hold on more than one box: a consignment; a number at a terminal; a call and which of its boxes."""

PLACED = [
    "consignment", "paper_kind", "paper_number", "terminal", "call", "side", "owner", "step", "reason", "reference",
]  # fmt: skip


class PlaceHoldForm(forms.ModelForm[Hold]):
    """A hold on a consignment, a number in the papers or a call."""

    class Meta:
        model = Hold
        fields = PLACED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terminal"].required = False
        self.fields["owner"].initial = Owner.TERMINAL.value

    def told(self) -> services.NewHold:
        """What is to be stopped. Raises ``NotOneThing`` for a number without its kind or its terminal."""
        said = self.cleaned_data
        number, step = said["paper_number"], said["step"]
        if bool(number) != bool(said["paper_kind"]) or (number and said["terminal"] is None):
            raise services.NotOneThing
        return services.NewHold(
            consignment=said["consignment"],
            paper=services.Paper(terminal=said["terminal"], kind=said["paper_kind"], number=number) if number else None,
            call=said["call"],
            side=Hold.Side(said["side"] or Hold.Side.BOTH),
            owner=Owner(said["owner"]),
            step=Step(step) if step else None,
            reason=said["reason"],
            reference=said["reference"],
        )


@admin.register(Hold)
class HoldAdmin(ByNumber, Acting, ServiceOwned):
    """Who stops what, since when; only the owner lifts it, or two people override it.

    A hold on a consignment, a number in the papers or a call is placed here; one on a visit on the visit's page.
    """

    search_help_text = _("the beginning of a container, call or booking number")
    list_display = ("shown_subject", "shown_owner", "shown_step", "reason", "reference", "placed_at", "shown_standing")
    list_filter = (StandingFilter, SubjectFilter, "owner", "step")
    list_select_related = (
        "visit__container", "visit__terminal", "consignment", "call", "terminal", "override_proposed_by", "rule",
    )  # fmt: skip
    search_fields = ("visit__container__number",)
    ordering = ("-placed_at", "-pk")
    actions = ("lift", "lift_customs", "propose_override", "confirm_override")
    autocomplete_fields = ("consignment", "call")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("containers.change_hold")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        told = {} if obj else {"form": PlaceHoldForm, "fields": PLACED}
        return super().get_form(request, obj, change=change, **{**kwargs, **told})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else PLACING

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form of a new hold; what the service refuses is said above it."""
        try:
            answer: HttpResponse = super().add_view(request, form_url, extra_context)
        except Refused as refusal:
            self.message_user(request, sentence(refusal.message, refusal.facts), messages.ERROR)
            said = {name: value for name, value in request.POST.items() if name in PLACED and value}
            return HttpResponseRedirect(f"{request.path}?{urlencode(said)}")
        return answer

    def save_model(self, request: HttpRequest, obj: Hold, form: Any, change: bool) -> None:
        (hold,) = services.place_holds([form.told()], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
        obj.pk = hold.pk
        obj.refresh_from_db()

    def found_by(self, term: str) -> Q:
        """By container, by the number in the papers, or by the call."""
        written = term.strip()
        group = Q(paper_number__startswith=written) | Q(call__number__startswith=written)
        return super().found_by(term) | group

    @display(description=_("On"), ordering="visit__container__number")
    def shown_subject(self, hold: Hold) -> str:
        if hold.visit is not None:
            return linked(hold.visit)
        kind, number = hold.subject
        thing = hold.call or hold.consignment
        return format_html("{} {}", word(kind), linked(thing, number) if thing else number)

    @display(description=_("Owner"), ordering="owner", label=OWNERS)
    def shown_owner(self, hold: Hold) -> tuple[str, str]:
        return hold.owner, hold.get_owner_display()

    @display(description=_("Step it blocks"), ordering="step")
    def shown_step(self, hold: Hold) -> Any:
        return hold.get_step_display() or _("every step")

    @display(description=_("Standing"), ordering="lifted_at", boolean=True)
    def shown_standing(self, hold: Hold) -> bool:
        return hold.lifted_at is None

    @row_action(_("Lift …"), right="containers.lift_terminal_hold", form=WhyForm, when=standing_of(Owner.TERMINAL))
    def lift(self, hold: Hold, *, by: Actor, at: datetime, reason: str) -> None:
        services.lift_hold(hold, by=by, at=at, reason=reason)

    @row_action(
        _("Lift for customs …"), right="containers.lift_customs_hold", form=WhyForm, when=standing_of(Owner.CUSTOMS)
    )
    def lift_customs(self, hold: Hold, *, by: Actor, at: datetime, reason: str) -> None:
        services.lift_hold(hold, by=by, at=at, reason=reason)

    @row_action(
        _("Propose override …"),
        right="containers.override_hold",
        form=WhyForm,
        when=lambda hold: overridable(hold) and hold.override_proposed_by_id is None,
    )
    def propose_override(self, hold: Hold, *, by: Actor, at: datetime, reason: str) -> None:
        services.propose_override(hold, by=by, at=at, reason=reason)

    @row_action(
        _("Confirm override"),
        right="containers.override_hold",
        sure=_("The hold goes without its owner's word. Both names stand in the journal."),
        when=lambda hold: overridable(hold) and hold.override_proposed_by_id is not None,
    )
    def confirm_override(self, hold: Hold, *, by: Actor, at: datetime) -> None:
        services.confirm_override(hold, by=by, at=at)


@admin.register(Permission)
class PermissionAdmin(ByNumber, ServiceOwned):
    """Who allowed which step of which box, and until when."""

    terminal_path = "visit__terminal"
    list_display = ("container", "owner", "step", "reference", "granted_at", "valid_until", "revoked_at")
    list_filter = ("owner", "step")
    list_select_related = ("visit__container", "visit__terminal")
    search_fields = ("visit__container__number",)
    ordering = ("-granted_at", "-pk")

    @display(description=_("Container"), ordering="visit__container__number")
    def container(self, permission: Permission) -> str:
        return linked(permission.visit)
