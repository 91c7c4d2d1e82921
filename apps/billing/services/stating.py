"""Statements: a party's charges of a month as one document that is complete in itself, issued once.

# Note [Which charges a statement has]
All that were charged before the month's end and are on no statement yet. What is entered late is on the next one, so
that nothing is ever on none or on two. Lines carry their own canonical text, so that a statement of thousands of them
is put together without one being computed, or even read, again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from apps.billing.models import ChargeLine, CountedCalendar, Series, Statement, TariffVersion, major
from apps.billing.selectors.tariffs import version_of
from apps.billing.services.invoicing import in_minor
from apps.billing.services.rows import journal_paper, next_in_series
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.charges.statements import Totals, totals
from terminal.charges.writing import document_text, head_as_json, version_as_json
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.moments import require_zone
from terminal.throughput import day_bounds, site_day

RIGHT: Final = "billing.issue_invoice"
LONGEST_MONTH: Final = timedelta(days=31)


class MonthIsNotOver(Refused):
    """A statement is of a whole month."""

    message = gettext_noop("%(month)s is not over at %(terminal)s: its statement can be issued from %(first)s on.")


class NothingToState(Refused):
    """No charges."""

    message = gettext_noop("Nothing was charged to %(party)s through %(month)s that is on no statement yet.")


@dataclass(frozen=True)
class Line:
    """What of a charge a statement is put together from."""

    pk: int
    currency: str
    minor_digits: int
    vat_rate: Any
    amount_minor: int
    document: str
    version_used_id: int
    calendar_id: int | None
    customer: str


@transaction.atomic
def state_month(*, terminal: Terminal, party: Party, month: date, by: Actor, at: datetime) -> list[Statement]:
    """The statements of a party's month, one for each currency: those there are, else issued now.

    See Note [Which charges a statement has]. Raises ``NotYours`` (``billing.issue_invoice``), ``MonthIsNotOver``,
    ``NothingToState``, ``NaiveTime``.
    """
    require_zone(at)
    by.require(RIGHT, terminal)
    first = month.replace(day=1)
    after = (first + LONGEST_MONTH).replace(day=1)
    if site_day(at, terminal.zone) < after:
        raise MonthIsNotOver(month=f"{first:%Y-%m}", terminal=terminal.name, first=after.isoformat())
    _one_at_a_time(terminal, party)
    there = list(Statement.objects.filter(terminal=terminal, party=party, month=first).order_by("pk"))
    if there:
        return there
    lines = _unstated(terminal, party, day_bounds(after, terminal.zone)[0])
    if not lines:
        raise NothingToState(party=party.name, month=f"{first:%Y-%m}")
    return [
        _issue(terminal, party, first, [line for line in lines if (line.currency, line.minor_digits) == key], by, at)
        for key in sorted({(line.currency, line.minor_digits) for line in lines})
    ]


def _one_at_a_time(terminal: Terminal, party: Party) -> None:
    """Whoever asks at the same moment for the same party waits, and then finds what was issued."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('statements'), hashtext(%s))", [f"{terminal.pk} {party.pk}"]
        )


def _unstated(terminal: Terminal, party: Party, before: datetime) -> list[Line]:
    rows = ChargeLine.objects.standing().filter(terminal=terminal, party=party, statement=None, charged_at__lt=before)
    taken = rows.order_by("pk").select_for_update().values_list(*(each.name for each in fields(Line)))
    return [Line(*row) for row in taken]


def _issue(terminal: Terminal, party: Party, month: date, lines: list[Line], by: Actor, at: datetime) -> Statement:
    currency, digits = lines[0].currency, lines[0].minor_digits
    sums = _totals(lines, digits)
    numbered = next_in_series(terminal, Series.Kind.STATEMENT, "ST", at)
    today = site_day(at, terminal.zone)
    head = head_as_json(
        number=numbered["number"],
        party=party.name,
        issued_on=today,
        zone=terminal.zone_name,
        currency=currency,
        minor_digits=digits,
        totals=sums,
    )
    row = Statement.objects.create(
        terminal=terminal,
        party=party,
        month=month,
        issued_on=today,
        issued_at=at,
        issued_by=by.label[:120],
        currency=currency,
        minor_digits=digits,
        charges=len(lines),
        document=document_text({**head, **_used(lines)}, (line.document for line in lines)),
        **in_minor(sums, digits),
        **numbered,
    )
    ChargeLine.objects.filter(pk__in=[line.pk for line in lines]).update(statement=row)
    said = {"number": row.number, "party": party.name, "amount": str(row.major(row.gross_minor))}
    journal_paper(terminal, EventKind.STATEMENT_ISSUED, by=by, at=at, currency=currency, **said)
    return row


def _totals(lines: Iterable[Line], digits: int) -> Totals:
    """Minor units are added up as whole numbers: thousands of lines have few rates."""
    by_rate: dict[Any, int] = {}
    for line in lines:
        by_rate[line.vat_rate] = by_rate.get(line.vat_rate, 0) + line.amount_minor
    return totals(((rate.normalize(), major(amount, digits)) for rate, amount in by_rate.items()), digits)


def _used(lines: list[Line]) -> dict[str, Any]:
    """The tariff versions and calendars that the lines name, as their payer may see them."""
    versions = TariffVersion.objects.filter(pk__in={line.version_used_id for line in lines}).select_related("tariff")
    customers = {line.customer for line in lines if line.customer}
    prices = [
        version_of(row)
        for row in versions.prefetch_related("freetimerules__customer", "tierrules__customer", "rates").order_by("pk")
    ]
    calendars = CountedCalendar.objects.filter(pk__in={line.calendar_id for line in lines if line.calendar_id})
    return {
        "tariffs": {each.name: version_as_json(each.as_seen_by(customers)) for each in prices},
        "calendars": {each.name: each.document for each in calendars.order_by("pk")},
    }


def state_months(terminal: Terminal, *, month: date, by: Actor, at: datetime) -> list[Statement]:
    """The statements of every party with charges that are on none, each in a transaction of its own.

    Raises as ``state_month``, but not for parties of which there is nothing to state.
    """
    require_zone(at)
    by.require(RIGHT, terminal)
    waiting = ChargeLine.objects.standing().filter(terminal=terminal, statement=None).values("party")
    issued: list[Statement] = []
    for party in Party.objects.filter(pk__in=waiting).order_by("code"):
        try:
            issued += state_month(terminal=terminal, party=party, month=month, by=by, at=at)
        except NothingToState:
            continue
    return issued
