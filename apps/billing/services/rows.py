"""What the services of charges share: locked accounts, journal rows, numbers without gaps."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import connection

from apps.billing.models import ChargeLine, Series, StorageAccount
from apps.billing.selectors.tariffs import PriceBook
from apps.common.locks import lock_then_read
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.errors import Malformed, gettext_noop
from terminal.events import Audience, EventKind
from terminal.throughput import site_day

RIGHT: Final = "billing.change_storageaccount"
"""Name payers, enter pauses, and charge what is due."""


class PayerReadsWhy(Malformed):
    """Something that is told to the payer was done without a reason."""

    message = gettext_noop("Say why: the payer reads it.")


def require_why(why: str) -> str:
    """The reason, trimmed. Raise ``PayerReadsWhy`` when there is none."""
    if not why.strip():
        raise PayerReadsWhy
    return why.strip()


def lock_accounts(visits: Iterable[Visit], at: datetime) -> dict[int, StorageAccount]:
    """The accounts of visits, opened where there was none, locked in the order of their numbers."""
    numbers = sorted({visit.pk for visit in visits})
    new = [StorageAccount(visit_id=number, opened_at=at) for number in numbers]
    StorageAccount.objects.bulk_create(new, ignore_conflicts=True)
    rows = StorageAccount.objects.filter(visit__in=numbers).order_by("visit_id")
    related = rows.select_related("visit__container", "visit__terminal", "payer", "guarantor")
    return {row.visit_id: row for row in lock_then_read(related)}


def hold_visit(visit: Visit) -> Visit:
    """The visit as it is now; nobody takes back or enters its movements until the end of the transaction.

    Before its account is locked: whoever takes back a movement has the visit, and waits for the account.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM containers_visit WHERE id = %s FOR KEY SHARE", [visit.pk])
    return Visit.objects.select_related("container", "terminal").get(pk=visit.pk)


def hold_prices(book: PriceBook) -> PriceBook:
    """Keep the tariff's versions as they are until the end of the transaction; before any rule of theirs is read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM billing_tariffversion WHERE tariff_id = %s ORDER BY id FOR SHARE", [book.tariff.pk])
    return book


def change(account: StorageAccount, **values: Any) -> None:
    """Write fields of a locked account and raise its version."""
    account.version += 1
    for name, value in values.items():
        setattr(account, name, value)
    account.save(update_fields=[*values, "version"])


def journal_visit(visit: Visit, kind: EventKind, *, by: Actor, at: datetime, **said: Any) -> Entry:
    """Remember what was done to a box's storage, for staff; the journal's row."""
    (entry,) = record(
        Happening(
            kind=kind,
            terminal_id=visit.terminal_id,
            at=at,
            actor=by.label,
            visit_id=visit.pk,
            container_number=visit.container.number,
            audience=Audience.STAFF,
            payload=said,
        )
    )
    return entry


def journal_paper(terminal: Terminal, kind: EventKind, *, by: Actor, at: datetime, **said: Any) -> None:
    """Remember a paper, for staff: what a party owes is nobody else's business."""
    record(Happening(kind=kind, terminal_id=terminal.pk, at=at, actor=by.label, audience=Audience.STAFF, payload=said))


def next_in_series(terminal: Terminal, kind: str, prefix: str, at: datetime) -> dict[str, Any]:
    """The next number of the terminal's year: ``INV-CNLYG-2025-00001``. One that is rolled back leaves no gap.

    Locks the series until the end of the transaction; call it last.
    """
    year = site_day(at, terminal.zone).year
    Series.objects.bulk_create([Series(terminal=terminal, kind=kind, year=year)], ignore_conflicts=True)
    series = Series.objects.select_for_update().get(terminal=terminal, kind=kind, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    number = f"{prefix}-{terminal.code.upper()}-{year}-{series.last:05d}"
    return {"number": number, "year": year, "sequence": series.last}


def told(line: ChargeLine) -> dict[str, Any]:
    """What the journal says of a charge."""
    return {
        "party": line.party.name,
        "unit": line.unit,
        "quantity": str(line.quantity.normalize()),
        "amount": str(line.amount),
        "currency": line.currency,
    }
