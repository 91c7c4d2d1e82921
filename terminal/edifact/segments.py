"""From characters to segments: tag, elements, components."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from terminal.edifact.characters import BLANKS, Marks
from terminal.edifact.faults import BrokenSyntax, InterchangeCutShort, InterchangeTooLarge, Place
from terminal.edifact.oddities import Notes, Oddity
from terminal.errors import gettext_noop

LONGEST_SEGMENT: Final = 10_000
"""Characters. The directories need 2,000 at most."""

TAG: Final = re.compile(r"[A-Z][A-Z0-9]{2}", re.ASCII)
LINE_BREAKS: Final = re.compile(r"[\r\n]+")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its number in the interchange, from 1 without UNA, its tag, and its elements with components."""

    number: int
    tag: str
    elements: tuple[tuple[str, ...], ...] = ()

    def get(self, element: int, component: int = 1) -> str:
        """What stands there without blanks around it; empty where nothing does. Both count from 1."""
        if element > len(self.elements) or component > len(self.elements[element - 1]):
            return ""
        return self.elements[element - 1][component - 1].strip()

    def place(self, element: int = 0, component: int = 1) -> Place:
        """Where that is."""
        return Place(self.number, self.tag, element, component if element else 0)


def read_segments(text: str, marks: Marks, *, most: int, notes: Notes) -> Iterator[Segment]:
    """The segments in turn. Raises ``BrokenSyntax``, ``InterchangeCutShort`` and ``InterchangeTooLarge``."""
    release = re.escape(marks.release)
    other = f"[^{re.escape(marks.terminator)}{release}]"
    whole = f"(?:{other}++|{release}.)*+" if release else f"{other}*+"
    segment = re.compile(f"({whole}){re.escape(marks.terminator)}", re.DOTALL)
    number, at = 0, 0
    while found := segment.match(text, at):
        number, at = number + 1, found.end()
        if number > most:
            raise InterchangeTooLarge.by(Place(number), number, most, "segments")
        yield _segment(number, found[1], marks, notes)
    if rest := text[at : at + 200].strip(BLANKS):
        raise InterchangeCutShort.at(Place(number + 1, _tag(rest)), rest, f"… {marks.terminator}")


def _tag(text: str) -> str:
    return text[:3] if TAG.fullmatch(text[:3]) else ""


def _segment(number: int, raw: str, marks: Marks, notes: Notes) -> Segment:
    text = raw.lstrip(BLANKS)
    where = Place(number, _tag(text))
    if len(text) > LONGEST_SEGMENT:
        raise BrokenSyntax.at(where, f"{len(text)} characters", f"at most {LONGEST_SEGMENT} characters")
    if LINE_BREAKS.search(text):
        notes.warn(Oddity.LINE_BREAK, where)
        text = LINE_BREAKS.sub("", text)
    plain = not marks.release or marks.release not in text
    head, *elements = text.split(marks.element) if plain else _split(text, marks.element, marks.release)
    tag = head.partition(marks.component)[0].strip()
    if not TAG.fullmatch(tag):
        raise BrokenSyntax.at(Place(number), tag, gettext_noop("a tag of three capital letters"))
    if plain:
        return Segment(number, tag, tuple([tuple(each.split(marks.component)) for each in elements]))
    return Segment(number, tag, tuple(_components(each, marks) for each in elements))


def _components(element: str, marks: Marks) -> tuple[str, ...]:
    parts = _split(element, marks.component, marks.release)
    return tuple(_plain(each, marks.release) for each in parts)


def _split(text: str, mark: str, release: str) -> list[str]:
    """The parts between marks that no release character stands before."""
    parts = [""]
    for piece in re.split(f"({re.escape(release)}.|{re.escape(mark)})", text, flags=re.DOTALL):
        if piece == mark:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _plain(text: str, release: str) -> str:
    return re.sub(f"{re.escape(release)}(.)", r"\1", text, flags=re.DOTALL)
