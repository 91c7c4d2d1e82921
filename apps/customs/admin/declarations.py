"""The queue of an office, and its officers' decisions."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, Question, ServiceOwned, linked, row_action, tones
from apps.common.models import choices
from apps.customs import selectors, services
from apps.customs.admin.clocks import clock_strip
from apps.customs.admin.parts import PARTS, PartOfIt, Parts
from apps.customs.models import Declaration, DeclaredContainer, Inspection, Office
from apps.journal.timeline import Remembered
from apps.parties.actors import Actor
from terminal.lifecycle import DECLARATION, Channel, DeclarationStatus
from terminal.money import minor_of, money

RIGHT = "customs.change_declaration"
UNDECIDED = {
    DeclarationStatus.DOCUMENTARY_CHECK, DeclarationStatus.REFERRED, DeclarationStatus.INSPECTION_ORDERED,
    DeclarationStatus.INSPECTED,
}  # fmt: skip
"""Where a channel may still be changed."""

NEXT = [
    DeclarationStatus.DOCUMENTARY_CHECK,
    DeclarationStatus.INSPECTION_ORDERED,
    DeclarationStatus.INSPECTED,
    DeclarationStatus.ASSESSED,
    DeclarationStatus.PAID,
]

TURN = Case(
    When(status__in=selectors.OPEN, then=0), When(status=DeclarationStatus.DRAFT.value, then=1), default=2
).asc()
"""Where a declaration stands in the list: waiting, not yet submitted, decided or withdrawn."""

WAITING = Case(When(status__in=selectors.OPEN, then="submitted_at")).asc(nulls_last=True)
"""Those that wait by their submission, the first first; nothing for all others."""


def leads_to(*wanted: DeclarationStatus) -> Callable[[Any], bool]:
    """Whether a declaration's lifecycle has one of these steps now."""
    return lambda row: any(DECLARATION.can_step(row.status, each.value) for each in wanted)


def stands(*statuses: DeclarationStatus) -> Callable[[Any], bool]:
    """Whether a declaration is in one of these statuses."""
    return lambda row: row.status in statuses


class ChannelForm(Question):
    """How closely customs looks; the proposed channel is offered first, another needs a reason."""

    channel = forms.ChoiceField(label=_("Channel"), choices=choices(Channel))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For another channel than the rules propose, or than it has."),
    )

    def about(self, rows: list[Any]) -> None:
        proposed = {row.proposed_channel for row in rows} - {""}
        if len(proposed) == 1:
            self.fields["channel"].initial = proposed.pop()


class AgencyForm(forms.Form):
    """Who has it meanwhile."""

    agency = forms.CharField(label=_("Other authority"), max_length=80)


class DutyForm(forms.Form):
    """What is due."""

    duty = forms.DecimalField(label=_("due"), min_value=0, max_digits=18, required=False)
    currency = forms.CharField(label=_("currency"), max_length=3, min_length=3, required=False)


class MoveForm(forms.Form):
    """The next step."""

    wanted = forms.ChoiceField(label=_("Next step"), choices=[(s.value, _(s.value.replace("_", " "))) for s in NEXT])


class TextForm(forms.Form):
    """What is asked, answered or given as reason."""

    text = forms.CharField(label=_("Text"), max_length=200, widget=forms.TextInput(attrs={"size": 60}))


