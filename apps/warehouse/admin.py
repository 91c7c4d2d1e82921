"""The warehouse's pages: bookings are answered and ended here, zones and closures are edited."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.common.admin import Acting, Configuration, ServiceOwned, row_action, tones
from apps.common.words import sentence
from apps.parties.actors import Actor
from apps.warehouse import services
from apps.warehouse.models import BookedBox, Booking, Closure, DockDoor, Zone
from apps.warehouse.selectors import Occupancy, occupancy
from terminal.errors import Refused
from terminal.lifecycle import BOOKING, BookingStatus

RIGHT = "warehouse.change_booking"
DAYS_SHOWN = 14
OVER = [each.value for each in BookingStatus if BOOKING.is_final(each.value)]
TURN = Case(When(status=BookingStatus.REQUESTED.value, then=0), When(status__in=OVER, then=2), default=1).asc()
"""Where a booking stands in the list: to be answered, under way, over."""

NEXT = Case(When(~Q(status__in=OVER), then="start_at")).asc(nulls_last=True)
"""Those that are not over by their start, the first first; nothing for all others."""


def leads_to(status: BookingStatus) -> Callable[[Any], bool]:
    """Whether a booking's lifecycle has that step now."""
    return lambda booking: BOOKING.can_step(booking.status, status.value)


class ReasonForm(forms.Form):
    """Why; the party reads it."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"size": 60}))


class BoxInline(TabularInline):
    """The containers a booking is for, and which of them it advised."""

    model = BookedBox
    extra = 0
    can_delete = False
    fields = ("visit", "state", "made")
    readonly_fields = fields

    @admin.display(description=_("state"))
    def state(self, box: BookedBox) -> str:
        """Where the box's stay is in its life."""
        return box.visit.get_state_display()

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookedBox]:
        rows: QuerySet[BookedBox] = super().get_queryset(request).select_related("visit__container")
        return rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the booking: they are a part of it."""
        return request.user.has_perm("warehouse.view_booking")


@admin.register(Booking)
class BookingAdmin(Acting, ServiceOwned):
    """Every booking: those that wait for an answer, those that are to come or here, those that are over."""

    list_display = (
        "number",
        "shown_status",
        "where",
        "party",
        "area",
        "start_at",
        "end_at",
        "visit",
        "expires_at",
    )
    list_filter = ("status", "zone", "work")
    search_fields = ("number__startswith", "party__name__istartswith", "reference__startswith")
    list_select_related = ("zone__terminal", "party", "visit__container", "terminal")
    ordering = (TURN, NEXT, "-start_at", "-pk")
    inlines = (BoxInline,)
    actions = ("confirm", "reject", "check_in", "complete", "cancel", "no_show")

    @display(
        description=_("Status"),
        ordering="status",
        label=tones(
            BookingStatus,
            requested="warning",
            waiting="info",
            confirmed="success",
            checked_in="success",
            rejected="danger",
            no_show="danger",
        ),
    )
    def shown_status(self, booking: Booking) -> tuple[str, str]:
        return booking.status, booking.get_status_display()

    @display(description=_("Zone, work"), ordering="zone__code")
    def where(self, booking: Booking) -> str:
        return f"{booking.zone.code} · {booking.get_work_display()}"

    @display(description=_("Area, m²"), ordering="area_m2")
    def area(self, booking: Booking) -> str:
        return f"{booking.area_m2:,.2f}"

    @row_action(_("Confirm"), right=RIGHT, when=leads_to(BookingStatus.CONFIRMED))
    def confirm(self, row: Booking, *, by: Actor, at: datetime) -> None:
        services.confirm(row, by=by, at=at)

    @row_action(_("Reject …"), right=RIGHT, form=ReasonForm, when=leads_to(BookingStatus.REJECTED))
    def reject(self, row: Booking, *, by: Actor, at: datetime, reason: str) -> None:
        services.reject(row, by=by, at=at, reason=reason)

    @row_action(_("Check in"), right=RIGHT, when=leads_to(BookingStatus.CHECKED_IN))
    def check_in(self, row: Booking, *, by: Actor, at: datetime) -> None:
        services.check_in(row, by=by, at=at)

    @row_action(_("Complete"), right=RIGHT, when=leads_to(BookingStatus.COMPLETED))
    def complete(self, row: Booking, *, by: Actor, at: datetime) -> None:
        services.complete(row, by=by, at=at)

    @row_action(_("Cancel …"), right=RIGHT, form=ReasonForm, when=leads_to(BookingStatus.CANCELLED))
    def cancel(self, row: Booking, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel_booking(row, by=by, at=at, reason=reason)

    @row_action(_("Did not come"), right=RIGHT, when=leads_to(BookingStatus.NO_SHOW))
    def no_show(self, row: Booking, *, by: Actor, at: datetime) -> None:
        services.note_no_show(row, by=by, at=at)


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


@admin.register(Zone)
class ZoneAdmin(Configuration):
    """A zone, how full it is in the next 14 days, its closures and doors."""

    form = ZoneForm
    inlines = (ClosureInline, DoorInline)
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


@admin.register(DockDoor)
class DockDoorAdmin(Configuration):
    """Doors, by zone."""

    list_display = ("code", "zone", "terminal")
    list_filter = ("zone",)
    list_select_related = ("zone", "terminal")
