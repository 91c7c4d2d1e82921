"""Places on trains: who booked them, who waits for them, and how many each destination has."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, F, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.common.admin import Acting, Question, ServiceOwned, row_action, tones
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.models import BookedSlot, SlotBooking, TrainQuota
from terminal.lifecycle import SLOT_BOOKING, SlotBookingState

BOOKING_RIGHT = "trains.change_slotbooking"
QUOTA_RIGHT = "trains.change_trainquota"
TURN = Case(
    When(state=SlotBookingState.WAITING.value, then=0), When(state=SlotBookingState.CONFIRMED.value, then=1), default=2
).asc()
"""Where a booking stands in the list: waiting, held, over."""


class ReasonForm(forms.Form):
    """Why; the party reads it."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"size": 60}))


class PlacesForm(Question):
    """How many TEU the destination is to have."""

    teu = forms.DecimalField(label=_("TEU"), max_digits=6, decimal_places=2, min_value=0, localize=False)

    def about(self, rows: list[Any]) -> None:
        """Begin with what one has now."""
        if len(rows) == 1:
            self.fields["teu"].initial = rows[0].teu


class SlotInline(TabularInline):
    """The containers that use a booking."""

    model = BookedSlot
    extra = 0
    can_delete = False
    fields = ("visit", "state")
    readonly_fields = fields

    @admin.display(description=_("state"))
    def state(self, slot: BookedSlot) -> str:
        """Where the box's stay is in its life."""
        return slot.visit.get_state_display()

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookedSlot]:
        rows: QuerySet[BookedSlot] = super().get_queryset(request).select_related("visit__container")
        return rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the booking: they are a part of it."""
        return request.user.has_perm("trains.view_slotbooking")


@admin.register(SlotBooking)
class SlotBookingAdmin(Acting, ServiceOwned):
    """Every booking of places: those that wait in their turn, those that hold places, those that are over."""

    terminal_path = "train__call__terminal"
    list_display = ("number", "shown_state", "train", "destination", "teu", "boxes", "party", "departs", "booked_at")
    list_filter = ("state", "destination")
    search_fields = ("number__startswith", "party__name__istartswith", "train__call__number__istartswith")
    search_help_text = _("the beginning of a booking's number, a party's name or a train's number")
    list_select_related = ("train__call__terminal", "train__service", "party")
    ordering = (TURN, F("train__call__scheduled_departure_at").desc(nulls_last=True), "booked_at", "pk")
    inlines = (SlotInline,)
    actions = ("confirm", "cancel")

    @display(
        description=_("State"),
        ordering="state",
        label=tones(SlotBookingState, waiting="warning", confirmed="success", used="success", cancelled="danger"),
    )
    def shown_state(self, booking: SlotBooking) -> tuple[str, str]:
        return booking.state, booking.get_state_display()

    @admin.display(description=_("departs"), ordering="train__call__scheduled_departure_at")
    def departs(self, booking: SlotBooking) -> Any:
        """When the train leaves, by the best word on it."""
        return booking.train.call.expected_departure_at

    @row_action(
        _("Give places now"),
        right=BOOKING_RIGHT,
        when=lambda booking: SLOT_BOOKING.can_step(booking.state, SlotBookingState.CONFIRMED.value),
        sure=_("It is served before those who have waited longer."),
    )
    def confirm(self, row: SlotBooking, *, by: Actor, at: datetime) -> None:
        services.confirm_slots(row, by=by, at=at)

    @row_action(
        _("Cancel …"),
        right=BOOKING_RIGHT,
        form=ReasonForm,
        when=lambda booking: SLOT_BOOKING.can_step(booking.state, SlotBookingState.CANCELLED.value),
    )
    def cancel(self, row: SlotBooking, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel_slots(row, by=by, at=at, reason=reason)


@admin.register(TrainQuota)
class TrainQuotaAdmin(Acting, ServiceOwned):
    """How many TEU each destination has on each train, and how many of them are held; the next trains first."""

    terminal_path = "train__call__terminal"
    list_display = ("train", "where", "departs", "teu", "held_teu", "free")
    list_filter = ("destination", "train__service")
    search_fields = ("train__call__number__istartswith",)
    search_help_text = _("the beginning of a train number")
    list_select_related = ("train__call__terminal",)
    ordering = (F("train__call__scheduled_departure_at").desc(nulls_last=True), "train_id", "destination")
    actions = ("change_places",)

    @admin.display(description=_("destination"), ordering="destination")
    def where(self, quota: TrainQuota) -> Any:
        return quota.destination or _("all others")

    @admin.display(description=_("departs"), ordering="train__call__scheduled_departure_at")
    def departs(self, quota: TrainQuota) -> Any:
        """When the train leaves, by the best word on it."""
        return quota.train.call.expected_departure_at

    @admin.display(description=_("free, TEU"))
    def free(self, quota: TrainQuota) -> Decimal:
        return quota.teu - quota.held_teu

    @row_action(_("More or fewer places …"), right=QUOTA_RIGHT, form=PlacesForm)
    def change_places(self, row: TrainQuota, *, by: Actor, at: datetime, teu: Decimal) -> None:
        services.change_places(row, teu=teu, by=by, at=at)
