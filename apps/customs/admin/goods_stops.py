"""Goods in the warehouse that customs keeps here: those that stand first."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, tones
from apps.customs import services
from apps.customs.models import GoodsStop
from apps.parties.actors import Actor
from terminal.readiness.facts import HoldKind


@admin.register(GoodsStop)
class GoodsStopAdmin(Acting, ServiceOwned):
    """What keeps goods here. An officer of the office that keeps them lets them go."""

    list_display = ("thing", "shown_kind", "office", "reference", "reason", "placed_at", "lifted_at")
    list_filter = ("kind", "office", ("lifted_at", admin.EmptyFieldListFilter))
    search_fields = ("lot__number__startswith", "reference__startswith")
    list_select_related = ("lot", "office", "terminal")
    actions = ("lift",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.order_by(F("lifted_at").desc(nulls_first=True), "placed_at", "pk")

    @display(description=_("Lot"), ordering="lot__number")
    def thing(self, row: GoodsStop) -> str:
        return linked(row.lot)

    @display(
        description=_("Kind"),
        ordering="kind",
        label=tones(HoldKind, hold="warning", inspection="info", seizure="danger"),
    )
    def shown_kind(self, row: GoodsStop) -> tuple[str, str]:
        return row.kind, row.get_kind_display()

    @row_action(
        _("Let the goods go"),
        right="customs.change_declaration",
        sure=_("Nothing of this stop keeps the goods here any more."),
        when=lambda row: row.lifted_at is None and row.kind != HoldKind.INSPECTION,
    )
    def lift(self, row: GoodsStop, *, by: Actor, at: datetime) -> None:
        services.lift_goods_stop(row, by=by, at=at)
