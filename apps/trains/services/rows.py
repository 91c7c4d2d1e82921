"""What the services share: the asker's right, the call locked, the journal row."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from apps.calls.services import messages_about
from apps.calls.services.refusals import lock, require_under_way
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from apps.trains.models import TrainVisit
from terminal.events import Audience, EventKind

RIGHT: Final = "trains.change_trainvisit"


@contextmanager
def asked(train: TrainVisit, message: str, *, by: Actor, at: datetime) -> Iterator[None]:
    """One thing asked of a train: the right first, then its call locked and as it is now, then whether it is over.

    A message about a cancelled or closed train is kept in the journal and refused with ``CallIsOver``.
    """
    by.require(RIGHT, train.call.terminal)
    with messages_about(train.call, message=message, by=by, at=at):
        lock(train.call)
        require_under_way(train.call)
        yield


def note(train: TrainVisit, kind: EventKind, *, by: Actor, at: datetime, wagon_id: int | None = None, **said: Any) -> None:
    """One journal row about the train, for staff."""
    record(
        Happening(
            kind=kind,
            terminal_id=train.call.terminal_id,
            at=at,
            actor=by.label,
            call_id=train.call_id,
            wagon_id=wagon_id,
            audience=Audience.STAFF,
            payload={"mode": train.call.mode, "number": train.call.number, **said},
        )
    )
