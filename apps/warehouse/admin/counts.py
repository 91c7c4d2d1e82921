"""Cycle counts on a tablet: choose a zone, count what lies there without seeing what should, enter it."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.common.admin import Question, ServiceOwned
from apps.common.admin.asking import ask
from apps.common.words import sentence
from apps.network.serving import offered
from apps.warehouse.models import CountedLot, Lot, StockCount, Zone
from apps.warehouse.services import stock
from terminal.errors import Refused

RIGHT: Final = "warehouse.count_stock"
MOST: Final = 200
"""Lots on one page; a larger zone is counted position by position."""


class WhereForm(forms.Form):
    """What is to be counted."""

    zone = forms.ModelChoiceField(label=_("Zone"), queryset=Zone.objects.none(), empty_label=None)
    position = forms.CharField(
        label=_("Position"), max_length=40, required=False, help_text=_("Empty: the whole zone.")
    )


class FiguresForm(Question):
    """A figure a lot, and why; without a word of what is expected."""

    zone = forms.IntegerField(widget=forms.HiddenInput)
    position = forms.CharField(widget=forms.HiddenInput, required=False)
    began_at = forms.CharField(widget=forms.HiddenInput)

    def about(self, rows: list[Any]) -> None:
        """Ask for each lot."""
        for lot in rows:
            said = " · ".join(each for each in (lot.number, lot.position, lot.goods, lot.marks) if each)
            self.fields[f"packages_{lot.pk}"] = forms.IntegerField(
                label=f"{said} ({lot.package_kind})", min_value=0, required=False
            )
            self.fields[f"reason_{lot.pk}"] = forms.CharField(
                label=_("Why, if you think some are missing or too many"), max_length=200, required=False
            )


class CountedInline(TabularInline):
    """What was expected and what was counted."""

    model = CountedLot
    extra = 0
    hide_title = True
    can_delete = False
    fields = ("lot", "expected", "counted", "reason")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[CountedLot]:
        rows: QuerySet[CountedLot] = super().get_queryset(request).select_related("lot", "count")
        return rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the count."""
        return request.user.has_perm("warehouse.view_stockcount")


@admin.register(StockCount)
class StockCountAdmin(ServiceOwned):
    """Counts, the newest first; a new one is entered here."""

    list_display = ("number", "zone", "position", "began_at", "ended_at", "counted_by")
    list_filter = ("zone",)
    list_select_related = ("zone__terminal", "terminal")
    ordering = ("-ended_at", "-pk")
    inlines = (CountedInline,)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(RIGHT))

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.figures_view)
        return [path("figures/", view, name="warehouse_count_figures"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Which zone, or which position of it."""
        form = self._where(request, request.GET if "zone" in request.GET else None)
        if form.is_bound and form.is_valid():
            zone, position = form.cleaned_data["zone"], form.cleaned_data["position"]
            if _lying(zone, position).exists():
                return self._ask(request, zone, position)
            form.add_error(None, gettext("Nothing lies there."))
        return self._page(request, form, method="get")

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """What was counted is entered, or refused with why."""
        if request.method != "POST":
            raise PermissionDenied
        said = request.POST.get("zone", "")
        zones: Any = self._where(request).fields["zone"]
        zone = zones.queryset.filter(pk=said).first() if said.isdecimal() else None
        if zone is None:
            raise PermissionDenied
        position = request.POST.get("position", "")
        return self._ask(request, zone, position)

    def _where(self, request: HttpRequest, given: Any = None) -> forms.Form:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        rows = offered(request, RIGHT)
        form = ask(WhereForm, [], {row.pk for row in rows}, given)
        form.fields["zone"].queryset = Zone.objects.filter(terminal__in=rows, active=True).order_by("code")  # type: ignore[attr-defined]
        return form

    def _ask(self, request: HttpRequest, zone: Zone, position: str) -> HttpResponse:
        found = list(_lying(zone, position)[:MOST])
        form: Any = ask(FiguresForm, found, set(), request.POST if request.method == "POST" else None)
        began = timezone.now().isoformat()
        for name, value in (("zone", zone.pk), ("position", position), ("began_at", began)):
            form.fields[name].initial = value
        if request.method == "POST" and form.is_valid() and (count := _entered(request, zone, position, found, form)):
            self.message_user(request, gettext("%(count)s is entered.") % {"count": count}, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:warehouse_stockcount_change", args=[count.pk]))
        return self._page(request, form, method="post")

    def _page(self, request: HttpRequest, form: forms.Form, *, method: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Count stock"),
            "form": form,
            "method": method,
            "to": reverse("admin:warehouse_count_figures") if method == "post" else "",
            "opts": self.model._meta,
            "back": reverse("admin:warehouse_stockcount_changelist"),
        }
        return TemplateResponse(request, "warehouse/count.html", context)


def _lying(zone: Zone, position: str) -> QuerySet[Lot]:
    """What lies there, in the order in which one walks by."""
    lots = Lot.objects.in_stock().filter(zone=zone, **({"position": position} if position else {}))
    return lots.order_by("position", "number")


def _began(said: str, at: datetime) -> datetime:
    """The moment the page was made, which came back with it."""
    try:
        began = parse_datetime(said)
    except ValueError:
        began = None
    if began is None or began.tzinfo is None or began > at:
        raise PermissionDenied
    return began


def _entered(request: HttpRequest, zone: Zone, position: str, lots: list[Lot], form: Any) -> StockCount | None:
    said = form.cleaned_data
    figures = [
        stock.Counted(lot=lot, packages=said[f"packages_{lot.pk}"], reason=said[f"reason_{lot.pk}"])
        for lot in lots
        if said[f"packages_{lot.pk}"] is not None
    ]
    by, at = request.actor, timezone.now()  # type: ignore[attr-defined]
    began = _began(said["began_at"], at)
    try:
        return stock.count_stock(zone, figures, began_at=began, by=by, at=at, position=position)
    except Refused as refusal:
        form.add_error(None, sentence(refusal.message, refusal.facts))
        return None
