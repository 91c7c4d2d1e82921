"""Cases of the anti-smuggling branch, for its officers alone: to everybody else there are none."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action
from apps.common.models import Attachment
from apps.containers.models import Visit
from apps.customs.admin.parts import PartOfIt
from apps.customs.models import Case, CaseNote, Office
from apps.customs.selectors.smuggling import BRANCH, cases_of
from apps.customs.services import smuggling
from apps.network.entering import Entering
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.lifecycle import VisitState

RIGHT = "customs.change_case"


class OpenForm(forms.Form):
    """Whose case, about what, over which boxes."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.filter(kind__in=BRANCH, active=True))
    title = forms.CharField(label=_("Title"), max_length=200)
    boxes = forms.CharField(
        label=_("Containers"), required=False, help_text=_("Their numbers, with blanks between them."), max_length=1000
    )


class BoxesForm(forms.Form):
    """Further boxes."""

    boxes = forms.CharField(label=_("Containers"), help_text=_("Their numbers, with blanks between them."))


class NoteForm(forms.Form):
    """What is written into the file."""

    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 4, "cols": 60}))


class FileForm(forms.Form):
    """A paper or a photo."""

    file = forms.FileField(label=_("File"))


class CloseForm(forms.Form):
    """How it ended."""

    outcome = forms.CharField(label=_("Outcome"), max_length=200)
    lift = forms.BooleanField(label=_("Let the containers go"), required=False)


class NoteInline(PartOfIt):
    """The file, the first entry first."""

    model = CaseNote
    fields = ("written_at", "written_by", "text")
    readonly_fields = fields


@admin.register(Case)
class CaseAdmin(Entering, Acting, ServiceOwned):
    """Open cases first. Only officers of the branch see any; being a superuser is not enough."""

    entering, entering_right, entering_title = OpenForm, "customs.add_case", _("Open a case")
    list_display = ("number", "title", "office", "opened_at", "closed_at", "outcome")
    list_filter = ("office", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("number__startswith",)
    list_select_related = ("office", "terminal")
    ordering = ("closed_at", "-opened_at", "-pk")
    readonly_fields = ("boxes", "files")
    exclude = ("visits",)
    inlines = (NoteInline,)
    actions = ("add_boxes", "add_note", "add_file", "close")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        user: Any = request.user
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(pk__in=cases_of(user).values("pk"))

    def enter(self, request: HttpRequest, form: Any) -> tuple[Case, Any]:
        told, by = form.cleaned_data, request.actor  # type: ignore[attr-defined]
        boxes = _boxes(told["boxes"], told["office"].terminal)
        case = smuggling.open_case(told["office"], title=told["title"], visits=boxes, by=by, at=timezone.now())
        return case, gettext("%(number)s is open.") % {"number": case.number}

    @display(description=_("Containers"))
    def boxes(self, case: Case) -> SafeString:
        visits = case.visits.select_related("container").order_by("pk")
        return format_html_join(", ", "{}", ((linked(each),) for each in visits)) or SafeString("—")

    @display(description=_("Files"))
    def files(self, case: Case) -> SafeString:
        kept = Attachment.objects.filter(subject_kind="customs.case", subject_id=case.pk).order_by("pk")
        told = ((reverse("attachment", args=[each.public_id]), each.name) for each in kept)
        return format_html_join(", ", '<a href="{}">{}</a>', told) or SafeString("—")

    @row_action(_("Add containers …"), right=RIGHT, form=BoxesForm, when=lambda case: case.closed_at is None)
    def add_boxes(self, case: Case, *, by: Actor, at: datetime, boxes: str) -> None:
        smuggling.add_boxes(case, _boxes(boxes, case.terminal), by=by, at=at)

    @row_action(_("Write a note …"), right=RIGHT, form=NoteForm, when=lambda case: case.closed_at is None)
    def add_note(self, case: Case, *, by: Actor, at: datetime, text: str) -> None:
        smuggling.add_note(case, text=text, by=by, at=at)

    @row_action(_("Add a file …"), right=RIGHT, form=FileForm, when=lambda case: case.closed_at is None)
    def add_file(self, case: Case, *, by: Actor, at: datetime, file: Any) -> None:
        smuggling.add_file(case, file, name=file.name, by=by, at=at)

    @row_action(_("Close …"), right=RIGHT, form=CloseForm, when=lambda case: case.closed_at is None)
    def close(self, case: Case, *, by: Actor, at: datetime, outcome: str, lift: bool) -> None:
        smuggling.close_case(case, outcome=outcome, lift=lift, by=by, at=at)


def _boxes(numbers: str, terminal: Terminal) -> list[Visit]:
    """The visits of these boxes that are not over. Raises ``NoSuchContainerHere``: neither here nor announced."""
    wanted = [each.upper() for each in numbers.replace(",", " ").split()]
    under_way = [VisitState.ADVISED.value, VisitState.ACTIVE.value]
    found = list(Visit.objects.filter(container__number__in=wanted, terminal=terminal, state__in=under_way))
    missing = sorted(set(wanted) - {visit.container.number for visit in found})
    if missing:
        raise smuggling.NoSuchContainerHere(number=missing[0])
    return found
