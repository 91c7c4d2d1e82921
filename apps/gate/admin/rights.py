"""Delivery orders and PINs; a PIN's digits are shown nowhere."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Acting, ServiceOwned, row_action
from apps.containers.admin.parts import ByNumber
from apps.gate import services
from apps.gate.admin.forms import OrderForm
from apps.gate.models import DeliveryOrder, ReleasePin
from apps.gate.selectors import visit_of
from apps.gate.services.rights import RIGHT
from apps.network.entering import Entering
from apps.parties.actors import Actor


def is_usable(right: DeliveryOrder | ReleasePin) -> bool:
    """Whether there is anything to take back."""
    return right.revoked_at is None and right.used_at is None


@admin.register(DeliveryOrder)
class DeliveryOrderAdmin(Entering, ByNumber, Acting, ServiceOwned):
    """Who may collect which box, the newest order first."""

    entering, entering_right, entering_title = OrderForm, RIGHT, _("Enter a delivery order")

    terminal_path = "visit__terminal"
    list_display = ("number", "visit", "haulier", "issued_by", "valid_until", "revoked_at", "used_at")
    list_filter = ("haulier", ("used_at", admin.EmptyFieldListFilter))
    list_select_related = ("visit__container", "visit__terminal", "haulier", "issued_by")
    ordering = ("-issued_at", "-pk")
    actions = ("revoke",)

    @row_action(_("Take back"), right=RIGHT, when=is_usable, sure=_("Nobody collects a box under it any more."))
    def revoke(self, row: DeliveryOrder, *, by: Actor, at: datetime) -> None:
        services.revoke_delivery_order(row, by=by, at=at)

    def enter(self, request: HttpRequest, form: Any) -> tuple[DeliveryOrder, Any]:
        """An order that was handed in on paper."""
        said, by, at = form.cleaned_data, request.actor, timezone.now()  # type: ignore[attr-defined]
        visit = visit_of(said["issued_by"], said.pop("terminal"), said.pop("number"), at)
        if visit is None:
            raise services.MayNotRelease
        order = services.issue_delivery_order(visit, by=by, at=at, **said)
        return order, gettext("%(order)s is entered.") % {"order": order}


@admin.register(ReleasePin)
class ReleasePinAdmin(ByNumber, Acting, ServiceOwned):
    """PINs, the newest first: whose, and how often they were mistaken."""

    terminal_path = "visit__terminal"
    list_display = ("visit", "issued_by", "issued_at", "valid_until", "mistakes", "locked_at", "revoked_at", "used_at")
    list_filter = (("locked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("visit__container", "visit__terminal", "issued_by")
    ordering = ("-issued_at", "-pk")
    actions = ("revoke_pin",)

    @row_action(_("Take back"), right=RIGHT, when=is_usable, sure=_("It opens nothing any more."))
    def revoke_pin(self, row: ReleasePin, *, by: Actor, at: datetime) -> None:
        services.revoke_pin(row, by=by, at=at)
