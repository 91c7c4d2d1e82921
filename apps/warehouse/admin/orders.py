"""Cargo orders are entered, answered, worked and finished here; the tally of each is printed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, said_once, tones
from apps.common.figures import figure
from apps.common.sheets import SheetRefused
from apps.network.entering import Entering
from apps.parties.actors import Actor
from apps.warehouse import papers
from apps.warehouse.admin.bookings import ReasonForm
from apps.warehouse.admin.entering import place_order
from apps.warehouse.admin.order_forms import (
    AcceptForm,
    CountForm,
    FinishForm,
    FoundForm,
    OrderForm,
    StartForm,
    counts_of,
    loaded_of,
    places_of,
    seals_of,
)
from apps.warehouse.models import CargoOrder, DeclaredLot, Reservation
from apps.warehouse.selectors.orders import kept_with, tally_of
from apps.warehouse.services import orders
from terminal.cargo import OrderKind, PackingLine
from terminal.identifiers import require_commodity_code
from terminal.lifecycle import CARGO_ORDER, CargoOrderStatus

RIGHT = "warehouse.change_cargoorder"
OVER = [each.value for each in CargoOrderStatus if CARGO_ORDER.is_final(each.value)]
TURN = Case(When(status=CargoOrderStatus.REQUESTED.value, then=0), When(status__in=OVER, then=2), default=1).asc()
"""Where an order stands in the list: to be answered, under way, over."""

OF_ONE = ("count", "found", "finish", "stop")
"""What is asked line by line, and so of one order alone."""


def leads_to(status: CargoOrderStatus) -> Callable[[Any], bool]:
    """Whether an order's lifecycle has that step now."""
    return lambda order: CARGO_ORDER.can_step(order.status, status.value)


def is_unpacked(order: CargoOrder) -> bool:
    """Whether its goods are being counted."""
    return order.kind == OrderKind.STRIP and order.status == CargoOrderStatus.IN_PROGRESS


LOOK = '<strong class="text-red-600 dark:text-red-500 whitespace-nowrap">{}</strong>'
"""A difference is seen at once."""


class LineInline(TabularInline):
    """What was declared, what was counted, and the difference."""

    model = DeclaredLot
    extra = 0
    hide_title = True
    can_delete = False
    fields = (
        "line",
        "goods",
        "marks",
        "hs_code",
        "customs_status",
        "declared",
        "counted",
        "difference",
        "seen",
        "stock",
    )
    readonly_fields = fields
    verbose_name_plural = _("packing list")

    @admin.display(description=_("declared"))
    def declared(self, line: DeclaredLot) -> str:
        return f"{figure(line.packages)} {line.package_kind} · {figure(line.gross_kg, 3)} kg"

    @admin.display(description=pgettext_lazy("tally", "counted"))
    def counted(self, line: DeclaredLot) -> str:
        found = line.counted
        return "–" if found is None else f"{figure(found.packages)} · {figure(found.gross_kg, 3)} kg"

    @admin.display(description=_("difference"))
    def difference(self, line: DeclaredLot) -> str:
        if line.counted is None:
            return "–"
        by = line.counted - line.declared
        told = f"{by.packages:+d} · {'+' if by.gross_kg > 0 else ''}{figure(by.gross_kg, 3)} kg"
        return "0" if by.is_nothing else format_html(LOOK, told)

    @admin.display(description=_("lot"))
    def stock(self, line: DeclaredLot) -> str:
        return linked(getattr(line, "lot", None))

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeclaredLot]:
        rows: QuerySet[DeclaredLot] = super().get_queryset(request).select_related("lot", "order")
        return rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the order: they are a part of it."""
        return request.user.has_perm("warehouse.view_cargoorder")


class PlannedInline(TabularInline):
    """Lots of stock the order is for."""

    model = Reservation
    extra = 0
    hide_title = True
    can_delete = False
    fields = ("of_lot", "goods", "wanted", "packages", "gross_kg")
    readonly_fields = fields
    verbose_name_plural = _("lots from stock")

    @admin.display(description=_("lot"))
    def of_lot(self, planned: Reservation) -> str:
        return linked(planned.lot)

    @admin.display(description=_("goods"))
    def goods(self, planned: Reservation) -> str:
        return planned.lot.goods

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reservation]:
        rows: QuerySet[Reservation] = super().get_queryset(request).select_related("lot", "order")
        return rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the order."""
        return request.user.has_perm("warehouse.view_cargoorder")


