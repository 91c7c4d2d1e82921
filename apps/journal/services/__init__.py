"""Writing the journal: what the terminal does itself, and history that others report by the million."""

from apps.journal.services.history import forget_known, happening, write_history
from apps.journal.services.recording import (
    AlreadyRetracted,
    Happening,
    correct,
    record,
    record_many,
    recorded,
    retract,
)
from apps.journal.services.reporting import Reported, record_reports

__all__ = [
    "AlreadyRetracted",
    "Happening",
    "Reported",
    "correct",
    "forget_known",
    "happening",
    "record",
    "record_many",
    "record_reports",
    "recorded",
    "retract",
    "write_history",
]
