"""What the journal remembers of a report to customs."""

from datetime import datetime
from typing import Any

from apps.customs.models import DutyReport
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from terminal.events import Audience, EventKind


def journal(report: DutyReport, kind: EventKind, *, by: Actor, at: datetime, **more: Any) -> None:
    """One row about the report's call, for staff."""
    facts = {"number": report.number, "kind": str(report.kind), "revision": report.revision, **more}
    record(
        Happening(
            kind=kind,
            terminal_id=report.terminal_id,
            at=at,
            actor=by.label,
            call_id=report.call_id,
            audience=Audience.STAFF,
            payload=facts,
        )
    )
