"""What customs looks at: ordered here, presented, begun and finished; the longest waiting first."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, tones
from apps.common.models import Attachment, choices
from apps.containers.models import Visit
from apps.customs import selectors, services
from apps.customs.models import Inspection, Office
from apps.network.entering import Entering
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.warehouse.models import Lot
from terminal.customs.inspecting import InspectionKind, InspectionResult
from terminal.errors import Malformed, gettext_noop
from terminal.lifecycle import INSPECTION, OPEN_INSPECTION, InspectionStatus, VisitState

RIGHT = "customs.change_inspection"
TURN = Case(When(status__in=sorted(OPEN_INSPECTION), then=0), default=1).asc()


class NoSuchThing(Malformed):
    """Neither a box that is here nor a lot in stock."""

    message = gettext_noop("There is no container or lot %(number)s here.")


def leads_to(status: InspectionStatus) -> Callable[[Inspection], bool]:
    """Whether an inspection's lifecycle has that step now."""
    return lambda row: INSPECTION.can_step(row.status, status.value)


class OrderForm(forms.Form):
    """What is looked at, how, and by whom."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.all())
    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.filter(active=True))
    things = forms.CharField(
        label=_("Containers, lots"), help_text=_("Their numbers, with commas or blanks between them."), max_length=1000
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=choices(InspectionKind), initial=InspectionKind.PHYSICAL.value)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class FinishForm(forms.Form):
    """What was found, and how the box was left."""

    result = forms.ChoiceField(label=_("Result"), choices=choices(InspectionResult))
    finding = forms.CharField(label=_("What was found"), max_length=500, required=False, widget=forms.Textarea)
    seals_before = forms.CharField(
        label=_("Seals found"), required=False, help_text=_("With commas or blanks between them.")
    )
    seals_after = forms.CharField(
        label=_("Seals on it afterwards"), required=False, help_text=_("What is new is customs' own.")
    )
    photo_1 = forms.FileField(label=_("Photo"), required=False)
    photo_2 = forms.FileField(label=_("Photo"), required=False)
    photo_3 = forms.FileField(label=_("Photo"), required=False)


class WhyForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


def words(text: str) -> list[str]:
    """What was typed with commas, semicolons or blanks between."""
    return [each for each in re.split(r"[\s,;]+", text) if each]


@admin.register(Inspection)
class InspectionAdmin(Acting, Entering, ServiceOwned):
    """Open ones first, the longest waiting on top. An officer sees those of their own offices."""

    entering = OrderForm
    entering_right = RIGHT
    entering_title = _("Order an inspection")
    list_display = ("number", "shown_status", "thing", "kind", "age", "place", "declaration", "shown_result")
    list_filter = ("status", "kind", "result", "office")
    search_fields = ("number__startswith", "visit__container__number__startswith", "declaration__number__startswith")
    list_select_related = ("office", "declaration", "visit__container", "lot", "block", "zone", "terminal")
    ordering = (TURN, "ordered_at", "pk")
    actions = ("present", "begin", "finish", "call_off")
    readonly_fields = ("photos",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        user: Any = request.user
        own = list(selectors.offices_of(user))
        return rows.filter(office__in=own) if own else rows

    @display(
        description=_("Status"),
        ordering="status",
        label=tones(InspectionStatus, ordered="warning", presented="info", in_work="info", done="success"),
    )
    def shown_status(self, row: Inspection) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(
        description=_("Result"),
        ordering="result",
        label={"": "plain"} | tones(InspectionResult, as_declared="success", discrepancy="warning", seized="danger"),
    )
    def shown_result(self, row: Inspection) -> tuple[str, str]:
        return row.result, row.get_result_display() or "—"

    @display(description=_("Container, lot"))
    def thing(self, row: Inspection) -> str:
        return linked(row.visit, row.visit.container.number) if row.visit else linked(row.lot)

    @display(description=_("Waiting for"), ordering="ordered_at")
    def age(self, row: Inspection) -> str:
        return timesince(row.ordered_at, timezone.now()) if row.status in OPEN_INSPECTION else "—"

    @display(description=_("Place"))
    def place(self, row: Inspection) -> str:
        if row.status == InspectionStatus.ORDERED and row.zone is None:
            return f"→ {row.block}" if row.block else gettext("to be brought")
        return str(row.block or row.zone or "—")

    @display(description=_("Photos"))
    def photos(self, row: Inspection) -> SafeString:
        kept = Attachment.objects.filter(subject_kind="customs.inspection", subject_id=row.pk).order_by("pk")
        links = ((reverse("attachment", args=[each.public_id]), each.name) for each in kept)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or SafeString("—")

    def enter(self, request: HttpRequest, form: Any) -> tuple[Inspection, Any]:
        asked = form.cleaned_data
        visits, lots = _found(asked["terminal"], words(asked["things"]))
        user: Any = request.user
        made = services.order_inspections(
            asked["office"],
            InspectionKind(asked["kind"]),
            visits=visits,
            lots=lots,
            reason=asked["reason"],
            by=Actor.person(user),
            at=timezone.now(),
        )
        told = gettext("%(count)s inspections ordered: %(numbers)s.")
        return made[0], told % {"count": len(made), "numbers": ", ".join(each.number for each in made)}

    @row_action(_("Presented"), right=RIGHT, when=leads_to(InspectionStatus.PRESENTED))
    def present(self, row: Inspection, *, by: Actor, at: datetime) -> None:
        services.present(row, by=by, at=at)

    @row_action(_("Begin"), right=RIGHT, when=leads_to(InspectionStatus.IN_WORK))
    def begin(self, row: Inspection, *, by: Actor, at: datetime) -> None:
        services.begin(row, by=by, at=at)

    @row_action(_("Finish …"), right=RIGHT, form=FinishForm, when=leads_to(InspectionStatus.DONE))
    def finish(self, row: Inspection, *, by: Actor, at: datetime, **said: Any) -> None:
        photos = [said[name] for name in ("photo_1", "photo_2", "photo_3") if said.get(name)]
        services.finish(
            row,
            InspectionResult(said["result"]),
            finding=said["finding"],
            seals_before=words(said["seals_before"]),
            seals_after=words(said["seals_after"]),
            photos=photos,
            by=by,
            at=at,
        )

    @row_action(_("Call off …"), right=RIGHT, form=WhyForm, when=leads_to(InspectionStatus.CALLED_OFF))
    def call_off(self, row: Inspection, *, by: Actor, at: datetime, reason: str) -> None:
        services.call_off(row, reason=reason, by=by, at=at)


def _found(terminal: Terminal, numbers: list[str]) -> tuple[list[Visit], list[Lot]]:
    """The boxes here or announced, and the lots in stock, by their numbers. Raises ``NoSuchThing``."""
    wanted = [each.upper() for each in numbers]
    states = [VisitState.ACTIVE.value, VisitState.ADVISED.value]
    here = Visit.objects.filter(terminal=terminal, state__in=states, container__number__in=wanted)
    visits = {each.container.number: each for each in here.select_related("container", "terminal").order_by("-state")}
    lots = {each.number: each for each in Lot.objects.in_stock().filter(terminal=terminal, number__in=wanted)}
    unknown = [each for each in wanted if each not in visits and each not in lots]
    if unknown:
        raise NoSuchThing(number=unknown[0])
    return list(visits.values()), list(lots.values())
