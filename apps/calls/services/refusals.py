"""What can be refused about a call, and how a refused message is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.db import transaction

from apps.calls.models import Call
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.lifecycle import Phase
from terminal.moments import require_zone

OVER: Final = frozenset({Phase.CANCELLED.value, Phase.CLOSED.value})


class CallIsOver(Refused):
    """A message about a call that was cancelled or closed."""

    message = gettext_noop("%(number)s is %(phase)s: nothing more can be said about it.")


class InTheFuture(Malformed):
    """An actual time that has not come yet."""

    message = gettext_noop("%(time)s is not over yet: what happened cannot lie in the future.")


class DepartureBeforeArrival(Malformed):
    """A carrier that leaves before it came."""

    message = gettext_noop("A departure at %(departure)s is before the arrival at %(arrival)s.")


class AlreadyHappened(Refused):
    """A plan or an estimate for what has happened meanwhile."""

    message = gettext_noop("%(number)s: %(what)s can no longer be planned or estimated, it has happened.")


class NamelessCall(Malformed):
    """A call without a train, voyage or plate number."""

    message = gettext_noop("A call needs a train, voyage or plate number.")


@contextmanager
def messages_about(call: Call, *, message: str, by: Actor, at: datetime) -> Iterator[None]:
    """Run the block in a transaction; keep a message that is refused because the call is over.

    The block's work is rolled back to its savepoint; the row ``call-message-refused`` is written after that, outside
    the savepoint, and then ``CallIsOver`` goes on its way. The row stands unless somebody further out rolls back too:
    a service that takes a step inside a transaction of its own opens this block around that transaction. Blocks may
    nest: what an inner one kept went with the outer savepoint, and the outer one keeps it again.
    """
    try:
        with transaction.atomic():
            yield
    except CallIsOver as refusal:
        record(_kept(call, message=message, by=by, at=at, refusal=refusal))
        raise


def _kept(call: Call, *, message: str, by: Actor, at: datetime, refusal: CallIsOver) -> Happening:
    return Happening(
        kind=EventKind.CALL_MESSAGE_REFUSED,
        terminal_id=call.terminal_id,
        at=at,
        actor=by.label,
        call_id=call.pk,
        audience=Audience.STAFF,
        payload={"message": message, "number": call.number, "mode": call.mode, "reason": str(refusal)},
    )


def lock(call: Call) -> None:
    """Lock the row until the transaction ends and bring the call in hand up to date."""
    call.refresh_from_db(from_queryset=Call.objects.select_for_update(of=("self",)))


def require_under_way(call: Call) -> None:
    """Raise ``CallIsOver`` for a cancelled or closed call."""
    if call.phase in OVER:
        raise CallIsOver(number=call.number, phase=call.phase)


def require_past(moment: datetime, now: datetime) -> None:
    """Raise ``InTheFuture`` unless ``moment`` has come; ``NaiveTime`` for a time without a zone."""
    require_zone(moment, now)
    if moment > now:
        raise InTheFuture(time=moment.isoformat())


def require_order(arrival: datetime | None, departure: datetime | None) -> None:
    """Raise ``DepartureBeforeArrival`` for a departure before the arrival; what is not known clashes with nothing."""
    require_zone(arrival, departure)
    if arrival is not None and departure is not None and departure < arrival:
        raise DepartureBeforeArrival(arrival=arrival.isoformat(), departure=departure.isoformat())
