"""A statement on paper and as a sheet, from its own document."""

import csv
import io
import json
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.billing.models import Statement
from apps.common.figures import percent
from apps.common.paper import Column, Paper, Table
from apps.common.words import word

COLUMNS: Final = (
    "line",
    "for",
    "unit",
    "service",
    "tariff",
    "last_free_on",
    "events",
    "quantity",
    "amount",
    "currency",
)
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


def statement_csv(statement: Statement) -> str:
    """One row a line, decimals with a point; the names of the columns are the API's."""
    said = json.loads(statement.document)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for number, line in enumerate(said["lines"], start=1):
        row = [number, line["what"], line["unit"], *_about(line), " ".join(line["events"])]
        writer.writerow([_plain(each) for each in [*row, line["quantity"], line["amount"], said["currency"]]])
    return out.getvalue()


def _about(line: dict[str, Any]) -> list[str]:
    return [line["given"].get("service", ""), line["tariff"], line["found"].get("last_free_on") or ""]


def _plain(value: object) -> object:
    """No text that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value


def statement_paper(statement: Statement) -> Paper:
    """The statement for whoever prints it, in the language that is active."""
    said = json.loads(statement.document)
    facts = [
        (_("Number"), statement.number),
        (_("Party"), said["party"]),
        (_("Month"), f"{statement.month:%Y-%m}"),
        (_("Issued"), said["issued_on"]),
        (_("Tariffs"), ", ".join(said["tariffs"])),
        (_("Checksum"), said["checksum"]),
    ]
    rows = [_row(number, line) for number, line in enumerate(said["lines"], start=1)]
    totals = [(_("Net"), statement.said(statement.net_minor))]
    totals += [(_("VAT %(rate)s") % {"rate": percent(Decimal(each["rate"]), 2)}, each["vat"]) for each in said["vat"]]
    totals.append((_("Total"), statement.said(statement.gross_minor)))
    title = f"{_('Statement')} {statement.number} – {said['party']}"
    terminal = statement.terminal
    return Paper(title, terminal.name, terminal.zone_name, facts, [Table(_columns(), rows)], totals)


def _columns() -> list[Column]:
    return [
        Column(_("no."), 12, figures=True),
        Column(_("for"), 34),
        Column(_("unit"), 24),
        Column(_("days"), 62),
        Column(_("quantity"), 26, figures=True),
        Column(_("amount"), 28, figures=True),
    ]


def _row(number: int, line: dict[str, Any]) -> list[str]:
    return [str(number), line["what"], word(line["unit"]), _days(line), line["quantity"], line["amount"]]


def _days(line: dict[str, Any]) -> str:
    """From when to when it was charged, and what was free before."""
    days = [day for step in line["found"].get("steps", ()) for day in step["days"]]
    if days:
        free = line["found"]["last_free_on"] or "–"
        return _("%(first)s – %(last)s, free through %(free)s") % {"first": days[0], "last": days[-1], "free": free}
    given = line["given"]
    if "starts_at" in given:
        return f"{given['service']}: {given['starts_at'][:16]} – {given['ends_at'][:16]}"
    return str(given.get("service", ""))
