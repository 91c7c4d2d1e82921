"""Tariffs, their versions and the holiday calendars. A version is edited until something was charged by it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.admin import TabularInline

from apps.billing.models import CalendarYear, CountedCalendar, FreeTimeRule, PieceRate, Tariff, TariffVersion, TierRule
from apps.billing.services.tariffs import require_calendar, require_whole, saving_tariff
from apps.common.admin import Configuration
from apps.common.words import sentence
from terminal.errors import Refused


def was_charged(version: TariffVersion | None) -> bool:
    """Whether anything was charged by it; asked once for the row in hand."""
    if version is None or not version.pk:
        return False
    known: dict[str, Any] = version.__dict__
    if "_was_charged" not in known:
        known["_was_charged"] = version.lines.exists()
    return bool(known["_was_charged"])


def was_counted(year: CalendarYear | None) -> bool:
    """Whether days of it may stand in a document: another calendar under its name would be taken for it."""
    if year is None or not year.pk:
        return False
    return CountedCalendar.objects.filter(terminal=year.terminal_id, name__startswith=f"{year.name} ").exists()


class RuleInline(TabularInline):
    """Rules of a version; to be read once it was charged by."""

    extra = 0
    raw_id_fields: tuple[str, ...] = ("customer",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not was_charged(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not was_charged(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not was_charged(obj)


class FreeTimeInline(RuleInline):
    """Free days, by what boxes they are for."""

    model = FreeTimeRule


class TierInline(RuleInline):
    """Prices per TEU and day, from which chargeable day on."""

    model = TierRule


class RateInline(RuleInline):
    """Prices of one m²·day, package or lift."""

    model = PieceRate
    raw_id_fields = ()


class Refusing(Configuration):
    """A table whose rows the rules of charges may refuse: told on the page, and nothing is kept."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            self.message_user(request, sentence(refusal.message, refusal.facts), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return answer


@admin.register(Tariff)
class TariffAdmin(Refusing):
    """Price lists, and which of them a terminal charges by."""

    list_display = ("code", "terminal", "currency", "calendar", "in_use", "payment_days")
    list_select_related = ("terminal",)

    def save_model(self, request: HttpRequest, obj: Tariff, form: Any, change: bool) -> None:
        with saving_tariff():
            super().save_model(request, obj, form, change)


@admin.register(TariffVersion)
class TariffVersionAdmin(Refusing):
    """Versions of tariffs with all their rules. Between two versions there is no day without a price."""

    terminal_path = "tariff__terminal"
    list_display = ("tariff", "name", "valid_from", "valid_until", "vat_rate")
    list_filter = ("tariff",)
    list_select_related = ("tariff__terminal",)
    inlines = (FreeTimeInline, TierInline, RateInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("tariff", "name", "valid_from", "vat_rate") if was_charged(obj) else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not was_charged(obj)

    def save_model(self, request: HttpRequest, obj: TariffVersion, form: Any, change: bool) -> None:
        with saving_tariff():
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The rules are saved, and the tariff is asked whether it can be charged by as it is now."""
        with saving_tariff():
            super().save_related(request, form, formsets, change)
        require_whole(form.instance.tariff)


class CalendarForm(forms.ModelForm[CalendarYear]):
    """A calendar's days, which are looked at together."""

    class Meta:
        model = CalendarYear
        exclude: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                require_calendar(CalendarYear(**data))
            except Refused as refusal:
                raise ValidationError(sentence(refusal.message, refusal.facts)) from refusal
        return data


@admin.register(CalendarYear)
class CalendarYearAdmin(Configuration):
    """Holidays, and the days of a weekend that are worked for them."""

    form = CalendarForm
    list_display = ("name", "terminal", "first_on", "last_on")
    list_filter = ("name",)
    list_select_related = ("terminal",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not was_counted(obj)
