"""Writing the journal. A service calls ``record`` in the transaction of its rows, or neither stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.dispatch import Signal
from django.utils import timezone

from apps.common.ids import uuid7
from apps.common.integrity import refusals
from apps.journal.models import Entry
from terminal.errors import Refused, gettext_noop
from terminal.events import Audience, Authority, Classifier, EventKind

# Note [Who follows on what is recorded]
# Rules that stop boxes follow on events, in the same transaction: the event and what follows stand together or not at
# all. They belong to `containers`, which lies above: it listens here. History that others report by the million
# (`write_history`) is not told: it is over, and nothing follows from it any more.
recorded = Signal()
"""Sent when rows were written, inside the transaction: ``entries``."""


class AlreadyRetracted(Refused):
    """What is to be corrected or retracted no longer stands."""

    message = gettext_noop("This entry was already retracted or corrected; only the latest word on it can be changed.")


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing to be journalled. ``at`` is when it happened (aware), ``actor`` who did or reported it.

    The numbers are primary keys. ``source`` and ``source_ref`` belong to reports from outside, which must carry both.
    """

    kind: EventKind
    terminal_id: int
    at: datetime
    actor: str
    classifier: Classifier = Classifier.ACTUAL
    visit_id: int | None = None
    container_number: str = ""
    call_id: int | None = None
    wagon_id: int | None = None
    lot_id: int | None = None
    booking_id: int | None = None
    declaration_id: int | None = None
    audience: Audience = Audience.PUBLIC
    authority: Authority = Authority.OWN
    source: str | None = None
    source_ref: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    lineage: UUID = field(default_factory=uuid7)
    revision: int = 1

    def entry(self) -> Entry:
        """The row it becomes."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "at"}
        return Entry(happened_at=self.at, recorded_at=timezone.now(), **values)


def record(*happenings: Happening) -> list[Entry]:
    """Write happenings, in order. Violating ``a_report_is_recorded_once`` is for the caller to answer."""
    return record_many(happenings)


def record_many(happenings: Iterable[Happening]) -> list[Entry]:
    """Write any number of happenings in one statement per thousand, and what follows on them."""
    with transaction.atomic(savepoint=False):
        entries = Entry.objects.bulk_create([each.entry() for each in happenings], batch_size=1000)
        if entries:
            recorded.send(sender=Entry, entries=entries)
    return entries


@transaction.atomic
def correct(entry: Entry, *, at: datetime, actor: str, payload: dict[str, Any] | None = None) -> Entry:
    """Say that ``entry`` happened at another moment, or with other details: a further row of its lineage.

    Raises ``AlreadyRetracted`` when a later word on it stands already.
    """
    told = entry.payload if payload is None else payload
    return _follow(entry, kind=EventKind(entry.kind), at=at, actor=actor, payload=told)


@transaction.atomic
def retract(entry: Entry, *, actor: str, reason: str) -> Entry:
    """Say that ``entry`` did not happen. Raises ``AlreadyRetracted`` when it no longer stands."""
    payload = {"retracts": entry.kind, "reason": reason}
    return _follow(entry, kind=EventKind.RETRACTED, at=entry.happened_at, actor=actor, payload=payload)


def _follow(entry: Entry, *, kind: EventKind, at: datetime, actor: str, payload: dict[str, Any]) -> Entry:
    if entry.kind == EventKind.RETRACTED or _latest_revision(entry) != entry.revision:
        raise AlreadyRetracted
    kept = ("terminal_id", "visit_id", "container_number", "call_id", "wagon_id", "lot_id", "booking_id")
    values = {name: getattr(entry, name) for name in (*kept, "declaration_id")}
    happening = Happening(
        kind=kind,
        at=at,
        actor=actor,
        classifier=Classifier(entry.classifier),
        audience=Audience(entry.audience),
        authority=Authority(entry.authority),
        payload=payload,
        lineage=entry.lineage,
        revision=entry.revision + 1,
        **values,
    )
    with refusals(a_revision_is_written_once=AlreadyRetracted()):
        return record(happening)[0]


def _latest_revision(entry: Entry) -> int | None:
    latest: int | None = Entry.objects.filter(lineage=entry.lineage).aggregate(last=Max("revision"))["last"]
    return latest
