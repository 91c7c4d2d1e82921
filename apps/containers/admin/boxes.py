"""Boxes, wherever they are, and what travels together."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, terminals_with
from apps.containers import services
from apps.containers.admin.parts import JOURNEYS, ByNumber, Shown
from apps.containers.admin.visits import HoldForm
from apps.containers.models import AllowedNumber, Consignment, Container, FormerNumber, Hold, Visit, VisitQuerySet
from apps.parties.actors import Actor
from terminal.readiness import Owner, Step


class StayInline(Shown):
    """The box's stays at the terminals the reader serves, the newest first."""

    model = Visit
    fields = ("terminal", "state", "position", "arrived_at", "departed_at", "arrival_call", "departure_call")
    ordering = ("-pk",)
    tab = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        stays = super().get_queryset(request).select_related("terminal", "arrival_call", "departure_call", "container")
        seen = terminals_with(request.user, "containers.view_visit")
        shown: QuerySet[Any] = stays if seen is None else stays.filter(terminal__in=seen)
        return shown


class AllowedInline(Shown):
    """Who answered for a number outside ISO 6346, and why."""

    model = AllowedNumber
    fields = ("wrong", "reason", "terminal", "allowed_at", "allowed_by")
    show_change_link = False
    tab = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("containers.view_container")) and _is_odd(obj)


class FormerVisitInline(Shown):
    """Stays that were first written down under this number, and went on under the right one."""

    model = FormerNumber
    fields = ("goes_on", "reason", "joined_at", "joined_by")
    readonly_fields = ("goes_on",)
    show_change_link = False
    tab = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("containers.view_visit"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("visit__container")
        seen = terminals_with(request.user, "containers.view_visit")
        shown: QuerySet[Any] = rows if seen is None else rows.filter(visit__terminal__in=seen)
        return shown

    @display(description=_("Goes on under"))
    def goes_on(self, former: FormerNumber) -> str:
        return linked(former.visit)


def _seen(request: HttpRequest) -> VisitQuerySet:
    """Visits at the terminals where the reader may see them."""
    seen = terminals_with(request.user, "containers.view_visit")
    return Visit.objects.all() if seen is None else Visit.objects.filter(terminal__in=seen)


def _is_odd(box: Any) -> bool:
    return box is None or AllowedNumber.objects.filter(container=box).exists()


@admin.register(Container)
class ContainerAdmin(ByNumber, ServiceOwned):
    """Boxes by number."""

    terminal_path = None
    number_path = "number"
    list_display = ("number", "size_type", "teu", "tare_kg", "here")
    list_filter = ("size_type",)
    search_fields = ("number",)
    ordering = ("number",)
    readonly_fields = ("journeys",)
    inlines = (StayInline, FormerVisitInline, AllowedInline)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The box with the journeys that its reader may know of."""
        box = super().get_object(request, object_id, from_field)
        if box is not None:
            stays = _seen(request).filter(container=box.pk)
            box.journeys_told = next((told for teller in JOURNEYS if (told := teller(stays))), "–")
        return box

    @display(description=_("Journeys"))
    def journeys(self, box: Any) -> str:
        told: str = box.journeys_told
        return told

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        stays = _seen(request).filter(container=OuterRef("pk"), state="active")
        boxes: QuerySet[Any] = super().get_queryset(request)
        located: QuerySet[Any] = boxes.annotate(here_now=Subquery(stays.values("terminal__name")[:1]))
        return located

    @display(description=_("Here now"), ordering="here_now")
    def here(self, box: Any) -> str:
        return box.here_now or "–"


class GroupHoldInline(Shown):
    """Holds on all boxes of the consignment."""

    model = Hold
    fields = ("owner", "step", "reason", "reference", "placed_at", "placed_by", "lifted_at", "lifted_by")
    ordering = ("lifted_at", "-placed_at")


@admin.register(Consignment)
class ConsignmentAdmin(Acting, ServiceOwned):
    """Goods under one set of papers."""

    list_display = ("description", "hs_code", "terminal")
    search_fields = ("description__istartswith", "hs_code__startswith")
    list_select_related = ("terminal",)
    ordering = ("-pk",)
    inlines = (GroupHoldInline,)
    actions = ("place_hold",)

    @row_action(_("Place hold …"), right="containers.change_hold", form=HoldForm)
    def place_hold(
        self, goods: Consignment, *, by: Actor, at: datetime, owner: str, step: str, reason: str, reference: str
    ) -> None:
        blocked = Step(step) if step else None
        new = services.NewHold(consignment=goods, owner=Owner(owner), step=blocked, reason=reason, reference=reference)
        services.place_holds([new], by=by, at=at)
