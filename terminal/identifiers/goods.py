"""Goods by their Harmonized System code: chapter, heading, subheading, and up to four national digits."""

from typing import Final

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.text import compact, require_ascii, shown

LENGTHS: Final = frozenset({2, 4, 6, 8, 10})
SUBHEADING: Final = 6

CHAPTERS: Final = frozenset(f"{chapter:02}" for chapter in range(1, 98)) - {"77"}
"""01 to 97; 77 is kept free for a metal nobody has traded yet. 98 and 99 are national and mean nothing abroad."""


class MalformedHsCode(Malformed):
    """Not an even number of digits from 2 to 10."""

    message = gettext_noop("%(code)s is not an HS code: 2, 4, 6, 8 or 10 digits.")


class UnknownChapter(MalformedHsCode):
    """The first two digits are no chapter of the Harmonized System."""

    message = gettext_noop("%(code)s: the Harmonized System has no chapter %(chapter)s.")


def require_hs_code(text: str) -> str:
    """The digits alone. Refuses ``ForeignLetter``, ``MalformedHsCode`` and ``UnknownChapter``."""
    code = require_ascii(compact(text))
    if not (code.isdecimal() and len(code) in LENGTHS):
        raise MalformedHsCode(code=shown(code) or "—")
    if hs_chapter(code) not in CHAPTERS:
        raise UnknownChapter(code=code, chapter=hs_chapter(code))
    return code


class TooShortHsCode(MalformedHsCode):
    """A chapter or a heading where goods are named."""

    message = gettext_noop("%(code)s names no goods yet: write the subheading, 6, 8 or 10 digits.")


def require_commodity_code(text: str) -> str:
    """A code down to the subheading at least, as papers of goods have it. Refuses as above, and ``TooShortHsCode``."""
    code = require_hs_code(text)
    if len(code) < SUBHEADING:
        raise TooShortHsCode(code=code)
    return code


def hs_chapter(code: str) -> str:
    """The chapter, two digits."""
    return code[:2]
