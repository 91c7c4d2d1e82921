"""What a box is, from its size-type code: length, height, width, type, and the room it takes.

The tables are those of ISO 6346. Four characters: length (2 = 20′), height and width (5 = 9′6″), and two for the type
(G1 = general purpose with vents). So 45G1 is a 40′ box 9′6″ high, and L5G1 the same 45′ long.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final, Self, TypeVar

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.text import compact, require_ascii, shown

T = TypeVar("T")

HUNDREDTH: Final = Decimal("0.01")
SLOT_FT: Final = Decimal(20)
"""A ground slot is one 20′ place."""


@dataclass(frozen=True, slots=True)
class Length:
    """Outside length: exact in mm, nominal in feet."""

    mm: int
    ft: Decimal

    @property
    def teu(self) -> Decimal:
        """Length ÷ 20′, to the hundredth: 10′ 0.50, 20′ 1, 30′ 1.50, 40′ 2, 45′ 2.25, 48′ 2.40, 53′ 2.65."""
        return (self.ft / SLOT_FT).quantize(HUNDREDTH, ROUND_HALF_UP)

    @property
    def bays(self) -> int:
        """How many 20′ bays it covers. Up to 45′ hang over two; only longer ones need a third."""
        if self.ft <= SLOT_FT:
            return 1
        return 2 if self.ft <= Decimal(45) else 3


def _length(mm: int, ft: str) -> Length:
    return Length(mm, Decimal(ft))


LENGTHS: Final = {
    "1": _length(2991, "10"),
    "2": _length(6058, "20"),
    "3": _length(9125, "30"),
    "4": _length(12192, "40"),
    "5": _length(13716, "45"),
    "A": _length(7150, "23.46"),
    "B": _length(7315, "24"),
    "C": _length(7430, "24.38"),
    "D": _length(7450, "24.44"),
    "E": _length(7820, "25.66"),
    "F": _length(8100, "26.57"),
    "G": _length(12500, "41"),
    "H": _length(13106, "43"),
    "K": _length(13600, "44.62"),
    "L": _length(13716, "45"),
    "M": _length(14630, "48"),
    "N": _length(14935, "49"),
    "P": _length(16154, "53"),
}
"""First character. L is 45′ since 1995; 5 stands for the same in the container bureau's present table."""


@dataclass(frozen=True, slots=True)
class Section:
    """Height and width. ``height`` is how the standard says it, ``height_mm`` the figure in it."""

    height: str
    height_mm: int
    width: str

    @property
    def width_mm(self) -> int:
        """The widest a box of this section is; 2600 where the standard gives no end."""
        return WIDTHS_MM[self.width]

    @property
    def is_high_cube(self) -> bool:
        """9′6″ or more."""
        return self.height_mm >= 2896


NARROW, WIDE, WIDER = "2438 mm", "over 2438 to 2500 mm", "over 2500 mm"
WIDTHS_MM: Final = {NARROW: 2438, WIDE: 2500, WIDER: 2600}

SECTIONS: Final = {
    "0": Section("8′", 2438, NARROW),
    "2": Section("8′6″", 2591, NARROW),
    "4": Section("9′", 2743, NARROW),
    "5": Section("9′6″", 2896, NARROW),
    "6": Section("over 9′6″", 2896, NARROW),
    "8": Section("4′3″", 1295, NARROW),
    "9": Section("up to 4′", 1219, NARROW),
    "C": Section("8′6″", 2591, WIDE),
    "D": Section("9′", 2743, WIDE),
    "E": Section("9′6″", 2896, WIDE),
    "F": Section("over 9′6″", 2896, WIDE),
    "L": Section("8′6″", 2591, WIDER),
    "M": Section("9′", 2743, WIDER),
    "N": Section("9′6″", 2896, WIDER),
    "P": Section("over 9′6″", 2896, WIDER),
}
"""Second character. 2438 mm (8′) is the width of every box of ISO 668; the wider ones take two pallets abreast."""


class Group(StrEnum):
    """What a box is built for."""

    GENERAL = "general"
    VENTILATED = "ventilated"
    BULK = "bulk"
    NAMED_CARGO = "named_cargo"
    REEFER = "reefer"
    THERMAL = "thermal"
    OPEN_TOP = "open_top"
    PLATFORM = "platform"
    TANK = "tank"
    AIR = "air"


