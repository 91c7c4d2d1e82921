"""A call's way through its phases. Every step leaves the call in hand as the database has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.dispatch import Signal

from apps.calls.models import Call
from apps.calls.services.refusals import lock, messages_about, require_order, require_past, require_under_way
from apps.common.steps import take_step
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from terminal.events import Audience, EventKind
from terminal.lifecycle import CALL, Phase

TOLD_TO_PARTIES: Final = frozenset({EventKind.CALL_ARRIVED, EventKind.CALL_DEPARTED})

# Note [What leaves with the carrier]
# The boxes on a carrier leave when it does, whoever says so. They belong to `containers`, which lies above: it listens
# here, and what it does is part of the same transaction.
departing = Signal()
"""Sent when a call departs, inside the transaction: ``call``, ``by``, ``at``, ``happened_at``."""


def arrive(call: Call, *, by: Actor, at: datetime, happened_at: datetime | None = None) -> None:
    """The carrier stands at the terminal, since ``happened_at`` (now, unless said).

    Raises ``NotYours``, ``CallIsOver`` (kept in the journal), ``StepNotAllowed``, ``InTheFuture``, ``NaiveTime``.
    """
    since = happened_at or at
    with _asked(call, "arrive", by=by, at=at):
        require_past(since, at)
        _step(call, Phase.ARRIVED, EventKind.CALL_ARRIVED, by=by, at=since, arrived_at=since)


def start_work(call: Call, *, by: Actor, at: datetime) -> None:
    """Work on the carrier begins, or goes on after it was ready. Raises as ``arrive``."""
    with _asked(call, "start work", by=by, at=at):
        _step(call, Phase.IN_PROCESSING, EventKind.CALL_WORK_STARTED, by=by, at=at)


def finish_work(call: Call, *, by: Actor, at: datetime) -> None:
    """Nothing more is to be done: the carrier is ready to leave. Raises as ``arrive``."""
    with _asked(call, "finish work", by=by, at=at):
        _step(call, Phase.READY, EventKind.CALL_READY, by=by, at=at)


def depart(call: Call, *, by: Actor, at: datetime, happened_at: datetime | None = None) -> None:
    """The carrier has left, at ``happened_at`` (now, unless said), and what is on it with it.

    Raises as ``arrive``, and ``DepartureBeforeArrival``.
    """
    left = happened_at or at
    with _asked(call, "depart", by=by, at=at):
        require_past(left, at)
        require_order(call.arrived_at, left)
        _step(call, Phase.DEPARTED, EventKind.CALL_DEPARTED, by=by, at=left, departed_at=left)
        departing.send(sender=Call, call=call, by=by, at=at, happened_at=left)


def close(call: Call, *, by: Actor, at: datetime) -> None:
    """Its papers are done: nothing more is expected. Raises as ``arrive``."""
    with _asked(call, "close", by=by, at=at):
        _step(call, Phase.CLOSED, EventKind.CALL_CLOSED, by=by, at=at)


def cancel(call: Call, *, by: Actor, at: datetime, reason: str) -> None:
    """The carrier will not come; possible only before it arrived. Raises as ``arrive``."""
    with _asked(call, "cancel", by=by, at=at):
        also = {"cancelled_at": at, "cancel_reason": reason[:200]}
        _step(call, Phase.CANCELLED, EventKind.CALL_CANCELLED, {"reason": reason}, by=by, at=at, **also)


@contextmanager
def _asked(call: Call, message: str, *, by: Actor, at: datetime) -> Iterator[None]:
    """One thing asked of a call: the right first, then the row locked and as it is now, then whether it is over."""
    by.require("calls.change_call", call.terminal)
    with messages_about(call, message=message, by=by, at=at):
        lock(call)
        require_under_way(call)
        yield


def _step(
    call: Call,
    wanted: Phase,
    kind: EventKind,
    more: dict[str, Any] | None = None,
    *,
    by: Actor,
    at: datetime,
    **also: Any,
) -> None:
    take_step(call, CALL, wanted.value, field="phase", **also)
    record(
        Happening(
            kind=kind,
            terminal_id=call.terminal_id,
            at=at,
            actor=by.label,
            call_id=call.pk,
            audience=Audience.PUBLIC if kind in TOLD_TO_PARTIES else Audience.STAFF,
            payload={"mode": call.mode, "number": call.number, **(more or {})},
        )
    )
