"""Charges: each with what it was computed from, what invoice and statement it is on, and what was credited of it."""

import json
from datetime import datetime
from decimal import Decimal

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.billing import services
from apps.billing.admin.forms import CreditForm, ReasonForm, WhyForm
from apps.billing.models import ChargeLine, minor, money
from apps.billing.services.crediting import RIGHT as CREDIT
from apps.billing.services.disputing import RIGHT as DISPUTE
from apps.billing.services.invoicing import RIGHT as INVOICE
from apps.billing.services.withdrawing import RIGHT as WITHDRAW
from apps.common.admin import Acting, ServiceOwned, row_action
from apps.parties.actors import Actor


def to_invoice(line: ChargeLine) -> bool:
    """Whether it is on no invoice and stands."""
    return line.invoice_id is None and line.withdrawn_at is None


def is_invoiced(line: ChargeLine) -> bool:
    """Whether something of it is on an invoice and not credited."""
    return line.invoice_id is not None and line.open_minor > 0


def in_minor(amount: Decimal | None, digits: int) -> int | None:
    """An amount somebody typed in minor units; None stays None. Raises ``FinerThanMoney``."""
    if amount is None:
        return None
    try:
        return minor(amount, digits)
    except ValueError as fault:
        raise services.FinerThanMoney(amount=str(amount), digits=digits) from fault


@admin.register(ChargeLine)
class ChargeLineAdmin(Acting, ServiceOwned):
    """Every charge, the newest first."""

    list_display = ("what", "party", "unit", "quantity", "shown_amount", "charged_at", "invoice", "statement")
    list_filter = ("unit", ("invoice", admin.EmptyFieldListFilter), ("withdrawn_at", admin.EmptyFieldListFilter))
    list_select_related = (
        "terminal", "party", "invoice__terminal", "statement", "visit__container", "booking", "version_used__tariff",
        "calendar", "account__visit__container",
    )  # fmt: skip
    search_fields = ("what__startswith", "party__name__istartswith")
    ordering = ("-charged_at", "-pk")
    exclude = ("document", "amount_minor", "credited_minor", "minor_digits", "events", "cause")
    readonly_fields = ("shown_amount", "shown_credit", "computed_from")
    actions = ("invoice_party", "withdraw", "credit", "dispute")

    @display(description=_("Amount"), ordering="amount_minor")
    def shown_amount(self, line: ChargeLine) -> str:
        return money(line.amount_minor, line.currency, line.minor_digits)

    @admin.display(description=_("Credited"))
    def shown_credit(self, line: ChargeLine) -> str:
        return money(line.credited_minor, line.currency, line.minor_digits)

    @admin.display(description=_("Computed from"))
    def computed_from(self, line: ChargeLine) -> str:
        """The document, as a payer recomputes it."""
        told = json.dumps(json.loads(line.document), indent=1, ensure_ascii=False)
        return format_html('<pre class="text-xs" style="white-space:pre-wrap">{}</pre>', told)

    @row_action(_("Invoice all charges to this party"), right=INVOICE, when=to_invoice)
    def invoice_party(self, row: ChargeLine, *, by: Actor, at: datetime) -> None:
        services.invoice_parties(terminal=row.terminal, parties=[row.party], by=by, at=at)

    @row_action(_("Withdraw …"), right=WITHDRAW, form=WhyForm, when=to_invoice)
    def withdraw(self, row: ChargeLine, *, by: Actor, at: datetime, why: str) -> None:
        services.withdraw(row, why=why, by=by, at=at)

    @row_action(_("Credit …"), right=CREDIT, form=CreditForm, when=is_invoiced)
    def credit(self, row: ChargeLine, *, by: Actor, at: datetime, amount: Decimal | None, reason: str) -> None:
        if row.invoice is None:
            raise services.NotInvoiced(what=row.what)
        part = services.Credit(row, in_minor(amount, row.minor_digits))
        services.credit(row.invoice, credits=[part], reason=reason, by=by, at=at)

    @row_action(_("Enter an objection …"), right=DISPUTE, form=ReasonForm, when=is_invoiced)
    def dispute(self, row: ChargeLine, *, by: Actor, at: datetime, reason: str) -> None:
        services.dispute(row, reason=reason, by=by, at=at)
