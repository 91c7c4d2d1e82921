"""Stock on the screen: every lot with what may be done to it, what lay there at a past moment, and counts."""

from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, tones
from apps.common.admin.asking import ask
from apps.common.figures import figure
from apps.common.words import sentence
from apps.network.serving import offered
from apps.parties.actors import Actor
from apps.warehouse.admin.stock_forms import (
    MomentForm,
    ReleaseForm,
    ReserveForm,
    SplitForm,
    TransferForm,
    WithdrawForm,
)
from apps.warehouse.models import Lot, LotMovement, Reservation
from apps.warehouse.selectors.stock import Holding, holdings, stock_at
from apps.warehouse.services import stock
from terminal.stock import Amount, CustomsStatus, total

RIGHT: Final = "warehouse.change_lot"
RELEASE: Final = "warehouse.release_lot"


def is_there(lot: Lot) -> bool:
    """Whether anything is left of it."""
    return lot.packages > 0


class MovementInline(TabularInline):
    """Everything that came and went."""

    model = LotMovement
    extra = 0
    hide_title = True
    can_delete = False
    fields = ("happened_at", "kind", "packages", "gross_kg", "zone", "position", "owner", "for_order", "reason", "by")
    readonly_fields = fields
    verbose_name_plural = _("movements")

    @admin.display(description=_("order"))
    def for_order(self, movement: LotMovement) -> str:
        return linked(movement.order) if movement.order else movement.reference or "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[LotMovement]:
        rows: QuerySet[LotMovement] = super().get_queryset(request)
        return rows.select_related("zone__terminal", "owner", "order", "lot").order_by("happened_at", "pk")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the lot."""
        return request.user.has_perm("warehouse.view_lot")


class ReservationInline(TabularInline):
    """Who has which packages."""

    model = Reservation
    extra = 0
    hide_title = True
    can_delete = False
    fields = ("for_order", "reference", "wanted", "packages", "made_at", "made_by")
    readonly_fields = fields

    @admin.display(description=_("order"))
    def for_order(self, reservation: Reservation) -> str:
        return linked(reservation.order)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reservation]:
        rows: QuerySet[Reservation] = super().get_queryset(request).select_related("order", "lot")
        return rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the lot."""
        return request.user.has_perm("warehouse.view_lot")


class ThereFilter(admin.SimpleListFilter):
    """In stock, unless all are asked for."""

    title = _("in stock")
    parameter_name = "there"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("gone", pgettext_lazy("goods", "gone")), ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lot]) -> QuerySet[Lot]:
        wanted = {"gone": {"packages": 0}, "all": {}}.get(self.value() or "", {"packages__gt": 0})
        return queryset.filter(**wanted)

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [first | {"display": _("in stock")}, *others]


