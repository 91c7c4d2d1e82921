"""Places by their UN/LOCODE: two letters of the country, three characters of the place. CNLYG, KZHOR, CNHRS.

Only the form is refused. A code that is on nobody's list is a warning with the nearest ones: places are younger
than lists, and some have no code at all.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.text import compact, require_ascii, shown

UN_LOCODE: Final = re.compile(r"[A-Z]{2}[A-Z2-9]{3}", re.ASCII)
"""The standard leaves 0 and 1 out of the place: they look like O and I."""

LIKE_ENOUGH: Final = 0.6


class MalformedUnLocode(Malformed):
    """Not two letters and three characters of A–Z and 2–9."""

    message = gettext_noop("%(code)s is not a UN/LOCODE: two letters of the country, then three of A–Z or 2–9.")


def require_un_locode(text: str) -> str:
    """The code in capitals. Refuses ``ForeignLetter`` and ``MalformedUnLocode``; known or not is another question."""
    code = text if UN_LOCODE.fullmatch(text) else require_ascii(compact(text))
    if not UN_LOCODE.fullmatch(code):
        raise MalformedUnLocode(code=shown(code) or "—")
    return code


def nearest(code: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Up to ``most`` known codes (or names, if names are given) that look like ``code``, the likest first."""
    return get_close_matches(compact(code), sorted(known), n=most, cutoff=LIKE_ENOUGH)
