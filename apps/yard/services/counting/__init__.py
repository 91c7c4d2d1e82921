"""Counts of the yard: what was seen is compared with the books; differences are cases, and corrections are journalled.

A person needs ``yard.change_standing``.
"""

from apps.yard.services.counting.cases import CaseClosed, WouldFloat, correct, dismiss
from apps.yard.services.counting.counts import (
    BeingCounted,
    CountClosed,
    NothingSeen,
    OutsideTheCount,
    Seen,
    close_count,
    note_seen,
    start_count,
)
from apps.yard.services.counting.sheets import read_count, receive_count

__all__ = [
    "BeingCounted",
    "CaseClosed",
    "CountClosed",
    "NothingSeen",
    "OutsideTheCount",
    "Seen",
    "WouldFloat",
    "close_count",
    "correct",
    "dismiss",
    "note_seen",
    "read_count",
    "receive_count",
    "start_count",
]
