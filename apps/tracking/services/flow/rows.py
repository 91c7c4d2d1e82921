"""Reading a file of container flow line by line, and checking each line by itself. Nothing here touches the database.

# Note [Lines as they stand in the file]
The file is read in binary, line by line, so that a byte that is not UTF-8 can be shown with its line and column, and
no more than one line is held. A quoted field may not run over several lines: no column of this format needs it.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import IO, Any, Final, TypeVar

from django.utils.translation import gettext as _

from apps.common.api.problems import said
from apps.tracking.services.flow import fields
from apps.tracking.services.flow.fields import (
    AdvisedAfterItCame,
    HalfADeparture,
    OutBeforeIn,
    ToldBeforeItHappened,
    ToldOfNoDeparture,
)
from apps.tracking.services.flow.report import Worst
from terminal.errors import Refused

COLUMNS: Final = (
    "container_number",
    "size_type",
    "laden",
    "goods",
    "gross_kg",
    "in_at",
    "in_mode",
    "in_vehicle",
    "out_at",
    "out_mode",
    "out_vehicle",
    "destination",
)
OPTIONAL: Final[dict[str, Callable[[str], Any]]] = {
    "advised_at": fields.moment,
    "regime": fields.regime,
    "direction": fields.direction,
    "shipper": str,
    "in_told_at": fields.moment,
    "out_told_at": fields.moment,
}
"""Columns that need not be there, and what each may say; an empty field says nothing."""

LONGEST_LINE: Final = 8192

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stay:
    """One line, understood. Without ``out_at`` the box still stands here.

    ``advised_at`` is when it was first spoken of, ``shipper`` a party's code, and ``in_told_at``, ``out_told_at`` are
    when the movements became known.
    """

    line: int
    number: str
    size_type: str
    teu: Decimal
    laden: bool
    goods: str
    gross_kg: int | None
    in_at: datetime
    in_mode: str
    in_vehicle: str
    out_at: datetime | None
    out_mode: str
    out_vehicle: str
    destination: str
    advised_at: datetime | None = None
    regime: str | None = None
    direction: str | None = None
    shipper: str | None = None
    in_told_at: datetime | None = None
    out_told_at: datetime | None = None


class Unreadable(Exception):
    """The file as a whole cannot be read; the reason is among the problems already."""


def read_stays(file: IO[bytes], problems: Worst, seen: Callable[[int], object]) -> Iterator[Stay]:
    """Every line that is right by itself; what is wrong with the others goes to ``problems``.

    ``seen`` is told the number of bytes read so far. Raises ``Unreadable`` when there is no header to read by.
    """
    lines = _lines(file, problems, seen)
    order = _order(lines, problems)
    width, read = len(order.header), _Reader(problems)
    for line, text in lines:
        values = _split(text)
        if not any(values):
            continue
        if len(values) != width:
            reason = _("the line has %(found)d fields, the header %(expected)d.")
            counted = {"found": len(values), "expected": width}
            problems.add(line, "", text.strip(), reason % counted, _("Put values with commas in quotation marks."))
        else:
            more = {name: value for name, at in order.optional.items() if (value := values[at].strip())}
            if (stay := read(line, [values[at].strip() for at in order.positions], more)) is not None:
                yield stay


@dataclass(frozen=True)
class _Order:
    header: list[str]
    positions: list[int]
    optional: dict[str, int]


def _order(lines: Iterator[tuple[int, str]], problems: Worst) -> _Order:
    _line, text = next(lines, (0, ""))
    header = [name.strip().lower() for name in _split(text)]
    if not any(header):
        if not problems.count:
            problems.add(0, "", "", _("the file is empty."), _("Send a file with a header and one stay a line."))
        raise Unreadable
    missing = [name for name in COLUMNS if name not in header]
    twice = sorted({name for name in header if name in (*COLUMNS, *OPTIONAL) and header.count(name) > 1})
    for name in missing:
        problems.add(
            1, name, text.strip(), _("this column is missing."), _("Name it in the header, with commas between.")
        )
    for name in twice:
        problems.add(1, name, text.strip(), _("this column is there twice."), _("Leave one of them out."))
    if missing or twice:
        raise Unreadable
    optional = {name: header.index(name) for name in OPTIONAL if name in header}
    return _Order(header, [header.index(name) for name in COLUMNS], optional)


def _split(text: str) -> list[str]:
    plain = text.rstrip("\r\n").replace("\r", " ")
    return next(csv.reader([plain]), []) if '"' in plain else plain.split(",")


def _lines(file: IO[bytes], problems: Worst, seen: Callable[[int], object]) -> Iterator[tuple[int, str]]:
    header: list[str] = []
    line = done = 0
    while raw := file.readline(LONGEST_LINE + 1):
        line, done = line + 1, done + len(raw)
        if len(raw) > LONGEST_LINE:
            problems.add(line, "", "", _("the line is longer than any stay."), _("Check that this is the right file."))
            return
        text = _decoded(raw.removeprefix(b"\xef\xbb\xbf") if line == 1 else raw, line, header, problems)
        header = header or [name.strip().lower() for name in _split(text or "")]
        if line % 1024 == 0:
            seen(done)
        if text is not None:
            yield line, text
        elif line == 1:
            raise Unreadable
    seen(done)


def _decoded(raw: bytes, line: int, header: list[str], problems: Worst) -> str | None:
    """The line as text, or None when bytes in it are no text: the column is the one they stand in."""
    try:
        text = raw.decode("utf-8")
        broken, reason = text.find("\0"), _("there is a NUL byte in the text.")
        if broken < 0:
            return text
        before = text[:broken]
    except UnicodeDecodeError as wrong:
        before, reason = raw[: wrong.start].decode("utf-8"), _("this is not UTF-8 text.")
    column = before.count(",")
    value = raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00").strip().split(",")[column:][:1]
    name = header[column] if column < len(header) else ""
    problems.add(line, name, "".join(value), reason, _("Save the file as CSV in UTF-8."))
    return None


class _Reader:
    """Checks the fields of a line one by one, so that every wrong one is reported at once."""

    def __init__(self, problems: Worst) -> None:
        self.problems = problems
        self.wrong = False

    def __call__(self, line: int, values: list[str], more: dict[str, str]) -> Stay | None:
        self.wrong = False
        number, size, laden, goods, gross, in_at, in_mode, in_vehicle, out_at, out_mode, out_vehicle, place = values
        came = self._check(line, "in_at", in_at, fields.moment)
        stay = (
            line,
            self._check(line, "container_number", number, fields.container_number),
            *(self._check(line, "size_type", size, fields.size_type) or ("", Decimal(0))),
            self._check(line, "laden", laden, fields.yes_or_no),
            self._check(line, "goods", goods, fields.kind_of_goods),
            self._check(line, "gross_kg", gross, fields.weight),
            came,
            self._check(line, "in_mode", in_mode, fields.mode),
            self._check(line, "in_vehicle", in_vehicle, fields.vehicle),
            *(self._departure(line, came, out_at, out_mode, out_vehicle)),
            self._check(line, "destination", place, fields.destination),
        )
        told = self._told(line, more, came, stay[10], departs=bool(out_at)) if more else {}
        return None if self.wrong else Stay(*stay, **told)  # type: ignore[arg-type]

    def _told(
        self, line: int, more: dict[str, str], came: datetime | None, left: datetime | None, *, departs: bool
    ) -> dict[str, Any]:
        told = {name: self._check(line, name, value, OPTIONAL[name]) for name, value in more.items()}
        advised = told.get("advised_at")
        if came and advised and advised > came:
            self._refuse(line, "advised_at", more["advised_at"], AdvisedAfterItCame(in_at=came.isoformat()))
        if "out_told_at" in more and not departs:
            self._refuse(line, "out_told_at", more["out_told_at"], ToldOfNoDeparture())
        for column, happened in (("in_told_at", came), ("out_told_at", left)):
            known = told.get(column)
            if happened and known and known < happened:
                refusal = ToldBeforeItHappened(happened_at=happened.isoformat())
                self._refuse(line, column, more[column], refusal)
        return told

    def _departure(
        self, line: int, came: datetime | None, at: str, by: str, with_: str
    ) -> tuple[datetime | None, str | None, str | None]:
        if not (at or by or with_):
            return None, "", ""
        given = {"out_at": at, "out_mode": by, "out_vehicle": with_}
        if empty := next((name for name, value in given.items() if not value), None):
            self._refuse(line, empty, "", HalfADeparture())
            return None, "", ""
        left = self._check(line, "out_at", at, fields.moment)
        if came and left and left < came:
            self._refuse(line, "out_at", at, OutBeforeIn(in_at=came.isoformat()))
        return (
            left,
            self._check(line, "out_mode", by, fields.mode),
            self._check(line, "out_vehicle", with_, fields.vehicle),
        )

    def _check(self, line: int, column: str, value: str, rule: Callable[[str], T]) -> T | None:
        try:
            return rule(value)
        except Refused as refusal:
            self._refuse(line, column, value, refusal)
            return None

    def _refuse(self, line: int, column: str, value: str, refusal: Refused) -> None:
        self.wrong = True
        self.problems.add(line, column, value, said(refusal), fields.remedy(refusal))
