"""What customs answer: CUSRES."""

from collections.abc import Iterator

from terminal.customs.word import MOST_TURNS, MessageKind
from terminal.edifact.codes import CUSTOMS
from terminal.edifact.elements import Reading, one_of
from terminal.edifact.envelope import Message
from terminal.edifact.facts import DECLARATION, CustomsAnswer
from terminal.edifact.faults import MissingSegment, WrongElement
from terminal.edifact.gathering import read_box
from terminal.edifact.opening import Opened, begins, open_message
from terminal.edifact.segments import Segment
from terminal.errors import gettext_noop

OFFICE_PARTY, OFFICE_PLACE = "CM", "22"


def read_customs_answer(message: Message, reading: Reading) -> CustomsAnswer:
    """CUSRES about one declaration. Raises ``UnknownCode`` for an indicator nobody agreed on."""
    opened = open_message(message, reading, begins())
    said = list(_indicators(opened, reading))
    if not said:
        raise MissingSegment.at(opened.begin.place(), "", "GIS")
    boxes = (
        read_box(each, (), reading, number_needed=True, size_needed=False)
        for each in message.segments
        if each.tag == "EQD"
    )
    return CustomsAnswer(
        head=opened.head,
        declaration=_declaration(opened),
        kinds=tuple(kind for _, kind in said),
        codes=tuple(code for code, _ in said),
        turn=_turn(opened, reading),
        office=_office(opened),
        boxes=tuple(box for box in boxes if box is not None),
        faults=tuple(each.get(1) for each in message.segments if each.tag == "ERC" and each.get(1)),
    )


def _indicators(opened: Opened, reading: Reading) -> Iterator[tuple[str, MessageKind]]:
    known = {**CUSTOMS, **reading.profile.customs}
    for segment in opened.message.segments:
        if segment.tag in ("GIS", "GEI"):
            element = 1 if segment.tag == "GIS" else 2
            yield segment.get(element), MessageKind(one_of(known, segment, element))


def _declaration(opened: Opened) -> str:
    found = _references(opened, DECLARATION)
    if not found:
        raise MissingSegment.at(opened.begin.place(), "", f"RFF {DECLARATION}")
    for other in found[1:]:
        if other.get(1, 2) != found[0].get(1, 2):
            raise WrongElement.at(other.place(1, 2), other.get(1, 2), gettext_noop("one declaration in one message"))
    return found[0].get(1, 2)


def _turn(opened: Opened, reading: Reading) -> int | None:
    kind = reading.profile.turn_reference
    found = _references(opened, kind) if kind else []
    if not found:
        return None
    said = found[0].get(1, 2)
    if not (said.isascii() and said.isdecimal() and len(said) < 10 and 0 < int(said) <= MOST_TURNS):
        raise WrongElement.at(found[0].place(1, 2), said, f"1 … {MOST_TURNS}")
    return int(said)


def _references(opened: Opened, kind: str) -> list[Segment]:
    return [each for each in opened.message.segments if each.tag == "RFF" and each.get(1) == kind and each.get(1, 2)]


def _office(opened: Opened) -> str:
    parties = [each.code for each in opened.head.parties if each.role == OFFICE_PARTY]
    places = [each.code for each in opened.head.locations if each.role == OFFICE_PLACE]
    return next(filter(None, [*parties, *places]), "")
