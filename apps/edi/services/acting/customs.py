"""CUSRES: the word of customs, heard as from their own system.

# Note [Heard, whatever becomes of it]
What customs say is kept and acted on in its turn by ``apps.customs``, and what stops stops at once, even where the rest
is refused: so a decision that was refused or waits does not undo the interchange; its outcome says so. What cannot be
read as a decision at all (no office, no turn) refuses the interchange before anything is heard.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Final

import orjson

from apps.customs.services import authority as services
from apps.edi.services.cases import Case, box_at
from terminal.customs.word import OF_BOX, OF_REPORT, SAYS_WHY, Message, MessageKind, MessageState
from terminal.edifact.exchange import Unacted
from terminal.edifact.facts import CustomsAnswer
from terminal.edifact.faults import MissingElement, RefusedElement, WrongElement
from terminal.errors import Malformed, Refused, gettext_noop

LEFT: Final = {
    MessageState.WAITING.value: Unacted.CUSTOMS_WAIT,
    MessageState.REFUSED.value: Unacted.CUSTOMS_REFUSED,
    MessageState.SUPERSEDED.value: Unacted.SAID_BEFORE,
}


def take_customs_answer(told: CustomsAnswer, case: Case) -> None:
    """Hear a decision of customs. See the Note above."""
    for message in list(_messages(told, case)):
        _hear(message, case)


def _messages(told: CustomsAnswer, case: Case) -> Iterator[Message]:
    kind = told.kinds[0]
    if len(set(told.kinds)) > 1:
        raise WrongElement.at(case.where("GIS", 1), ", ".join(told.codes), gettext_noop("one decision in one message"))
    if kind in OF_REPORT:
        raise WrongElement.at(case.where("GIS", 1), told.codes[0], gettext_noop("a decision on a declaration or a box"))
    if kind not in OF_BOX:
        yield _message(told, kind, case, declaration=told.declaration, turn=_turn(told, case))
        return
    if not told.boxes:
        raise MissingElement.at(case.where("EQD", 2), "", gettext_noop("the containers that are held"))
    for box in told.boxes:
        try:
            yield _message(told, kind, case, container=box.number, hold=told.head.document or case.message.reference)
        except Malformed as refusal:
            raise RefusedElement.because(box_at(box), box.number, refusal) from refusal


def _turn(told: CustomsAnswer, case: Case) -> int:
    if told.turn is None:
        name = case.partner.profile.turn_reference or "turn_reference"
        raise MissingElement.at(case.where("RFF", 1), "", f"RFF {name}")
    return told.turn


def _message(
    told: CustomsAnswer, kind: MessageKind, case: Case, *, container: str = "", declaration: str = "",
    turn: int | None = None, hold: str = "",
) -> Message:  # fmt: skip
    if not told.office:
        raise MissingElement.at(case.where("NAD", 2), "", gettext_noop("the office that answers (NAD CM)"))
    try:
        return Message(
            reference=f"{case.key}/{container}" if container else case.key,
            kind=kind,
            issued_at=_issued_at(told, case),
            office=told.office,
            declaration=declaration,
            turn=turn,
            container=container,
            hold=hold,
            reason=_reason(told) if kind in SAYS_WHY else "",
        )
    except Malformed as refusal:
        raise RefusedElement.because(case.where("GIS", 1), told.codes[0], refusal) from refusal


def _issued_at(told: CustomsAnswer, case: Case) -> datetime:
    at = told.head.issued_at or case.prepared_at
    if at is None:
        raise MissingElement.at(case.where("DTM", 1), "", gettext_noop("when it was decided (DTM 137)"))
    return at


def _reason(told: CustomsAnswer) -> str:
    """Why, in their words, else their codes of errors."""
    return (" ".join(told.head.remarks) or ", ".join(told.faults) or ", ".join(told.codes))[:200].strip()


def _hear(message: Message, case: Case) -> None:
    authority = case.partner.authority
    assert authority is not None
    about = message.declaration or message.container
    body = orjson.dumps({name: value for name, value in asdict(message).items() if value not in ("", None, ())})
    try:
        receipt = services.hear_message(message, body.decode(), authority, case.at)
    except Refused as refusal:
        case.leave(Unacted.CUSTOMS_REFUSED, case.where("GIS", 1), about, refusal.code())
        return
    case.done("customs-decision", kind=message.kind.value, about=about, state=receipt.state)
    if receipt.state in LEFT:
        case.leave(LEFT[MessageState(receipt.state).value], case.where("GIS", 1), about, receipt.fault)
