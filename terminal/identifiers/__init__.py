"""Container, wagon, place and goods numbers: read them, check them, say what is wrong.

What people type around a number is forgiven: space at the edges, spaces, hyphens and dots inside, lower case. A
letter or digit is never changed into another, however likely the slip; the refusal says what was seen and where.
"""

from terminal.identifiers.containers import (
    DigitExpected,
    LetterExpected,
    MalformedContainerNumber,
    UnknownCategory,
    WrongLength,
    check_digit,
    explain,
    require_container_number,
)
from terminal.identifiers.goods import (
    MalformedHsCode,
    TooShortHsCode,
    UnknownChapter,
    hs_chapter,
    require_commodity_code,
    require_hs_code,
)
from terminal.identifiers.places import MalformedUnLocode, nearest, require_un_locode
from terminal.identifiers.ships import MalformedImoNumber, require_imo_number
from terminal.identifiers.text import CyrillicLetter, ForeignLetter, WrongCheckDigit
from terminal.identifiers.wagons import (
    MalformedWagonNumber,
    WagonKind,
    WagonScheme,
    gauge_of,
    possible_schemes,
    require_wagon_number,
    wagon_kind,
)

__all__ = [
    "CyrillicLetter",
    "DigitExpected",
    "ForeignLetter",
    "LetterExpected",
    "MalformedContainerNumber",
    "MalformedHsCode",
    "MalformedImoNumber",
    "MalformedUnLocode",
    "MalformedWagonNumber",
    "TooShortHsCode",
    "UnknownCategory",
    "UnknownChapter",
    "WagonKind",
    "WagonScheme",
    "WrongCheckDigit",
    "WrongLength",
    "check_digit",
    "explain",
    "gauge_of",
    "hs_chapter",
    "nearest",
    "possible_schemes",
    "require_commodity_code",
    "require_container_number",
    "require_hs_code",
    "require_imo_number",
    "require_un_locode",
    "require_wagon_number",
    "wagon_kind",
]