@admin.register(Lot)
class LotAdmin(Acting, ServiceOwned):
    """What lies in the warehouse, the first received first."""

    list_before_template = "warehouse/_to_stock.html"
    list_display = (
        "number", "goods", "owner", "zone", "position", "there", "reserved_packages", "weight", "shown_customs",
        "visit",
    )  # fmt: skip
    list_filter = (ThereFilter, "zone", "customs_status", "chilled", ("owner", admin.RelatedOnlyFieldListFilter))
    search_fields = (
        "number__startswith", "goods__icontains", "owner__name__istartswith", "marks__icontains", "hs_code__startswith",
        "visit__container__number__startswith",
    )  # fmt: skip
    list_select_related = ("terminal", "owner", "zone__terminal", "visit__container")
    ordering = ("received_at", "pk")
    fields = (
        ("number", "owner"), ("goods", "marks"), ("hs_code", "origin"), ("there", "reserved_packages"),
        ("weight", "volume"), ("zone", "position"), ("customs_status", "customs_reference"), "kept_here",
        ("visit", "from_order"), ("parent", "imdg_class"), ("received_at", "moved_at"),
    )  # fmt: skip
    readonly_fields = ("there", "weight", "volume", "from_order", "kept_here")
    inlines = (MovementInline, ReservationInline)
    actions = ("withdraw", "split", "transfer", "reserve", "end_reservations", "release")

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.stock_at_view)
        return [path("at/", view, name="warehouse_stock_at"), *super().get_urls()]

    def stock_at_view(self, request: HttpRequest) -> HttpResponse:
        """What lay there at a moment, whose it was then."""
        rows = offered(request, "warehouse.view_lot")
        given = request.GET if "at" in request.GET else None
        form: Any = ask(MomentForm, [], {row.pk for row in rows}, given)
        form.fields["terminal"].queryset = rows
        form.fields["at"].initial = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Stock at a past moment"),
            "opts": self.model._meta,
            "form": form,
            **(_shown(form.cleaned_data) if given is not None and form.is_valid() else {}),
        }
        return TemplateResponse(request, "warehouse/stock_at.html", context)

    @admin.display(description=_("packages"), ordering="packages")
    def there(self, lot: Lot) -> str:
        return f"{figure(lot.packages)} {lot.package_kind}"

    @admin.display(description=_("gross weight, kg"), ordering="gross_kg")
    def weight(self, lot: Lot) -> str:
        return figure(lot.gross_kg, 3)

    @admin.display(description=_("volume, m³"), ordering="volume_m3")
    def volume(self, lot: Lot) -> str:
        return figure(lot.volume_m3, 3) if lot.volume_m3 else "–"

    @display(
        description=_("Customs status"),
        ordering="customs_status",
        label=tones(CustomsStatus, free="success", bonded="info", in_transit="info", unknown="warning"),
    )
    def shown_customs(self, lot: Lot) -> tuple[str, str]:
        return lot.customs_status, lot.get_customs_status_display()

    @admin.display(description=_("kept here"))
    def kept_here(self, lot: Lot) -> str:
        return " ".join(sentence(each.message, each.facts) for each in stock.stops(lot)) or "–"

    @admin.display(description=_("unpacked by"))
    def from_order(self, lot: Lot) -> str:
        return linked(lot.line.order) if lot.line else "–"

    @row_action(pgettext_lazy("goods", "Hand out …"), right=RIGHT, form=WithdrawForm, when=is_there)
    def withdraw(self, row: Lot, *, by: Actor, at: datetime, packages: int, **said: Any) -> None:
        stock.withdraw(row, packages, by=by, at=at, **said)

    @row_action(_("Split …"), right=RIGHT, form=SplitForm, when=is_there)
    def split(self, row: Lot, *, by: Actor, at: datetime, packages: int, position: str, **said: Any) -> None:
        stock.split_lot(row, packages, by=by, at=at, position=position or None, **said)

    @row_action(_("Transfer …"), right=RIGHT, form=TransferForm, when=is_there)
    def transfer(self, row: Lot, *, by: Actor, at: datetime, **said: Any) -> None:
        stock.transfer(row, by=by, at=at, **said)

    @row_action(_("Reserve …"), right=RIGHT, form=ReserveForm, when=is_there)
    def reserve(self, row: Lot, *, by: Actor, at: datetime, packages: int, reference: str) -> None:
        stock.reserve(row, packages, by=by, at=at, reference=reference)

    @row_action(
        _("End reservations"),
        right=RIGHT,
        sure=_("What was kept back without an order is free again; what orders need stays reserved."),
        when=lambda lot: lot.reserved_packages > 0,
    )
    def end_reservations(self, row: Lot, *, by: Actor, at: datetime) -> None:
        for each in Reservation.objects.filter(lot=row, order=None, packages__gt=0):
            stock.end_reservation(each, by=by, at=at)

    @row_action(_("Customs' word …"), right=RELEASE, form=ReleaseForm, when=is_there)
    def release(self, row: Lot, *, by: Actor, at: datetime, status: str, reference: str) -> None:
        stock.release_lot(row, CustomsStatus(status), reference=reference, by=by, at=at)


def _shown(asked: dict[str, Any]) -> dict[str, Any]:
    found = holdings(stock_at(asked["terminal"], asked["at"], owner=asked["owner"], zone=asked["zone"]))
    all_of_it = total(Amount(each.packages, each.gross_kg, each.volume_m3) for each in found)
    facts = {
        "packages": figure(all_of_it.packages),
        "kg": figure(all_of_it.gross_kg, 3),
        "m3": figure(all_of_it.volume_m3, 3),
    }
    said = gettext("%(packages)s packages · %(kg)s kg · %(m3)s m³") % facts
    return {"shown": True, "rows": [_line(each) for each in found], "sum": said}


def _line(row: Holding) -> tuple[str, Holding, str, str, str]:
    return linked(row.lot), row, figure(row.packages), figure(row.gross_kg, 3), figure(row.volume_m3, 3)
