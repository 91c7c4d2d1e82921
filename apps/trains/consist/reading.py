"""From bytes to lines with named fields."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from django.utils.translation import gettext as _

from apps.trains.consist.report import Report

COLUMNS: Final = (
    "wagon_sequence",
    "wagon_scheme",
    "wagon_number",
    "wagon_type",
    "tare_kg",
    "length_m",
    "position",
    "container_number",
    "size_type",
    "laden",
    "gross_kg",
    "destination",
)
OPTIONAL: Final = frozenset({"wagon_type", "tare_kg", "length_m", "laden", "gross_kg", "destination"})

MOST_LINES: Final = 1_000
"""Several times the longest train; a file of more lines is no consist."""

MOST_BYTES: Final = 1_000_000

SPREADSHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of office programs begin."""


@dataclass(frozen=True)
class Line:
    """One line of the file: its number, and its fields by column, stripped."""

    number: int
    fields: dict[str, str]


def read(file: IO[bytes], report: Report) -> list[Line]:
    """The lines with something in them. What cannot be read is noted in the report, and then there are none."""
    text = _text(file.read(MOST_BYTES + 1), report)
    if text is None:
        return []
    try:
        return _lines(text, report)
    except csv.Error as broken:
        _whole(report, _("The file cannot be read as CSV: %(why)s.") % {"why": broken}, _("Look for a stray quote."))
        return []


def _whole(report: Report, reason: str, remedy: str) -> None:
    report.add(0, "", "", reason, remedy)


def _text(content: bytes, report: Report) -> str | None:
    if len(content) > MOST_BYTES:
        _too_long(report)
        return None
    if content.startswith(SPREADSHEETS):
        _whole(report, _("This is a spreadsheet, not CSV."), _("Save the sheet as “CSV UTF-8” and send that."))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        reason = _("The file is not UTF-8 (first seen on line %(line)d).") % {"line": line}
        _whole(report, reason, _("Save it as “CSV UTF-8”."))
        return None


def _too_long(report: Report) -> None:
    reason = _("A consist has at most %(most)d lines; this file has more.") % {"most": MOST_LINES}
    _whole(report, reason, _("Send one train a file."))


def _lines(text: str, report: Report) -> list[Line]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header = [name.strip().lower().replace(" ", "_") for name in next(rows, [])]
    if not _header_is_right(header, report):
        return []
    found = list(_named(rows, header, report))
    if len(found) > MOST_LINES:
        report.problems, report.count = [], 0
        _too_long(report)
        return []
    if not found:
        _whole(report, _("The file has a header but no wagons."), _("Send one line for every box and empty wagon."))
    return found


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _header_is_right(header: list[str], report: Report) -> bool:
    missing = [name for name in COLUMNS if name not in header and name not in OPTIONAL]
    twice = sorted({name for name in header if name in COLUMNS and header.count(name) > 1})
    for name in missing:
        report.add(1, name, "", _("This column is missing."), _("The first line names the columns."))
    for name in twice:
        report.add(1, name, name, _("This column is there twice."), _("Leave one of them out."))
    return not (missing or twice)


def _named(rows: Iterator[list[str]], header: list[str], report: Report) -> Iterator[Line]:
    for count, row in enumerate(row for row in rows if any(field.strip() for field in row)):
        if count > MOST_LINES:
            return
        number = rows.line_num  # type: ignore[attr-defined]
        if len(row) > len(header):
            reason = _("The line has %(found)d fields, the header %(expected)d.")
            facts = {"found": len(row), "expected": len(header)}
            report.add(number, "", row[-1], reason % facts, _("Look for a stray separator."))
        values = [field.strip() for field in row]
        yield Line(number, dict(zip(header, values + [""] * (len(header) - len(values)), strict=False)))
