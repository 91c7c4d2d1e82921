"""Invoices: a party's charges that stand on none yet, added up, with VAT by rates and a number without gaps.

# Note [A charge is on one invoice]
Whoever invoices locks the lines, in their order, and takes those that are on no invoice still; another waits and finds
none. The lines go on the paper in one UPDATE, and the database compares their sum with the paper's.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from apps.billing.models import ChargeLine, Invoice, Series, Tariff, minor
from apps.billing.services.rows import journal_paper, next_in_series
from apps.common.steps import take_step
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.charges.statements import Totals, totals
from terminal.charges.tariffs import CurrencyMix
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import INVOICE, InvoiceStatus
from terminal.moments import require_zone
from terminal.throughput import site_day

RIGHT: Final = "billing.issue_invoice"

PUT_ON = """
UPDATE billing_chargeline line SET invoice_id = %s, position = place.n, version = version + 1
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM unnest(%s::bigint[]) AS taken (id)) place
WHERE line.id = place.id
"""


class NothingToInvoice(Refused):
    """All charges are invoiced."""

    message = gettext_noop("There is no charge to %(party)s that is on no invoice yet.")


class OthersCharges(Refused):
    """An invoice is of one party's charges at one terminal."""

    message = gettext_noop("These charges are not all to %(party)s at %(terminal)s.")


@transaction.atomic
def invoice(
    *,
    terminal: Terminal,
    party: Party,
    by: Actor,
    at: datetime,
    lines: Sequence[ChargeLine] | None = None,
) -> list[Invoice]:
    """Invoice all of the party's charges that are on no invoice, one invoice for each currency; or just ``lines``.

    Raises ``NotYours`` (``billing.issue_invoice``), ``NothingToInvoice``, ``OthersCharges``, ``CurrencyMix`` (of
    ``lines``), ``NaiveTime``.
    """
    require_zone(at)
    by.require(RIGHT, terminal)
    taken = _taken(terminal, party, lines)
    by_currency: dict[tuple[str, int], list[ChargeLine]] = defaultdict(list)
    for line in taken:
        by_currency[line.currency, line.minor_digits].append(line)
    if lines is not None and len(by_currency) > 1:
        one, other = sorted(by_currency)[:2]
        raise CurrencyMix(currency=one[0], other=other[0])
    return [_issue(terminal, party, some, by=by, at=at) for _currency, some in sorted(by_currency.items())]


def _taken(terminal: Terminal, party: Party, lines: Sequence[ChargeLine] | None) -> list[ChargeLine]:
    """The lines to invoice, locked. See Note [A charge is on one invoice]."""
    rows = ChargeLine.objects.to_invoice().order_by("pk")
    if lines is not None:
        if any(line.party_id != party.pk or line.terminal_id != terminal.pk for line in lines):
            raise OthersCharges(party=party.name, terminal=terminal.name)
        rows = rows.filter(pk__in=[line.pk for line in lines])
    else:
        rows = rows.filter(terminal=terminal, party=party)
    taken = list(rows.defer("document").select_for_update())
    if not taken or (lines is not None and len(taken) < len(lines)):
        raise NothingToInvoice(party=party.name)
    return taken


def _issue(terminal: Terminal, party: Party, lines: list[ChargeLine], *, by: Actor, at: datetime) -> Invoice:
    today = site_day(at, terminal.zone)
    digits = lines[0].minor_digits
    sums = summed(lines)
    row = Invoice.objects.create(
        terminal=terminal,
        party=party,
        currency=lines[0].currency,
        minor_digits=digits,
        issued_on=today,
        due_on=today + timedelta(days=_payment_days(terminal)),
        issued_at=at,
        issued_by=by.label[:120],
        **in_minor(sums, digits),
        vat=[{"rate": f"{each.rate:f}", "net": f"{each.net:f}", "vat": f"{each.vat:f}"} for each in sums.vat],
        **next_in_series(terminal, Series.Kind.INVOICE, "INV", at),
    )
    with connection.cursor() as cursor:
        cursor.execute(PUT_ON, [row.pk, [line.pk for line in lines]])
    if row.gross_minor == 0:
        take_step(row, INVOICE, InvoiceStatus.PAID.value)
    said = {"number": row.number, "party": party.name, "amount": str(row.major(row.gross_minor))}
    journal_paper(terminal, EventKind.INVOICE_ISSUED, by=by, at=at, currency=row.currency, **said)
    return row


def summed(lines: Iterable[ChargeLine]) -> Totals:
    """What lines of one currency come to."""
    rows = list(lines)
    return totals(((line.vat_rate.normalize(), line.amount) for line in rows), rows[0].minor_digits)


def in_minor(sums: Totals, digits: int) -> dict[str, Any]:
    """The figures of a paper in minor units."""
    net, gross = minor(sums.net, digits), minor(sums.gross, digits)
    return {"net_minor": net, "vat_minor": gross - net, "gross_minor": gross}


def _payment_days(terminal: Terminal) -> int:
    tariff = Tariff.objects.filter(terminal=terminal, in_use=True).first()
    return tariff.payment_days if tariff else 30


def invoice_parties(
    *, terminal: Terminal, by: Actor, at: datetime, parties: Sequence[Party] | None = None
) -> list[Invoice]:
    """Invoice every party with charges that are on no invoice (or of these), each in a transaction of its own.

    Raises ``NotYours``, ``NaiveTime``. A party whose charges another invoiced meanwhile is passed over.
    """
    by.require(RIGHT, terminal)
    waiting = ChargeLine.objects.to_invoice().filter(terminal=terminal).values("party")
    wanted = Party.objects.filter(pk__in=waiting).order_by("code")
    if parties is not None:
        wanted = wanted.filter(pk__in=[party.pk for party in parties])
    issued: list[Invoice] = []
    for party in wanted:
        try:
            issued += invoice(terminal=terminal, party=party, by=by, at=at)
        except NothingToInvoice:
            continue
    return issued
