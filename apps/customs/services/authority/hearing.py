"""A message comes: is it the authority's, can it be read, was it heard before, and what is answered."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from django.db import transaction
from django.db.models import F

from apps.containers.models import Visit
from apps.containers.selectors import situations
from apps.customs.models import Authority, AuthorityMessage, Office
from apps.customs.services.authority.acting import act, lock_what_it_is_about
from apps.customs.services.authority.marks import said
from apps.network.models import Terminal
from terminal.customs.word import Message, MessageState, parse
from terminal.errors import Refused, gettext_noop
from terminal.lifecycle import VisitState
from terminal.moments import utc
from terminal.readiness import Owner, Step, blockers
from terminal.signatures import BadSignature, require_signed

_S = MessageState
AHEAD: Final = timedelta(minutes=5)
"""How far the authority's clock may be before ours."""

UNREADABLE_AN_HOUR: Final = 200
"""So many messages that nobody can read are kept an hour of each system, and of all strangers; of more, none is."""

LONGEST_KEPT: Final = 65_536


class AuthorityIsOff(Refused):
    """A system that is switched off, or none that is known."""

    kind = "forbidden"
    message = gettext_noop("No system of customs is known under this name.")


class OtherContent(Refused):
    """A reference that was used for something else: nothing changes by it."""

    message = gettext_noop("The reference %(reference)s stands for another message, heard %(received_at)s.")


class FromTheFuture(Refused):
    """Decided later than now: the clocks differ by more than can be."""

    kind = "content"
    message = gettext_noop("The message was decided at %(issued_at)s, which is not yet.")


class NoMoreUnreadable(Refused):
    """So much came that nobody could read that no more of it is kept this hour."""

    message = gettext_noop("Too many messages came that cannot be read. Try again in an hour.")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. ``fault`` is a code; ``boxes``: each box concerned, and what customs has against it."""

    reference: str
    state: str
    fault: str = ""
    answer: str = ""
    declaration: dict[str, Any] | None = None
    boxes: list[dict[str, Any]] = field(default_factory=list)
    known: bool = False


def hear(raw: bytes, headers: Mapping[str, str], authority: Authority, at: datetime) -> Receipt:
    """A message as it came over HTTP, its headers in lower case. What it is stays written, whatever is wrong with it.

    Raises ``AuthorityIsOff``, ``BadSignature``, ``UnreadableMessage`` and its like, ``OtherContent``,
    ``NoMoreUnreadable``.
    """
    require_authority(raw, headers, authority, at)
    return hear_signed(raw, authority, at)


def require_authority(raw: bytes, headers: Mapping[str, str], authority: Authority, at: datetime) -> None:
    """Refuse what the authority's system has not signed just now, and keep it. Raises ``BadSignature`` and its like."""
    if not authority.active:
        raise AuthorityIsOff
    try:
        require_signed(raw, headers, _secrets(authority, at), at)
    except BadSignature as refusal:
        keep_unreadable(raw, authority.terminal, None, refusal, at)
        raise


def hear_signed(raw: bytes, authority: Authority, at: datetime) -> Receipt:
    """``hear`` for a message whose signature was asked for before."""
    try:
        message = read(raw)
    except Refused as refusal:
        keep_unreadable(raw, authority.terminal, authority, refusal, at)
        raise
    return hear_message(message, raw.decode(), authority, at)


def _secrets(authority: Authority, at: datetime) -> list[str]:
    former = authority.previous_secret and (authority.previous_until is None or at < authority.previous_until)
    return [authority.secret, *([authority.previous_secret] if former else [])]


def read(raw: bytes) -> Message:
    """The message as it came. Raises ``UnreadableMessage`` and its like."""
    return parse(_json(raw))


