"""A consist as a sheet: a train's wagons in order, one line per box, or one line for an empty wagon.

# Note [All faults at once]
Whoever sent a sheet corrects it by hand. So every line is read to its end and every fault is told with its line,
column, value, what is wrong and what would be right; nothing of a sheet with a fault is taken in.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.common.words import sentence
from terminal.equipment import SizeType
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.identifiers import WagonScheme, require_container_number, require_wagon_number

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
LONGEST: Final = 500
"""Lines a sheet may have: the longest train has 55 wagons with at most two boxes."""

WAGON_BAYS: Final = 2
"""20′ places on a wagon."""


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of a sheet, and what would be right. ``line`` counts from 1, the heading included."""

    line: int
    column: str
    value: str
    reason: str
    remedy: str


class ConsistRefused(Malformed):
    """A sheet with faults; ``faults`` tells every one of them."""

    message = gettext_noop("The consist was not taken in: %(count)s faults.")

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(count=len(faults), faults=[vars(fault) for fault in faults])
        self.faults = faults


@dataclass(frozen=True)
class ConsistBox:
    """A box on a wagon: its place there (1, 2), number, size-type, whether laden, gross kg, UN/LOCODE."""

    position: int
    number: str
    size_type: str
    laden: bool
    gross_kg: int | None
    destination: str


@dataclass
class ConsistWagon:
    """A wagon in its place in the train, and what stands on it."""

    sequence: int
    scheme: WagonScheme
    number: str
    wagon_type: str
    tare_kg: int | None
    length_m: Decimal | None
    boxes: list[ConsistBox] = field(default_factory=list)


@dataclass(frozen=True)
class Consist:
    """A train's wagons in order."""

    wagons: list[ConsistWagon]

    @property
    def boxes(self) -> list[ConsistBox]:
        """Every box on the train, wagon by wagon."""
        return [box for wagon in self.wagons for box in wagon.boxes]


def read_consist(content: bytes) -> Consist:
    """The consist of a CSV sheet (UTF-8; comma or semicolon). Raises ``ConsistRefused`` with every fault."""
    return _Reader(_text(content)).consist()


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\0", "\ufffd")
    except UnicodeDecodeError as broken:
        line = content[: broken.start].count(b"\n") + 1
        value = content[broken.start : broken.end].hex()
        reason, remedy = _("The sheet is not UTF-8 text."), _("Save it as CSV UTF-8.")
        raise ConsistRefused([Fault(line, "", value, reason, remedy)]) from broken


