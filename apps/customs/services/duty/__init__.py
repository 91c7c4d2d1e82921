"""What the operator of a supervised site owes to customs: reports on what arrived and what was tallied."""

from apps.customs.services.duty.answering import note_answer
from apps.customs.services.duty.making import (
    NothingNewToReport,
    NothingToReport,
    make_again,
    make_arrival_report,
    make_due_reports,
    make_tally_report,
)
from apps.customs.services.duty.sending import claim_next, hand_out, send_again, send_due_reports

__all__ = [
    "NothingNewToReport",
    "NothingToReport",
    "claim_next",
    "hand_out",
    "make_again",
    "make_arrival_report",
    "make_due_reports",
    "make_tally_report",
    "note_answer",
    "send_again",
    "send_due_reports",
]