class ReleaseForm(forms.Form):
    """How long the release is valid."""

    valid_until = forms.DateTimeField(
        label=_("Valid until"),
        required=False,
        help_text=_("Empty: it does not run out."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


class OfficeForm(forms.Form):
    """Who takes it over, and why."""

    office = forms.ModelChoiceField(
        label=_("Office"), queryset=Office.objects.filter(clears=True, active=True).select_related("terminal")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class BoxInline(PartOfIt):
    """The boxes it covers."""

    model = DeclaredContainer
    fields = readonly_fields = ("box", "state", "position")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("visit__container").order_by("pk")
        return rows

    @display(description=_("Container"))
    def box(self, row: DeclaredContainer) -> str:
        return linked(row.visit, row.visit.container.number)

    @display(description=_("State"))
    def state(self, row: DeclaredContainer) -> str:
        return row.visit.get_state_display()

    @display(description=_("Position"))
    def position(self, row: DeclaredContainer) -> str:
        return row.visit.get_position_display()


class InspectionInline(PartOfIt):
    """What was looked at for it, and what was found."""

    model = Inspection
    fields = readonly_fields = ("look", "what", "kind", "status", "ordered_at", "done_at", "result", "finding")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("visit__container", "lot").order_by("pk")
        return rows

    @display(description=_("Inspection"))
    def look(self, row: Inspection) -> str:
        return linked(row)

    @display(description=_("Container, lot"))
    def what(self, row: Inspection) -> str:
        return linked(row.visit, row.visit.container.number) if row.visit else linked(row.lot)


CLOCKS = {"fields": ["clocks"]}


def as_pair(fields: str | tuple[str, ...]) -> tuple[str, ...]:
    """A line of a page as a tuple of its fields."""
    return (fields,) if isinstance(fields, str) else fields


@admin.register(Declaration)
class DeclarationAdmin(Parts, Remembered, Acting, ServiceOwned):
    """What waits, the longest first, then drafts, then what is decided.

    An officer sees the declarations of their own offices; managers see all.
    """

    journal_by = "declaration_id"
    list_display = ("number", "shown_status", "shown_channel", "age", "office", "declarant", "regime", "goods")
    list_filter = ("status", "channel", "office", "regime")
    search_fields = ("number__startswith", "declarant__name__istartswith", "hs_code__startswith")
    search_help_text = _("number, declarant, or HS code")
    list_select_related = ("office__terminal", "terminal", "declarant", "broker")
    ordering = (TURN, WAITING, "-submitted_at", "-pk")
    inlines = (BoxInline, *PARTS, InspectionInline)
    exclude = ("duty_minor", "currency")
    readonly_fields = ("due", "clocks")
    actions = (
        "register", "assign_channel", "change_channel", "move", "query", "answer", "refer", "assess", "release",
        "reject", "revoke", "hand_over", *Parts.part_actions,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        user: Any = request.user
        own = list(selectors.offices_of(user))
        return rows.filter(office__in=own) if own else rows

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Parts of which there are any."""
        parts = super().get_inlines(request, obj)
        return [each for each in parts if obj and each.model._default_manager.filter(declaration=obj).exists()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The strip of clocks has a line of its own."""
        if obj is None:
            return super().get_fieldsets(request, obj)
        (none, main), *rest = super().get_fieldsets(request, obj)
        kept = [tuple(each for each in pair if each != "clocks") for pair in map(as_pair, main["fields"])]
        return [(none, {"fields": [each for each in kept if each]}), (_("Whose time it took"), CLOCKS), *rest]

    @display(
        description=_("Status"),
        ordering="status",
        label=tones(DeclarationStatus, released="success", rejected="danger", query="warning", submitted="info"),
    )
    def shown_status(self, row: Declaration) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(
        description=_("Channel"),
        ordering="channel",
        label={"": "plain"} | tones(Channel, green="success", yellow="warning", red="danger"),
    )
    def shown_channel(self, row: Declaration) -> tuple[str, str]:
        return row.channel, row.get_channel_display() or "—"

    @display(description=_("due"))
    def due(self, row: Declaration) -> str:
        return "–" if row.duty_minor is None else money(row.duty_minor, row.currency)

    @display(description=_("Clocks"))
    def clocks(self, row: Declaration) -> Any:
        return clock_strip(row, timezone.now())

    @display(description=_("Waiting for"), ordering="submitted_at")
    def age(self, row: Declaration) -> str:
        if row.submitted_at is None or row.status not in selectors.OPEN:
            return "—"
        return timesince(row.submitted_at, timezone.now())

    @row_action(_("Register"), right=RIGHT, when=leads_to(DeclarationStatus.REGISTERED))
    def register(self, row: Declaration, *, by: Actor, at: datetime) -> None:
        services.register(row, by=by, at=at)

    @row_action(_("Assign channel …"), right=RIGHT, form=ChannelForm, when=stands(DeclarationStatus.REGISTERED))
    def assign_channel(self, row: Declaration, *, by: Actor, at: datetime, channel: str, reason: str) -> None:
        services.assign_channel(row, Channel(channel), reason=reason, by=by, at=at)

    @row_action(
        _("Change the channel …"),
        right=RIGHT,
        form=ChannelForm,
        when=lambda row: bool(row.channel) and row.status in UNDECIDED,
    )
    def change_channel(self, row: Declaration, *, by: Actor, at: datetime, channel: str, reason: str) -> None:
        services.change_channel(row, Channel(channel), reason=reason, by=by, at=at)

    @row_action(_("Move on …"), right=RIGHT, form=MoveForm, when=leads_to(*NEXT))
    def move(self, row: Declaration, *, by: Actor, at: datetime, wanted: str) -> None:
        services.move(row, DeclarationStatus(wanted), by=by, at=at)

    @row_action(_("Query …"), right=RIGHT, form=TextForm, when=leads_to(DeclarationStatus.QUERY))
    def query(self, row: Declaration, *, by: Actor, at: datetime, text: str) -> None:
        services.query(row, by=by, at=at, question=text)

    @row_action(_("Note an answer …"), right=RIGHT, form=TextForm, when=stands(DeclarationStatus.QUERY))
    def answer(self, row: Declaration, *, by: Actor, at: datetime, text: str) -> None:
        services.answer(row, by=by, at=at, reply=text)

    @row_action(_("Refer …"), right=RIGHT, form=AgencyForm, when=leads_to(DeclarationStatus.REFERRED))
    def refer(self, row: Declaration, *, by: Actor, at: datetime, agency: str) -> None:
        services.refer(row, agency=agency, by=by, at=at)

    @row_action(_("Assess …"), right=RIGHT, form=DutyForm, when=leads_to(DeclarationStatus.ASSESSED))
    def assess(self, row: Declaration, *, by: Actor, at: datetime, duty: Decimal | None, currency: str) -> None:
        due = None if duty is None else minor_of(duty, currency)
        services.assess(row, duty_minor=due, currency=currency.upper(), by=by, at=at)

    @row_action(_("Release …"), right=RIGHT, form=ReleaseForm, when=leads_to(DeclarationStatus.RELEASED))
    def release(self, row: Declaration, *, by: Actor, at: datetime, valid_until: datetime | None) -> None:
        services.release(row, by=by, at=at, valid_until=valid_until)

    @row_action(_("Reject …"), right=RIGHT, form=TextForm, when=leads_to(DeclarationStatus.REJECTED))
    def reject(self, row: Declaration, *, by: Actor, at: datetime, text: str) -> None:
        services.reject(row, by=by, at=at, reason=text)

    @row_action(
        _("Revoke release …"),
        right=RIGHT,
        form=TextForm,
        when=lambda row: row.released_at is not None and row.release_revoked_at is None,
    )
    def revoke(self, row: Declaration, *, by: Actor, at: datetime, text: str) -> None:
        services.revoke_release(row, by=by, at=at, reason=text)

    @row_action(_("Hand over …"), right=RIGHT, form=OfficeForm, when=lambda row: row.status in selectors.OPEN)
    def hand_over(self, row: Declaration, *, by: Actor, at: datetime, office: Office, reason: str) -> None:
        services.hand_over(row, office, by=by, at=at, reason=reason)
