"""From lines to wagons: every rule a consist must keep, none of them corrected in silence."""

from typing import Final

from django.utils.translation import gettext as _

from apps.trains.consist.fields import Fields
from apps.trains.consist.reading import Line
from apps.trains.consist.report import Report
from apps.trains.consist.wagons import Consist, ConsistBox, ConsistWagon
from terminal.equipment import SizeType
from terminal.identifiers import WagonScheme, require_container_number, require_un_locode, require_wagon_number
from terminal.trainload import PLACES

MOST_WAGONS: Final = 500
HEAVIEST_BOX_KG: Final = 36_000
"""The highest gross weight ISO 668 allows any box."""

WAGON_COLUMNS: Final = ("wagon_scheme", "wagon_number", "wagon_type", "tare_kg", "length_m")


def check(lines: list[Line], report: Report) -> Consist:
    """The wagons in order with their boxes; whatever is wrong is in the report."""
    checker = _Checker(report)
    for line in lines:
        checker.take(Fields(line, report))
    return Consist(tuple(checker.wagons()))


class _Checker:
    """What was read so far, to hold every further line against."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.heads: dict[int, tuple[Fields, ConsistWagon | None]] = {}
        self.boxes: dict[int, list[ConsistBox]] = {}
        self.wagon_lines: dict[str, int] = {}
        self.box_lines: dict[str, int] = {}
        self.last = 0

    def wagons(self) -> list[ConsistWagon]:
        """Every wagon that was understood."""
        return [
            ConsistWagon(**{**vars(wagon), "boxes": tuple(self.boxes[sequence])})
            for sequence, (_fields, wagon) in self.heads.items()
            if wagon is not None
        ]

    def take(self, fields: Fields) -> None:
        sequence = fields.whole("wagon_sequence", 1, MOST_WAGONS, needed=True)
        if sequence is None:
            self._box(fields, [])
            return
        if sequence in self.heads and sequence == self.last:
            self._require_same_wagon(fields, self.heads[sequence][0])
        else:
            self._next_wagon(fields, sequence)
        box = self._box(fields, self.boxes[sequence])
        if box is not None:
            self.boxes[sequence].append(box)

    def _next_wagon(self, fields: Fields, sequence: int) -> None:
        if sequence != self.last + 1:
            said = {"found": sequence, "expected": self.last + 1}
            fields.wrong("wagon_sequence", _("Wagon %(found)d stands where wagon %(expected)d is expected.") % said)
        self.last = sequence
        self.heads[sequence] = (fields, self._wagon(fields, sequence))
        self.boxes.setdefault(sequence, [])

    def _require_same_wagon(self, fields: Fields, head: Fields) -> None:
        for column in WAGON_COLUMNS:
            if fields.text(column) != head.text(column):
                said = {"line": head.line.number, "value": head.text(column)}
                fields.wrong(column, _("Line %(line)d says “%(value)s” of the same wagon.") % said)

    def _wagon(self, fields: Fields, sequence: int) -> ConsistWagon | None:
        scheme = self._scheme(fields)
        number = fields.checked("wagon_number", lambda text: require_wagon_number(text, scheme)) if scheme else None
        tare, length = fields.whole("tare_kg", 1, 99_999), fields.metres("length_m")
        kind = fields.text("wagon_type")
        if len(kind) > 20:
            fields.wrong("wagon_type", _("This is too long."))
        if scheme is None or number is None:
            return None
        self._require_new(fields, "wagon_number", f"{scheme}/{number}", self.wagon_lines)
        return ConsistWagon(sequence, scheme, number, kind, tare, length)

    def _scheme(self, fields: Fields) -> WagonScheme | None:
        said = fields.text("wagon_scheme").upper()
        if said in set(WagonScheme):
            return WagonScheme(said)
        fields.wrong("wagon_scheme", _("This numbering scheme is not known."))
        return None

    def _require_new(self, fields: Fields, column: str, key: str, seen: dict[str, int]) -> None:
        first = seen.setdefault(key, fields.line.number)
        if first != fields.line.number:
            fields.wrong(column, _("It stands on line %(line)d already.") % {"line": first})

    def _box(self, fields: Fields, beside: list[ConsistBox]) -> ConsistBox | None:
        if not fields.text("container_number"):
            return None
        number = fields.checked("container_number", require_container_number)
        size = fields.checked("size_type", SizeType.parse)
        position = fields.whole("position", 1, PLACES, needed=True)
        laden = fields.flag("laden")
        gross = self._gross(fields, laden)
        destination = fields.checked("destination", require_un_locode) if fields.text("destination") else ""
        if number is not None:
            self._require_new(fields, "container_number", number, self.box_lines)
        if number is None or size is None or position is None:
            return None
        self._require_room(fields, size, position, beside)
        return ConsistBox(position, number, size.code, laden, gross, destination or "")

    def _gross(self, fields: Fields, laden: bool | None) -> int | None:
        gross = fields.whole("gross_kg", 1, HEAVIEST_BOX_KG)
        if laden and not fields.text("gross_kg"):
            fields.wrong("gross_kg", _("The gross weight of a laden box is missing."))
        return gross

    def _require_room(self, fields: Fields, size: SizeType, position: int, beside: list[ConsistBox]) -> None:
        if size.bays > PLACES:
            fields.wrong("size_type", _("This box is longer than a wagon."))
        elif size.bays == PLACES and (position != 1 or beside):
            fields.wrong("position", _("A 40′ or 45′ box rides alone, on place 1."))
        for other in beside:
            if other.position == position:
                fields.wrong("position", _("%(number)s stands there already.") % {"number": other.number})
            elif SizeType.parse(other.size_type).bays == PLACES:
                fields.wrong("position", _("%(number)s takes the whole wagon.") % {"number": other.number})
