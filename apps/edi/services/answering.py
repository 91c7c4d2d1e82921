"""Every interchange is answered: CONTRL says whether it could be read, APERAK what was done of what it says."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.utils import translation

from apps.common.words import sentence
from apps.edi.models import Feed, Interchange, Partner
from apps.edi.services.opening import Opened, named
from apps.edi.services.sending import write_to
from terminal.edifact.acknowledging import Objection, receipt_for
from terminal.edifact.exchange import Fate

NOT_DONE: Final = "not-done"
LEFT: Final = "LEFT"
"""ERC 9321 has eight characters: the number CONTRL has for the fault, or this. Our own codes stand in the text."""


def answer(row: Interchange, opened: Opened, feed: Feed, *, at: datetime) -> list[Interchange]:
    """Write the answers that were agreed on. Answers are not answered, nor is one who does not say who it is."""
    partner = row.partner
    if opened.answers or not opened.head.level:
        return []
    receipt = receipt_for(opened.data, partner.profile, opened.fault)
    written = []
    if receipt is not None and (partner.wants_contrl or opened.head.wants_acknowledgement):
        written.append(write_to(partner, [receipt], feed, at=at, answer_to=row))
    objections = list(_objections(row, opened, partner, at)) if partner.wants_aperak else []
    if objections:
        written.append(write_to(partner, objections, feed, at=at, answer_to=row))
    return written


def _objections(row: Interchange, opened: Opened, partner: Partner, at: datetime) -> Iterator[Objection]:
    """One of each message; none where the interchange could not be read, which CONTRL says."""
    if opened.received is None:
        return
    done = {each["reference"]: each for each in row.messages}
    with translation.override("en"):
        for number, message in enumerate(opened.received.interchange.messages, start=1):
            told = named(message)
            answers = told["document"] or message.reference
            text = _text(row, done.get(message.reference), message.reference)
            yield Objection(
                document=f"{row.public_id.hex[-12:].upper()}-{number}",
                answers=answers,
                accepted=row.fate == Fate.TAKEN,
                issued_at=at,
                error=row.fault["error"] if row.fault else LEFT if text else "",
                text=text,
                dialect=partner.dialect,
            )


def _text(row: Interchange, done: dict[str, Any] | None, reference: str) -> str:
    if row.fault is not None:
        here = row.fault.get("message") == reference
        return located(row.fault) if here else f"{NOT_DONE}: {located(row.fault)}"
    left = [located(each) for each in (done or {}).get("left", [])]
    return "; ".join(left)


def located(told: dict[str, Any]) -> str:
    """A fault or a warning as a line of text: its code, then its sentence."""
    return f"{told['code']}: {sentence(told['template'], told)}"
