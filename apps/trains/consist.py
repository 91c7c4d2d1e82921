"""A consist as a sheet: a train's wagons in order, one line per box, or one line for an empty wagon.

See Note [All faults at once] in ``apps.common.sheets``.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from apps.common.sheets import SheetReader, SheetRefused
from terminal.equipment import SizeType
from terminal.errors import gettext_noop
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


class ConsistRefused(SheetRefused):
    """A consist with faults; ``faults`` tells every one of them."""

    message = gettext_noop("The consist was not taken in: %(count)s faults.")


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
    """The consist of a sheet (CSV in UTF-8, or XLSX). Raises ``ConsistRefused`` with every fault."""
    return _Reader(content).consist()


class _Reader(SheetReader):
    """One sheet on its way to a consist."""

    columns = COLUMNS
    longest = LONGEST
    refusal = ConsistRefused

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.wagons: dict[int, ConsistWagon] = {}
        self.seen: dict[str, int] = {}

    def too_long(self) -> str:
        return _("A consist is one train; send one sheet a train.")

    def consist(self) -> Consist:
        for _row in self.each_row():
            self._wagon_and_box()
        if not self.wagons and not self.faults:
            self.fault("", _("The sheet names no wagon."), _("Give at least one line below the heading."))
        self.require_faultless()
        return Consist([self.wagons[sequence] for sequence in sorted(self.wagons)])

    def _wagon_and_box(self) -> None:
        before = len(self.faults)
        sequence = self.whole("wagon_sequence", 1, 200)
        scheme = self.read("wagon_scheme", lambda text: WagonScheme(text.upper()), _("Write CN7, CIS8 or UIC12."))
        number = scheme and self.read(
            "wagon_number", lambda text: require_wagon_number(text, scheme), _("Read it off the wagon again.")
        )
        tare, length = self.whole("tare_kg", 0, 99_999, optional=True), self._metres()
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
        number = self.read("container_number", require_container_number, again)
        size = self.read("size_type", lambda text: SizeType.parse(text).code, _("Write it as 22G1 or 45G1."))
        laden = self.yes_or_no("laden")
        position = self.whole("position", 1, WAGON_BAYS)
        gross = self.whole("gross_kg", 0, 99_999, optional=True)
        if number is None or size is None or laden is None or position is None:
            return None
        return ConsistBox(position, number, size, laden, gross, self.row["destination"].upper()[:5])

    def _same_wagon(self, known: ConsistWagon, wagon: ConsistWagon) -> None:
        if known.number != wagon.number:
            reason = _("Place %(place)d of the train has wagon %(other)s already.")
            self.fault(
                "wagon_number",
                reason % {"place": wagon.sequence, "other": known.number},
                _("Number the wagons in their order, each once."),
            )
        place = self.seen.setdefault(f"wagon {wagon.scheme} {wagon.number}", wagon.sequence)
        if place != wagon.sequence:
            reason = _("The wagon stands at place %(place)d already.") % {"place": place}
            self.fault("wagon_number", reason, _("A wagon is in the train once."))

    def _onto(self, wagon: ConsistWagon, box: ConsistBox) -> None:
        line = self.seen.setdefault(f"box {box.number}", self.line)
        if line != self.line:
            reason = _("The box is on line %(line)d already.") % {"line": line}
            self.fault("container_number", reason, _("A box stands on one wagon."))
            return
        if any(other.position == box.position for other in wagon.boxes) or self._full(wagon, box):
            reason = _("There is no room for it on wagon %(number)s.") % {"number": wagon.number}
            self.fault("position", reason, _("A wagon takes one 40′ or 45′ box, or two of 20′."))
            return
        wagon.boxes.append(box)

    def _full(self, wagon: ConsistWagon, box: ConsistBox) -> bool:
        return sum(SizeType.parse(each.size_type).bays for each in (*wagon.boxes, box)) > WAGON_BAYS

    def _metres(self) -> Decimal | None:
        remedy = _("Write the length in metres, e.g. 13.4.")
        return self.decimal("length_m", remedy, lambda metres: 0 < metres < 100)
