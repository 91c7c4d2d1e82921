"""Boxes, wherever they are, and what travels together."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import ServiceOwned, terminals_with
from apps.containers.admin.parts import ByNumber, Shown
from apps.containers.models import Consignment, Container, Visit


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


@admin.register(Container)
class ContainerAdmin(ByNumber, ServiceOwned):
    """Boxes by number."""

    terminal_path = None
    number_path = "number"
    list_display = ("number", "size_type", "teu", "tare_kg", "here")
    list_filter = ("size_type",)
    search_fields = ("number",)
    ordering = ("number",)
    inlines = (StayInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        stays = Visit.objects.filter(container=OuterRef("pk"), state="active")
        seen = terminals_with(request.user, "containers.view_visit")
        stays = stays if seen is None else stays.filter(terminal__in=seen)
        boxes: QuerySet[Any] = super().get_queryset(request)
        located: QuerySet[Any] = boxes.annotate(here_now=Subquery(stays.values("terminal__name")[:1]))
        return located

    @display(description=_("Here now"), ordering="here_now")
    def here(self, box: Any) -> str:
        return box.here_now or "–"


@admin.register(Consignment)
class ConsignmentAdmin(ServiceOwned):
    """Goods under one set of papers."""

    list_display = ("description", "hs_code", "terminal")
    search_fields = ("description__istartswith", "hs_code__startswith")
    list_select_related = ("terminal",)
    ordering = ("-pk",)
