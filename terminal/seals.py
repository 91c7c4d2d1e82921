"""Seals: whose each is, and what is stamped on it."""

from enum import StrEnum
from typing import Final

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.text import compact, require_ascii, shown

LONGEST: Final = 20


class SealOwner(StrEnum):
    """Who put the seal there, or had it put there."""

    CARRIER = "carrier"
    CUSTOMS = "customs"
    SHIPPER = "shipper"
    TERMINAL = "terminal"


class SealAct(StrEnum):
    """What was done with a seal."""

    AFFIXED = "affixed"
    REMOVED = "removed"


class MalformedSealNumber(Malformed):
    """Not what is stamped on a seal."""

    message = gettext_noop("%(number)s is not a seal number: 1 to %(most)s letters and digits.")


def require_seal_number(text: str) -> str:
    """The number in capitals, without grouping. Refuses ``ForeignLetter`` and ``MalformedSealNumber``."""
    number = require_ascii(compact(text))
    if not (number.isalnum() and len(number) <= LONGEST):
        raise MalformedSealNumber(number=shown(number) or "—", most=LONGEST)
    return number
