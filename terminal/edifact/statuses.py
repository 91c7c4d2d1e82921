"""What happened on the way: IFTSTA."""

from typing import Any, Final

from terminal.edifact.codes import STATUSES
from terminal.edifact.elements import Reading, container_number, one_of
from terminal.edifact.envelope import Message
from terminal.edifact.facts import EQUIPMENT, Box, Status, StatusReport, StatusTold, Time
from terminal.edifact.faults import InterchangeTooLarge, MissingSegment
from terminal.edifact.gathering import Gathering, read_box
from terminal.edifact.opening import Group, begins, open_message, split
from terminal.edifact.segments import Segment

HAPPENED: Final = ("334", "203", "7", "186", "178")
"""Kinds of time that say when it happened, the surest first: status changed, executed, effective, left, arrived."""

MOST_OF_CONSIGNMENT: Final = 100
"""Segments, or boxes, that are said once and hold for every status."""

OF_STATUS: Final = ("references", "locations", "parties", "means", "remarks")


def read_status_report(message: Message, reading: Reading) -> StatusReport:
    """IFTSTA. Raises ``MissingSegment`` for a status without its time, ``UnknownCode`` for one nobody agreed on."""
    opened = open_message(message, reading, begins("CNI", "STS"))
    grouped = sum(len(group) for group in opened.groups)
    front = message.segments[: len(message.segments) - grouped]
    of_all = _named([each for each in front if _names_box(each)], reading)
    consignment = Gathering(reading)
    told = []
    for group in opened.groups:
        if group[0].tag == "CNI":
            consignment = _consignment(group[1:], reading)
        else:
            told.append(_status(group, consignment, of_all, reading))
    if not told:
        raise MissingSegment.at(opened.begin.place(), "", "STS")
    return StatusReport(head=opened.head, statuses=tuple(told))


def _consignment(segments: Group, reading: Reading) -> Gathering:
    """What is said of a consignment holds for each of its statuses, so it is kept short."""
    if len(segments) > MOST_OF_CONSIGNMENT:
        raise InterchangeTooLarge.by(segments[0].place(), len(segments), MOST_OF_CONSIGNMENT, "segments")
    return Gathering(reading, (each for each in segments if each.tag != "CNT"))


def _names_box(segment: Segment) -> bool:
    return segment.tag == "RFF" and segment.get(1) == EQUIPMENT


def _named(references: list[Segment], reading: Reading) -> tuple[Box, ...]:
    if len(references) > MOST_OF_CONSIGNMENT:
        raise InterchangeTooLarge.by(references[0].place(), len(references), MOST_OF_CONSIGNMENT, "containers")
    return tuple(Box(number=container_number(each, reading, 1), segment=each.number) for each in references)


def _status(group: Group, consignment: Gathering, of_all: tuple[Box, ...], reading: Reading) -> StatusTold:
    head, *behind = group
    front, listed = split(behind, begins("EQD"))
    gathering = Gathering(reading, (each for each in front if each.tag != "CNT"))
    at, times = _happened(head, gathering)
    boxes = _listed(listed, reading) or _named([each for each in front if _names_box(each)], reading) or of_all
    return StatusTold(
        status=Status(one_of({**STATUSES, **reading.profile.statuses}, head, 2)),
        code=head.get(2),
        said=head.get(2, 4),
        at=at.at,
        times=times,
        boxes=boxes,
        **{name: (*consignment.lists[name], *gathering.lists[name]) for name in OF_STATUS},
    )


def _happened(head: Segment, gathering: Gathering) -> tuple[Time, tuple[Time, ...]]:
    times: list[Any] = gathering.lists["times"]
    for kind in HAPPENED:
        for each in times:
            if each.kind == kind and not each.whole_day:
                return each, tuple(other for other in times if other is not each)
    raise MissingSegment.at(head.place(), "", "DTM 334, 203, 7")


def _listed(groups: tuple[Group, ...], reading: Reading) -> tuple[Box, ...]:
    """The boxes listed with a status; where none is, its references name them, or those of the whole message."""
    boxes = (read_box(segment, behind, reading, number_needed=True, size_needed=False) for segment, *behind in groups)
    return tuple(box for box in boxes if box is not None)
