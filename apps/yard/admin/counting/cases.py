"""What counts found, and how it is cleared up."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, tones
from apps.common.words import sentence
from apps.parties.actors import Actor
from apps.yard.admin.counting.walking import RIGHT
from apps.yard.models import Discrepancy
from apps.yard.services import counting
from terminal.errors import Refused
from terminal.lifecycle import CaseState
from terminal.stocktaking import Finding

FINDINGS: Final = tones(Finding, missing="danger", elsewhere="warning", not_booked="info")
STATES: Final = tones(CaseState, open="warning", corrected="success")
SURE: Final = _("The books will say what was seen. It is journalled.")
OPEN_FIRST: Final = Case(When(state=CaseState.OPEN.value, then=0), default=1).asc()


class ReasonForm(forms.Form):
    """Why the books are right."""

    reason = forms.CharField(label=_("Why"), max_length=200)


def is_open(case: Any) -> bool:
    """Whether it is still to be cleared up."""
    return bool(case.state == CaseState.OPEN)


@admin.register(Discrepancy)
class DiscrepancyAdmin(Acting, ServiceOwned):
    """Boxes that were not where the books have them: the open cases first."""

    terminal_path = "count__terminal"
    list_display = (
        "number", "shown_finding", "booked", "seen_in", "shown_state", "found_at", "closed_by", "note",
    )  # fmt: skip
    list_filter = ("state", "finding", "count__block", ("count", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("count__block", "count__terminal", "visit__container")
    search_fields = ("number__startswith",)
    search_help_text = _("the beginning of a container number")
    ordering = (OPEN_FIRST, "-found_at", "number")
    fields = (
        ("number", "finding"), ("booked", "seen_in"), "state", "box", "count", "found_at",
        ("closed_at", "closed_by"), "note",
    )  # fmt: skip
    readonly_fields = ("seen_in", "box")
    actions = ("correct", "correct_together", "dismiss")

    def get_actions(self, request: HttpRequest) -> Any:
        """In the list cases are corrected together: boxes that were mixed up change places in one breath."""
        offered = super().get_actions(request)
        return {name: action for name, action in offered.items() if name != "correct"}

    @display(description=_("finding"), ordering="finding", label=FINDINGS)
    def shown_finding(self, case: Discrepancy) -> tuple[str, str]:
        """What was found."""
        return case.finding, case.get_finding_display()

    @display(description=_("State"), ordering="state", label=STATES)
    def shown_state(self, case: Discrepancy) -> tuple[str, str]:
        """How far it is."""
        return case.state, case.get_state_display()

    @admin.display(description=_("seen in"))
    def seen_in(self, case: Discrepancy) -> str:
        """The cell, or nowhere."""
        return format_html('<span class="whitespace-nowrap">{}</span>', case.seen or "–")

    @admin.display(description=_("visit"))
    def box(self, case: Discrepancy) -> str:
        """Its page."""
        return linked(case.visit)

    @row_action(_("Correct the books …"), right=RIGHT, sure=SURE, when=is_open)
    def correct(self, case: Discrepancy, *, by: Actor, at: datetime) -> None:
        """The books follow what was seen."""
        counting.correct([case], by=by, at=at)

    @admin.action(description=_("Correct the books, all of these together"), permissions=["do_correct"])
    def correct_together(self, request: HttpRequest, queryset: QuerySet[Discrepancy]) -> None:
        """All or none."""
        by: Actor = request.actor  # type: ignore[attr-defined]
        try:
            done = counting.correct(list(queryset), by=by, at=timezone.now())
        except Refused as refusal:
            self.message_user(request, sentence(refusal.message, refusal.facts), messages.ERROR)
            return
        told = ngettext("%(count)d case corrected.", "%(count)d cases corrected.", len(done)) % {"count": len(done)}
        self.message_user(request, told, messages.SUCCESS)

    @row_action(_("Dismiss …"), right=RIGHT, form=ReasonForm, when=is_open)
    def dismiss(self, case: Discrepancy, *, by: Actor, at: datetime, reason: str) -> None:
        """The books are right."""
        counting.dismiss(case, reason=reason, by=by, at=at)
