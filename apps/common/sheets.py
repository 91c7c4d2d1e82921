"""Lists people send as sheets: rows under a heading, from CSV, XLSX or JSON, and every fault in them.

# Note [All faults at once]
Whoever sent a sheet corrects it by hand. So every line is read to its end and every fault is told with its line,
column, value, what is wrong and what would be right; nothing of a sheet with a fault is taken in.
"""

import csv
import io
import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from apps.common.words import sentence
from apps.common.xlsx import MAGIC, NotAWorkbook, rows_of_workbook
from terminal.errors import Malformed, Refused, gettext_noop

Rows = Iterator[tuple[int, list[str]]]
"""Rows of a sheet, each with its line; the heading first."""


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of a sheet, and what would be right. ``line`` counts from 1, the heading included.

    ``pointer``: the place in a body that came as JSON and has no lines (RFC 6901).
    """

    line: int
    column: str
    value: str
    reason: str
    remedy: str
    pointer: str = ""

    def told(self) -> dict[str, Any]:
        """As a member of a refusal: where, what was given, what is wrong, what would be right."""
        where = {"pointer": self.pointer} if self.pointer else {"line": self.line, "column": self.column}
        return {**where, "value": self.value, "reason": self.reason, "remedy": self.remedy}


class SheetRefused(Malformed):
    """A sheet with faults; ``faults`` tells every one of them."""

    message = gettext_noop("The sheet was not taken in: %(count)s faults.")

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(count=len(faults), faults=[fault.told() for fault in faults])
        self.faults = faults


class _Unreadable(Exception):
    """Not a sheet at all: the one fault that says so."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


