"""Dangerous goods: UN numbers, and the classes and divisions of the IMDG Code."""

import re
from typing import Final

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.text import compact, require_ascii, shown

UN_NUMBER: Final = re.compile(r"(?:UN)?([0-9]{4})", re.ASCII)

CLASSES: Final = {
    "1.1": "explosives, mass explosion",
    "1.2": "explosives, projection",
    "1.3": "explosives, fire",
    "1.4": "explosives, minor hazard",
    "1.5": "very insensitive explosives",
    "1.6": "extremely insensitive articles",
    "2.1": "flammable gases",
    "2.2": "non-flammable, non-toxic gases",
    "2.3": "toxic gases",
    "3": "flammable liquids",
    "4.1": "flammable solids",
    "4.2": "spontaneously combustible",
    "4.3": "dangerous when wet",
    "5.1": "oxidizing substances",
    "5.2": "organic peroxides",
    "6.1": "toxic substances",
    "6.2": "infectious substances",
    "7": "radioactive material",
    "8": "corrosive substances",
    "9": "miscellaneous",
}
"""Class or division, and what it holds. Explosives may carry a compatibility group behind it: 1.4S."""

COMPATIBILITY_GROUPS: Final = frozenset("ABCDEFGHJKLNS")


class MalformedUnNumber(Malformed):
    """Not four digits."""

    message = gettext_noop("%(number)s is not a UN number: four digits, such as 1203.")


class UnknownClass(Malformed):
    """No class or division of the IMDG Code."""

    message = gettext_noop("%(found)s is not a class or division of the IMDG Code: one of %(possible)s.")


def require_un_number(text: str) -> str:
    """The four digits, with or without UN before them. Refuses ``ForeignLetter`` and ``MalformedUnNumber``."""
    said = require_ascii(compact(text))
    found = UN_NUMBER.fullmatch(said)
    if found is None or found[1] == "0000":
        raise MalformedUnNumber(number=shown(said) or "—")
    return found[1]


def require_imdg_class(text: str) -> str:
    """The class or division as the Code writes it, e.g. ``3``, ``5.1``, ``1.4S``. Refuses ``UnknownClass``."""
    said = text.strip().upper()
    division = said[:-1] if said[:1] == "1" and said[-1:] in COMPATIBILITY_GROUPS else said
    if division not in CLASSES:
        raise UnknownClass(found=shown(text.strip()) or "—", possible=", ".join(CLASSES))
    return said
