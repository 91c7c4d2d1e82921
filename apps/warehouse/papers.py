"""The tally sheet of a cargo order, for whoever prints it or reads it into a program."""

import csv
import io
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.figures import figure
from apps.common.paper import Column, Paper, Table, printed
from apps.warehouse.selectors.orders import Tally, TallyRow
from terminal.stock import Amount

CSV_COLUMNS = (
    "line", "goods", "marks", "package_kind", "declared_packages", "declared_kg", "declared_m3", "counted_packages",
    "counted_kg", "counted_m3", "difference_packages", "difference_kg", "difference_m3", "remark",
)  # fmt: skip
SIGNATURE = "________________________________"


def tally_pdf(tally: Tally, *, at: datetime, by: str) -> bytes:
    """The tally sheet as a PDF, in the language that is active and the terminal's time."""
    with timezone.override(tally.order.terminal.zone):
        return printed(_paper(tally), at=at, by=by)


def tally_csv(tally: Tally) -> str:
    """The tally as CSV under ``CSV_COLUMNS``; what was not counted stays empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for row in tally.rows:
        amounts = [value for amount in (row.declared, row.counted, row.difference) for value in _plain(amount)]
        writer.writerow(
            [row.line, *map(harmless, (row.goods, row.marks, row.package_kind)), *amounts, harmless(row.seen)]
        )
    return out.getvalue()


def _plain(amount: Amount | None) -> list[object]:
    return ["", "", ""] if amount is None else [amount.packages, amount.gross_kg, amount.volume_m3]


def harmless(text: str) -> str:
    """What a spreadsheet takes for a formula is kept from being one."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _paper(tally: Tally) -> Paper:
    order = tally.order
    title = _("Tally sheet %(number)s") % {"number": order.number}
    tables = [Table(_columns(), [_row(row) for row in tally.rows], _("The list names no goods."))]
    return Paper(title, order.terminal.name, order.terminal.zone.key, _facts(tally), tables, _totals(tally))


def _facts(tally: Tally) -> list[tuple[str, str]]:
    order = tally.order
    return [
        (_("Work"), str(order.get_kind_display())),
        (_("Container"), f"{order.visit.container.number} · {order.visit.size_type}" if order.visit else "–"),
        (_("Seals"), ", ".join(tally.seals) or "–"),
        (_("Party"), order.party.name),
        (_("Reference"), order.reference or "–"),
        (_("Zone"), str(order.zone or "–")),
        (_("Gang"), " · ".join(str(each) for each in (order.gang, order.gang_size, order.equipment) if each) or "–"),
        (_("Started"), _moment(order.started_at)),
        (_("Ended"), _moment(order.done_at)),
        (_("Status"), str(order.get_status_display())),
    ]


def _columns() -> list[Column]:
    return [
        Column("#", 8, figures=True),
        Column(_("Goods and marks"), 52),
        Column(_("Packed"), 18),
        Column(_("Declared"), 18, figures=True),
        Column("kg", 20, figures=True),
        Column(_("Counted"), 18, figures=True),
        Column("kg", 20, figures=True),
        Column(_("Difference"), 18, figures=True),
        Column("kg", 18, figures=True),
    ]


def _row(row: TallyRow) -> list[str]:
    said = "\n".join(each for each in (row.goods, row.marks, row.seen) if each)
    amounts = [text for amount in (row.declared, row.counted) for text in _shown(amount)]
    return [str(row.line), said, row.package_kind, *amounts, *_shown(row.difference, signed=True)]


def _shown(amount: Amount | None, *, signed: bool = False) -> list[str]:
    if amount is None:
        return ["", ""]
    return [_figure(amount.packages, signed), _figure(amount.gross_kg, signed, 3)]


def _figure(value: Decimal | int, signed: bool, places: int = 0) -> str:
    return ("+" if signed and value > 0 else "") + figure(value, places)


def _totals(tally: Tally) -> list[tuple[str, str]]:
    return [
        (_("Declared"), _sum(tally.declared)),
        (_("Counted"), _sum(tally.counted)),
        ("", ""),
        (_("Gang leader"), SIGNATURE),
        (_("For the party"), SIGNATURE),
        (_("For the terminal"), SIGNATURE),
    ]


def _sum(amount: Amount) -> str:
    facts = {"packages": figure(amount.packages), "kg": figure(amount.gross_kg, 3), "m3": figure(amount.volume_m3, 3)}
    return _("%(packages)s packages · %(kg)s kg · %(m3)s m³") % facts


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "–"
