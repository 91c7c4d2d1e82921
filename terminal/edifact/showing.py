"""An interchange for a person's eyes: one segment a line, with its number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from terminal.edifact.characters import USUAL, read_characters
from terminal.edifact.faults import MalformedInterchange
from terminal.edifact.oddities import Notes, Oddity
from terminal.edifact.profile import COMMON, Profile

LONGEST: Final = 200
"""Characters of a segment that are shown."""


@dataclass(frozen=True, slots=True)
class ShownSegment:
    """A segment as it came, and its number, from 1 without UNA."""

    number: int
    text: str


def shown_segments(data: bytes, profile: Profile = COMMON, most: int = 500) -> list[ShownSegment]:
    """The first segments of an interchange, readable or not: what cannot be read is shown as letters of one byte."""
    return list(_numbered(data, profile, most))


def _numbered(data: bytes, profile: Profile, most: int) -> Iterator[ShownSegment]:
    try:
        text, marks = read_characters(data, profile, Notes(frozenset(Oddity)))
        end, release = re.escape(marks.terminator), re.escape(marks.release)
    except MalformedInterchange:
        text, end, release = data.decode("latin-1"), re.escape(USUAL.terminator), re.escape(USUAL.release)
    segment = rf"(?:{release}.|[^{end}])+" if release else rf"[^{end}]+"
    for number, found in enumerate(re.finditer(segment, text, re.DOTALL), start=1):
        if number > most:
            return
        if line := found[0].strip():
            yield ShownSegment(number, "".join(each if each.isprintable() else "·" for each in line[:LONGEST]))
