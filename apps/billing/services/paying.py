"""Payments, for which invoices they are, and what a paid invoice means for the boxes on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from apps.billing.models import Allocation, ChargeLine, Invoice, Payment, Series, StorageAccount, money
from apps.billing.services.rows import change, journal_paper, journal_visit, next_in_series
from apps.common.integrity import refusals
from apps.common.locks import lock_then_read
from apps.common.steps import take_step
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.charges.tariffs import CurrencyMix
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import INVOICE, OWED, InvoiceStatus
from terminal.moments import require_zone

RIGHT: Final = "billing.enter_payment"


class NotAnAmount(Malformed):
    """Money that is none."""

    message = gettext_noop("%(amount)s is not an amount to pay: it is more than nothing.")


class FinerThanMoney(Malformed):
    """Parts of a cent."""

    message = gettext_noop("%(amount)s is finer than money is: name it with %(digits)s decimals at most.")


class PaysTooMuch(Refused):
    """More than is asked for, or than came in."""

    message = gettext_noop(
        "%(amount)s is too much for %(number)s: %(open)s is open. Pay at most that; what is left stays on the payment."
    )


class PaymentUsedUp(Refused):
    """A payment that is for invoices already."""

    message = gettext_noop("Of the payment %(number)s only %(free)s is for no invoice yet.")


class PaidAlready(Refused):
    """The same payment twice."""

    message = gettext_noop("A payment of %(party)s with the reference %(reference)s is entered already.")


class OthersInvoice(Refused):
    """A payment is for invoices of who paid."""

    message = gettext_noop("%(number)s is not an invoice to %(party)s at this terminal.")


@dataclass(frozen=True)
class Share:
    """So much of a payment is for an invoice, in minor units; None: as much as there is and as is open."""

    invoice: Invoice
    amount_minor: int | None = None


@transaction.atomic
def pay(
    *,
    terminal: Terminal,
    party: Party,
    amount_minor: int,
    currency: str,
    received_on: date,
    reference: str,
    by: Actor,
    at: datetime,
    shares: Sequence[Share] = (),
) -> Payment:
    """Enter money that came in, and for which invoices it is; what is left can be shared out later (``allocate``).

    Raises ``NotYours`` (``billing.enter_payment``), ``NotAnAmount``, ``CurrencyMix``, ``OthersInvoice``,
    ``PaysTooMuch``, ``PaymentUsedUp``, ``PaidAlready``, ``NaiveTime``. All of it or nothing.
    """
    require_zone(at)
    by.require(RIGHT, terminal)
    digits = shares[0].invoice.minor_digits if shares else _digits(terminal)
    if amount_minor <= 0:
        raise NotAnAmount(amount=money(amount_minor, currency, digits))
    with refusals(a_payment_is_entered_once=PaidAlready(party=party.name, reference=reference)):
        payment = Payment.objects.create(
            terminal=terminal,
            party=party,
            currency=currency,
            minor_digits=digits,
            received_on=received_on,
            amount_minor=amount_minor,
            reference=reference.strip(),
            entered_at=at,
            entered_by=by.label[:120],
            **next_in_series(terminal, Series.Kind.PAYMENT, "PAY", at),
        )
    said = {"number": payment.number, "party": party.name, "amount": str(payment.major(amount_minor))}
    journal_paper(terminal, EventKind.PAYMENT_RECEIVED, by=by, at=at, currency=currency, **said)
    return allocate(payment, shares=shares, by=by, at=at)


def _digits(terminal: Terminal) -> int:
    tariff = terminal.tariffs.filter(in_use=True).first()
    return tariff.minor_digits if tariff else 2


@transaction.atomic
def allocate(payment: Payment, *, shares: Sequence[Share], by: Actor, at: datetime) -> Payment:
    """Say for which invoices a payment is. Raises as ``pay``."""
    require_zone(at)
    by.require(RIGHT, payment.terminal)
    numbers = [share.invoice.pk for share in shares]
    invoices = {row.pk: row for row in Invoice.objects.filter(pk__in=numbers).order_by("pk").select_for_update()}
    # Joined: a payment keeps its party. See Note [Locked alone].
    row = Payment.objects.select_related("party", "terminal").select_for_update(of=("self",)).get(pk=payment.pk)
    for share in shares:
        _share(row, invoices[share.invoice.pk], share.amount_minor, by=by, at=at)
    for name in ("allocated_minor", "version"):
        setattr(payment, name, getattr(row, name))
    return payment


def _share(payment: Payment, invoice: Invoice, wanted: int | None, *, by: Actor, at: datetime) -> None:
    _require_goes_with(payment, invoice)
    amount = min(payment.free_minor, invoice.open_minor) if wanted is None else wanted
    if wanted is None and amount <= 0:
        return
    if amount <= 0:
        raise NotAnAmount(amount=payment.said(amount))
    too_much = PaysTooMuch(
        number=invoice.number, amount=invoice.said(amount), open=invoice.said(max(invoice.open_minor, 0))
    )
    used_up = PaymentUsedUp(number=payment.number, free=payment.said(payment.free_minor))
    if amount > invoice.open_minor:
        raise too_much
    with refusals(no_more_is_paid_than_an_invoice_asks=too_much, no_more_is_allocated_than_was_paid=used_up):
        Allocation.objects.create(
            payment=payment, invoice=invoice, amount_minor=amount, allocated_at=at, allocated_by=by.label[:120]
        )
    payment.allocated_minor += amount
    invoice.paid_minor += amount
    settle(invoice, by=by, at=at)


def _require_goes_with(payment: Payment, invoice: Invoice) -> None:
    if invoice.party_id != payment.party_id or invoice.terminal_id != payment.terminal_id:
        raise OthersInvoice(number=invoice.number, party=payment.party.name)
    if (invoice.currency, invoice.minor_digits) != (payment.currency, payment.minor_digits):
        raise CurrencyMix(
            currency=f"{payment.currency} ({payment.number})", other=f"{invoice.currency} ({invoice.number})"
        )


def settle(invoice: Invoice, *, by: Actor, at: datetime) -> None:
    """The status that follows from what was paid and credited of a locked invoice, and the boxes that are paid."""
    wanted = _status(invoice)
    if wanted == invoice.status:
        return
    take_step(invoice, INVOICE, wanted.value)
    if wanted not in OWED:
        _paid_boxes(invoice, by=by, at=at)


def _status(invoice: Invoice) -> InvoiceStatus:
    if invoice.credited_minor and invoice.credited_minor >= invoice.gross_minor:
        return InvoiceStatus.CREDITED
    if invoice.open_minor <= 0:
        return InvoiceStatus.PAID
    return InvoiceStatus.PART_PAID if invoice.paid_minor else InvoiceStatus.ISSUED


def _paid_boxes(invoice: Invoice, *, by: Actor, at: datetime) -> None:
    """Every box on the invoice is paid through the last day of which all lines before are settled, too."""
    numbers = sorted({n for n in invoice.lines.values_list("account_id", flat=True) if n is not None})
    accounts = StorageAccount.objects.filter(pk__in=numbers).order_by("visit_id")
    for account in lock_then_read(accounts.select_related("visit__container")):
        day = _paid_through(account)
        if day is not None and day != account.paid_through:
            change(account, paid_through=day)
            paid = {"paid_through": day.isoformat(), "number": invoice.number}
            journal_visit(account.visit, EventKind.STORAGE_PAID, by=by, at=at, **paid)


def _paid_through(account: StorageAccount) -> date | None:
    paid = None
    for line in ChargeLine.objects.standing().filter(account=account).select_related("invoice").order_by("first_on"):
        if line.invoice is None or line.invoice.status in OWED:
            return paid
        paid = line.last_on
    return paid
