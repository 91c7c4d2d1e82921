"""A declaration follows what was heard of it: see Note [Permission in turn, restriction at once]."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.containers.models import Hold
from apps.customs.models import AuthorityMessage, Declaration
from apps.customs.services.authority.deeds import done_here, take, taken_up
from apps.customs.services.authority.marks import (
    DONE_HERE,
    OUT_OF_SERVICE,
    Outcome,
    mark,
    refused,
    said,
    speaker_of,
    waits,
)
from apps.customs.services.inspecting.goods import goods_of, let_lots_go, stop_lots
from apps.customs.services.word import declared, let_go, stop
from terminal.customs.reading import Reading, reading
from terminal.customs.word import Message, MessageKind, MessageState
from terminal.errors import Refused
from terminal.lifecycle import DeclarationStatus
from terminal.readiness import Owner
from terminal.readiness.facts import HoldKind

AHEAD = waits("earlier-message-missing", "An earlier message about the declaration is missing.")
AHEAD_AND_STOPS = waits(
    "earlier-message-missing", "An earlier message is missing; containers and goods are stopped already."
)
JUMP = refused("lifecycle-jump", "This cannot follow on how the declaration stands.")
DOUBLED = refused(
    "doubled-turn", "Another message has this number and says something else; containers and goods are stopped."
)
SAID = Outcome(MessageState.SUPERSEDED, "said-before", "Another message with this number has said the same.")
APPLIED = Outcome(MessageState.APPLIED)


def follow(declaration: Declaration, at: datetime) -> None:
    """Bring the declaration (locked) to where what was heard of it leads. Within a transaction."""
    rows = _of_its_office(declaration, _waiting(declaration, at), at)
    for message in [each for each in rows if (each.turn or 0) <= declaration.heard]:
        _look_back(declaration, rows.pop(message), message, at)
    read = reading(
        rows,
        status=DeclarationStatus(declaration.status),
        heard=declaration.heard,
        has_channel=bool(declaration.channel),
        revoked=declaration.release_revoked_at is not None,
        done=done_here(declaration),
    )
    for message in (*read.stops, *read.contested):
        _stop(declaration, rows[message], message, at)
    taken = _take_in_turn(declaration, rows, read, at)
    for message in read.in_turn:
        if message.is_restrictive and message not in taken:
            _stop(declaration, rows[message], message, at)
    _mark_the_rest(declaration, rows, read, taken, at)


def _waiting(declaration: Declaration, at: datetime) -> dict[Message, AuthorityMessage]:
    """What waits, locked: the first of those that say the same. Of the others it is written that they say no more."""
    found = declaration.messages.filter(state=MessageState.WAITING.value).exclude(kind="")
    first: dict[tuple[Any, ...], tuple[Message, AuthorityMessage]] = {}
    # Joined: a message keeps its authority. See Note [Locked alone].
    for row in found.select_related("authority").select_for_update(of=("self",)).order_by("pk"):
        message = said(row)
        if first.setdefault(message.facts(), (message, row))[1] is not row:
            mark(row, SAID, at)
    return dict(first.values())


def _of_its_office(
    declaration: Declaration, rows: dict[Message, AuthorityMessage], at: datetime
) -> dict[Message, AuthorityMessage]:
    """What the office says where it lies now. What another said before it was handed over is not taken up any more."""
    own = {message: row for message, row in rows.items() if message.office == declaration.office.code}
    for message, row in rows.items():
        if message not in own:
            refuse_another_office(declaration, row, message, at)
    return own


def refuse_another_office(declaration: Declaration, row: AuthorityMessage, message: Message, at: datetime) -> None:
    """The word of an office where the declaration (locked) does not lie: no step. What stops, stops all the same."""
    where = f"The declaration lies at {declaration.office.code}, not at {message.office}"
    if message.is_restrictive:
        _stop(declaration, row, message, at)
        where += "; the containers are stopped"
    mark(row, refused("wrong-office", f"{where}."), at)


def _look_back(declaration: Declaration, row: AuthorityMessage, message: Message, at: datetime) -> None:
    """A number that was taken up already: the same again says nothing new, anything else contradicts it."""
    taken = taken_up(declaration).filter(turn=message.turn)
    if any(said(each).facts() == message.facts() for each in taken):
        mark(row, SAID, at)
        return
    _stop(declaration, row, message, at)
    mark(row, DOUBLED, at)


def _take_in_turn(
    declaration: Declaration, rows: dict[Message, AuthorityMessage], read: Reading, at: datetime
) -> set[Message]:
    """Take the messages up that count; one that the terminal refuses is not taken up, and none after it.

    From an office that is out of service only what stops is.
    """
    taken = set[Message]()
    for message in read.in_turn:
        row = rows[message]
        if not (message.is_restrictive or declaration.office.active):
            break
        try:
            with transaction.atomic():
                did = take(declaration, message, by=speaker_of(row), at=at)
        except Refused as refusal:
            declaration.refresh_from_db()
            mark(row, refused(refusal.code(), str(refusal)), at)
            break
        mark(row, APPLIED if did else DONE_HERE, at)
        _lift_stop(declaration, row, message, at)
        taken.add(message)
    return taken


def _mark_the_rest(
    declaration: Declaration, rows: dict[Message, AuthorityMessage], read: Reading, taken: set[Message], at: datetime
) -> None:
    for message, row in rows.items():
        if message in taken or row.state == MessageState.REFUSED:
            continue
        if message in read.contested:
            mark(row, DOUBLED, at)
        elif message in read.jumps:
            mark(row, JUMP, at)
        elif message.is_restrictive:
            mark(row, AHEAD_AND_STOPS, at)
        else:
            is_next = message in read.in_turn and not declaration.office.active
            mark(row, OUT_OF_SERVICE if is_next else AHEAD, at)


def _reference(declaration: Declaration, row: AuthorityMessage) -> str:
    """Under which a message stops the boxes: one of its own, so that what ends another stop does not end it."""
    return f"{declaration.number}/{row.turn}-{row.pk}"[:60]


def _stop(declaration: Declaration, row: AuthorityMessage, message: Message, at: datetime) -> None:
    """Hold the boxes and the goods, once for a message: what an officer has lifted since stays lifted."""
    reference = _reference(declaration, row)
    known = Hold.objects.filter(owner=Owner.CUSTOMS.value, reference=reference).values_list("visit_id", flat=True)
    new = [visit for visit in declared(declaration) if visit.pk not in set(known)]
    why, by = _why(message), speaker_of(row)
    stop(new, reason=why, reference=reference, by=by, at=at)
    goods, office = goods_of(declaration), declaration.office
    stop_lots(goods, office=office, kind=HoldKind.HOLD, reference=reference, reason=why, by=by, at=at)


def _why(message: Message) -> str:
    return {
        MessageKind.REJECTED: "rejected by customs",
        MessageKind.RELEASE_REVOKED: "release taken back by customs",
    }.get(message.kind, "customs' word is not complete")


def _lift_stop(declaration: Declaration, row: AuthorityMessage, message: Message, at: datetime) -> None:
    """The step has done what the stop of this message did before its turn. Stops of others with its number stand."""
    if message.is_restrictive:
        reference, by = _reference(declaration, row), speaker_of(row)
        let_go(declared(declaration), reference=reference, by=by, at=at, kept_by="")
        let_lots_go(reference=reference, kind=HoldKind.HOLD, by=by, at=at)
