"""From segments to bytes: marks in texts released, segments and messages counted, references repeated at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from terminal.edifact.characters import LEVELS, USUAL
from terminal.edifact.envelope import Address
from terminal.edifact.profile import Profile

Element = str | Sequence[str]
"""One element: a value, or its components."""

SHARED_LEVEL, EVERY_LEVEL = "UNOC", "UNOY"
RELEASED: Final = str.maketrans(
    {mark: USUAL.release + mark for mark in (USUAL.component, USUAL.element, USUAL.release, USUAL.terminator)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What stands on the envelope of an interchange of ours."""

    sender: Address
    recipient: Address
    reference: str
    prepared_at: datetime
    application: str = ""
    wants_acknowledgement: bool = False
    is_test: bool = False


@dataclass(slots=True)
class Draft:
    """A message on its way out: the segments between UNH and UNT."""

    type: str
    version: str
    release: str
    association: str = ""
    reference: str = ""
    segments: list[str] = field(default_factory=list)

    def add(self, tag: str, *elements: Element) -> None:
        """One segment; what is empty at its end is left out."""
        self.segments.append(segment(tag, *elements))


def segment(tag: str, *elements: Element) -> str:
    """A segment as text, with its terminator."""
    parts = [_element(each) for each in elements]
    while parts and not parts[-1]:
        parts.pop()
    return USUAL.element.join([tag, *parts]) + USUAL.terminator


def write_interchange(drafts: Sequence[Draft], letter: Letter, profile: Profile) -> bytes:
    """The interchange: level UNOC where that has every letter, else UNOY. Times are in the profile's zone."""
    body = "".join(_message(number, draft) for number, draft in enumerate(drafts, start=1))
    level = SHARED_LEVEL if _fits(SHARED_LEVEL, body + _header(SHARED_LEVEL, letter, profile)) else EVERY_LEVEL
    trailer = segment("UNZ", str(len(drafts)), letter.reference)
    service = f"UNA{USUAL}"
    return (service + _header(level, letter, profile) + body + trailer).encode(LEVELS[level])


def _header(level: str, letter: Letter, profile: Profile) -> str:
    at = letter.prepared_at.astimezone(profile.zone)
    return segment(
        "UNB",
        (level, "3"),
        (letter.sender.code, letter.sender.qualifier),
        (letter.recipient.code, letter.recipient.qualifier),
        (f"{at:%y%m%d}", f"{at:%H%M}"),
        letter.reference,
        "",
        letter.application,
        "",
        "1" if letter.wants_acknowledgement else "",
        "",
        "1" if letter.is_test else "",
    )


def _message(number: int, draft: Draft) -> str:
    reference = draft.reference or str(number)
    kind = (draft.type, draft.version, draft.release, "UN", draft.association)
    trailer = segment("UNT", str(len(draft.segments) + 2), reference)
    return segment("UNH", reference, kind) + "".join(draft.segments) + trailer


def _fits(level: str, text: str) -> bool:
    try:
        text.encode(LEVELS[level])
    except UnicodeEncodeError:
        return False
    return True


def _element(element: Element) -> str:
    parts = [_released(each) for each in ([element] if isinstance(element, str) else element)]
    while parts and not parts[-1]:
        parts.pop()
    return USUAL.component.join(parts)


def _released(text: str) -> str:
    """A text without signs nobody can see, its marks released."""
    return "".join(each if each.isprintable() else " " for each in text).strip().translate(RELEASED)
