"""The trouble desk: what is open first."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action
from apps.gate import services
from apps.gate.admin.forms import ResolveForm
from apps.gate.models import TroubleCase
from apps.gate.services.rows import RIGHT
from apps.parties.actors import Actor


@admin.register(TroubleCase)
class TroubleCaseAdmin(Acting, ServiceOwned):
    """Cases: the open ones first, the oldest of them first."""

    terminal_path = "appointment__terminal"
    list_display = ("kind", "truck", "box", "note", "opened_at", "opened_by", "resolution", "resolved_at")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "kind")
    list_select_related = ("appointment__terminal", "appointment__haulier", "box__appointment")
    search_fields = ("appointment__plate__icontains", "appointment__number__iendswith", "box__number__istartswith")
    ordering = (F("resolved_at").desc(nulls_first=True), "opened_at", "pk")
    actions = ("resolve",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("appointment__call")

    @display(description=_("truck"), ordering="appointment__plate")
    def truck(self, case: TroubleCase) -> SafeString | str:
        return linked(case.appointment)

    @row_action(_("Resolve …"), right=RIGHT, form=ResolveForm, when=lambda case: case.resolved_at is None)
    def resolve(self, row: TroubleCase, *, by: Actor, at: datetime, resolution: str) -> None:
        services.resolve_trouble(row, resolution=resolution, by=by, at=at)