class _Reader:
    """One sheet on its way to a consist, with the faults found so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[Fault] = []
        self.wagons: dict[int, ConsistWagon] = {}
        self.seen: dict[str, int] = {}
        self.line = 1
        self.row: dict[str, str] = {}

    def consist(self) -> Consist:
        for line, row in self._rows():
            self.line, self.row = line, row
            self._wagon_and_box()
        if not self.wagons and not self.faults:
            self._fault("", _("The sheet names no wagon."), _("Give at least one line below the heading."))
        if self.faults:
            raise ConsistRefused(self.faults)
        return Consist([self.wagons[sequence] for sequence in sorted(self.wagons)])

    def _rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        heading = self.text.partition("\n")[0]
        delimiter = ";" if heading.count(";") > heading.count(",") else ","
        rows = csv.reader(io.StringIO(self.text, newline=""), delimiter=delimiter)
        names = [name.strip().lower() for name in next(rows, [])]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            remedy = _("The heading needs: %(columns)s.") % {"columns": ", ".join(COLUMNS)}
            self._fault(", ".join(missing), _("These columns are missing."), remedy)
            return
        for count, cells in enumerate(rows, 1):
            if count > LONGEST:
                self.line = rows.line_num
                self._fault(
                    "",
                    _("The sheet has more than %(most)d lines.") % {"most": LONGEST},
                    _("A consist is one train; send one sheet a train."),
                )
                return
            if any(cell.strip() for cell in cells):
                padded = [*cells, *[""] * (len(names) - len(cells))]
                yield rows.line_num, {name: cell.strip() for name, cell in zip(names, padded, strict=False)}

    def _wagon_and_box(self) -> None:
        before = len(self.faults)
        sequence = self._whole("wagon_sequence", 1, 200)
        scheme = self._read("wagon_scheme", lambda text: WagonScheme(text.upper()), _("Write CN7, CIS8 or UIC12."))
        number = scheme and self._read(
            "wagon_number", lambda text: require_wagon_number(text, scheme), _("Read it off the wagon again.")
        )
        tare, length = self._whole("tare_kg", 0, 99_999, optional=True), self._metres()
        box = self._box() if self.row["container_number"] else None
        if len(self.faults) > before or sequence is None or scheme is None or number is None:
            return
        wagon = ConsistWagon(sequence, scheme, number, self.row["wagon_type"][:20], tare, length)
        known = self.wagons.setdefault(sequence, wagon)
        self._same_wagon(known, wagon)
        if box is not None:
            self._onto(known, box)

    def _box(self) -> ConsistBox | None:
        again = _("Read the number off the box again; it is never corrected by guessing.")
        number = self._read("container_number", require_container_number, again)
        size = self._read("size_type", lambda text: SizeType.parse(text).code, _("Write it as 22G1 or 45G1."))
        laden = self._read("laden", lambda text: {"yes": True, "no": False}[text.lower()], _("Write yes or no."))
        position = self._whole("position", 1, WAGON_BAYS)
        gross = self._whole("gross_kg", 0, 99_999, optional=True)
        if number is None or size is None or laden is None or position is None:
            return None
        return ConsistBox(position, number, size, laden, gross, self.row["destination"].upper()[:5])

    def _same_wagon(self, known: ConsistWagon, wagon: ConsistWagon) -> None:
        if known.number != wagon.number:
            reason = _("Place %(place)d of the train has wagon %(other)s already.")
            self._fault(
                "wagon_number",
                reason % {"place": wagon.sequence, "other": known.number},
                _("Number the wagons in their order, each once."),
            )
        place = self.seen.setdefault(f"wagon {wagon.scheme} {wagon.number}", wagon.sequence)
        if place != wagon.sequence:
            reason = _("The wagon stands at place %(place)d already.") % {"place": place}
            self._fault("wagon_number", reason, _("A wagon is in the train once."))

    def _onto(self, wagon: ConsistWagon, box: ConsistBox) -> None:
        line = self.seen.setdefault(f"box {box.number}", self.line)
        if line != self.line:
            reason = _("The box is on line %(line)d already.") % {"line": line}
            self._fault("container_number", reason, _("A box stands on one wagon."))
            return
        if any(other.position == box.position for other in wagon.boxes) or self._full(wagon, box):
            reason = _("There is no room for it on wagon %(number)s.") % {"number": wagon.number}
            self._fault("position", reason, _("A wagon takes one 40′ or 45′ box, or two of 20′."))
            return
        wagon.boxes.append(box)

    def _full(self, wagon: ConsistWagon, box: ConsistBox) -> bool:
        return sum(SizeType.parse(each.size_type).bays for each in (*wagon.boxes, box)) > WAGON_BAYS

    def _whole(self, column: str, least: int, most: int, *, optional: bool = False) -> int | None:
        if optional and not self.row[column]:
            return None
        remedy = _("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
        number: int | None = self._read(column, _whole_number, remedy)
        if number is not None and not least <= number <= most:
            self._fault(column, _("This is out of range."), remedy)
            return None
        return number

    def _metres(self) -> Decimal | None:
        if not self.row["length_m"]:
            return None
        remedy = _("Write the length in metres, e.g. 13.4.")
        metres: Decimal | None = self._read("length_m", lambda text: Decimal(text.replace(",", ".")), remedy)
        if metres is not None and not (metres.is_finite() and 0 < metres < 100):
            self._fault("length_m", _("This is out of range."), remedy)
            return None
        return metres

    def _read(self, column: str, parse: Callable[[str], Any], remedy: str) -> Any:
        try:
            return parse(self.row[column])
        except Refused as refusal:
            self._fault(column, sentence(refusal.message, refusal.facts), remedy)
        except (ValueError, KeyError, InvalidOperation):
            self._fault(column, _("This cannot be read."), remedy)
        return None

    def _fault(self, column: str, reason: str, remedy: str) -> None:
        self.faults.append(Fault(self.line, column, self.row.get(column, "")[:60], reason, remedy))


def _whole_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)
