"""Wagon numbers in the three schemes that meet at a gauge change. The scheme is kept with the number.

# Note [One arithmetic for two schemes]
The 8 digits of the 1520 mm wagons and the 12 of the UIC take the same check: from the right of the body the digits
count 2, 1, 2, 1, …, the digits of the products are added, and the check digit fills the sum up to a full ten (Luhn).
Chinese wagons have 7 digits and no check digit: only their form can be checked.
"""

from enum import StrEnum
from typing import Final

from stdnum import luhn

from terminal.errors import Malformed, Refused, gettext_noop
from terminal.identifiers.text import WrongCheckDigit, compact, require_ascii, shown


class WagonScheme(StrEnum):
    """Who numbered the wagon: Chinese railways, the 1520 mm railways, or the UIC."""

    CN7 = "CN7"
    CIS8 = "CIS8"
    UIC12 = "UIC12"


DIGITS: Final = {WagonScheme.CN7: 7, WagonScheme.CIS8: 8, WagonScheme.UIC12: 12}

CHECKED: Final = frozenset({WagonScheme.CIS8, WagonScheme.UIC12})
"""The schemes whose last digit is a check digit."""


GAUGES_MM: Final = {WagonScheme.CN7: 1435, WagonScheme.CIS8: 1520, WagonScheme.UIC12: 1435}


def gauge_of(scheme: WagonScheme) -> int:
    """The gauge a wagon numbered so runs on, mm."""
    return GAUGES_MM[scheme]


class WagonKind(StrEnum):
    """What a 1520 mm wagon is, by its first digit."""

    COVERED = "covered"
    FLAT = "flat"
    GONDOLA = "gondola"
    TANK = "tank"
    ISOTHERMAL = "isothermal"
    OTHER = "other"


KINDS: Final = {
    "2": WagonKind.COVERED,
    "4": WagonKind.FLAT,
    "6": WagonKind.GONDOLA,
    "7": WagonKind.TANK,
    "8": WagonKind.ISOTHERMAL,
    "9": WagonKind.OTHER,
}


class MalformedWagonNumber(Malformed):
    """Not the number of digits the scheme has, or not digits alone."""

    message = gettext_noop("%(number)s is not a wagon number of scheme %(scheme)s: that has %(digits)s digits.")


def require_wagon_number(text: str, scheme: WagonScheme) -> str:
    """The digits alone. Refuses ``ForeignLetter``, ``MalformedWagonNumber`` and ``WrongCheckDigit``."""
    number = require_ascii(compact(text))
    if not (number.isdecimal() and len(number) == DIGITS[scheme]):
        raise MalformedWagonNumber(number=shown(number) or "—", scheme=scheme.value, digits=DIGITS[scheme])
    if scheme in CHECKED:
        _require_check_digit(number)
    return number


def _require_check_digit(number: str) -> None:
    expected, found = luhn.calc_check_digit(number[:-1]), number[-1]
    if found != expected:
        raise WrongCheckDigit(number=number, expected=expected, found=found)


def possible_schemes(text: str) -> list[WagonScheme]:
    """The schemes in which the number could be right; none when it is wrong in all of them."""
    return [scheme for scheme in WagonScheme if _is_right(text, scheme)]


def _is_right(text: str, scheme: WagonScheme) -> bool:
    try:
        require_wagon_number(text, scheme)
    except Refused:
        return False
    return True


def wagon_kind(number: str, scheme: WagonScheme) -> WagonKind | None:
    """What the wagon is, as far as its number says; only numbers of 1520 mm wagons do."""
    return KINDS.get(number[:1]) if scheme is WagonScheme.CIS8 else None
