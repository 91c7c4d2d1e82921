"""Appointments at the doors, how long work takes there, and series of bookings."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, Configuration, ServiceOwned, row_action, tones
from apps.common.models import choices
from apps.network.entering import Entering
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse import services
from apps.warehouse.admin.plan import Planned
from apps.warehouse.models import BookingSeries, DockAppointment, DockDuration
from terminal.docks import DockWork, Handover
from terminal.lifecycle import DOCK_APPOINTMENT, DockStatus

RIGHT: Final = "warehouse.change_dockappointment"


def leads_to(status: DockStatus) -> Callable[[Any], bool]:
    """Whether an appointment's lifecycle has that step now."""
    return lambda row: DOCK_APPOINTMENT.can_step(row.status, status.value)


class DoorForm(forms.Form):
    """An appointment at a door, made for a party."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    party = forms.ModelChoiceField(label=_("Party"), queryset=Party.objects.filter(active=True))
    work = forms.ChoiceField(label=_("Work"), choices=choices(DockWork))
    handover = forms.ChoiceField(label=_("Truck waits or leaves"), choices=choices(Handover))
    start_at = forms.DateTimeField(label=_("From"), help_text=_("In the site's time."))
    door = forms.CharField(label=_("Dock door"), max_length=10, required=False, help_text=_("Empty: the best one."))
    plate = forms.CharField(label=_("Plate"), max_length=20, required=False)
    reference = forms.CharField(label=_("Party's reference"), max_length=60, required=False)


class MoveForm(forms.Form):
    """Another time or door. The old one is kept until the new one is had."""

    start_at = forms.DateTimeField(label=_("From"), required=False, help_text=_("In the site's time."))
    door = forms.CharField(label=_("Dock door"), max_length=10, required=False)


class ReasonForm(forms.Form):
    """Why; the party reads it."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"size": 60}))


@admin.register(DockAppointment)
class DockAppointmentAdmin(Planned, Entering, Acting, ServiceOwned):
    """Who stands at which door when. The plan of a day is drawn on a page of its own."""

    entering, entering_right, entering_title = DoorForm, RIGHT, _("Give a door")
    list_display = ("number", "shown_status", "door", "work", "handover", "party", "plate", "start_at", "end_at")
    list_filter = ("status", "work", "door__zone", ("start_at", admin.DateFieldListFilter))
    search_fields = ("number__startswith", "plate__icontains", "party__name__istartswith")
    list_select_related = ("door__zone", "party", "terminal", "visit__container")
    ordering = ("-start_at", "-pk")
    actions = ("arrive", "begin", "finish", "move", "cancel", "no_show")

    @display(
        description=_("Status"),
        ordering="status",
        label=tones(DockStatus, booked="info", arrived="success", in_work="success", no_show="warning"),
    )
    def shown_status(self, row: DockAppointment) -> tuple[str, str]:
        return row.status, row.get_status_display()

    def enter(self, request: HttpRequest, form: Any) -> tuple[DockAppointment, Any]:
        """The door is given at once, or the form says when one is free."""
        said = dict(form.cleaned_data)
        by: Actor = request.actor  # type: ignore[attr-defined]
        row = services.book_dock(door=said.pop("door") or None, by=by, at=timezone.now(), **said)
        return row, gettext("%(number)s: door %(door)s.") % {"number": row.number, "door": row.door.code}

    @row_action(_("Is at the door"), right=RIGHT, when=leads_to(DockStatus.ARRIVED))
    def arrive(self, row: DockAppointment, *, by: Actor, at: datetime) -> None:
        services.arrive_at_dock(row, by=by, at=at)

    @row_action(_("Work begins"), right=RIGHT, when=leads_to(DockStatus.IN_WORK))
    def begin(self, row: DockAppointment, *, by: Actor, at: datetime) -> None:
        services.start_at_dock(row, by=by, at=at)

    @row_action(_("Done"), right=RIGHT, when=leads_to(DockStatus.DONE))
    def finish(self, row: DockAppointment, *, by: Actor, at: datetime) -> None:
        services.finish_at_dock(row, by=by, at=at)

    @row_action(_("Another time …"), right=RIGHT, form=MoveForm, when=leads_to(DockStatus.ARRIVED))
    def move(self, row: DockAppointment, *, by: Actor, at: datetime, start_at: Any, door: str) -> None:
        services.change_dock(row, by=by, at=at, start_at=start_at, door=door or None)

    @row_action(_("Cancel …"), right=RIGHT, form=ReasonForm, when=leads_to(DockStatus.CANCELLED))
    def cancel(self, row: DockAppointment, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel_dock(row, by=by, at=at, reason=reason)

    @row_action(_("Did not come"), right=RIGHT, when=leads_to(DockStatus.NO_SHOW))
    def no_show(self, row: DockAppointment, *, by: Actor, at: datetime) -> None:
        services.note_dock_no_show(row, by=by, at=at)


@admin.register(DockDuration)
class DockDurationAdmin(Configuration):
    """How long each kind of work takes at a door."""

    list_display = ("work", "handover", "length_ft", "minutes", "terminal")
    list_filter = ("work", "handover")
    list_select_related = ("terminal",)


@admin.register(BookingSeries)
class BookingSeriesAdmin(Acting, ServiceOwned):
    """Bookings that come again. What became of each day stands with its bookings."""

    list_display = ("number", "zone", "party", "area_m2", "first_on", "last_on", "cancelled_at")
    list_filter = ("zone",)
    search_fields = ("number__startswith", "party__name__istartswith")
    list_select_related = ("zone__terminal", "party", "terminal")
    ordering = ("-pk",)
    actions = ("cancel",)

    @row_action(
        _("Cancel the rest …"),
        right="warehouse.change_booking",
        form=ReasonForm,
        when=lambda row: row.cancelled_at is None,
    )
    def cancel(self, row: BookingSeries, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel_series(row, by=by, at=at, reason=reason)
