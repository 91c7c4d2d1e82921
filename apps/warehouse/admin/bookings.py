"""Bookings are answered and ended here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, row_action, tones
from apps.parties.actors import Actor
from apps.warehouse import services
from apps.warehouse.models import BookedBox, Booking
from apps.warehouse.services.changing import CHANGEABLE
from apps.warehouse.services.wishes import SMALLEST_M2
from terminal.lifecycle import BOOKING, BookingStatus

RIGHT = "warehouse.change_booking"
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


class ChangeForm(forms.Form):
    """Another area or time. The old one is kept until the new one is had; what is left empty stays."""

    area_m2 = forms.DecimalField(
        label=_("Area, m²"), required=False, min_value=SMALLEST_M2, max_digits=9, decimal_places=2
    )
    start_at = forms.DateTimeField(label=_("From"), required=False, help_text=_("In the site's time."))
    end_at = forms.DateTimeField(label=_("To"), required=False, help_text=_("In the site's time."))


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
    actions = ("confirm", "reject", "check_in", "complete", "change", "cancel", "no_show")

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

    @row_action(_("Change …"), right=RIGHT, form=ChangeForm, when=lambda booking: booking.status in CHANGEABLE)
    def change(self, row: Booking, *, by: Actor, at: datetime, **wanted: Any) -> None:
        services.change_booking(row, services.BookingChange(**wanted), by=by, at=at)

    @row_action(_("Cancel …"), right=RIGHT, form=ReasonForm, when=leads_to(BookingStatus.CANCELLED))
    def cancel(self, row: Booking, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel_booking(row, by=by, at=at, reason=reason)

    @row_action(_("Did not come"), right=RIGHT, when=leads_to(BookingStatus.NO_SHOW))
    def no_show(self, row: Booking, *, by: Actor, at: datetime) -> None:
        services.note_no_show(row, by=by, at=at)
