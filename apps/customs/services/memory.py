"""What the journal remembers of a declaration."""

from datetime import datetime
from typing import Any

from apps.customs.models import Declaration
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from terminal.events import Audience, EventKind


def journal(declaration: Declaration, kind: EventKind, by: Actor, at: datetime, **more: Any) -> None:
    """One row, for the eyes of the declaration's parties, its office and staff."""
    facts = {"number": declaration.number, "status": str(declaration.status), "channel": declaration.channel, **more}
    record(
        Happening(
            kind=kind,
            terminal_id=declaration.terminal_id,
            at=at,
            actor=by.label,
            declaration_id=declaration.pk,
            audience=Audience.OWNER,
            payload=facts,
        )
    )
