"""A ledger as customs take it along: for programs, for spreadsheets, on paper."""

import csv
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, pgettext

from apps.common.paper import Column, Paper, Table, printed
from apps.common.xlsx import MEDIA_TYPE, workbook_of
from apps.warehouse.models import BondedEntry, LedgerRow
from apps.warehouse.papers import harmless
from apps.warehouse.selectors.ledger import COLUMNS, ledger_lines, rows_of


def _file(entry: BondedEntry, kind: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="ledger-{entry.number}.{kind}"'
    return answer


def as_csv(request: HttpRequest, entry: BondedEntry) -> HttpResponse:
    """The ledger for programs and spreadsheets."""
    answer = _file(entry, "csv", "text/csv; charset=utf-8")
    answer.write("\ufeff")
    lines = ([harmless(each) if isinstance(each, str) else each for each in line] for line in ledger_lines(entry))
    csv.writer(answer).writerows([COLUMNS, *lines])
    return answer


def as_xlsx(request: HttpRequest, entry: BondedEntry) -> HttpResponse:
    """The ledger as a workbook."""
    answer = _file(entry, "xlsx", MEDIA_TYPE)
    answer.write(workbook_of([COLUMNS, *ledger_lines(entry)]))
    return answer


def as_pdf(request: HttpRequest, entry: BondedEntry) -> HttpResponse:
    """The ledger on paper, in the reader's language."""
    user: Any = request.user
    timezone.activate(entry.terminal.zone)
    answer = _file(entry, "pdf", "application/pdf")
    answer.write(printed(_paper(entry), at=timezone.now(), by=user.get_full_name() or user.get_username()))
    return answer


def _paper(entry: BondedEntry) -> Paper:
    facts = [
        (gettext("Customs document"), entry.document),
        (gettext("Owner of the goods"), entry.owner.name),
        (gettext("Regime"), str(entry.get_regime_display())),
        (gettext("Goods"), entry.goods or "–"),
        (gettext("Last day of the period"), f"{entry.ends_on:%Y-%m-%d}"),
        (gettext("In bond"), f"{entry.packages:,} · {entry.gross_kg:,.3f} kg"),
    ]
    columns = [
        Column(pgettext("bonded ledger", "Row"), 11, figures=True),
        Column(gettext("When"), 28),
        Column(gettext("What"), 27),
        Column(gettext("Lot"), 27),
        Column(gettext("Packages"), 17, figures=True),
        Column(gettext("kg"), 22, figures=True),
        Column(gettext("kg after"), 22, figures=True),
        Column(gettext("Customs document, note"), 36),
    ]
    rows = [_printed_row(entry, row) for row in rows_of(entry)]
    return Paper(
        title=gettext("Ledger of goods in bond %(number)s") % {"number": entry.number},
        terminal=entry.terminal.name,
        zone=entry.terminal.zone_name,
        facts=facts,
        tables=[Table(columns, rows, none=gettext("Nothing was written yet."))],
    )


def _printed_row(entry: BondedEntry, row: LedgerRow) -> list[str]:
    return [
        str(row.number),
        f"{row.happened_at.astimezone(entry.terminal.zone):%Y-%m-%d %H:%M}",
        str(row.get_kind_display()),
        row.lot.number if row.lot else "–",
        f"{row.packages:+,}",
        f"{row.gross_kg:+,.3f}",
        f"{row.gross_kg_after:,.3f}",
        said_in(row),
    ]


def said_in(row: LedgerRow) -> str:
    """What a row says in words: customs' document, what it amends, the new end of a period, the note."""
    amends = gettext("amends row %(number)s") % {"number": row.amends.number} if row.amends else ""
    until = f"→ {row.ends_on:%Y-%m-%d}" if row.ends_on else ""
    return " · ".join(each for each in (row.document, amends, until, row.note) if each)


COPIES: dict[str, Callable[[HttpRequest, BondedEntry], HttpResponse]] = {"csv": as_csv, "xlsx": as_xlsx, "pdf": as_pdf}
"""Forms in which a ledger is handed out, by how the file ends."""
