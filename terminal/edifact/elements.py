"""Single segments: what each says, checked and in the terminal's terms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final, TypeVar

from terminal.dangerous_goods import require_imdg_class, require_un_number
from terminal.edifact.codes import CM, ISSUERS, KG, MODES, SIDES, STAGES, WEIGHTS
from terminal.edifact.facts import Hazard, Location, Means, Overhang, Party, Reference, Seal, Stage, Time
from terminal.edifact.faults import MissingElement, RefusedElement, UnknownCode, WrongElement
from terminal.edifact.oddities import Notes, Oddity
from terminal.edifact.profile import Profile
from terminal.edifact.segments import Segment
from terminal.edifact.times import read_time
from terminal.equipment import SizeType
from terminal.errors import Malformed, gettext_noop
from terminal.identifiers import (
    UnknownCategory,
    WrongCheckDigit,
    require_container_number,
    require_un_locode,
)
from terminal.identifiers.text import compact
from terminal.reefers import require_temperature
from terminal.seals import require_seal_number
from terminal.stowage import require_stowage_position
from terminal.weights import HEAVIEST_KG

T = TypeVar("T")

UNECE: Final = ("139", "6")
"""Code list and agency of a UN/LOCODE."""

STOW: Final = "147"
"""Role of a place on board."""

TRANSPORT_TEMPERATURE: Final = "2"


@dataclass(frozen=True, slots=True)
class Reading:
    """With whom a message is read, and what is noted on the way."""

    profile: Profile
    notes: Notes


def required(segment: Segment, element: int, component: int, what: str) -> str:
    """What stands there. Raises ``MissingElement``."""
    found = segment.get(element, component)
    if not found:
        raise MissingElement.at(segment.place(element, component), "", what)
    return found


def one_of(table: Mapping[str, T], segment: Segment, element: int, component: int = 1) -> T:
    """What a code stands for. Raises ``UnknownCode`` with those that are known."""
    found = segment.get(element, component)
    if found not in table:
        raise UnknownCode.at(segment.place(element, component), found, ", ".join(table))
    return table[found]


def checked(check: Callable[[str], T], segment: Segment, element: int, component: int = 1) -> T:
    """What a check of the terminal makes of it. Raises ``RefusedElement`` with the check's reason."""
    found = segment.get(element, component)
    try:
        return check(found)
    except Malformed as refusal:
        raise RefusedElement.because(segment.place(element, component), found, refusal) from refusal


def container_number(segment: Segment, reading: Reading, element: int = 2) -> str:
    """The number in EQD, SGP or RFF. One outside the standard passes only where the profile says so."""
    component = 2 if segment.tag == "RFF" else 1
    found, where = segment.get(element, component), segment.place(element, component)
    try:
        return require_container_number(found)
    except (UnknownCategory, WrongCheckDigit) as refusal:
        if Oddity.NUMBER_OUTSIDE_STANDARD not in reading.profile.tolerates:
            raise RefusedElement.because(where, found, refusal) from refusal
        reading.notes.warn(Oddity.NUMBER_OUTSIDE_STANDARD, where, found)
        return compact(found)
    except Malformed as refusal:
        raise RefusedElement.because(where, found, refusal) from refusal


def size_type(segment: Segment, reading: Reading, *, needed: bool) -> str:
    """EQD element 3, code or words: the present ISO code. Unknown: refused if ``needed``, else reported."""
    component = 1 if segment.get(3) or not segment.get(3, 4) else 4
    said = segment.get(3, component)
    if not said:
        return ""
    where = segment.place(3, component)
    try:
        size = SizeType.parse(reading.profile.size_types.get(said, said))
    except Malformed as refusal:
        if needed:
            raise RefusedElement.because(where, said, refusal) from refusal
        reading.notes.warn(Oddity.UNKNOWN_SIZE_TYPE, where, said)
        return ""
    if size.note:
        reading.notes.warn(Oddity.OLD_SIZE_TYPE, where, said, size.read_as)
    return size.read_as


def time(segment: Segment, reading: Reading) -> Time | None:
    """DTM. One that cannot be read is reported and left out; whoever needs it will miss it."""
    value, form = segment.get(1, 2), segment.get(1, 3)
    if not value:
        return None
    found, twice = read_time(segment.get(1), value, form, reading.profile.zone)
    if found is None:
        reading.notes.warn(Oddity.UNREADABLE_TIME, segment.place(1, 2), value, form)
    elif twice:
        reading.notes.warn(Oddity.TIME_TWICE, segment.place(1, 2), value)
    return found


def location(segment: Segment, reading: Reading) -> Location | None:
    """LOC. What is said to be a UN/LOCODE has to be one."""
    role, code, name = segment.get(1), segment.get(2), segment.get(2, 4)
    is_un_locode = bool(code) and (segment.get(2, 2), segment.get(2, 3)) == UNECE
    if is_un_locode:
        code = checked(require_un_locode, segment, 2)
    if role == STOW and code:
        code = checked(require_stowage_position, segment, 2)
    if not (role and (code or name)):
        return None
    return Location(role, code, name, segment.get(3), is_un_locode)


