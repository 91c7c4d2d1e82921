"""What the operator of a supervised site owes to customs: reports on what arrived and what was tallied."""

from apps.customs.services.duty.answering import note_answer

__all__ = ["note_answer"]
