"""A consist as it comes: as a sheet (wagons in order, one line per box, or one line for an empty wagon) or as JSON.

See Note [All faults at once] in ``apps.common.sheets``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.common.sheets import Fault, SheetRefused, plain
from apps.containers.sheets import BoxReader
from terminal.consists import Consist, ConsistBox, ConsistWagon, Note
from terminal.equipment import SizeType
from terminal.errors import gettext_noop
from terminal.identifiers import WagonScheme, require_wagon_number

__all__ = [
    "COLUMNS",
    "LONGEST",
    "MEMBERS",
    "MOST_WAGONS",
    "OF_BOXES",
    "WAGON_BAYS",
    "Consist",
    "ConsistBox",
    "ConsistRefused",
    "ConsistWagon",
    "read_consist",
    "read_wagons",
]

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
    "seals",
    "un_number",
    "imdg_class",
    "consignment_note",
)
LONGEST: Final = 500
"""Lines a sheet may have: the longest train has 55 wagons with at most two boxes."""

CENTIMETRE: Final = Decimal("0.01")
CONSIGNMENT_NOTE: Final = re.compile(r"((?P<kinds>SMGS|CIM|CIM/SMGS) )?(?P<number>.*)", re.IGNORECASE)
LONGEST_NOTE: Final = 60
MOST_WAGONS: Final = 200
WAGON_BAYS: Final = 2
"""20′ places on a wagon."""


class ConsistRefused(SheetRefused):
    """A consist with faults; ``faults`` tells every one of them."""

    message = gettext_noop("The consist was not taken in: %(count)s faults.")


def read_consist(content: bytes) -> Consist:
    """The consist of a sheet (see ``rows_of``). Raises ``ConsistRefused`` with every fault."""
    return _Reader(content).consist()


def read_wagons(wagons: Sequence[Mapping[str, Any]]) -> Consist:
    """The consist of wagons in their order, each with ``boxes``, their members named as in ``MEMBERS``.

    Raises ``ConsistRefused`` with every fault, each with its place in ``wagons`` as a JSON pointer.
    """
    return _BodyReader(wagons).consist()


class _Reader(BoxReader):
    """One sheet on its way to a consist."""

    columns = COLUMNS
    optional = frozenset({"seals", "un_number", "imdg_class", "consignment_note"})
    longest = LONGEST
    refusal = ConsistRefused

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.wagons: dict[int, ConsistWagon] = {}
        self.places: dict[tuple[str, str], int] = {}
        self.stands: dict[str, str] = {}

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
        sequence = self.whole("wagon_sequence", 1, MOST_WAGONS)
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
        number, size = self.container_number(), self.size_type()
        laden = self.yes_or_no("laden")
        position = self.whole("position", 1, WAGON_BAYS)
        gross = self.whole("gross_kg", 0, 99_999, optional=True)
        destination, seals, dangerous = self.destination(), self.seals(), self.dangerous_goods()
        notes = self._notes()
        if number is None or size is None or laden is None or position is None:
            return None
        return ConsistBox(position, number, size, laden, gross or None, destination, seals, **dangerous, notes=notes)

    def _notes(self) -> tuple[Note, ...]:
        """An SMGS note, unless its number has CIM or CIM/SMGS before it."""
        said = CONSIGNMENT_NOTE.match(" ".join(self.row["consignment_note"].split()))
        kinds, number = ((said["kinds"] or "SMGS").lower(), said["number"]) if said else ("", "")
        if len(number) > LONGEST_NOTE:
            reason = _("A consignment note's number has at most %(most)d characters.") % {"most": LONGEST_NOTE}
            self.fault("consignment_note", reason, _("Write its number alone, or after SMGS, CIM or CIM/SMGS."))
        return tuple((kind, number) for kind in kinds.split("/")) if number else ()

    def _same_wagon(self, known: ConsistWagon, wagon: ConsistWagon) -> None:
        if known.key != wagon.key:
            reason = _("Place %(place)d of the train has wagon %(other)s already.")
            self.fault(
                "wagon_number",
                reason % {"place": wagon.sequence, "other": known.number},
                _("Number the wagons in their order, each once."),
            )
        place = self.places.setdefault(wagon.key, wagon.sequence)
        if place != wagon.sequence:
            reason = _("The wagon stands at place %(place)d already.") % {"place": place}
            self.fault("wagon_number", reason, _("A wagon is in the train once."))

    def _onto(self, wagon: ConsistWagon, box: ConsistBox) -> None:
        if box.number in self.stands:
            reason = _("The box stands on wagon %(number)s already.") % {"number": self.stands[box.number]}
            self.fault("container_number", reason, _("A box stands on one wagon."))
            return
        self.stands[box.number] = wagon.number
        if any(other.position == box.position for other in wagon.boxes) or self._full(wagon, box):
            reason = _("There is no room for it on wagon %(number)s.") % {"number": wagon.number}
            self.fault("position", reason, _("A wagon takes one 40′ or 45′ box, or two of 20′."))
            return
        wagon.boxes.append(box)

    def _full(self, wagon: ConsistWagon, box: ConsistBox) -> bool:
        return sum(SizeType.parse(each.size_type).bays for each in (*wagon.boxes, box)) > WAGON_BAYS

    def _metres(self) -> Decimal | None:
        """To the centimetre, as it is kept: said more exactly, the same papers would change it every time."""
        remedy = _("Write the length in metres, e.g. 13.4.")
        metres = self.decimal("length_m", remedy, lambda metres: CENTIMETRE <= metres < 100)
        return None if metres is None else metres.quantize(CENTIMETRE, ROUND_HALF_UP)


MEMBERS: Final = {
    "wagon_scheme": "scheme",
    "wagon_number": "number",
    "wagon_type": "wagon_type",
    "tare_kg": "tare_kg",
    "length_m": "length_m",
}
"""A wagon's members in JSON by the columns of a sheet; a box's are its columns, and ``container`` is its number."""

OF_BOXES: Final = {
    name: "container" if name == "container_number" else name for name in COLUMNS[COLUMNS.index("position") :]
}


class _BodyReader(_Reader):
    """A consist that came as JSON: read as the sheet it could have been, its faults at their members."""

    def __init__(self, wagons: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(b"")
        self.said = wagons
        self.at = ""
        self.at_box = ""

    def each_row(self) -> Iterator[None]:
        for turn, wagon in enumerate(self.said):
            for place, box in enumerate(wagon["boxes"] or [{}]):
                self.at, self.at_box = f"/wagons/{turn}", f"/wagons/{turn}/boxes/{place}"
                of_wagon = {column: plain(wagon.get(name)) for column, name in MEMBERS.items()}
                of_box = {column: plain(box.get(name)) for column, name in OF_BOXES.items()}
                self.row = {"wagon_sequence": str(turn + 1), **of_wagon, **of_box}
                yield

    def fault(self, column: str, reason: str, remedy: str) -> None:
        where = f"{self.at}/{MEMBERS[column]}" if column in MEMBERS else f"{self.at_box}/{OF_BOXES.get(column, '')}"
        found = Fault(0, column, self.row.get(column, "")[:60], reason, remedy, pointer=where)
        if found not in self.faults:  # a wagon is read once a box
            self.faults.append(found)