def _json(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def keep_unreadable(raw: bytes, terminal: Terminal, authority: Authority | None, why: Refused, at: datetime) -> None:
    """Write down what says nothing, by its checksum; without an authority, a stranger's.

    Raises ``NoMoreUnreadable`` when that is done too often: strangers do not use up what is kept of the authority's.
    """
    lately = AuthorityMessage.objects.filter(terminal=terminal, state=_S.UNREADABLE.value, received_at__gt=at - HOUR)
    digest = hashlib.sha256(raw).hexdigest()
    known = AuthorityMessage.objects.filter(authority=authority, reference=digest)
    if known.update(times=F("times") + 1, version=F("version") + 1):
        return
    if lately.filter(authority=authority).count() >= UNREADABLE_AN_HOUR:
        raise NoMoreUnreadable
    AuthorityMessage.objects.bulk_create(
        [
            AuthorityMessage(
                terminal=terminal,
                authority=authority,
                reference=digest,
                body=raw[:LONGEST_KEPT].decode(errors="replace").replace("\x00", "�"),
                sha256=digest,
                received_at=at,
                state=_S.UNREADABLE.value,
                state_since=at,
                fault=why.code()[:40],
                answer=str(why)[:500],
            )
        ],
        ignore_conflicts=True,
    )


HOUR: Final = timedelta(hours=1)


def hear_message(message: Message, body: str, authority: Authority, at: datetime) -> Receipt:
    """A message that could be read, whatever it came by; ``body`` is it as it came.

    Raises ``OtherContent``, ``FromTheFuture``.
    """
    digest = hashlib.sha256(body.encode()).hexdigest()
    with transaction.atomic():
        row, is_new = AuthorityMessage.objects.get_or_create(
            authority=authority, reference=message.reference, defaults=_values(message, body, digest, authority, at)
        )
        if is_new:
            act(row, message, lock_what_it_is_about(row, message), at)
        elif parse_again(row) == message:
            AuthorityMessage.objects.filter(pk=row.pk).update(times=F("times") + 1)
    if not is_new and parse_again(row) != message:
        other = OtherContent(reference=message.reference, received_at=row.received_at.isoformat())
        keep_other(message, body, digest, authority, other, at)
        raise other
    return receipt(row, at, known=not is_new)


def parse_again(row: AuthorityMessage) -> Message | None:
    """What a kept message says; None where it says nothing."""
    return None if row.state == _S.UNREADABLE else said(row)


def require_not_ahead(message: Message, at: datetime) -> None:
    """Raise ``FromTheFuture`` for what was decided later than the clocks may differ."""
    if utc(message.issued_at) > utc(at) + AHEAD:
        raise FromTheFuture(issued_at=message.issued_at.isoformat())


def _values(message: Message, body: str, digest: str, authority: Authority, at: datetime) -> dict[str, Any]:
    require_not_ahead(message, at)
    offices = Office.objects.filter(terminal=authority.terminal_id, code=message.office) if message.office else ()
    return {
        "terminal_id": authority.terminal_id,
        "kind": message.kind.value,
        "turn": message.turn,
        "issued_at": message.issued_at,
        "office": next(iter(offices), None),
        "declaration_number": message.declaration,
        "container_number": message.container,
        "body": body,
        "sha256": digest,
        "received_at": at,
        "state": _S.WAITING.value,
        "state_since": at,
    }


def keep_other(message: Message, body: str, digest: str, authority: Authority, why: Refused, at: datetime) -> None:
    """Write down what came under a reference that stands for something else; nothing is done by it."""
    values = _values(message, body, digest, authority, at)
    refused = {"state": _S.REFUSED.value, "fault": why.code(), "answer": str(why)[:500]}
    reference = f"{message.reference[:66]}~{digest[:12]}"
    AuthorityMessage.objects.get_or_create(authority=authority, reference=reference, defaults=values | refused)


def receipt(row: AuthorityMessage, at: datetime, *, known: bool = False) -> Receipt:
    """What became of a kept message, and how it stands with the boxes it is about, now."""
    row.refresh_from_db()
    declaration = row.declaration
    told = {"number": declaration.number, "status": declaration.status} if declaration else None
    return Receipt(row.reference, row.state, row.fault, row.answer, told, _boxes(row, at), known)


def _boxes(row: AuthorityMessage, at: datetime) -> list[dict[str, Any]]:
    here = Visit.objects.filter(state__in=[VisitState.ADVISED.value, VisitState.ACTIVE.value], terminal=row.terminal_id)
    if row.declaration is not None:
        visits = list(here.filter(declarations=row.declaration).select_related("container").order_by("pk"))
    elif row.container_number:
        visits = list(here.filter(container__number=row.container_number).select_related("container").order_by("pk"))
    else:
        return []
    standing = situations(visits, at)
    found = {
        visit.pk: [each.code for each in blockers(standing[visit.pk], Step.GATE_OUT, at) if each.owner is Owner.CUSTOMS]
        for visit in visits
    }
    return [
        {"container": visit.container.number, "free": not found[visit.pk], "codes": found[visit.pk]} for visit in visits
    ]
