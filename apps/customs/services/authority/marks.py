"""What becomes of a message, and how that is written with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from django.db.models import F

from apps.customs.models import Authority, AuthorityMessage
from apps.parties.actors import Actor
from terminal.customs.word import Message, MessageState, parse


@dataclass(frozen=True, slots=True)
class Outcome:
    """A state, and the fault and the answer that go with it."""

    state: MessageState
    fault: str = ""
    answer: str = ""


def waits(fault: str, answer: str) -> Outcome:
    """It is kept until what is missing comes."""
    return Outcome(MessageState.WAITING, fault, answer)


def refused(fault: str, answer: str) -> Outcome:
    """It cannot be right."""
    return Outcome(MessageState.REFUSED, fault, answer)


OUT_OF_SERVICE: Final = waits(
    "office-out-of-service", "The office is out of service: only what stops is done on its word."
)

DONE_HERE: Final = Outcome(MessageState.SUPERSEDED, "done-here", "An officer has done this at the terminal already.")


def mark(row: AuthorityMessage, outcome: Outcome, at: datetime) -> None:
    """Write what became of the message, where that is news."""
    values = {"state": outcome.state.value, "fault": outcome.fault[:40], "answer": outcome.answer[:500]}
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    AuthorityMessage.objects.filter(pk=row.pk).update(**values, state_since=at, version=F("version") + 1)
    for name, value in values.items():
        setattr(row, name, value)


def said(row: AuthorityMessage) -> Message:
    """What a kept message says."""
    return parse(orjson.loads(row.body))


def speaker_of(row: AuthorityMessage) -> Actor:
    """Who acts by a message: the authority's system, by its name, and no officer."""
    if row.authority is None:
        raise ValueError("a message without a sender is never acted on")
    return speaker(row.authority)


def speaker(authority: Authority) -> Actor:
    """The authority's system, as it acts."""
    return Actor(label=f"authority:{authority.code}"[:120])
