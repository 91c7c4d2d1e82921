"""What all numbers share: what is forgiven around them, and the letters that only look right."""

import re
import unicodedata
from typing import Final

from terminal.errors import Malformed, gettext_noop

FORGIVEN: Final = re.compile(r"[\s.\-\u2010-\u2015\u200b\u2060\ufeff]+")
"""Spaces of every kind, invisible ones too, dots, hyphens and dashes: how people group a number for the eye."""

LONGEST_SHOWN: Final = 40

LOOK_ALIKES: Final = dict(zip("АВЕКМНОРСТУХІЈЅҮҺԚԜЗ", "ABEKMHOPCTYXIJSYHQW3", strict=True))
"""Cyrillic capitals, Kazakh ones among them, that are drawn like a Latin letter or a digit."""


class ForeignLetter(Malformed):
    """A letter or digit outside A–Z and 0–9, counted from 1 among the characters that matter."""

    message = gettext_noop("Foreign letter in position %(position)s: %(letter)s, which looks like %(looks_like)s.")


class CyrillicLetter(ForeignLetter):
    """The commonest slip in sheets from Kazakhstan: С, А or Т of the other alphabet."""

    message = gettext_noop(
        "Cyrillic letter in position %(position)s: %(letter)s, which looks like the Latin %(looks_like)s."
    )


class WrongCheckDigit(Malformed):
    """The last digit does not follow from the others: some character is wrong, nobody can tell which."""

    message = gettext_noop(
        "The check digit of %(number)s is %(found)s, but its other characters give %(expected)s: "
        "one of them is wrong, or the check digit is."
    )


def compact(text: str) -> str:
    """The characters that matter: grouping removed, ASCII letters in upper case, everything else as it was typed."""
    if text.isascii():
        return FORGIVEN.sub("", text).upper()
    return "".join(each.upper() if each.isascii() else each for each in FORGIVEN.sub("", text))


def shown(text: str) -> str:
    """The text as a refusal repeats it: not longer than anyone reads."""
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def require_ascii(number: str) -> str:
    """The number itself; raises ``CyrillicLetter`` or ``ForeignLetter`` at its first character beyond ASCII."""
    for position, each in enumerate("" if number.isascii() else number, start=1):
        if not each.isascii():
            refusal = CyrillicLetter if "CYRILLIC" in unicodedata.name(each, "") else ForeignLetter
            raise refusal(letter=each, position=position, looks_like=_latin_twin(each))
    return number


def _latin_twin(letter: str) -> str:
    plain = unicodedata.normalize("NFKC", letter).upper()
    twin = LOOK_ALIKES.get(plain, plain)
    if twin.isascii():
        return twin
    return str(unicodedata.decimal(letter, "—"))