@admin.register(CargoOrder)
class CargoOrderAdmin(Entering, Acting, ServiceOwned):
    """Every order: those that wait for an answer, those under way, those that are over."""

    entering, entering_right, entering_title = OrderForm, RIGHT, _("Enter a cargo order")
    list_display = ("number", "shown_status", "kind", "visit", "party", "zone", "planned_at", "requested_at")
    list_filter = ("status", "kind", "zone")
    search_fields = (
        "number__startswith",
        "party__name__istartswith",
        "reference__startswith",
        "visit__container__number__startswith",
    )
    list_select_related = (
        "terminal",
        "party",
        "visit__container",
        "zone__terminal",
        "next_visit__container",
        "booking",
    )
    ordering = (TURN, "planned_at", "-requested_at", "-pk")
    fields = (
        ("number", "status"), ("kind", "party"), ("visit", "next_visit"), ("zone", "booking"),
        ("gang", "gang_size"), ("equipment", "mixes_customs"), ("reference", "remark"),
        ("requested_at", "planned_at"), ("started_at", "done_at"), ("reason", "tally"), ("files",),
    )  # fmt: skip
    readonly_fields = ("tally", "files")
    actions = ("accept", "reject", "start", "count", "found", "finish", "stop", "cancel")

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """A packing list, or what is taken from stock."""
        return (LineInline,) if obj is None or obj.kind == OrderKind.STRIP else (PlannedInline,)

    def get_actions(self, request: HttpRequest) -> Any:
        """What is asked line by line is not offered in the list."""
        return {name: act for name, act in super().get_actions(request).items() if name not in OF_ONE}

    def get_urls(self) -> Any:
        own = [
            path("<int:number>/tally.pdf", self.admin_site.admin_view(self.tally_pdf_view), name="cargo_tally_pdf"),
            path("<int:number>/tally.csv", self.admin_site.admin_view(self.tally_csv_view), name="cargo_tally_csv"),
        ]
        return [*own, *super().get_urls()]

    def enter(self, request: HttpRequest, form: Any) -> tuple[CargoOrder, Any]:
        """An order that was handed in on paper."""
        try:
            order = place_order(form.cleaned_data, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
        except SheetRefused as refusal:
            where = gettext("Line %(line)s, %(column)s: %(reason)s %(remedy)s")
            for fault in refusal.faults:
                said = {"reason": fault.reason, "remedy": fault.remedy}
                form.add_error("sheet", where % {"line": fault.line, "column": fault.column or "–", **said})
            raise
        return order, gettext("%(order)s is entered.") % {"order": order}

    def tally_pdf_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The tally sheet on paper."""
        user: Any = request.user
        by = user.get_full_name() or user.get_username()
        order = self._seen(request, number)
        content = papers.tally_pdf(tally_of(order), at=timezone.now(), by=by)
        return _file(content, "application/pdf", f"{order.number}.pdf")

    def tally_csv_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The tally for a spreadsheet."""
        order = self._seen(request, number)
        return _file(papers.tally_csv(tally_of(order)), "text/csv; charset=utf-8", f"{order.number}.csv")

    def _seen(self, request: HttpRequest, number: int) -> CargoOrder:
        order: CargoOrder | None = self.get_object(request, str(number))
        if order is None or not self.has_view_permission(request, order):
            raise Http404
        return order

    @display(
        description=_("Status"),
        ordering="status",
        label=tones(
            CargoOrderStatus, requested="warning", accepted="info", in_progress="info", done="success",
            stopped="danger", rejected="danger",
        ),
    )  # fmt: skip
    def shown_status(self, order: CargoOrder) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @admin.display(description=_("tally sheet"))
    def tally(self, order: CargoOrder) -> SafeString:
        look = '<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>'
        links = ((reverse(f"admin:cargo_tally_{kind}", args=[order.pk]), kind.upper()) for kind in ("pdf", "csv"))
        return format_html_join(" · ", look, links)

    @admin.display(description=_("packing list and photos"))
    @said_once
    def files(self, order: CargoOrder) -> SafeString | str:
        links = ((reverse("attachment", args=[each.public_id]), each.name) for each in kept_with(order))
        look = '<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>'
        return format_html_join(" · ", look, links) or "–"

    @row_action(_("Accept …"), right=RIGHT, form=AcceptForm, when=leads_to(CargoOrderStatus.ACCEPTED))
    def accept(self, row: CargoOrder, *, by: Actor, at: datetime, **said: Any) -> None:
        orders.accept_order(row, by=by, at=at, **said)

    @row_action(_("Reject …"), right=RIGHT, form=ReasonForm, when=leads_to(CargoOrderStatus.REJECTED))
    def reject(self, row: CargoOrder, *, by: Actor, at: datetime, reason: str) -> None:
        orders.reject_order(row, reason=reason, by=by, at=at)

    @row_action(_("Start …"), right=RIGHT, form=StartForm, when=leads_to(CargoOrderStatus.IN_PROGRESS))
    def start(self, row: CargoOrder, *, by: Actor, at: datetime, **said: Any) -> None:
        orders.start_order(row, by=by, at=at, **said)

    @row_action(_("Count …"), right=RIGHT, form=CountForm, when=is_unpacked)
    def count(self, row: CargoOrder, *, by: Actor, at: datetime, **said: Any) -> None:
        orders.count_lines(row, counts_of(row, said), by=by, at=at)

    @row_action(_("Found, on no list …"), right=RIGHT, form=FoundForm, when=is_unpacked)
    def found(self, row: CargoOrder, *, by: Actor, at: datetime, seen: str, hs_code: str, **said: Any) -> None:
        goods = PackingLine(line=0, hs_code=require_commodity_code(hs_code), **said)
        orders.add_found(row, goods, by=by, at=at, seen=seen)

    @row_action(_("Finish …"), right=RIGHT, form=FinishForm, when=leads_to(CargoOrderStatus.DONE))
    def finish(self, row: CargoOrder, *, by: Actor, at: datetime, **said: Any) -> None:
        if row.kind == OrderKind.STRIP:
            orders.finish_unpacking(row, by=by, at=at, places=places_of(said))
        elif row.kind == OrderKind.STUFF:
            orders.finish_stuffing(row, by=by, at=at, seals=seals_of(said), loaded=loaded_of(said))
        else:
            orders.finish_withdrawal(row, by=by, at=at, loaded=loaded_of(said))

    @row_action(_("Stop …"), right=RIGHT, form=ReasonForm, when=leads_to(CargoOrderStatus.STOPPED))
    def stop(self, row: CargoOrder, *, by: Actor, at: datetime, reason: str) -> None:
        act = orders.stop_unpacking if row.kind == OrderKind.STRIP else orders.stop_order
        act(row, reason=reason, by=by, at=at)

    @row_action(_("Cancel …"), right=RIGHT, form=ReasonForm, when=leads_to(CargoOrderStatus.CANCELLED))
    def cancel(self, row: CargoOrder, *, by: Actor, at: datetime, reason: str) -> None:
        orders.cancel_order(row, by=by, at=at, reason=reason)


def _file(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