def reference(segment: Segment, reading: Reading) -> Reference | None:
    """RFF."""
    kind, value = segment.get(1), segment.get(1, 2)
    return Reference(kind, value) if kind and value else None


def party(segment: Segment, reading: Reading) -> Party | None:
    """NAD: by code, or by name in one of the two places for it."""
    role, code = segment.get(1), segment.get(2)
    name = segment.get(4) or segment.get(3)
    if not (role and (code or name)):
        return None
    return Party(role, code, name, segment.get(2, 2), segment.get(2, 3))


def means(segment: Segment, reading: Reading) -> Means | None:
    """TDT. An unknown stage is reported and left out; an unknown mode only left open."""
    stage = STAGES.get(segment.get(1))
    if stage is None:
        reading.notes.warn(Oddity.UNKNOWN_CODE, segment.place(1), segment.get(1), ", ".join(STAGES))
        return None
    said = segment.get(3)
    if said and said not in MODES:
        reading.notes.warn(Oddity.UNKNOWN_CODE, segment.place(3), said, ", ".join(MODES))
    return Means(
        stage=Stage(stage),
        mode=MODES.get(said),
        journey=segment.get(2),
        identity=segment.get(8),
        scheme=segment.get(8, 2),
        name=segment.get(8, 4),
        carrier=segment.get(5),
        carrier_name=segment.get(5, 4),
    )


def remark(segment: Segment, reading: Reading) -> str | None:
    """FTX: its text, or the coded text where there is none."""
    words = " ".join(filter(None, (segment.get(4, component) for component in range(1, 6))))
    return words or segment.get(3) or None


def weight(segment: Segment, reading: Reading) -> tuple[str, int] | None:
    """MEA: which weight of a ``Box`` it is, and kg. Other measurements are left out.

    Raises ``UnknownCode`` for the unit, ``WrongElement`` for what no container weighs.
    """
    which = WEIGHTS.get(segment.get(2)) or (None if segment.get(2) else WEIGHTS.get(segment.get(1)))
    if which is None or not segment.get(3, 2):
        return None
    kg = _number(segment, 3, 2) * one_of(KG, segment, 3)
    if not kg:
        reading.notes.warn(Oddity.NO_WEIGHT, segment.place(3, 2), segment.get(3, 2))
        return None
    if not 0 < kg <= HEAVIEST_KG:
        raise WrongElement.at(segment.place(3, 2), segment.get(3, 2), f"1 … {HEAVIEST_KG} kg")
    return which, max(1, _whole(kg))


def seal(segment: Segment, reading: Reading) -> Seal | None:
    """SEL. What is stamped on no seal is reported and left out."""
    said, issuer = segment.get(1), segment.get(2)
    if not said:
        return None
    if issuer and issuer not in ISSUERS:
        reading.notes.warn(Oddity.UNKNOWN_CODE, segment.place(2), issuer, ", ".join(ISSUERS))
    try:
        return Seal(require_seal_number(said), ISSUERS.get(issuer))
    except Malformed:
        reading.notes.warn(Oddity.UNREADABLE_SEAL, segment.place(1), said)
        return None


def hazard(segment: Segment, reading: Reading) -> Hazard:
    """DGS: class and UN number are right, or the message is refused: dangerous goods are never left out."""
    number = checked(require_un_number, segment, 3) if segment.get(3) else ""
    return Hazard(checked(require_imdg_class, segment, 2), number)


def celsius(segment: Segment, reading: Reading) -> Decimal | None:
    """TMP: what a reefer is to keep, in °C to a tenth."""
    if segment.get(1) != TRANSPORT_TEMPERATURE or not segment.get(2):
        return None
    said = _number(segment, 2, 1)
    unit = segment.get(2, 2)
    if unit not in ("CEL", "FAH"):
        raise UnknownCode.at(segment.place(2, 2), unit, "CEL, FAH")
    degrees = (said - 32) * 5 / 9 if unit == "FAH" else said
    degrees = degrees.quantize(Decimal("0.1"), ROUND_HALF_UP) if abs(degrees) < 1000 else degrees
    try:
        require_temperature(degrees)
    except Malformed as refusal:
        raise RefusedElement.because(segment.place(2), segment.get(2), refusal) from refusal
    return degrees


def overhang(segment: Segment, reading: Reading) -> Overhang | None:
    """DIM off standard: the first measure that is given."""
    side = SIDES.get(segment.get(1))
    component = next((each for each in (2, 3, 4) if segment.get(2, each)), None)
    if side is None or component is None:
        return None
    cm = _number(segment, 2, component) * one_of(CM, segment, 2)
    if not 0 <= cm < 3000:
        raise WrongElement.at(segment.place(2, component), segment.get(2, component), gettext_noop("under 30 m"))
    return Overhang(side, _whole(cm))


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def _number(segment: Segment, element: int, component: int) -> Decimal:
    """A number, with a point or a comma."""
    said = segment.get(element, component)
    try:
        number = Decimal(said.replace(",", ".")) if said.isascii() and len(said) <= 18 and "_" not in said else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) >= 10**12:
        raise WrongElement.at(segment.place(element, component), said, gettext_noop("a number"))
    return number
