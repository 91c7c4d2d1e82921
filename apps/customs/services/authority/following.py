"""A declaration follows what was heard of it: see Note [Permission in turn, restriction at once]."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.containers.models import Hold
from apps.customs.models import AuthorityMessage, Declaration
from apps.customs.services.authority.deeds import HEARD, done_here, take
from apps.customs.services.authority.marks import Outcome, mark, refused, said, speaker_of, waits
from apps.customs.services.word import declared, let_go, stop
from terminal.customs.reading import Reading, reading
from terminal.customs.word import Message, MessageKind, MessageState
from terminal.errors import Refused
from terminal.lifecycle import DeclarationStatus
from terminal.readiness import Owner

AHEAD = waits("earlier-message-missing", "An earlier message about the declaration is missing.")
AHEAD_AND_STOPS = waits("earlier-message-missing", "An earlier message is missing; the containers are stopped already.")
JUMP = refused("lifecycle-jump", "This cannot follow on how the declaration stands.")
DOUBLED = refused(
    "doubled-turn", "Another message has this number and says something else; the containers are stopped."
)
SAID = Outcome(MessageState.SUPERSEDED, "said-before", "Another message with this number has said the same.")
DONE_HERE = Outcome(MessageState.SUPERSEDED, "done-here", "An officer has done this at the terminal already.")
APPLIED = Outcome(MessageState.APPLIED)


def follow(declaration: Declaration, at: datetime) -> None:
    """Bring the declaration (locked) to where what was heard of it leads. Within a transaction."""
    rows = {row.reference: row for row in _waiting(declaration)}
    told = {reference: said(row) for reference, row in rows.items()}
    for reference, message in list(told.items()):
        if (message.turn or 0) <= declaration.heard:
            _look_back(declaration, rows[reference], told.pop(reference), at)
    read = reading(
        told.values(),
        status=DeclarationStatus(declaration.status),
        heard=declaration.heard,
        has_channel=bool(declaration.channel),
        revoked=declaration.release_revoked_at is not None,
        done=done_here(declaration),
    )
    for message in read.stops:
        _stop(declaration, rows[message.reference], message, at)
    for message in read.contested:
        _stop(declaration, rows[message.reference], message, at)
    taken = _take_in_turn(declaration, rows, read, at)
    _mark_the_rest(rows, told, read, taken, at)


def _waiting(declaration: Declaration) -> list[AuthorityMessage]:
    rows = declaration.messages.filter(state=MessageState.WAITING.value).exclude(kind="")
    return list(rows.select_related("authority").select_for_update(of=("self",)).order_by("pk"))


def _look_back(declaration: Declaration, row: AuthorityMessage, message: Message, at: datetime) -> None:
    """A number that was taken up already: the same again says nothing new, anything else contradicts it."""
    taken = declaration.messages.filter(turn=message.turn, state__in=HEARD).exclude(pk=row.pk)
    if any(said(each).facts() == message.facts() for each in taken):
        mark(row, SAID, at)
        return
    _stop(declaration, row, message, at)
    mark(row, DOUBLED, at)


def _take_in_turn(
    declaration: Declaration, rows: dict[str, AuthorityMessage], read: Reading, at: datetime
) -> list[str]:
    """Take the messages up that count; one that the terminal refuses is not taken up, and none after it."""
    taken = []
    for message in read.in_turn:
        row = rows[message.reference]
        try:
            with transaction.atomic():
                did = take(declaration, message, by=speaker_of(row), at=at)
        except Refused as refusal:
            declaration.refresh_from_db()
            mark(row, refused(refusal.code(), str(refusal)), at)
            if message.is_restrictive:
                _stop(declaration, row, message, at)
            break
        mark(row, APPLIED if did else DONE_HERE, at)
        _lift_stop(declaration, row, message, at)
        taken.append(message.reference)
    return taken


def _mark_the_rest(
    rows: dict[str, AuthorityMessage], told: dict[str, Message], read: Reading, taken: list[str], at: datetime
) -> None:
    jumps, contested = ({each.reference for each in some} for some in (read.jumps, read.contested))
    kept = {each.reference for each in (*read.waiting, *read.jumps, *read.contested, *read.in_turn)}
    for reference, message in told.items():
        row = rows[reference]
        if reference in taken or row.state == MessageState.REFUSED:
            continue
        if reference in contested:
            mark(row, DOUBLED, at)
        elif reference in jumps:
            mark(row, JUMP, at)
        elif reference not in kept:
            mark(row, SAID, at)
        else:
            mark(row, AHEAD_AND_STOPS if message.is_restrictive else AHEAD, at)


def _reference(declaration: Declaration, message: Message) -> str:
    """Under which a message stops the boxes before its turn."""
    return f"{declaration.number}/{message.turn}"[:60]


def _stop(declaration: Declaration, row: AuthorityMessage, message: Message, at: datetime) -> None:
    """Hold the boxes, once for a number: what an officer has lifted since stays lifted."""
    reference = _reference(declaration, message)
    known = Hold.objects.filter(owner=Owner.CUSTOMS.value, reference=reference).values_list("visit_id", flat=True)
    new = [visit for visit in declared(declaration) if visit.pk not in set(known)]
    stop(new, reason=_why(message), reference=reference, by=speaker_of(row), at=at)


def _why(message: Message) -> str:
    return {
        MessageKind.REJECTED: "rejected by customs",
        MessageKind.RELEASE_REVOKED: "release taken back by customs",
    }.get(message.kind, "customs' word is not complete")


def _lift_stop(declaration: Declaration, row: AuthorityMessage, message: Message, at: datetime) -> None:
    """The step has done what the stop did before its turn; unless something else was said with the same number."""
    if message.is_restrictive:
        contradicted: Any = declaration.messages.filter(turn=message.turn, fault=DOUBLED.fault)
        if not contradicted.exists():
            let_go(declared(declaration), reference=_reference(declaration, message), by=speaker_of(row), at=at)
