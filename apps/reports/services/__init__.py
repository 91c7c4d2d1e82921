"""Counting what the journal tells."""

from apps.reports.services.counting import count_days, fold_journal, recount_by_hand

__all__ = ["count_days", "fold_journal", "recount_by_hand"]
