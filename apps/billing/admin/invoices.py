"""Invoices, payments, credit notes and disputes: shown as they were issued, and what is done about them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.billing import services
from apps.billing.admin.charges import in_minor
from apps.billing.admin.forms import AnswerForm, PayForm, ReasonForm, ShareForm, UpholdForm
from apps.billing.models import CreditNote, Dispute, Invoice, Payment
from apps.billing.services.crediting import RIGHT as CREDIT
from apps.billing.services.disputing import RIGHT as DECIDE
from apps.billing.services.paying import RIGHT as PAY
from apps.common.admin import Acting, ServiceOwned, linked, row_action, tones
from apps.parties.actors import Actor
from terminal.lifecycle import OWED, DisputeStatus, InvoiceStatus

SHOWN = 100
"""Lines shown on an invoice's page; all of them are in the list of charges and on the statement."""

MINOR = ("net_minor", "vat_minor", "gross_minor", "paid_minor", "credited_minor", "minor_digits", "vat")


class PaperAdmin(Acting, ServiceOwned):
    """Papers with a number and amounts of one currency."""

    list_select_related: tuple[str, ...] = ("terminal", "party")
    search_fields = ("number__startswith", "party__name__istartswith")

    @display(description=_("Total"), ordering="gross_minor")
    def total(self, paper: Any) -> str:
        return str(paper.said(paper.gross_minor))

    @admin.display(description=_("Net and VAT"))
    def net_and_vat(self, paper: Any) -> str:
        return f"{paper.said(paper.net_minor)} + {paper.said(paper.vat_minor)}"


@admin.register(Invoice)
class InvoiceAdmin(PaperAdmin):
    """Every invoice, the newest first."""

    list_display = ("number", "party", "shown_status", "total", "still_open", "issued_on", "due_on")
    list_filter = ("status", "issued_on")
    ordering = ("-issued_on", "-pk")
    exclude = (*MINOR, "currency")
    readonly_fields = ("net_and_vat", "total", "still_open", "charges")
    actions = ("pay", "credit_whole")

    @display(description=_("Status"), ordering="status", label=tones(InvoiceStatus, issued="warning", paid="success"))
    def shown_status(self, invoice: Invoice) -> tuple[str, str]:
        return invoice.status, invoice.get_status_display()

    @admin.display(description=_("Still open"))
    def still_open(self, invoice: Invoice) -> str:
        return invoice.said(invoice.open_minor)

    @admin.display(description=_("Charges"))
    def charges(self, invoice: Invoice) -> str:
        """The lines, each a link to what it was computed from."""
        lines = invoice.lines.order_by("position").defer("document")[:SHOWN]
        rows = ((line.position, linked(line, line.what), invoice.said(line.amount_minor)) for line in lines)
        cells = (
            "<tr><td style='padding-right:1em'>{}</td><td>{}</td>"
            "<td style='text-align:right;padding-left:2em'>{}</td></tr>"
        )
        return format_html("<table>{}</table>", format_html_join("", cells, rows))

    @row_action(_("Enter payment …"), right=PAY, form=PayForm, when=lambda row: row.status in OWED)
    def pay(self, row: Invoice, *, by: Actor, at: datetime, amount: Decimal, received_on: date, reference: str) -> None:
        services.pay(
            terminal=row.terminal,
            party=row.party,
            amount_minor=in_minor(amount, row.minor_digits) or 0,
            currency=row.currency,
            received_on=received_on,
            reference=reference,
            shares=[services.Share(row)],
            by=by,
            at=at,
        )

    @row_action(_("Credit all …"), right=CREDIT, form=ReasonForm, when=lambda row: row.status != InvoiceStatus.CREDITED)
    def credit_whole(self, row: Invoice, *, by: Actor, at: datetime, reason: str) -> None:
        services.credit_all(row, reason=reason, by=by, at=at)


@admin.register(Payment)
class PaymentAdmin(Acting, ServiceOwned):
    """Money that came in, and what of it is for no invoice yet."""

    list_display = ("number", "party", "amount", "not_used", "received_on", "reference")
    list_select_related = ("terminal", "party")
    search_fields = ("number__startswith", "party__name__istartswith", "reference__startswith")
    ordering = ("-received_on", "-pk")
    exclude = ("amount_minor", "allocated_minor", "minor_digits", "currency")
    readonly_fields = ("amount", "not_used")
    actions = ("share",)

    @display(description=_("Amount"), ordering="amount_minor")
    def amount(self, payment: Payment) -> str:
        return payment.said(payment.amount_minor)

    @admin.display(description=_("For no invoice yet"))
    def not_used(self, payment: Payment) -> str:
        return payment.said(payment.free_minor)

    @row_action(_("Use for an invoice …"), right=PAY, form=ShareForm, when=lambda row: row.free_minor > 0)
    def share(self, row: Payment, *, by: Actor, at: datetime, invoice: Invoice) -> None:
        services.allocate(row, shares=[services.Share(invoice)], by=by, at=at)


@admin.register(CreditNote)
class CreditNoteAdmin(PaperAdmin):
    """What of invoices was taken back, the newest first."""

    list_display = ("number", "party", "invoice", "total", "issued_on", "reason")
    list_select_related = ("terminal", "party", "invoice")
    ordering = ("-issued_on", "-pk")
    exclude = (*MINOR, "currency")
    readonly_fields = ("net_and_vat", "total")


@admin.register(Dispute)
class DisputeAdmin(Acting, ServiceOwned):
    """Objections, the open ones first."""

    terminal_path = "line__terminal"
    list_display = ("__str__", "party", "shown_status", "reason", "opened_at", "credit_note")
    list_filter = ("status",)
    list_select_related = ("line__terminal", "line__invoice", "line__party", "credit_note")
    ordering = ("decided_at", "opened_at")
    actions = ("uphold", "reject")

    @display(description=_("Status"), ordering="status", label=tones(DisputeStatus, open="warning", upheld="success"))
    def shown_status(self, dispute: Dispute) -> tuple[str, str]:
        return dispute.status, dispute.get_status_display()

    @admin.display(description=_("Party"))
    def party(self, dispute: Dispute) -> str:
        return str(dispute.line.party)

    @row_action(_("Uphold …"), right=DECIDE, form=UpholdForm, when=lambda row: row.status == DisputeStatus.OPEN)
    def uphold(self, row: Dispute, *, by: Actor, at: datetime, amount: Decimal | None, answer: str) -> None:
        part = in_minor(amount, row.line.minor_digits)
        services.uphold(row, net_minor=part, answer=answer, by=by, at=at)

    @row_action(_("Reject …"), right=DECIDE, form=AnswerForm, when=lambda row: row.status == DisputeStatus.OPEN)
    def reject(self, row: Dispute, *, by: Actor, at: datetime, answer: str) -> None:
        services.reject(row, answer=answer, by=by, at=at)
