"""An interchange comes: it is taken whole, or refused whole, once.

# Note [All or nothing, once]
What the messages ask for is done in one savepoint: the first refusal undoes all of it, and what stays is the
interchange with its fault. The same messages under the same reference are answered with what became of them the first
time; other messages under a reference that was taken are refused. A reference whose interchange was refused is free for
what was put right: it stands for nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.db.models import F

from apps.common.attachments import keep
from apps.edi.models import Interchange, Partner
from apps.edi.services.acting import act
from apps.edi.services.answering import answer
from apps.edi.services.cases import Case
from apps.edi.services.feeds import hold
from apps.edi.services.opening import Opened, open_interchange
from apps.edi.services.outcomes import fault_of, message_of, said
from apps.edi.services.refusals import ReferenceUsed
from apps.edi.services.settling import settle
from apps.parties.actors import Actor
from terminal.edifact.acknowledging import message_at
from terminal.edifact.exchange import Door, Fate
from terminal.edifact.faults import InterchangeTooLarge, MalformedInterchange, Place
from terminal.errors import gettext_noop
from terminal.throughput import Direction

LONGEST_REFERENCE = 35


@dataclass(frozen=True)
class Taken:
    """An interchange that came, and whether it had come before: then nothing was done again."""

    interchange: Interchange
    known: bool = False


class _Undo(Exception):
    """What was tried is undone: it was a test."""


@transaction.atomic
def take(data: bytes, *, partner: Partner, door: Door, by: Actor, at: datetime, name: str = "") -> Taken:
    """Take what a partner sent, whole or not at all; what became of it is kept, and answered as was agreed.

    See the Note above. Raises nothing that the data could cause: what is wrong with it is the interchange's ``fault``.
    """
    feed = hold(partner)
    opened = opened_within_limits(data, partner)
    known = _known(opened, partner)
    if known is not None:
        Interchange.objects.filter(pk=known.pk).update(times=F("times") + 1)
        return Taken(known, known=True)
    row = Interchange(
        terminal=partner.terminal,
        partner=partner,
        direction=Direction.IN.value,
        door=door.value,
        reference=_reference(opened),
        types=opened.types,
        digest=opened.digest,
        is_test=opened.head.is_test,
        at=at,
        by=by.label[:120],
    )
    _decide(row, opened, partner, at)
    _keep(row, data, name=name, by=by)
    answer(row, opened, feed, at=at)
    return Taken(row)


def look(data: bytes, *, partner: Partner, at: datetime) -> Interchange:
    """What would become of it, without anything being written. The row is not kept."""
    row = Interchange(terminal=partner.terminal, partner=partner, direction=Direction.IN.value, at=at)
    with transaction.atomic():
        hold(partner)
        opened = opened_within_limits(data, partner)
        row.reference, row.types, row.digest = _reference(opened), opened.types, opened.digest
        _decide(row, opened, partner, at)
        transaction.set_rollback(True)
    return row


def most_bytes() -> int:
    """What an interchange may be long at this site."""
    return int(min(settings.EDI_MAX_BYTES, settings.ATTACHMENT_MAX_BYTES))


def opened_within_limits(data: bytes, partner: Partner) -> Opened:
    """Opened, unless it is larger than this site reads."""
    most = most_bytes()
    if len(data) <= most:
        return open_interchange(data, partner)
    fault = InterchangeTooLarge.by(Place(), len(data), most, "bytes")
    return Opened(data, hashlib.sha256(data).hexdigest(), fault=fault)


def _reference(opened: Opened) -> str:
    return "".join(each for each in opened.head.reference if each.isprintable())[:LONGEST_REFERENCE]


def _known(opened: Opened, partner: Partner) -> Interchange | None:
    came = Interchange.objects.came().filter(partner=partner, reference=_reference(opened), digest=opened.digest)
    return came.select_related("partner__terminal").first()


def _decide(row: Interchange, opened: Opened, partner: Partner, at: datetime) -> None:
    """Fate and outcome of what came, and everything it asks for."""
    received = opened.received
    try:
        if received is None:
            raise opened.fault or InterchangeTooLarge.at(Place(), "", "")
        _require_free(row, opened)
        cases = _act(opened, partner, at, row.reference)
    except MalformedInterchange as fault:
        message = message_at(opened.data, fault.place.segment, partner.profile)
        row.fate = Fate.REFUSED.value
        row.types = row.types or ([message.get(2)[:20]] if message else [])
        row.outcome = {"fault": fault_of(fault, message), "warnings": [], "messages": []}
        return
    row.fate = Fate.TAKEN.value
    row.outcome = {
        "fault": None,
        "warnings": said(received.warnings),
        "messages": [message_of(case) for case in cases],
    }


def _require_free(row: Interchange, opened: Opened) -> None:
    """Raise ``ReferenceUsed`` for a reference under which something else was taken."""
    if not row.reference or row.is_test:
        return
    taken = Interchange.objects.came().filter(
        partner=row.partner, reference=row.reference, fate=Fate.TAKEN.value, is_test=False
    )
    first = taken.first()
    if first is not None:
        expected = gettext_noop("a reference of its own")
        raise ReferenceUsed.at(Place(1, "UNB", 5, 1), row.reference, expected)


def _act(opened: Opened, partner: Partner, at: datetime, reference: str) -> Sequence[Case]:
    """Everything the messages ask for, in one savepoint; a test is undone when it has gone well."""
    received = opened.received
    assert received is not None
    interchange = received.interchange
    cases = [
        Case(partner, message, at, _key(reference, opened, message.reference), interchange.prepared_at)
        for message in interchange.messages
    ]
    try:
        with transaction.atomic():
            for told, case in zip(received.told, cases, strict=False):
                act(told, case)
            if opened.answers:
                settle(opened.answers, partner, cases, at=at)
            if interchange.is_test:
                raise _Undo
    except _Undo:
        pass
    return cases


def _key(reference: str, opened: Opened, message: str) -> str:
    return f"{reference or opened.digest[:12]}/{message}"[:80]


def _keep(row: Interchange, data: bytes, *, name: str, by: Actor) -> None:
    """The interchange as it came, kept beside what became of it."""
    row.save()
    if len(data) > most_bytes() or not data:
        return
    file_name = name or f"{row.reference or row.public_id}.edi"
    row.original = keep(BytesIO(data), name=file_name, by=by, terminal=row.terminal, subject=row)
    Interchange.objects.filter(pk=row.pk).update(original=row.original)
