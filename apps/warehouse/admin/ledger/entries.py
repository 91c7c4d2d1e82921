"""Goods in bond: entries with their ledgers, and what is done with the goods."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, row_action
from apps.network.entering import Entering
from apps.parties.actors import Actor
from apps.warehouse.admin.ledger.copies import COPIES, said_in
from apps.warehouse.admin.ledger.forms import (
    AmendForm,
    DestroyForm,
    ExtendForm,
    HandlingForm,
    OpenForm,
    ProcessForm,
    RepackForm,
    SampleForm,
    TakeInForm,
)
from apps.warehouse.models import BondedEntry, LedgerRow, Lot, ProcessingRun
from apps.warehouse.services import bonded
from terminal.bonded import BondedRegime
from terminal.throughput import site_day

RIGHT = "warehouse.change_bondedentry"
SOON_DAYS = 30


def is_open(entry: BondedEntry) -> bool:
    """Whether its ledger is still written."""
    return entry.closed_at is None


def holds_something(entry: BondedEntry) -> bool:
    """Whether something can be done with goods under it."""
    return is_open(entry) and entry.gross_kg > 0


def _nowrap(figures: str) -> SafeString:
    return format_html('<span style="white-space:nowrap">{}</span>', figures)


class PartOfAnEntry(TabularInline):
    """Rows that belong to an entry and are only read."""

    fk_name = "entry"
    extra = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the entry: they are a part of it."""
        return request.user.has_perm("warehouse.view_bondedentry")