class SheetReader:
    """One sheet on its way to what it says, with the faults found so far. See Note [All faults at once]."""

    columns: ClassVar[tuple[str, ...]]
    optional: ClassVar[frozenset[str]] = frozenset()
    """Columns a sheet may leave out."""
    longest: ClassVar[int]
    """Lines a sheet may have."""
    refusal: ClassVar[type[SheetRefused]] = SheetRefused

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.faults: list[Fault] = []
        self.line = 1
        self.row: dict[str, str] = {}

    def too_long(self) -> str:
        """What helps against a sheet with too many lines."""
        return _("Send it in parts.")

    def each_row(self) -> Iterator[None]:
        """Make each line that says something the one in hand (``line``, ``row``)."""
        try:
            for line, row in self._named(rows_of(self.content)):
                self.line, self.row = line, row
                yield
        except _Unreadable as broken:
            self.faults.append(broken.fault)

    def require_faultless(self) -> None:
        """Raise the refusal with every fault found."""
        if self.faults:
            raise self.refusal(self.faults)

    def _named(self, rows: Rows) -> Iterator[tuple[int, dict[str, str]]]:
        names = [name.strip().lower() for name in next(rows, (1, []))[1]]
        needed = [name for name in self.columns if name not in self.optional]
        if missing := [name for name in needed if name not in names]:
            remedy = _("The heading needs: %(columns)s.") % {"columns": ", ".join(needed)}
            self.fault(", ".join(missing), _("These columns are missing."), remedy)
            return
        left, said = self.longest, dict.fromkeys(self.optional, "")
        for line, cells in rows:
            if any(cell.strip() for cell in cells):
                left -= 1
                padded = [*cells, *[""] * (len(names) - len(cells))]
                yield line, said | {name: cell.strip() for name, cell in zip(names, padded, strict=False)}
            if left == 0 and self._goes_on(rows):
                return

    def _goes_on(self, rows: Rows) -> bool:
        """Whether lines follow on the last that may be: then that is all that is wrong with the sheet."""
        for line, cells in rows:
            if any(cell.strip() for cell in cells):
                self.faults, self.line, self.row = [], line, {}
                reason = _("The sheet has more than %(most)d lines.") % {"most": self.longest}
                self.fault("", reason, self.too_long())
                return True
        return False

    def whole(self, column: str, least: int, most: int, *, optional: bool = False) -> int | None:
        """The whole number of a column; None with a fault, or where nothing stands and nothing has to."""
        if optional and not self.row[column]:
            return None
        remedy = _("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
        number: int | None = self.read(column, _whole_number, remedy)
        if number is not None and not least <= number <= most:
            self.fault(column, _("This is out of range."), remedy)
            return None
        return number

    def decimal(self, column: str, remedy: str, fits: Callable[[Decimal], bool]) -> Decimal | None:
        """The number of a column, if one stands there; a decimal comma is understood."""
        if not self.row[column]:
            return None
        number: Decimal | None = self.read(column, lambda text: Decimal(text.replace(",", ".")), remedy)
        if number is not None and not (number.is_finite() and fits(number)):
            self.fault(column, _("This is out of range."), remedy)
            return None
        return number

    def yes_or_no(self, column: str) -> bool | None:
        """Whether yes or no stands in a column; None with a fault."""
        answer: bool | None = self.read(
            column, lambda text: {"yes": True, "no": False}[text.lower()], _("Write yes or no.")
        )
        return answer

    def read(self, column: str, parse: Callable[[str], Any], remedy: str) -> Any:
        """What ``parse`` makes of a column; None with a fault where it refuses or fails."""
        try:
            return parse(self.row[column])
        except Refused as refusal:
            self.fault(column, sentence(refusal.message, refusal.facts), remedy)
        except (ValueError, KeyError, InvalidOperation):
            self.fault(column, _("This cannot be read."), remedy)
        return None

    def fault(self, column: str, reason: str, remedy: str) -> None:
        """Note a fault of the line in hand."""
        self.faults.append(Fault(self.line, column, self.row.get(column, "")[:60], reason, remedy))


UTF_16: Final = (BOM_UTF16_LE, BOM_UTF16_BE)
NO_SHEETS: Final = {
    b"%PDF-": gettext_noop("This is a PDF, whatever its name says."),
    b"\xd0\xcf\x11\xe0": gettext_noop("This is a workbook of an old kind (XLS)."),
}
"""What people take for sheets, by how it begins."""


def rows_of(content: bytes) -> Rows:
    """The rows of an XLSX workbook, of a JSON array of objects, or of CSV.

    Text is UTF-8, or UTF-16 with its mark as spreadsheets save it; between cells stand commas, semicolons or tabs.
    """
    if content.startswith(MAGIC):
        return _of_workbook(content)
    if content.startswith(tuple(NO_SHEETS)):
        return _no_sheet(content)
    text = _text(content)
    return _of_json(text) if text.lstrip().startswith("[") else _of_csv(text)


def _no_sheet(content: bytes) -> Rows:
    reason = next(_(said) for begins, said in NO_SHEETS.items() if content.startswith(begins))
    raise _Unreadable(Fault(1, "", "", reason, _("Save the list itself as XLSX or as CSV UTF-8.")))


def _of_workbook(content: bytes) -> Rows:
    try:
        yield from rows_of_workbook(content)
    except NotAWorkbook as broken:
        reason = _("The workbook cannot be read: it is broken, or unpacks to more than a list has.")
        remedy = _("Save its first sheet as XLSX or as CSV UTF-8.")
        raise _Unreadable(Fault(1, "", "", reason, remedy)) from broken


def _of_json(text: str) -> Rows:
    """Objects with the names of the columns; the first stands at line 2, as below a heading."""
    remedy = _("Send an array of objects whose members are the columns.")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise _Unreadable(Fault(1, "", "", _("This is not JSON."), remedy)) from broken
    if not all(isinstance(each, dict) for each in told):
        raise _Unreadable(Fault(1, "", "", _("Something in the array is no object."), remedy))
    names = list(dict.fromkeys(name for each in told for name in each))
    yield 1, names
    for line, each in enumerate(told, 2):
        yield line, [plain(each.get(name)) for name in names]


def plain(value: object) -> str:
    """A value of JSON as it would stand in a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(plain(each) for each in value)
    return "" if value is None else str(value)


def _of_csv(text: str) -> Rows:
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in rows:
            yield rows.line_num, cells
    except csv.Error as broken:
        reason, remedy = _("This is not CSV."), _("Save it as CSV UTF-8.")
        raise _Unreadable(Fault(rows.line_num, "", "", reason, remedy)) from broken


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-16" if content.startswith(UTF_16) else "utf-8-sig").replace("\0", "\ufffd")
    except UnicodeDecodeError as broken:
        line = content[: broken.start].count(b"\n") + 1
        value = content[broken.start : broken.end].hex()
        reason = _("The sheet is not UTF-8 text.")
        remedy = _("Open it in the program that made it, and save it as “CSV UTF-8” or as XLSX.")
        raise _Unreadable(Fault(line, "", value, reason, remedy)) from broken


def _whole_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)
