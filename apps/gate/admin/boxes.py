"""A box of a truck: looked at on a tablet beside it, its PIN taken, or left behind."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action
from apps.containers.admin.parts import ByNumber, Shown
from apps.gate import services
from apps.gate.admin.forms import InspectForm, PinForm, ReasonForm
from apps.gate.models import AppointmentBox, Inspection
from apps.gate.services import Seen
from apps.gate.services.rows import RIGHT
from apps.parties.actors import Actor


def is_open(box: Any) -> bool:
    """Whether its part of a truck that is here is not over."""
    return box.ended_at is None and box.appointment.is_here


def is_collected(box: Any) -> bool:
    """Whether it is still to go out."""
    return is_open(box) and not box.comes_in


def went_on(box: Any) -> bool:
    """Whether it was collected and has not passed the gate, or has not after all."""
    return not box.comes_in and box.done_at is None


class InspectionInline(Shown):
    """Its receipts."""

    model = Inspection
    tab = False
    fields = ("receipt", "condition", "seals", "remark", "inspected_at", "inspected_by")
    readonly_fields = ("receipt",)

    @display(description=_("receipt"))
    def receipt(self, inspection: Inspection) -> SafeString | str:
        return linked(inspection)


@admin.register(AppointmentBox)
class AppointmentBoxAdmin(ByNumber, Acting, ServiceOwned):
    """Boxes trucks bring and collect, the newest first."""

    terminal_path = "appointment__terminal"
    number_path = "number"
    list_display = ("number", "direction", "truck", "size_type", "visit", "done_at", "ended_at")
    list_filter = ("direction",)
    list_select_related = ("appointment__terminal", "visit__container", "delivery_order", "pin")
    ordering = ("-pk",)
    inlines = (InspectionInline,)
    actions = ("inspect", "present_pin", "take_off", "leave_behind")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("appointment__haulier", "appointment__call", "pin__visit__container")

    @display(description=_("truck"), ordering="appointment__plate")
    def truck(self, box: AppointmentBox) -> SafeString | str:
        return linked(box.appointment)

    @row_action(_("Inspect …"), right=RIGHT, form=InspectForm, when=is_open)
    def inspect(self, row: AppointmentBox, *, by: Actor, at: datetime, seen: Seen) -> None:
        services.inspect(row, seen, by=by, at=at)

    @row_action(_("PIN …"), right=RIGHT, form=PinForm, when=is_collected)
    def present_pin(self, row: AppointmentBox, *, by: Actor, at: datetime, digits: str) -> None:
        services.present_pin(row, digits, by=by, at=at)

    @row_action(_("Take off again …"), right=RIGHT, form=ReasonForm, when=went_on)
    def take_off(self, row: AppointmentBox, *, by: Actor, at: datetime, reason: str) -> None:
        services.take_off(row, reason=reason, by=by, at=at)

    @row_action(_("Leave behind …"), right=RIGHT, form=ReasonForm, when=is_open)
    def leave_behind(self, row: AppointmentBox, *, by: Actor, at: datetime, reason: str) -> None:
        services.leave_behind(row, reason=reason, by=by, at=at)
