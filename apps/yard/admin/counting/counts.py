"""Counts on the screen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count as Number
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Acting, ServiceOwned, row_action, terminals_with
from apps.common.admin.asking import ask
from apps.common.admin.sheets import Sheets, TakeInForm
from apps.common.words import sentence
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.yard.admin.counting.papers import SHEET, booked_sheet
from apps.yard.admin.counting.walking import RIGHT, Walking
from apps.yard.models import Block, Count, Discrepancy, Sighting
from apps.yard.services import counting
from terminal.errors import Refused
from terminal.lifecycle import CaseState


class StartForm(forms.Form):
    """What is to be counted."""

    block = forms.ModelChoiceField(label=_("Block"), queryset=Block.objects.order_by("terminal", "code"))
    row = forms.IntegerField(
        label=_("Row"), min_value=1, required=False, help_text=_("Empty: the whole block, row after row.")
    )


def is_open(count: Any) -> bool:
    """Whether somebody is still counting."""
    return count.closed_at is None


LINK = '<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>'


@admin.register(Count)
class CountAdmin(Walking, Sheets, Acting, ServiceOwned):
    """Looks at blocks and rows: those under way first."""

    sheets = {"receive_count": SHEET}
    sheet_right = RIGHT
    list_display = ("place", "started_at", "started_by", "looked_at", "found", "closed_at", "walk")
    list_filter = ("block", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("block", "terminal")
    search_fields = ("block__code__istartswith",)
    ordering = ("-closed_at", "-started_at")
    fields = ("place", "started_at", "started_by", "looked_at", "found", "closed_at", "walk")
    readonly_fields = ("place", "looked_at", "found", "walk")
    actions = ("receive_count", "close_count")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With what was looked at and the open cases."""
        rows: QuerySet[Any] = super().get_queryset(request)
        cases = Discrepancy.objects.filter(count=OuterRef("pk"))
        found: QuerySet[Any] = rows.annotate(
            cells_seen=_how_many(Sighting.objects.filter(count=OuterRef("pk"))),
            cases=_how_many(cases),
            open_cases=_how_many(cases.filter(state=CaseState.OPEN.value)),
        )
        return found

    @admin.display(description=_("place"), ordering="block__code")
    def place(self, count: Count) -> str:
        """Block and row."""
        return str(count)

    @admin.display(description=_("looked at"))
    def looked_at(self, count: Any) -> str:
        """How many cells of it."""
        return ngettext("%(n)d cell", "%(n)d cells", count.cells_seen) % {"n": count.cells_seen}

    @admin.display(description=_("discrepancies"))
    def found(self, count: Any) -> str:
        """How many, and how many of them are open."""
        if count.closed_at is None:
            return "–"
        to = f"{reverse('admin:yard_discrepancy_changelist')}?count__id__exact={count.pk}"
        told = gettext("%(open)d open of %(all)d") % {"open": count.open_cases, "all": count.cases}
        return format_html(LINK, to, told)

    @admin.display(description=_("with a phone"))
    def walk(self, count: Count) -> str:
        """The way to the page for walking."""
        to = reverse("admin:yard_count_walk", args=[count.pk])
        return format_html(LINK, to, _("Count")) if is_open(count) else "–"

    def get_urls(self) -> Any:
        """The sheet of a count with what is booked."""
        view = self.admin_site.admin_view(self.booked_view)
        return [path("<int:pk>/booked.csv", view, name="yard_count_booked"), *super().get_urls()]

    def booked_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is booked, as a sheet to be corrected."""
        count: Any = self.get_object(request, str(pk))
        if count is None:
            raise Http404
        return booked_sheet(count)

    def _context(self, request: HttpRequest, action: str, row: Any, asked: Any) -> dict[str, Any]:
        """The sheet to fill in is the count's own."""
        own = {"patterns": {"CSV": reverse("admin:yard_count_booked", args=[row.pk])}}
        return {**super()._context(request, action, row, asked), **own}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may say where boxes stand may count them."""
        return bool(request.user.has_perm(RIGHT))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """What is to be counted, and the count it becomes."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        served = terminals_with(request.user, RIGHT)
        where = set(Terminal.objects.values_list("pk", flat=True)) if served is None else served
        form: Any = ask(StartForm, [], where, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and (count := _start(request, form)):
            self.message_user(request, gettext("%(place)s is being counted.") % {"place": count}, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:yard_count_change", args=[count.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Begin to count"),
            "form": form,
            "opts": self.model._meta,
            "back": reverse("admin:yard_count_changelist"),
        }
        return TemplateResponse(request, "common/enter.html", context)

    @row_action(_("From a sheet …"), right=RIGHT, form=TakeInForm, when=is_open)
    def receive_count(self, count: Count, *, by: Actor, at: datetime, sheet: UUID) -> None:
        """Take in what the sheet says."""
        counting.receive_count(count, sheet, by=by, at=at)

    @row_action(
        _("Close the count …"),
        right=RIGHT,
        sure=_("Every difference becomes a case; stacks nobody looked at are not judged."),
        when=is_open,
    )
    def close_count(self, count: Count, *, by: Actor, at: datetime) -> None:
        """Compare with the books."""
        counting.close_count(count, by=by, at=at)


def _how_many(rows: QuerySet[Any]) -> Coalesce:
    """The number of rows of a queryset about the outer one; each by itself, so that none multiplies another."""
    return Coalesce(Subquery(rows.order_by().values("count").annotate(n=Number("pk")).values("n")), 0)


def _start(request: HttpRequest, form: Any) -> Count | None:
    """The count; None when it was refused, and then the form says why."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    try:
        return counting.start_count(form.cleaned_data["block"], form.cleaned_data["row"], by=by, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, sentence(refusal.message, refusal.facts))
        return None
