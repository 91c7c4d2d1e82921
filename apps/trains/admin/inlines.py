"""A train's wagons in their order, and what stands on each."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline

from apps.common.admin import linked
from apps.common.figures import figure
from apps.trains.models import Wagon, WagonLoad


class WagonInline(TabularInline):
    """Wagons, to be read; who wants to set one out opens it."""

    model = Wagon
    extra = 0
    can_delete = False
    hide_title = True
    ordering = ("sequence",)
    fields = ("place", "wagon", "kind", "tare", "came", "leaves", "set_out_at")
    readonly_fields = fields
    verbose_name_plural = gettext_lazy("wagons in their order, and what stands on them")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wagon]:
        wagons: QuerySet[Wagon] = super().get_queryset(request)
        loads = WagonLoad.objects.select_related("visit__container").order_by("place")
        return wagons.prefetch_related(Prefetch("loads", queryset=loads))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("no."))
    def place(self, wagon: Wagon) -> int:
        return wagon.sequence

    @admin.display(description=gettext_lazy("wagon"))
    def wagon(self, wagon: Wagon) -> SafeString:
        return format_html("{} <small>{}</small>", linked(wagon, wagon.number), wagon.scheme)

    @admin.display(description=gettext_lazy("type"))
    def kind(self, wagon: Wagon) -> str:
        return wagon.wagon_type or "–"

    @admin.display(description=gettext_lazy("tare, kg"))
    def tare(self, wagon: Wagon) -> str:
        return figure(wagon.tare_kg) if wagon.tare_kg else "–"

    @admin.display(description=gettext_lazy("came with"))
    def came(self, wagon: Wagon) -> SafeString | str:
        return boxes_of(wagon, WagonLoad.Leg.ARRIVING, _("discharged"))

    @admin.display(description=gettext_lazy("leaves with"))
    def leaves(self, wagon: Wagon) -> SafeString | str:
        return boxes_of(wagon, WagonLoad.Leg.DEPARTING, _("loaded"))


def boxes_of(wagon: Wagon, leg: str, done: str) -> SafeString | str:
    """Each box of the leg on a line: number, size-type, weight, and whether it is done."""
    loads = [load for load in wagon.loads.all() if load.leg == leg]
    return format_html_join("", "<div>{} <small>{}{}</small></div>", (_box(load, done) for load in loads)) or "–"


def _box(load: WagonLoad, done: str) -> tuple[str, str, str]:
    visit = load.visit
    weight = f" · {figure(visit.gross_kg)} kg" if visit.gross_kg else ""
    return linked(visit), f"{visit.size_type}{weight}", f" · ✓ {done}" if load.done_at else ""
