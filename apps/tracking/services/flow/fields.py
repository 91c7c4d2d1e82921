"""One field of a line at a time: what it may say, and what to do when it says something else."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from terminal.equipment import SizeType
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.identifiers import WrongCheckDigit, require_container_number, require_un_locode
from terminal.identifiers.text import ForeignLetter
from terminal.regimes import Direction, Goods, Regime
from terminal.throughput import Mode

LONGEST_VEHICLE: Final = 40
HEAVIEST_KG: Final = 100_000
YEARS: Final = range(1970, 2200)
LADEN: Final = {"yes": True, "no": False}
MODES: Final = {mode.value for mode in Mode}
GOODS: Final = {goods.value for goods in Goods}
REGIMES: Final = {regime.value for regime in Regime}
DIRECTIONS: Final = {direction.value for direction in Direction}


class UnknownMode(Malformed):
    message = gettext_noop("this is not a mode of transport.")


class UnknownGoods(Malformed):
    message = gettext_noop("this is not a kind of goods.")


class UnknownRegime(Malformed):
    message = gettext_noop("this is not a customs regime.")


class UnknownDirection(Malformed):
    message = gettext_noop("this is not a direction.")


class NeitherYesNorNo(Malformed):
    message = gettext_noop("laden is neither yes nor no.")


class NotAWeight(Malformed):
    message = gettext_noop("this is not a weight in whole kilograms from 0 to %(most)s.")


class NotATime(Malformed):
    message = gettext_noop("this is not a date and time.")


class NoOffset(Malformed):
    message = gettext_noop("the time does not say in which zone it is meant.")


class OutBeforeIn(Malformed):
    message = gettext_noop("the box leaves before it came at %(in_at)s.")


class HalfADeparture(Malformed):
    message = gettext_noop("the time, mode and vehicle of a departure are given together or not at all.")


class AdvisedAfterItCame(Malformed):
    message = gettext_noop("the box is announced after it came at %(in_at)s.")


class ToldBeforeItHappened(Malformed):
    message = gettext_noop("what happened at %(happened_at)s cannot be known before.")


class ToldOfNoDeparture(Malformed):
    message = gettext_noop("the line has no departure that could have become known.")


class NotAVehicle(Malformed):
    message = gettext_noop("a vehicle has a name of 1 to %(most)s printable characters.")


REMEDIES: Final[dict[type[Refused], str]] = {
    UnknownMode: gettext_noop("Write rail, road, sea or barge."),
    UnknownGoods: gettext_noop("Write standard, empty, reefer or dangerous_goods."),
    UnknownRegime: gettext_noop(
        "Write unknown, domestic, import, export, transit, bonded_entry, bonded_processing, bonded_removal, temporary "
        "or return, or leave the field empty."
    ),
    UnknownDirection: gettext_noop("Write inbound, outbound, through or unknown, or leave the field empty."),
    NeitherYesNorNo: gettext_noop("Write yes for a laden box, no for an empty one."),
    NotAWeight: gettext_noop("Give the gross weight in kilograms, or leave the field empty."),
    NotATime: gettext_noop("Write it as 2026-05-02T09:00:00+08:00."),
    NoOffset: gettext_noop("Add the offset, as in 2026-05-02T09:00:00+08:00."),
    OutBeforeIn: gettext_noop("Check both times; one of them belongs to another stay or another zone."),
    HalfADeparture: gettext_noop("Fill in all three, or leave all three empty for a box that still stands here."),
    AdvisedAfterItCame: gettext_noop("Check both times, or leave the first word of the box empty."),
    ToldBeforeItHappened: gettext_noop("Check both times, or leave empty when it became known."),
    ToldOfNoDeparture: gettext_noop("Fill in the departure, or leave this field empty too."),
    NotAVehicle: gettext_noop("Give the train, voyage or plate number of the call."),
    WrongCheckDigit: gettext_noop("Read the number off the box again; it is never corrected by guessing."),
    ForeignLetter: gettext_noop("Type the letter again with a Latin keyboard."),
}
CHECK_AGAIN: Final = gettext_noop("Check the value at its source.")


def remedy(refusal: Refused) -> str:
    """What to do about a refused field, in the reader's language."""
    return _(next((text for kind, text in REMEDIES.items() if isinstance(refusal, kind)), CHECK_AGAIN))


container_number = lru_cache(maxsize=65_536)(require_container_number)


@lru_cache(maxsize=4096)
def size_type(code: str) -> tuple[str, Decimal]:
    """The code as it is kept, and its TEU."""
    read = SizeType.parse(code)
    return read.code, read.teu


def yes_or_no(value: str) -> bool:
    if value not in LADEN:
        raise NeitherYesNorNo
    return LADEN[value]


def mode(value: str) -> str:
    if value not in MODES:
        raise UnknownMode
    return value


def kind_of_goods(value: str) -> str:
    if value not in GOODS:
        raise UnknownGoods
    return value


def regime(value: str) -> str:
    if value not in REGIMES:
        raise UnknownRegime
    return value


def direction(value: str) -> str:
    if value not in DIRECTIONS:
        raise UnknownDirection
    return value


@lru_cache(maxsize=65_536)
def weight(value: str) -> int | None:
    """Whole kilograms; nothing when nobody weighed it."""
    if not value:
        return None
    if not (value.isascii() and value.isdigit()) or len(value) > 6 or int(value) > HEAVIEST_KG:
        raise NotAWeight(most=HEAVIEST_KG)
    return int(value)


def moment(value: str) -> datetime:
    """A moment in UTC, with its offset given."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise NotATime from None
    if at.year not in YEARS or "T" not in value.replace(" ", "T").upper():
        raise NotATime
    if at.tzinfo is None:
        raise NoOffset
    return at.astimezone(UTC)


def vehicle(value: str) -> str:
    if not 0 < len(value) <= LONGEST_VEHICLE or not value.isprintable():
        raise NotAVehicle(most=LONGEST_VEHICLE)
    return value


@lru_cache(maxsize=4096)
def destination(value: str) -> str:
    """A UN/LOCODE, or nothing."""
    return require_un_locode(value) if value else ""
