"""Zones, how full they are, their closures and doors."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.common.admin import Configuration
from apps.common.words import sentence
from apps.parties.actors import Actor
from apps.warehouse import services
from apps.warehouse.admin.occupancy import Occupied
from apps.warehouse.models import Booking, Closure, DockDoor, PartyInZone, Zone, ZoneEquipment
from apps.warehouse.selectors import Occupancy, occupancy
from terminal.errors import Refused

DAYS_SHOWN = 14
BOOKINGS_SHOWN = 50


class ZoneForm(forms.ModelForm[Zone]):
    """A zone's data; its area is refused here when more is booked."""

    class Meta:
        model = Zone
        exclude: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        area: dict[str, Any] = {name: data.get(name) for name in ("usable_m2", "overbooking_percent")}
        if self.instance.pk and None not in area.values():
            try:
                services.require_area(self.instance, at=timezone.now(), **area)
            except Refused as refusal:
                raise ValidationError({"usable_m2": sentence(refusal.message, refusal.facts)}) from refusal
        return data


class ClosureInline(TabularInline):
    """Closures of the zone."""

    model = Closure
    extra = 0


class DoorInline(TabularInline):
    """Doors of the zone."""

    model = DockDoor
    extra = 0


class EquipmentInline(TabularInline):
    """What goods are moved with in the zone."""

    model = ZoneEquipment
    extra = 0


class PartyInline(TabularInline):
    """Parties that are confirmed otherwise than the zone does with all."""

    model = PartyInZone
    extra = 0


@admin.register(Zone)
class ZoneAdmin(Occupied, Configuration):
    """A zone, how full it is in the next 14 days, its closures and doors."""

    form = ZoneForm
    inlines = (ClosureInline, DoorInline, EquipmentInline, PartyInline)
    list_display = ("code", "name", "kind", "usable_m2", "overbooking_percent", "opens_at", "closes_at", "active")
    list_filter = ("kind", "active")
    list_select_related = ("terminal",)
    readonly_fields = ("next_days",)

    def save_model(self, request: HttpRequest, obj: Zone, form: Any, change: bool) -> None:
        """The area goes through its service, which also holds against a booking made at this moment."""
        if change:
            wanted = {"usable_m2": obj.usable_m2, "overbooking_percent": obj.overbooking_percent}
            by: Actor = request.actor  # type: ignore[attr-defined]
            services.resize_zone(Zone.objects.get(pk=obj.pk), by=by, at=timezone.now(), **wanted)
            obj.version = Zone.objects.values_list("version", flat=True).get(pk=obj.pk)
        super().save_model(request, obj, form, change)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As Django's; a refusal of the last moment is told on the page."""
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            self.message_user(request, sentence(refusal.message, refusal.facts), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return answer

    @admin.display(description=_("Held in the next 14 days"))
    def next_days(self, zone: Zone) -> str:
        """One row per half-day: the share held as a bar, and the m²."""
        if not zone.pk:
            return "—"
        today = timezone.now().astimezone(zone.terminal.zone).date()
        rows = format_html_join("", ROW, (_bar(each) for each in occupancy(zone, today, DAYS_SHOWN)))
        return format_html('<table class="w-full text-xs">{}</table>', rows)


ROW = (
    '<tr><td style="white-space:nowrap;padding-right:1em">{}</td><td style="width:70%">'
    '<svg width="100%" height="10" role="img" aria-label="{} %"><rect width="100%" height="10" fill="#e5e7eb"/>'
    '<rect width="{}%" height="10" fill="{}"/></svg></td>'
    '<td style="text-align:right;white-space:nowrap;padding-left:1em">{} / {} m²</td></tr>'
)


def _bar(each: Occupancy) -> tuple[str, str, str, str, str, str]:
    percent = 100 * each.used_m2 / each.capacity_m2
    when = f"{each.half_day.day:%d.%m.} {'12–24' if each.half_day.half else '00–12'}"
    colour = "#dc2626" if percent > 85 else "#d97706" if percent > 75 else "#16a34a"
    return when, f"{percent:.0f}", f"{percent:.1f}", colour, f"{each.used_m2:,.0f}", f"{each.capacity_m2:,.0f}"


@admin.register(Closure)
class ClosureAdmin(Configuration):
    """Times in which a zone takes nothing in."""

    terminal_path = "zone__terminal"
    list_display = ("zone", "start_at", "end_at", "reason")
    list_filter = ("zone",)
    list_select_related = ("zone",)
    readonly_fields = ("bookings_in_it",)

    @admin.display(description=_("Bookings in it"))
    def bookings_in_it(self, closure: Closure) -> str:
        """What was booked before the zone was closed: it stands, and whoever closes the zone has to speak to them."""
        if not closure.pk:
            return "—"
        held = closure.zone.bookings.holding_space().overlapping(closure.start_at, closure.end_at)
        rows = held.select_related("party").order_by("start_at", "pk")[:BOOKINGS_SHOWN]
        links = format_html_join(
            mark_safe("<br>"), '<a class="underline" href="{}">{}</a> {} · {} m²', map(_told, rows)
        )
        more = held.count() - BOOKINGS_SHOWN
        return format_html("{}<br>+{}", links, more) if more > 0 else links or "—"


def _told(booking: Booking) -> tuple[str, str, str, str]:
    url = reverse("admin:warehouse_booking_change", args=[booking.pk])
    return url, booking.number, booking.party.name, f"{booking.area_m2:,.0f}"


@admin.register(DockDoor)
class DockDoorAdmin(Configuration):
    """Doors, by zone."""

    list_display = ("code", "zone", "active", "terminal")
    list_filter = ("zone",)
    list_select_related = ("zone", "terminal")