GROUPS: Final = {
    "G": Group.GENERAL,
    "V": Group.VENTILATED,
    "B": Group.BULK,
    "N": Group.BULK,
    "S": Group.NAMED_CARGO,
    "R": Group.REEFER,
    "H": Group.THERMAL,
    "U": Group.OPEN_TOP,
    "P": Group.PLATFORM,
    "T": Group.TANK,
    "K": Group.TANK,
    "A": Group.AIR,
}
"""Third character. N (hoppers, pressurised bulk) and K (tanks by test pressure) came after 1995, beside B and T."""


class UnknownSizeType(Malformed):
    """A code of no table, or one that was read in more than one way over the years."""

    message = gettext_noop("%(code)s is not a size-type code: %(found)s in position %(position)s is not known.")


class MalformedSizeType(UnknownSizeType):
    """Not four letters and digits."""

    message = gettext_noop("%(code)s is not a size-type code: four letters and digits, such as 22G1.")


@dataclass(frozen=True, slots=True)
class SizeType:
    """One size-type code, understood. ``code`` is as it was given, ``read_as`` the present code it was read as."""

    code: str
    read_as: str
    length: Length
    section: Section
    group: Group

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code, present or old numeric: see Note [Old numeric codes].

        Refuses ``UnknownSizeType``, ``MalformedSizeType`` and ``ForeignLetter``.
        """
        code = require_ascii(compact(text))
        if len(code) != 4 or not code.isalnum():
            raise MalformedSizeType(code=shown(code) or "—")
        present = _present(code) if code.isdecimal() else code
        return cls(
            code,
            present,
            _look_up(LENGTHS, code, 1, present[0]),
            _look_up(SECTIONS, code, 2, present[1]),
            _look_up(GROUPS, code, 3, present[2]),
        )

    @property
    def note(self) -> str:
        """How an old code was read; empty for a present one."""
        return "" if self.read_as == self.code else f"old code, read as {self.read_as}"

    @property
    def length_ft(self) -> Decimal:
        return self.length.ft

    @property
    def height(self) -> str:
        return self.section.height

    @property
    def teu(self) -> Decimal:
        return self.length.teu

    @property
    def bays(self) -> int:
        return self.length.bays

    @property
    def is_reefer(self) -> bool:
        """Has its own machine and wants a plug."""
        return self.group is Group.REEFER

    @property
    def is_tank(self) -> bool:
        return self.group is Group.TANK

    @property
    def is_high_cube(self) -> bool:
        return self.section.is_high_cube


def _look_up(table: Mapping[str, T], code: str, position: int, found: str) -> T:
    if found not in table:
        raise UnknownSizeType(code=code, position=position, found=found)
    return table[found]


# Note [Old numeric codes]
# Before 1996 all four characters were digits. The second told the gooseneck tunnel apart (odd: with one), which
# the present standard does not mark; "over 8′6″" then is 9′6″ in every box still moving. The last two were a number
# from 00 to 99 by ranges. 20–24 and 85–89 changed their meaning between editions and are refused.

OLD_LENGTHS: Final = {"1": "1", "2": "2", "3": "3", "4": "4", "9": "L"}

OLD_HEIGHTS: Final = {"0": "0", "1": "0", "2": "2", "3": "2", "4": "5", "5": "5", "6": "8", "7": "8", "9": "9"}

OLD_TYPES: Final = {
    range(13): "GP",
    range(13, 20): "VH",
    range(25, 30): "SN",
    range(30, 40): "RT",
    range(40, 50): "HR",
    range(50, 60): "UT",
    range(60, 70): "PL",
    range(70, 80): "TN",
    range(80, 85): "BU",
    range(90, 100): "AS",
}
"""The present standard's codes for a group whose detail is not stated."""


def _present(code: str) -> str:
    length = _look_up(OLD_LENGTHS, code, 1, code[0])
    height = _look_up(OLD_HEIGHTS, code, 2, code[1])
    group = next((group for numbers, group in OLD_TYPES.items() if int(code[2:]) in numbers), None)
    if group is None:
        raise UnknownSizeType(code=code, position=3, found=code[2:])
    return length + height + group
