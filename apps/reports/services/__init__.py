"""Counting what the journal tells."""

from apps.reports.services.counting import count_days, fold_journal, recount_by_hand
from apps.reports.services.owners import report_to_owners
from apps.reports.services.recounting import check, mend

__all__ = ["check", "count_days", "fold_journal", "mend", "recount_by_hand", "report_to_owners"]
