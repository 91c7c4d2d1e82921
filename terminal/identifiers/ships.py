"""IMO numbers of ships: seven digits that stay with the hull whatever its name and flag."""

import re
from typing import Final

from stdnum import imo

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.text import WrongCheckDigit, compact, require_ascii, shown

FORM: Final = re.compile(r"(?:IMO)?([0-9]{7})", re.ASCII)


class MalformedImoNumber(Malformed):
    """Not seven digits."""

    message = gettext_noop("%(number)s is not an IMO number: seven digits, such as 9074729.")


def require_imo_number(text: str) -> str:
    """The seven digits, with or without IMO before them. Refuses ``MalformedImoNumber`` and ``WrongCheckDigit``."""
    said = require_ascii(compact(text))
    found = FORM.fullmatch(said)
    if found is None:
        raise MalformedImoNumber(number=shown(said) or "—")
    number = found[1]
    expected = imo.calc_check_digit(number[:-1])
    if number[-1] != expected:
        raise WrongCheckDigit(number=number, expected=expected, found=number[-1])
    return number
