"""The authority's messages as steps of a declaration, with all that belongs to them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from apps.common.steps import ChangedMeanwhile
from apps.customs.models import AuthorityMessage, Declaration
from apps.customs.services.authority.marks import DONE_HERE, said
from apps.customs.services.effects import release_effects, take_back_effects
from apps.customs.services.guarantees import state_duty
from apps.customs.services.inspecting.finishing import finish_all
from apps.customs.services.inspecting.ordering import order_for_declaration
from apps.customs.services.memory import journal
from apps.customs.services.steps import step
from apps.parties.actors import Actor
from terminal.customs.reading import LEADS_TO, TOLD_LATER, Deed, Done, is_done, led_to, steps_to
from terminal.customs.word import Message, MessageKind, MessageState
from terminal.events import EventKind
from terminal.lifecycle import DECLARATION, Channel, DeclarationStatus, StepNotAllowed
from terminal.moments import utc

_S, _K = DeclarationStatus, MessageKind
KIND: Final = {
    _S.REGISTERED: EventKind.DECLARATION_REGISTERED,
    _S.QUERY: EventKind.DECLARATION_QUERIED,
    _S.REJECTED: EventKind.DECLARATION_REJECTED,
    _S.RELEASED: EventKind.DECLARATION_RELEASED,
}


def taken_up(declaration: Declaration) -> QuerySet[AuthorityMessage]:
    """The messages whose turns are heard: applied, or told what officers had done."""
    told_done = Q(state=MessageState.SUPERSEDED.value, fault=DONE_HERE.fault)
    return declaration.messages.filter(Q(state=MessageState.APPLIED.value) | told_done)


def done_here(declaration: Declaration) -> Done:
    """The steps that officers took, of which the authority has told nothing yet; what it led to itself is no deed."""
    rows = list(taken_up(declaration))
    told = {MessageKind(row.kind) for row in rows}
    led = {led_to(said(row)) for row in rows if row.state == MessageState.APPLIED}
    been = {*declaration.periods.values_list("status", flat=True), declaration.status} - led
    kinds = {kind for kind, status in LEADS_TO.items() if kind in TOLD_LATER and status in been}
    kinds |= {_K.CHANNEL} if declaration.channel else set()
    return frozenset(_deed(declaration, kind) for kind in kinds - told)


def _deed(declaration: Declaration, kind: MessageKind) -> Deed:
    if kind is _K.CHANNEL:
        return Deed(kind, channel=Channel(declaration.channel))
    if kind is _K.ASSESSED:
        return Deed(kind, duty_minor=declaration.duty_minor, currency=declaration.currency)
    return Deed(kind, valid_until=declaration.release_valid_until if kind is _K.RELEASED else None)


def take(declaration: Declaration, message: Message, *, by: Actor, at: datetime) -> bool:
    """Take the declaration on by the message in its turn, at the moment the authority decided. Within a transaction.

    A decision counts from no earlier than the step before it, and from no later than now. Whether something was done:
    of what an officer did here already, the number is heard and no more. Raises ``StepNotAllowed``,
    ``ChangedMeanwhile``, and what a release refuses.
    """
    status, has_channel = DeclarationStatus(declaration.status), bool(declaration.channel)
    steps = steps_to(status, message, has_channel=has_channel)
    if steps is None and is_done(message, done_here(declaration)):
        _note_heard(declaration, message)
        return False
    if steps is None:
        raise StepNotAllowed(thing=DECLARATION.thing, present=status.value, wanted=message.kind.value, possible="—")
    moment = max(utc(declaration.status_since), min(utc(message.issued_at), utc(at)))
    if message.kind is _K.CHANNEL:
        _set_channel(declaration, message, by, moment)
    for wanted in steps:
        last = wanted is steps[-1]
        step(declaration, wanted, _kind(wanted, status), by, moment, **(_fields(message, moment) if last else {}))
    for deed in DEEDS.get(message.kind, ()):
        deed(declaration, message, by, moment)
    if _S.INSPECTION_ORDERED in steps:
        order_for_declaration(declaration, by=by, at=moment)
    _note_heard(declaration, message)
    return True


def _note_heard(declaration: Declaration, message: Message) -> None:
    Declaration.objects.filter(pk=declaration.pk).update(heard=message.turn)
    declaration.heard = message.turn or 0


def _kind(wanted: DeclarationStatus, before: DeclarationStatus) -> EventKind:
    if wanted is _S.DOCUMENTARY_CHECK and before is _S.QUERY:
        return EventKind.DECLARATION_ANSWERED
    return KIND.get(wanted, EventKind.DECLARATION_MOVED)


def _fields(message: Message, moment: datetime) -> dict[str, Any]:
    """What the step writes besides."""
    told: dict[str, Any] = {"told": {"message": message.reference}}
    if message.kind is _K.RELEASED:
        return told | {"released_at": moment, "release_valid_until": message.valid_until}
    if message.kind is _K.REFERRED:
        return told | {"agency": message.agency}
    return told | {"reason": message.reason}


def _set_channel(declaration: Declaration, message: Message, by: Actor, at: datetime) -> None:
    channel = message.channel.value if message.channel else ""
    untouched = Declaration.objects.filter(pk=declaration.pk, channel="", status=declaration.status)
    if not untouched.update(channel=channel, version=F("version") + 1):
        raise ChangedMeanwhile(thing=DECLARATION.thing)
    declaration.channel, declaration.version = channel, declaration.version + 1
    journal(declaration, EventKind.DECLARATION_CHANNELLED, by, at, message=message.reference)


def _release(declaration: Declaration, message: Message, by: Actor, at: datetime) -> None:
    release_effects(declaration, by=by, at=at)


def _finish(declaration: Declaration, message: Message, by: Actor, at: datetime) -> None:
    finish_all(declaration, by=by, at=at)


def _state_duty(declaration: Declaration, message: Message, by: Actor, at: datetime) -> None:
    if message.duty_minor is not None:
        state_duty(declaration, message.duty_minor, message.currency, by=by, at=at)


def _revoke(declaration: Declaration, message: Message, by: Actor, at: datetime) -> None:
    in_force = Declaration.objects.filter(pk=declaration.pk, status=_S.RELEASED.value, release_revoked_at=None)
    if not in_force.update(release_revoked_at=at, reason=message.reason, version=F("version") + 1):
        raise ChangedMeanwhile(thing=DECLARATION.thing)
    declaration.refresh_from_db()
    take_back_effects(declaration, by=by, at=at, reason=message.reason)
    told = {"act": "release-revoked", "reason": message.reason, "message": message.reference}
    journal(declaration, EventKind.DECLARATION_MOVED, by, at, **told)


DEEDS: Final[dict[MessageKind, tuple[Callable[[Declaration, Message, Actor, datetime], None], ...]]] = {
    _K.RELEASED: (_release,),
    _K.INSPECTED: (_finish,),
    _K.ASSESSED: (_state_duty,),
    _K.RELEASE_REVOKED: (_revoke,),
}