class RowInline(PartOfAnEntry):
    """The ledger: what was written, and what was there after it."""

    model = LedgerRow
    fields = ("number", "happened_at", "kind", "lot", "figures", "after", "said", "by")
    readonly_fields = fields
    ordering = ("number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerRow]:
        rows: QuerySet[LedgerRow] = super().get_queryset(request).select_related("lot", "amends", "entry")
        return rows

    @admin.display(description=_("packages, kg"))
    def figures(self, row: LedgerRow) -> str:
        return _nowrap(f"{row.packages:+,} · {row.gross_kg:+,.3f} kg")

    @admin.display(description=_("in bond after it"))
    def after(self, row: LedgerRow) -> str:
        return _nowrap(f"{row.packages_after:,} · {row.gross_kg_after:,.3f} kg")

    @admin.display(description=_("customs document, note"))
    def said(self, row: LedgerRow) -> str:
        return said_in(row) or "–"


class RunInline(PartOfAnEntry):
    """Runs of processing, the latest first."""

    model = ProcessingRun
    fields = (
        "number", "ran_at", "input_kg", "added_kg", "output_kg", "waste_kg", "loss_kg", "yield_percent", "in_norm",
        "note",
    )  # fmt: skip
    readonly_fields = fields
    ordering = ("-ran_at",)


@admin.register(BondedEntry)
class BondedEntryAdmin(Entering, Acting, ServiceOwned):
    """Entries under which goods are in bond: those whose period ends first stand first, closed ones last."""

    entering = OpenForm
    entering_right = RIGHT
    entering_title = _("Open an entry")
    list_display = ("number", "document", "owner", "regime", "goods", "there", "period")
    list_filter = ("regime", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = (
        "number__startswith",
        "document__startswith",
        "owner__name__istartswith",
        "lots__number__startswith",
    )
    search_help_text = _("the beginning of a number, of customs' document, of an owner's name or of a lot's number")
    list_select_related = ("terminal", "owner")
    ordering = (F("closed_at").asc(nulls_first=True), "ends_on", "pk")
    inlines = (RowInline, RunInline)
    actions = ("take_in", "handling", "repack", "sample", "destroy", "process", "amend", "extend", "close")
    readonly_fields = ("there", "copies")

    def get_inlines(self, request: HttpRequest, obj: BondedEntry | None) -> Any:
        """Runs where goods are processed."""
        processed = obj is not None and obj.regime == BondedRegime.PROCESSING
        return self.inlines if processed else (RowInline,)

    @display(description=_("In bond"), ordering="gross_kg")
    def there(self, entry: BondedEntry) -> str:
        return _nowrap(f"{entry.packages:,} · {entry.gross_kg:,.3f} kg")

    @display(
        description=_("Period"),
        ordering="ends_on",
        label={"over": "danger", "soon": "warning", "runs": "success", "empty": "info", "closed": "info"},
    )
    def period(self, entry: BondedEntry) -> tuple[str, str]:
        left = (entry.ends_on - site_day(timezone.now(), entry.terminal.zone)).days
        if entry.closed_at:
            return "closed", gettext("closed")
        if not entry.gross_kg:
            return "empty", f"{entry.ends_on:%Y-%m-%d}"
        return "over" if left < 0 else "soon" if left <= SOON_DAYS else "runs", f"{entry.ends_on:%Y-%m-%d}"

    @admin.display(description=_("to be taken along"))
    def copies(self, entry: BondedEntry) -> SafeString:
        links = ((reverse(f"admin:bonded_ledger_{kind}", args=[entry.pk]), kind.upper()) for kind in COPIES)
        look = '<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>'
        return format_html_join(" · ", look, links)

    def enter(self, request: HttpRequest, form: Any) -> tuple[BondedEntry, Any]:
        entry = bonded.open_entry(by=request.actor, at=timezone.now(), **form.cleaned_data)  # type: ignore[attr-defined]
        return entry, gettext("%(entry)s is open.") % {"entry": entry}

    def get_urls(self) -> Any:
        own = [
            path(
                f"<int:number>/ledger.{kind}",
                self.admin_site.admin_view(self._view(kind)),
                name=f"bonded_ledger_{kind}",
            )
            for kind in COPIES
        ]
        return [*own, *super().get_urls()]

    def _view(self, kind: str) -> Callable[[HttpRequest, int], HttpResponse]:
        def view(request: HttpRequest, number: int) -> HttpResponse:
            entry = self.get_object(request, str(number))
            if entry is None or not self.has_view_permission(request, entry):
                raise Http404
            return COPIES[kind](request, entry)

        return view

    @row_action(_("Take lots in …"), right=RIGHT, form=TakeInForm, when=is_open)
    def take_in(self, row: BondedEntry, *, by: Actor, at: datetime, lots: list[Lot]) -> None:
        bonded.take_into_bond(row, lots, by=by, at=at)

    @row_action(_("Note handling …"), right=RIGHT, form=HandlingForm, when=holds_something)
    def handling(self, row: BondedEntry, *, by: Actor, at: datetime, lot: Lot, note: str) -> None:
        bonded.note_handling(lot, note=note, by=by, at=at)

    @row_action(_("Repack …"), right=RIGHT, form=RepackForm, when=holds_something)
    def repack(self, row: BondedEntry, *, by: Actor, at: datetime, lot: Lot, **said: Any) -> None:
        bonded.repack(lot, by=by, at=at, **said)

    @row_action(_("Take a sample …"), right=RIGHT, form=SampleForm, when=holds_something)
    def sample(self, row: BondedEntry, *, by: Actor, at: datetime, lot: Lot, **said: Any) -> None:
        bonded.take_sample(lot, by=by, at=at, **said)

    @row_action(_("Destroy …"), right=RIGHT, form=DestroyForm, when=holds_something)
    def destroy(self, row: BondedEntry, *, by: Actor, at: datetime, lot: Lot, packages: int, **said: Any) -> None:
        bonded.destroy(lot, packages, by=by, at=at, **said)

    @row_action(
        _("Process …"),
        right=RIGHT,
        form=ProcessForm,
        when=lambda entry: holds_something(entry) and entry.regime == BondedRegime.PROCESSING,
    )
    def process(self, row: BondedEntry, *, by: Actor, at: datetime, **said: Any) -> None:
        used = [bonded.Used(lot=lot, packages=lot.packages) for lot in said["lots"]]
        bonded.process(
            row,
            used=used,
            made=_made(said),
            zone=said["zone"],
            added_kg=said["added_kg"],
            loss_kg=said["loss_kg"],
            note=said["note"],
            by=by,
            at=at,
        )

    @row_action(_("Amend a row …"), right=RIGHT, form=AmendForm, when=is_open)
    def amend(self, row: BondedEntry, *, by: Actor, at: datetime, **said: Any) -> None:
        bonded.amend_row(said.pop("wrong"), by=by, at=at, **said)

    @row_action(_("Extend the period …"), right=RIGHT, form=ExtendForm, when=is_open)
    def extend(self, row: BondedEntry, *, by: Actor, at: datetime, ends_on: date, document: str) -> None:
        bonded.extend_period(row, ends_on=ends_on, document=document, by=by, at=at)

    @row_action(
        _("Close"),
        right=RIGHT,
        sure=_("A closed ledger is written no more."),
        when=lambda entry: is_open(entry) and not entry.gross_kg and not entry.packages,
    )
    def close(self, row: BondedEntry, *, by: Actor, at: datetime) -> None:
        bonded.close_entry(row, by=by, at=at)


def _made(said: dict[str, Any]) -> list[bonded.Product]:
    product = bonded.Product(
        goods=said["goods"],
        hs_code=said["hs_code"],
        packages=said["packages"],
        package_kind=said["package_kind"],
        gross_kg=said["output_kg"],
    )
    if not said["waste_kg"]:
        return [product]
    waste = bonded.Product(
        goods=said["waste_goods"],
        hs_code=said["waste_hs_code"],
        packages=said["waste_packages"],
        package_kind=said["package_kind"],
        gross_kg=said["waste_kg"],
        waste=True,
    )
    return [product, waste]
