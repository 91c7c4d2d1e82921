"""Credit notes: what of an invoice's lines is taken back, and the VAT that falls away with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from apps.billing.models import ChargeLine, CreditedLine, CreditNote, Invoice, Series, major, minor, money
from apps.billing.services.paying import NotAnAmount, settle
from apps.billing.services.rows import journal_paper, next_in_series, require_why
from apps.common.integrity import refusals
from apps.parties.actors import Actor
from terminal.charges.statements import Totals, totals
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.moments import require_zone
from terminal.throughput import site_day

RIGHT: Final = "billing.credit_invoice"


class CreditsTooMuch(Refused):
    """More than was charged."""

    message = gettext_noop("%(amount)s is too much to credit for %(what)s: %(open)s of the charge is left.")


class NotOnThisInvoice(Refused):
    """A credit note is of one invoice's lines."""

    message = gettext_noop("%(what)s is not on %(number)s.")


@dataclass(frozen=True)
class Credit:
    """So much of a line (net, in minor units) is taken back; None: all that is left of it."""

    line: ChargeLine
    net_minor: int | None = None


@transaction.atomic
def credit(invoice: Invoice, *, credits: Sequence[Credit], reason: str, by: Actor, at: datetime) -> CreditNote:
    """Take back amounts of an invoice's lines. The VAT credited is what it is less than before, to the minor unit.

    Raises ``NotYours`` (``billing.credit_invoice``), ``PayerReadsWhy``, ``NotAnAmount``, ``CreditsTooMuch``,
    ``NotOnThisInvoice``, ``NaiveTime``.
    """
    require_zone(at)
    by.require(RIGHT, invoice.terminal)
    why = require_why(reason)
    # Joined: an invoice keeps its party. See Note [Locked alone].
    row = Invoice.objects.select_related("terminal", "party").select_for_update(of=("self",)).get(pk=invoice.pk)
    lines = list(row.lines.order_by("position").defer("document").select_for_update())
    before = _left(lines)
    amounts = _amounts(row, lines, credits)
    figures = _figures(before, _left(lines), row.minor_digits)
    note = CreditNote.objects.create(
        terminal=row.terminal,
        party=row.party,
        invoice=row,
        currency=row.currency,
        minor_digits=row.minor_digits,
        issued_on=site_day(at, row.terminal.zone),
        issued_at=at,
        issued_by=by.label[:120],
        reason=why[:200],
        **figures,
        **next_in_series(row.terminal, Series.Kind.CREDIT_NOTE, "CN", at),
    )
    _write(note, amounts)
    row.credited_minor += note.gross_minor
    settle(row, by=by, at=at)
    said = {"number": note.number, "invoice": row.number, "party": row.party.name, "reason": why}
    amount = {"amount": str(note.major(note.gross_minor)), "currency": note.currency}
    journal_paper(row.terminal, EventKind.CREDIT_GIVEN, by=by, at=at, **said, **amount)
    for name in ("status", "credited_minor", "version"):
        setattr(invoice, name, getattr(row, name))
    return note


def credit_all(invoice: Invoice, *, reason: str, by: Actor, at: datetime) -> CreditNote:
    """Take back all that is left of an invoice. Raises as ``credit``."""
    left = [Credit(line) for line in invoice.lines.order_by("position") if line.open_minor]
    return credit(invoice, credits=left, reason=reason, by=by, at=at)


def _amounts(invoice: Invoice, lines: list[ChargeLine], credits: Sequence[Credit]) -> list[tuple[ChargeLine, int]]:
    """What is taken back of each line; the lines in hand carry it afterwards."""
    there = {line.pk: line for line in lines}
    amounts = []
    for each in credits:
        line = there.get(each.line.pk)
        if line is None:
            raise NotOnThisInvoice(what=each.line.what, number=invoice.number)
        amount = line.open_minor if each.net_minor is None else each.net_minor
        said = money(amount, line.currency, line.minor_digits)
        if amount > line.open_minor:
            left = money(line.open_minor, line.currency, line.minor_digits)
            raise CreditsTooMuch(what=line.what, amount=said, open=left)
        if amount <= 0:
            raise NotAnAmount(amount=said)
        line.credited_minor += amount
        amounts.append((line, amount))
    if not amounts:
        raise NotAnAmount(amount=invoice.said(0))
    return amounts


def _left(lines: list[ChargeLine]) -> Totals:
    digits = lines[0].minor_digits
    return totals(((line.vat_rate.normalize(), major(line.open_minor, digits)) for line in lines), digits)


def _figures(before: Totals, after: Totals, digits: int) -> dict[str, Any]:
    net = minor(before.net, digits) - minor(after.net, digits)
    gross = minor(before.gross, digits) - minor(after.gross, digits)
    return {"net_minor": net, "vat_minor": gross - net, "gross_minor": gross}


def _write(note: CreditNote, amounts: list[tuple[ChargeLine, int]]) -> None:
    worst = CreditsTooMuch(what=amounts[0][0].what, amount=note.said(note.net_minor), open=note.said(0))
    with refusals(no_more_is_credited_than_was_charged=worst):
        CreditedLine.objects.bulk_create(
            CreditedLine(credit_note=note, line=line, net_minor=amount) for line, amount in amounts
        )
