"""Writing charge lines: the figures of ``terminal.charges`` as rows, with the document a payer computes them from."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from apps.billing.models import ChargeLine, CountedCalendar, StorageAccount, minor
from apps.billing.selectors.tariffs import PriceBook
from apps.billing.services.rows import told
from apps.common.integrity import refusals
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.charges.calendars import WorkingCalendar
from terminal.charges.lines import AreaLine, Line, PieceLine
from terminal.charges.statements import calendar_of
from terminal.charges.storage import StorageLine
from terminal.charges.writing import calendar_as_json, canonical, line_as_json
from terminal.errors import Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.throughput import site_day

LONGEST: Final = 60


class ChargedAlready(Refused):
    """The same thing twice."""

    message = gettext_noop("This is charged already, for %(what)s: withdraw that charge first, or credit it.")


def write_line(
    line: Line,
    book: PriceBook,
    *,
    party: Party,
    events: list[int],
    by: Actor,
    at: datetime,
    account: StorageAccount | None = None,
    cause: str | None = None,
    **about: Any,
) -> ChargeLine:
    """One row of a computed line, and the journal's. Raises ``ChargedAlready``. Within a transaction."""
    row = ChargeLine(
        terminal=book.terminal,
        party=party,
        account=account,
        cause=cause,
        events=events,
        charged_at=at,
        charged_by=by.label[:120],
        **_computed(line, book),
        **about,
    )
    again = ChargedAlready(what=line.what)
    with refusals(a_cause_is_charged_once=again, a_day_of_storage_is_charged_once=again):
        row.save(force_insert=True)
    record(_journalled(row, by, at))
    return row


def _computed(line: Line, book: PriceBook) -> dict[str, Any]:
    calendar = calendar_of(line)
    version = line.version
    return {
        "what": line.what[:LONGEST],
        "unit": line.unit.value,
        "version_used": book.row_of(version),
        "tariff_on": _tariff_day(line),
        "calendar": _kept(calendar, book) if calendar else None,
        "quantity": line.quantity.quantize(Decimal("0.0001")),
        "amount_minor": minor(line.amount, version.minor_digits),
        "currency": version.currency,
        "minor_digits": version.minor_digits,
        "vat_rate": version.vat_rate,
        "document": canonical(line_as_json(line)),
        **_particular(line),
    }


def _particular(line: Line) -> dict[str, Any]:
    if isinstance(line, StorageLine):
        days = [day for step in line.steps for day in step.days]
        return {"customer": line.standing.box.customer, "first_on": days[0], "last_on": days[-1]}
    if isinstance(line, AreaLine):
        days = [site_day(line.starts_at, line.zone), site_day(line.ends_at, line.zone)]
        return {"service": line.service, "first_on": days[0], "last_on": days[-1]}
    assert isinstance(line, PieceLine)
    return {"service": line.service}


def _tariff_day(line: Line) -> date:
    if isinstance(line, StorageLine):
        return site_day(line.standing.started.at, line.zone)
    if isinstance(line, AreaLine):
        return site_day(line.starts_at, line.zone)
    return site_day(min(each.at for each in line.events), line.zone)


def _kept(calendar: WorkingCalendar, book: PriceBook) -> CountedCalendar:
    said = {"document": calendar_as_json(calendar)}
    row, _ = CountedCalendar.objects.get_or_create(terminal=book.terminal, name=calendar.name, defaults=said)
    return row


def _journalled(row: ChargeLine, by: Actor, at: datetime) -> Happening:
    return Happening(
        kind=EventKind.CHARGED,
        terminal_id=row.terminal_id,
        at=at,
        actor=by.label,
        visit_id=row.visit_id,
        container_number=row.visit.container.number if row.visit else "",
        booking_id=row.booking_id,
        lot_id=row.lot_id,
        audience=Audience.STAFF,
        payload=told(row),
    )
