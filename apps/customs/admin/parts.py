"""What belongs to a declaration, on its page: goods, lots, papers, amendments, guarantees; and what is done with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.common.admin import linked, row_action, tones
from apps.customs import services
from apps.customs.models import Amendment, Declaration, DeclarationDocument, DeclaredGoods, DeclaredLot, GuaranteeCharge
from apps.parties.actors import Actor
from terminal.lifecycle import AmendmentStatus
from terminal.money import money

RIGHT = "customs.change_declaration"


class PartOfIt(TabularInline):
    """Rows that belong to a declaration and are only read."""

    extra = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the declaration: they are a part of it."""
        return request.user.has_perm("customs.view_declaration")


class LineInline(PartOfIt):
    """The goods, line by line."""

    model = DeclaredGoods
    fields = ("line", "hs_code", "goods", "origin", "packages", "gross_kg", "value")
    readonly_fields = fields

    @admin.display(description=_("value"))
    def value(self, row: DeclaredGoods) -> str:
        return money(row.value_minor, row.currency)


class LotInline(PartOfIt):
    """The lots in the warehouse, and how much of each."""

    model = DeclaredLot
    fields = ("goods", "packages", "status", "entry")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeclaredLot]:
        rows: QuerySet[DeclaredLot] = super().get_queryset(request)
        return rows.select_related("lot__entry", "declaration")

    @admin.display(description=_("lot"))
    def goods(self, row: DeclaredLot) -> str:
        return linked(row.lot, f"{row.lot.number} · {row.lot.goods}")

    @admin.display(description=_("customs status"))
    def status(self, row: DeclaredLot) -> str:
        return row.lot.get_customs_status_display()

    @admin.display(description=_("in bond under"))
    def entry(self, row: DeclaredLot) -> str:
        return linked(row.lot.entry)


class DocumentInline(PartOfIt):
    """The papers, each to be read."""

    model = DeclarationDocument
    fields = ("kind", "number", "paper", "added_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeclarationDocument]:
        rows: QuerySet[DeclarationDocument] = super().get_queryset(request)
        return rows.select_related("file", "declaration")

    @admin.display(description=_("file"))
    def paper(self, row: DeclarationDocument) -> str:
        to = reverse("admin:customs_declaration_document", args=[row.declaration_id, row.public_id])
        return format_html('<a href="{}">{}</a>', to, row.file.name)


class AmendmentInline(PartOfIt):
    """What who declares asked to be changed, and what became of it."""

    model = Amendment
    fields = ("number", "shown_status", "reason", "changed", "asked_at", "asked_by", "decided_by", "answer")
    readonly_fields = fields

    @display(
        description=_("Status"),
        label=tones(AmendmentStatus, asked="warning", accepted="success", refused="danger"),
    )
    def shown_status(self, row: Amendment) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @admin.display(description=_("said → is to say"))
    def changed(self, row: Amendment) -> SafeString:
        told = ((name, _plain(row.before.get(name)), _plain(row.changes[name])) for name in row.changes)
        return format_html_join("", "<div><b>{}</b>: {} → {}</div>", told)


class ChargeInline(PartOfIt):
    """What it takes of a guarantee."""

    model = GuaranteeCharge
    fields = ("security", "amount", "taken_at", "freed_at", "freed_by")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[GuaranteeCharge]:
        rows: QuerySet[GuaranteeCharge] = super().get_queryset(request)
        return rows.select_related("guarantee__party", "declaration")

    @admin.display(description=_("guarantee"))
    def security(self, row: GuaranteeCharge) -> str:
        return linked(row.guarantee)

    @admin.display(description=_("amount"))
    def amount(self, row: GuaranteeCharge) -> str:
        return money(row.amount_minor, row.guarantee.currency)


def _plain(value: Any) -> str:
    """Lines, boxes or lots in few words; anything else as it stands."""
    if not isinstance(value, list):
        return "—" if value in (None, "") else str(value)
    return ", ".join(_named(each) for each in value) or "—"


def _named(each: dict[str, Any]) -> str:
    if "hs_code" in each:
        return f"{each['hs_code']} {each['goods']} ({each['packages']}, {each['gross_kg']} kg)"
    return each["container"] if "container" in each else f"{each['number']} ({each['packages']})"


PARTS = (LineInline, LotInline, DocumentInline, AmendmentInline, ChargeInline)
"""In the order of the page, after the boxes."""


class AnswerForm(forms.Form):
    """What customs says to it."""

    answer = forms.CharField(label=_("Answer"), max_length=200, required=False)


class RefusalForm(forms.Form):
    """Why not."""

    answer = forms.CharField(label=_("Reason"), max_length=200)


class DischargeForm(forms.Form):
    """What says that the goods have come to their end."""

    reference = forms.CharField(label=_("Customs' reference"), max_length=60)


def _asked(row: Declaration) -> Amendment | None:
    return row.amendments.filter(status=AmendmentStatus.ASKED.value).first()


class Parts:
    """Mixin of the declaration's page: amendments are answered, guarantees freed, papers read. Before ``Acting``."""

    part_actions = ("accept_amendment", "refuse_amendment", "discharge")

    @row_action(_("Accept the amendment …"), right=RIGHT, form=AnswerForm, when=lambda row: _asked(row) is not None)
    def accept_amendment(self, row: Declaration, *, by: Actor, at: datetime, answer: str) -> None:
        services.accept_amendment(_the_one(row), answer=answer, by=by, at=at)

    @row_action(_("Refuse the amendment …"), right=RIGHT, form=RefusalForm, when=lambda row: _asked(row) is not None)
    def refuse_amendment(self, row: Declaration, *, by: Actor, at: datetime, answer: str) -> None:
        services.refuse_amendment(_the_one(row), answer=answer, by=by, at=at)

    @row_action(
        _("Free its guarantee …"),
        right=RIGHT,
        form=DischargeForm,
        when=lambda row: row.guaranteed.filter(freed_at=None).exists(),
    )
    def discharge(self, row: Declaration, *, by: Actor, at: datetime, reference: str) -> None:
        services.discharge(row, reference=reference, by=by, at=at)

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.document_view)
        address = path("<int:pk>/documents/<uuid:document>/", view, name="customs_declaration_document")
        return [address, *super().get_urls()]  # type: ignore[misc]

    def document_view(self, request: HttpRequest, pk: int, document: UUID) -> FileResponse:
        """A paper of a declaration the reader may see, to be saved and not to be shown: its bytes are a stranger's."""
        page: Any = self
        if not page.has_view_permission(request):
            raise PermissionDenied
        row = page.get_object(request, str(pk))
        found = row and row.documents.select_related("file").filter(public_id=document).first()
        if not found:
            raise Http404
        answer = FileResponse(found.file.file.open("rb"), as_attachment=True, filename=found.file.name)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer


def _the_one(row: Declaration) -> Amendment:
    found = _asked(row)
    if found is None:
        raise services.NothingAsked(declaration=row.number)
    return found
