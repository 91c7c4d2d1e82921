"""Answers to an interchange: CONTRL says whether it could be read, APERAK whether what it says could be done."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import islice
from textwrap import wrap
from typing import Final

from terminal.edifact.characters import USUAL, read_characters
from terminal.edifact.drafting import Draft
from terminal.edifact.elements import one_of
from terminal.edifact.envelope import Address, Interchange, Message, read_head, read_interchange
from terminal.edifact.facts import PREVIOUS, MessageType
from terminal.edifact.faults import WHOLE, MalformedInterchange, MissingSegment, Place, UnknownMessageType, WrongElement
from terminal.edifact.oddities import Notes, Oddity
from terminal.edifact.opening import ISSUED
from terminal.edifact.profile import COMMON, Profile
from terminal.edifact.segments import Segment, read_segments
from terminal.edifact.times import read_time, write_time
from terminal.errors import gettext_noop

REFUSED, ACKNOWLEDGED = "4", "7"
"""UCI 0083."""

ACCEPTED, NOT_ACCEPTED = "29", "27"
"""BGM 1225."""

ANSWER: Final = "305"
"""Application error and acknowledgement."""

LINE, LINES = 70, 5
"""What a text may be long, in characters and components."""

LONGEST_HEADER: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """CONTRL: an interchange was read as a whole, or refused as a whole because of ``error`` at ``place``.

    ``sender`` and ``recipient`` are those of the interchange that is answered. Within ``message``, a reference, the
    segment of ``place`` counts from UNH; its tag is only said of what is wrong outside all messages.
    """

    interchange: str
    sender: Address
    recipient: Address
    accepted: bool
    error: str = ""
    message: str = ""
    message_type: str = ""
    dialect: str = ""
    place: Place = WHOLE
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """APERAK: what a message asked for was done, or not, and why.

    ``document`` is the number of the message answered. ``error`` is the refusal's code where both sides know it,
    ``text`` its sentence.
    """

    document: str
    answers: str
    accepted: bool
    issued_at: datetime | None = None
    error: str = ""
    text: str = ""
    dialect: str = "D.95B"
    reference: str = ""


def who_wrote(data: bytes, profile: Profile = COMMON) -> Interchange | None:
    """The header of an interchange that may be broken further on; None where not even that can be read."""
    begin = max(data.find(b"UNB", 0, 100), 0)
    end = data.find(USUAL.terminator.encode(), begin, begin + LONGEST_HEADER)
    notes = Notes(frozenset(Oddity))
    try:
        text, marks = read_characters(data[: (end if end > begin else begin + LONGEST_HEADER) + 1], profile, notes)
        first = next(read_segments(text, marks, most=1, notes=notes), None)
    except MalformedInterchange:
        return None
    return Interchange(**read_head(first, profile.zone, notes)) if first and first.tag == "UNB" else None


def receipt_for(data: bytes, profile: Profile = COMMON, refusal: MalformedInterchange | None = None) -> Receipt | None:
    """The answer to an interchange that was read, or to the refusal of it; None where nobody knows whom to answer."""
    wrote = who_wrote(data, profile)
    if wrote is None:
        return None
    receipt = Receipt(
        interchange=wrote.reference, sender=wrote.sender, recipient=wrote.recipient, accepted=refusal is None
    )
    if refusal is None:
        return receipt
    receipt = replace(receipt, error=refusal.syntax_error)
    where = refusal.place
    message = message_at(data, where.segment, profile)
    if message is None:
        return replace(receipt, place=Place(0, where.tag, where.element, where.component))
    return replace(
        receipt,
        message=message.get(1),
        message_type=message.get(2),
        dialect=f"{message.get(2, 2)}.{message.get(2, 3)}",
        place=Place(where.segment - message.number + 1, "", where.element, where.component),
    )


def message_at(data: bytes, number: int, profile: Profile = COMMON) -> Segment | None:
    """UNH of the message in which a segment stands; None outside of messages, or where nothing can be read."""
    notes = Notes(frozenset(Oddity))
    header = None
    try:
        text, marks = read_characters(data, profile, notes)
        for each in islice(read_segments(text, marks, most=profile.most_segments, notes=notes), number):
            if each.tag == "UNH":
                header = each
            elif each.tag in ("UNE", "UNZ", "UNG"):
                header = None
    except MalformedInterchange:
        return None
    return header


def draft_receipt(receipt: Receipt) -> Draft:
    """CONTRL of syntax version 3, which has no directory."""
    draft = Draft(MessageType.CONTRL.value, "D", "3", reference=receipt.reference)
    done = ACKNOWLEDGED if receipt.accepted else REFUSED
    place, within = receipt.place, bool(receipt.message)
    element = (str(place.element), str(place.component)) if place.element else ""
    draft.add(
        "UCI",
        receipt.interchange,
        (receipt.sender.code, receipt.sender.qualifier),
        (receipt.recipient.code, receipt.recipient.qualifier),
        done,
        receipt.error,
        "" if within else place.tag,
        "" if within else element,
    )
    if within:
        draft.add("UCM", receipt.message, (receipt.message_type, *receipt.dialect.split("."), "UN"), done)
        draft.add("UCS", str(place.segment), "" if element else receipt.error)
        if element:
            draft.add("UCD", receipt.error, element)
    return draft


def draft_objection(objection: Objection, zone: tzinfo) -> Draft:
    """APERAK."""
    version, _, release = objection.dialect.partition(".")
    draft = Draft(MessageType.APERAK.value, version, release, reference=objection.reference)
    draft.add("BGM", ANSWER, objection.document, ACCEPTED if objection.accepted else NOT_ACCEPTED)
    if objection.issued_at is not None:
        draft.add("DTM", (ISSUED, write_time(objection.issued_at, zone), "203"))
    draft.add("RFF", (PREVIOUS, objection.answers))
    if objection.error or objection.text:
        draft.add("ERC", objection.error)
        draft.add("FTX", "AAO", "", "", wrap(objection.text, LINE)[:LINES])
    return draft


def read_answers(data: bytes, profile: Profile = COMMON) -> tuple[Receipt | Objection, ...]:
    """The answers to what we sent. Raises a ``MalformedInterchange``, or ``UnknownMessageType`` for anything else."""
    return tuple(_answer(message, profile) for message in read_interchange(data, profile).messages)


def _answer(message: Message, profile: Profile) -> Receipt | Objection:
    if message.type == MessageType.CONTRL:
        return _receipt(message)
    if message.type == MessageType.APERAK:
        return _objection(message, profile)
    raise UnknownMessageType.at(message.header.place(2), message.type, "CONTRL, APERAK")


def _receipt(message: Message) -> Receipt:
    found = {each.tag: each for each in message.segments}
    answer = found.get("UCI")
    if answer is None:
        raise MissingSegment.at(message.header.place(), "", "UCI")
    accepted = {REFUSED: False, ACKNOWLEDGED: True, "8": True}
    receipt = Receipt(
        interchange=answer.get(1),
        sender=Address(answer.get(2), answer.get(2, 2)),
        recipient=Address(answer.get(3), answer.get(3, 2)),
        accepted=one_of(accepted, answer, 4),
        error=answer.get(5),
        place=Place(0, answer.get(6), _number(answer, 7, 1), _number(answer, 7, 2)),
        reference=message.reference,
    )
    return _within_message(receipt, found)


def _within_message(receipt: Receipt, found: dict[str, Segment]) -> Receipt:
    message, segment, element = found.get("UCM"), found.get("UCS"), found.get("UCD")
    if message is None or segment is None:
        return receipt
    return replace(
        receipt,
        message=message.get(1),
        message_type=message.get(2),
        dialect=f"{message.get(2, 2)}.{message.get(2, 3)}",
        place=Place(_number(segment, 1, 1), "", *_of_element(element)),
    )


def _of_element(segment: Segment | None) -> tuple[int, int]:
    return (_number(segment, 2, 1), _number(segment, 2, 2)) if segment else (0, 0)


def _number(segment: Segment, element: int, component: int) -> int:
    said = segment.get(element, component)
    if said and not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise WrongElement.at(segment.place(element, component), said, gettext_noop("a number"))
    return int(said or 0)


def _objection(message: Message, profile: Profile) -> Objection:
    found = {each.tag: each for each in reversed(message.segments)}
    begin, answers = found.get("BGM"), found.get("RFF")
    if begin is None or answers is None:
        raise MissingSegment.at(message.header.place(), "", "BGM, RFF")
    time, error, text = found.get("DTM"), found.get("ERC"), found.get("FTX")
    issued = read_time(ISSUED, time.get(1, 2), time.get(1, 3), profile.zone)[0] if time else None
    return Objection(
        document=begin.get(2),
        answers=answers.get(1, 2),
        accepted=one_of({ACCEPTED: True, NOT_ACCEPTED: False}, begin, 3),
        issued_at=issued.at if issued else None,
        error=error.get(1) if error else "",
        text=" ".join(text.elements[3]) if text and len(text.elements) > 3 else "",
        dialect=message.dialect,
        reference=message.reference,
    )
