"""What all messages begin with, and how their segments fall into groups."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from terminal.edifact.codes import DOCUMENTS, FUNCTIONS
from terminal.edifact.elements import Reading, container_number, one_of
from terminal.edifact.envelope import Message
from terminal.edifact.facts import Box, Function, Hazard, Head, Means, MessageType, Time
from terminal.edifact.faults import BrokenEnvelope, MissingSegment, Place, UnknownMessageType, WrongElement
from terminal.edifact.gathering import Gathering, read_box
from terminal.edifact.oddities import Oddity
from terminal.edifact.profile import MEANINGS
from terminal.edifact.segments import Segment
from terminal.errors import gettext_noop

ISSUED: Final = "137"
EQUIPMENT_TOTAL: Final = "16"
Group = Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Opened:
    """A message with its head read: its BGM, the means of transport it is about, and the groups behind."""

    message: Message
    begin: Segment
    head: Head
    means: tuple[Means, ...]
    groups: tuple[Group, ...]

    def behind(self, *tags: str) -> list[Group]:
        """The groups that begin with one of these segments."""
        return [group for group in self.groups if group[0].tag in tags]


def open_message(message: Message, reading: Reading, starts: Callable[[Segment], bool]) -> Opened:
    """Read the head; ``starts`` tells which segments begin a group.

    Raises ``BrokenEnvelope`` where BGM is not first, and what its codes refuse.
    """
    if not message.segments or message.segments[0].tag != "BGM":
        where = message.segments[0] if message.segments else message.header
        raise BrokenEnvelope.at(where.place(), where.tag, "BGM")
    begin, *rest = message.segments
    front, groups = split(rest, starts)
    gathering = Gathering(reading, (each for each in front if each.tag != "CNT"))
    head = _head(message, begin, gathering, reading)
    return Opened(message, begin, head, tuple(gathering.lists["means"]), groups)


def split(segments: Iterable[Segment], starts: Callable[[Segment], bool]) -> tuple[list[Segment], tuple[Group, ...]]:
    """What stands before the first group, and the groups."""
    front: list[Segment] = []
    groups: list[list[Segment]] = []
    for each in segments:
        if starts(each):
            groups.append([])
        (groups[-1] if groups else front).append(each)
    return front, tuple(groups)


def _head(message: Message, begin: Segment, gathering: Gathering, reading: Reading) -> Head:
    times: list[Time] = gathering.lists["times"]
    return Head(
        type=message_type(message),
        dialect=message.dialect,
        association=message.association,
        reference=message.reference,
        document=begin.get(2),
        code=begin.get(1),
        function=_function(begin, reading, message_type(message)),
        issued_at=next((each.at for each in times if each.kind == ISSUED), None),
        times=tuple(each for each in times if each.kind != ISSUED),
        **gathering.facts("references", "locations", "parties", "remarks"),
    )


def message_type(message: Message) -> MessageType:
    """The type, if it is read here. Raises ``UnknownMessageType``."""
    try:
        return MessageType(message.type)
    except ValueError as fault:
        known = ", ".join(MessageType)
        raise UnknownMessageType.at(message.header.place(2), message.type, known) from fault


def _function(begin: Segment, reading: Reading, kind: MessageType) -> Function:
    if kind is MessageType.CUSRES:
        return Function.ORIGINAL
    if not begin.get(3):
        reading.notes.warn(Oddity.NO_FUNCTION, begin.place(3), "", ", ".join(FUNCTIONS))
        return Function.ORIGINAL
    return one_of(FUNCTIONS, begin, 3)


def meaning(opened: Opened, reading: Reading) -> Any:
    """What the document code means, of the enumeration that belongs to the type; empty where each box says it."""
    kind = opened.head.type
    known = {**DOCUMENTS[kind], **reading.profile.documents.get(kind, {})}
    said = one_of(known, opened.begin, 1)
    return MEANINGS[kind](said) if said else ""


def read_boxes(
    opened: Opened, reading: Reading, *, number_needed: bool = True, size_needed: bool = False
) -> tuple[Box, ...]:
    """The boxes of a message that lists them, each once, with the control total checked.

    Raises ``MissingSegment`` where there is none, ``WrongElement`` where one is listed twice with different facts.
    """
    goods = _goods(opened, reading)
    boxes: list[Box] = []
    for segment, *behind in opened.behind("EQD"):
        body = (each for each in behind if each.tag != "CNT")
        box = read_box(segment, body, reading, number_needed=number_needed, size_needed=size_needed)
        if box is not None:
            boxes.append(replace(box, hazards=(*box.hazards, *goods.get(box.number, ()))))
    _require_total(opened, reading, sum(box.count for box in boxes))
    if not boxes:
        raise MissingSegment.at(opened.begin.place(), "", "EQD")
    return once(boxes, reading)


def _goods(opened: Opened, reading: Reading) -> dict[str, list[Hazard]]:
    """Dangerous goods that are told apart from boxes (GID), by the boxes they are in (SGP)."""
    found: dict[str, list[Hazard]] = {}
    for _, *behind in opened.behind("GID"):
        hazards = Gathering(reading, (each for each in behind if each.tag == "DGS")).lists["hazards"]
        for segment in behind:
            if segment.tag == "SGP" and hazards:
                found.setdefault(container_number(segment, reading, element=1), []).extend(hazards)
    return found


def _require_total(opened: Opened, reading: Reading, asked_for: int) -> None:
    """CNT 16 says the number of EQD segments; some count the boxes asked for."""
    listed = len(opened.behind("EQD"))
    for segment in opened.message.segments:
        said = segment.get(1, 2)
        if segment.tag != "CNT" or segment.get(1) != EQUIPMENT_TOTAL:
            continue
        if not (said.isascii() and said.isdecimal() and len(said) < 10):
            raise WrongElement.at(segment.place(1, 2), said, gettext_noop("a number"))
        if int(said) not in (listed, asked_for):
            reading.notes.warn(Oddity.BOX_COUNT, segment.place(1, 2), said, str(listed))


def once(boxes: Iterable[Box], reading: Reading) -> tuple[Box, ...]:
    """Each box once. Raises ``WrongElement`` where one comes again with other facts."""
    kept: dict[str, Box] = {}
    for place, box in enumerate(boxes):
        known = kept.setdefault(box.number or f"{place}", box)
        if known is box:
            continue
        where = Place(box.segment, "EQD", 2, 1)
        if known != box:
            raise WrongElement.at(where, box.number, gettext_noop("each container once"))
        reading.notes.warn(Oddity.BOX_TWICE, where, box.number)
    return tuple(kept.values())


def begins(*tags: str) -> Callable[[Segment], bool]:
    """Groups begin with segments of these tags."""
    return lambda segment: segment.tag in tags
