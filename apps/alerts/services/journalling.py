"""An alert's entries in the journal."""

from datetime import datetime

from apps.alerts.models import Alert
from apps.journal import services as journal
from apps.journal.services import Happening
from terminal.events import Audience, EventKind


def remember(alert: Alert, kind: EventKind, *, by: str, at: datetime) -> None:
    """Journal what became of an alert, for staff."""
    payload = {
        "alert": str(alert.public_id),
        "figure": alert.rule.metric,
        "reading": str(alert.reading),
        "peak": str(alert.peak),
        "capacity": str(alert.capacity),
    }
    terminal_id = alert.rule.terminal_id
    journal.record(
        Happening(kind=kind, terminal_id=terminal_id, at=at, actor=by, audience=Audience.STAFF, payload=payload)
    )
