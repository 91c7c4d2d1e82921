"""Container numbers after ISO 6346: owner (3 letters), category, serial (6 digits), check digit. CSQU3054383."""

import re
from operator import getitem
from typing import Final

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.text import ForeignLetter, WrongCheckDigit, compact, require_ascii, shown

LENGTH: Final = 11

CATEGORIES: Final = {"U": "freight container", "J": "detachable equipment", "Z": "trailer or chassis"}

VALUES: Final = {
    **{digit: value for value, digit in enumerate("0123456789")},
    **dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=True)),
}
"""What each character counts: multiples of 11 are passed over, so that no two letters count the same."""

COUNTED: Final = [{character: value << place for character, value in VALUES.items()} for place in range(LENGTH - 1)]
"""What it counts in each place before the check digit."""

CONTAINER_NUMBER: Final = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}", re.ASCII)


class MalformedContainerNumber(Malformed):
    """Not three letters, a category and seven digits."""

    message = gettext_noop("%(number)s is not a container number.")


class WrongLength(MalformedContainerNumber):
    """Too few or too many characters."""

    message = gettext_noop("%(number)s has %(found)s characters; a container number has %(expected)s.")


class LetterExpected(MalformedContainerNumber):
    """Something else stands where the owner's letters belong."""

    message = gettext_noop("%(number)s: position %(position)s must be a letter, not %(found)s.")


class UnknownCategory(MalformedContainerNumber):
    """The fourth character is not one of the standard's categories. R, seen in the wild for reefers, never was."""

    message = gettext_noop("%(number)s: position %(position)s must be U, J or Z, not %(found)s.")


class DigitExpected(MalformedContainerNumber):
    """Something else stands where a digit belongs, often O for 0 or I for 1."""

    message = gettext_noop("%(number)s: position %(position)s must be a digit, not %(found)s.")


def require_container_number(text: str) -> str:
    """The number as the standard writes it, without grouping and in capitals.

    Refuses ``CyrillicLetter``, ``ForeignLetter``, ``MalformedContainerNumber`` (one of its kinds, at the first wrong
    place) and ``WrongCheckDigit``. Nothing is ever corrected.
    """
    if CONTAINER_NUMBER.fullmatch(text) and text[-1] == check_digit(text):
        return text
    number = require_ascii(compact(text))
    _require_form(number)
    expected, found = check_digit(number), number[-1]
    if found != expected:
        raise WrongCheckDigit(number=number, expected=expected, found=found)
    return number


def check_digit(number: str) -> str:
    """The check digit that belongs to the first ten characters: their values, each twice what the one before counts,
    added, modulo 11. A remainder of 10 is written 0.
    """
    return str(sum(map(getitem, COUNTED, number)) % 11 % 10)


def explain(text: str) -> str | None:
    """What is wrong with a container number, in one English sentence; None when nothing is."""
    try:
        require_container_number(text)
    except (MalformedContainerNumber, ForeignLetter, WrongCheckDigit) as refusal:
        return str(refusal)
    return None


def _require_form(number: str) -> None:
    if CONTAINER_NUMBER.fullmatch(number):
        return
    if len(number) != LENGTH:
        raise WrongLength(number=shown(number) or "—", found=len(number), expected=LENGTH)
    for position, found in enumerate(number, start=1):
        _require_character(number, position, found)


def _require_character(number: str, position: int, found: str) -> None:
    if position <= 3 and not found.isalpha():
        raise LetterExpected(number=number, position=position, found=found)
    if position == 4 and found not in CATEGORIES:
        raise UnknownCategory(number=number, position=position, found=found)
    if position > 4 and not found.isdecimal():
        raise DigitExpected(number=number, position=position, found=found)
