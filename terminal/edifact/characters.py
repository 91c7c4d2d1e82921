"""From bytes to characters: the syntax level in UNB says the alphabet, the service string (UNA) the marks."""

import re
from dataclasses import dataclass
from typing import Final

from terminal.edifact.faults import BrokenSyntax, InterchangeTooLarge, Place
from terminal.edifact.oddities import Notes, Oddity
from terminal.edifact.profile import Profile
from terminal.errors import gettext_noop

LEVELS: Final = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOW": "utf-8",
    "UNOY": "utf-8",
}
"""Syntax level and its alphabet. UNOX (shifting between alphabets) is not read."""

BLANKS: Final = " \t\r\n"
INVISIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
HEADERS: Final = ("UNA", "UNB", "UNG", "UNH")
NEXT_HEADER: Final = re.compile("UN[BGH]")
SERVICE_STRING: Final = 6


@dataclass(frozen=True, slots=True)
class Marks:
    """What separates and ends. ``release`` takes its meaning from the mark behind it; empty: nothing does."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    terminator: str = "'"

    def __str__(self) -> str:
        return f"{self.component}{self.element}{self.decimal}{self.release or ' '} {self.terminator}"


USUAL: Final = Marks()


def read_characters(data: bytes, profile: Profile, notes: Notes) -> tuple[str, Marks]:
    """The interchange behind its service string, as text, and the marks it uses.

    Raises ``InterchangeTooLarge`` and ``BrokenSyntax``.
    """
    if len(data) > profile.most_bytes:
        raise InterchangeTooLarge.by(Place(), len(data), profile.most_bytes, "bytes")
    body = _without_mark(data, notes).lstrip(BLANKS.encode())
    start = body[:40].decode("iso8859-1")
    if not start.startswith(HEADERS):
        raise BrokenSyntax.at(Place(1), start[:20], gettext_noop("UNA, UNB or UNH"))
    marks, length = _service_string(start, notes) if start.startswith("UNA") else (USUAL, 0)
    text = _decode(body[length:].lstrip(BLANKS.encode()), marks, profile)
    _require_visible(text, marks)
    return text, marks


def _without_mark(data: bytes, notes: Notes) -> bytes:
    if not data.startswith(b"\xef\xbb\xbf"):
        return data
    notes.warn(Oddity.BYTE_ORDER_MARK, Place())
    return data[3:]


def _service_string(start: str, notes: Notes) -> tuple[Marks, int]:
    """The marks and where they end. A string that lacks marks ends before the next header."""
    found = NEXT_HEADER.search(start, 3)
    if found is None:
        raise BrokenSyntax.at(Place(0, "UNA"), start[3:12], gettext_noop("UNB, UNG or UNH behind the service string"))
    marks = start[3 : found.start()].rstrip(BLANKS)
    if len(marks) == SERVICE_STRING:
        return _require_marks(Marks(marks[0], marks[1], marks[2], marks[3].strip(), marks[5]), marks), found.start()
    if len(marks) not in (4, 5):
        raise BrokenSyntax.at(Place(0, "UNA"), marks, str(USUAL))
    read = Marks(marks[0], marks[1], marks[2], marks[3] if len(marks) == 5 else USUAL.release, marks[-1])
    notes.warn(Oddity.MALFORMED_UNA, Place(0, "UNA"), marks, str(read))
    return _require_marks(read, marks), found.start()


def _require_marks(marks: Marks, given: str) -> Marks:
    used = [marks.component, marks.element, marks.terminator, *marks.release]
    if len(set(used)) < len(used) or any(each.isalnum() or each in BLANKS or not each.isascii() for each in used):
        raise BrokenSyntax.at(Place(0, "UNA"), given, str(USUAL))
    return marks


def _decode(body: bytes, marks: Marks, profile: Profile) -> str:
    encoding = profile.charset or _alphabet(body[:12].decode("iso8859-1"), marks)
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as fault:
        before = body[: fault.start].decode("iso8859-1").count(marks.terminator)
        found = f"0x{body[fault.start]:02X}"
        raise BrokenSyntax.at(Place(before + 1), found, f"characters of {encoding}") from fault


def _alphabet(start: str, marks: Marks) -> str:
    """The alphabet of the level in UNB; without UNB the smallest one, which all others contain."""
    if not start.startswith("UNB"):
        return "ascii"
    level = start[4:8]
    if start[3:4] != marks.element or level not in LEVELS:
        raise BrokenSyntax.at(Place(1, "UNB", 1, 1), start[3:8], ", ".join(LEVELS))
    return LEVELS[level]


def _require_visible(text: str, marks: Marks) -> None:
    own = {marks.component, marks.element, marks.terminator, marks.release}
    for found in INVISIBLE.finditer(text):
        if found[0] not in own:
            number = text.count(marks.terminator, 0, found.start()) + 1
            raise BrokenSyntax.at(Place(number), found[0], gettext_noop("visible characters"))
