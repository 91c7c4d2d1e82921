"""From segments to an interchange: whose it is, and the messages in it, with counts and references checked."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final

from terminal.edifact.characters import read_characters
from terminal.edifact.faults import WHOLE, BrokenEnvelope, InterchangeCutShort, MissingElement, WrongElement
from terminal.edifact.oddities import Notes, Oddity, Warned
from terminal.edifact.profile import COMMON, Profile
from terminal.edifact.segments import Segment, read_segments
from terminal.errors import gettext_noop

CLOSED_BY_TOTAL: Final = frozenset({"CODECO", "COARRI", "COPRAR", "COPARN", "COPINO"})
"""Messages whose last segment is the control total: with it they are whole, even without UNT."""


@dataclass(frozen=True, slots=True)
class Address:
    """Who sends or receives an interchange: the code, and whose code it is."""

    code: str = ""
    qualifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: what UNH says of it, and the segments between UNH and UNT."""

    header: Segment
    segments: tuple[Segment, ...]

    @property
    def reference(self) -> str:
        """Its number within the interchange."""
        return self.header.get(1)

    @property
    def type(self) -> str:
        """CODECO, COPRAR, …"""
        return self.header.get(2, 1)

    @property
    def dialect(self) -> str:
        """Version and release, as ``D.95B``."""
        return f"{self.header.get(2, 2)}.{self.header.get(2, 3)}"

    @property
    def association(self) -> str:
        """The guide it follows within its dialect, as ``SMDG16``."""
        return self.header.get(2, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interchange:
    """What came in one file. Without UNB its header is empty. ``prepared_at`` has the partner's zone."""

    level: str = ""
    sender: Address = Address()
    recipient: Address = Address()
    prepared_at: datetime | None = None
    reference: str = ""
    application: str = ""
    wants_acknowledgement: bool = False
    is_test: bool = False
    messages: tuple[Message, ...] = ()
    warnings: tuple[Warned, ...] = ()


def read_interchange(data: bytes, profile: Profile = COMMON) -> Interchange:
    """An interchange as its bytes say it: see Note [Warning or refusal] in ``oddities``.

    Refuses what is no interchange, or may not be whole, with a ``MalformedInterchange`` that says where.
    """
    notes = Notes(profile.tolerates)
    text, marks = read_characters(data, profile, notes)
    assembly = _Assembly(notes)
    for segment in read_segments(text, marks, most=profile.most_segments, notes=notes):
        assembly.take(segment)
    assembly.end()
    head = read_head(assembly.header, profile.zone, notes)
    return Interchange(**head, messages=tuple(assembly.messages), warnings=tuple(notes.warnings))


def read_head(header: Segment | None, zone: tzinfo, notes: Notes) -> dict[str, Any]:
    if header is None:
        return {}
    return {
        "level": header.get(1),
        "sender": Address(header.get(2), header.get(2, 2)),
        "recipient": Address(header.get(3), header.get(3, 2)),
        "prepared_at": _prepared_at(header, zone, notes),
        "reference": header.get(5),
        "application": header.get(7),
        "wants_acknowledgement": header.get(9) == "1",
        "is_test": header.get(11) == "1",
    }


def _prepared_at(header: Segment, zone: tzinfo, notes: Notes) -> datetime | None:
    day, time = header.get(4), header.get(4, 2)
    form = {6: "%y%m%d", 8: "%Y%m%d"}.get(len(day), "") + {4: "%H%M", 6: "%H%M%S"}.get(len(time), "")
    try:
        moment = datetime.strptime(day + time, form) if (day + time).isdecimal() else None  # noqa: DTZ007
    except ValueError:
        moment = None
    if moment is None or moment.year < 1987:
        notes.warn(Oddity.PREPARED_AT, header.place(4), f"{day}:{time}")
        return None
    return moment.replace(tzinfo=zone)


@dataclass
class _Assembly:
    """Puts segments together, one after the other."""

    notes: Notes
    header: Segment | None = None
    group: Segment | None = None
    open: Segment | None = None
    trailer: Segment | None = None
    last: Segment | None = None
    groups: int = 0
    in_group: int = 0
    body: list[Segment] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    references: set[tuple[int, str]] = field(default_factory=set)

    def take(self, segment: Segment) -> None:
        if self.trailer is not None:
            raise BrokenEnvelope.at(segment.place(), segment.tag, gettext_noop("nothing behind UNZ"))
        if self.last is None and segment.tag != "UNB":
            self.notes.warn(Oddity.NO_UNB, segment.place(), segment.tag, "UNB")
        service = SERVICE.get(segment.tag)
        if service is not None:
            service(self, segment)
        elif self.open is None:
            raise BrokenEnvelope.at(segment.place(), segment.tag, "UNH")
        else:
            self.body.append(segment)
        self.last = segment

    def begin(self, segment: Segment) -> None:
        if self.last is not None:
            raise BrokenEnvelope.at(segment.place(), "UNB", gettext_noop("one interchange in one file"))
        self.header = segment

    def begin_group(self, segment: Segment) -> None:
        self.close(segment)
        self.close_group(segment)
        if self.messages and not self.groups:
            raise BrokenEnvelope.at(segment.place(), "UNG", gettext_noop("messages within groups, or without any"))
        self.group, self.groups, self.in_group = segment, self.groups + 1, 0

    def begin_message(self, segment: Segment) -> None:
        self.close(segment)
        if self.groups and self.group is None:
            raise BrokenEnvelope.at(segment.place(), "UNH", "UNG")
        for element, component in ((1, 1), (2, 1), (2, 2), (2, 3)):
            if not segment.get(element, component):
                raise MissingElement.at(segment.place(element, component), "", "UNH")
        reference = (self.groups, segment.get(1))
        if reference in self.references:
            self.notes.warn(Oddity.REFERENCE_TWICE, segment.place(1), reference[1], gettext_noop("one of its own"))
        self.references.add(reference)
        self.open, self.body, self.in_group = segment, [], self.in_group + 1

    def end_message(self, segment: Segment) -> None:
        header = self.open
        if header is None:
            raise BrokenEnvelope.at(segment.place(), "UNT", "UNH")
        self.agree(Oddity.SEGMENT_COUNT, segment, len(self.body) + 2)
        self.same(Oddity.OTHER_MESSAGE_REFERENCE, segment, header.get(1))
        self.finish(header)

    def end_group(self, segment: Segment) -> None:
        self.close(segment)
        if self.group is None:
            raise BrokenEnvelope.at(segment.place(), "UNE", "UNG")
        self.agree(Oddity.MESSAGE_COUNT, segment, self.in_group)
        self.same(Oddity.OTHER_GROUP_REFERENCE, segment, self.group.get(5))
        self.group = None

    def end_interchange(self, segment: Segment) -> None:
        self.close(segment)
        self.close_group(segment)
        self.agree(Oddity.MESSAGE_COUNT, segment, self.groups or len(self.messages))
        if self.header is not None:
            self.same(Oddity.OTHER_INTERCHANGE_REFERENCE, segment, self.header.get(5))
        self.trailer = segment

    def end(self) -> None:
        """All is read: what is open now ends nowhere, unless a control total closed it."""
        if self.open is not None:
            self.close_by_total(self.open)
        if self.header is not None and self.trailer is None and self.last is not None:
            self.notes.warn(Oddity.NO_UNZ, self.last.place(), self.last.tag, "UNZ")
        if not self.messages:
            where = self.last.place() if self.last else WHOLE
            raise BrokenEnvelope.at(where, self.last.tag if self.last else "", "UNH")

    def close_by_total(self, header: Segment) -> None:
        last = self.body[-1] if self.body else header
        if last.tag != "CNT" or header.get(2) not in CLOSED_BY_TOTAL:
            raise InterchangeCutShort.at(last.place(), last.tag, "UNT")
        self.notes.warn(Oddity.NO_UNT, last.place(), gettext_noop("the end"), "UNT")
        self.finish(header)

    def close(self, at: Segment) -> None:
        """Another service segment ends a message that has no UNT."""
        if self.open is not None:
            self.notes.warn(Oddity.NO_UNT, at.place(), at.tag, "UNT")
            self.finish(self.open)

    def close_group(self, at: Segment) -> None:
        if self.group is not None:
            self.notes.warn(Oddity.NO_UNE, at.place(), at.tag, "UNE")
            self.group = None

    def finish(self, header: Segment) -> None:
        self.messages.append(Message(header=header, segments=tuple(self.body)))
        self.open = None

    def agree(self, oddity: Oddity, segment: Segment, there: int) -> None:
        said = segment.get(1)
        if not (said.isascii() and said.isdecimal() and len(said) < 10):
            raise WrongElement.at(segment.place(1), said, gettext_noop("a number"))
        if int(said) != there:
            self.notes.warn(oddity, segment.place(1), said, str(there))

    def same(self, oddity: Oddity, segment: Segment, expected: str) -> None:
        if segment.get(2) != expected:
            self.notes.warn(oddity, segment.place(2), segment.get(2), expected)


SERVICE: Final = {
    "UNB": _Assembly.begin,
    "UNG": _Assembly.begin_group,
    "UNH": _Assembly.begin_message,
    "UNT": _Assembly.end_message,
    "UNE": _Assembly.end_group,
    "UNZ": _Assembly.end_interchange,
}
