"""Everything that changes goods in bond and their ledgers.

What moves a lot in bond is written down by ``rows`` as it moves, whoever moves it; what only bond knows (entries,
samples, repacking, destruction, amendments, processing) is done here. Locks: lots before their entry. People need
``warehouse.change_bondedentry``.
"""

from apps.warehouse.services.bonded.amending import LeavesWeightOfNothing, amend_row
from apps.warehouse.services.bonded.entries import (
    AlreadyInBond,
    EntryKnown,
    NotBonded,
    NothingToTakeIn,
    PeriodOverAlready,
    StillInBond,
    YieldBackwards,
    close_entry,
    extend_period,
    open_entry,
    take_into_bond,
)
from apps.warehouse.services.bonded.handling import NotInBond, destroy, note_handling, repack, take_sample
from apps.warehouse.services.bonded.processing import Product, Used, process
from apps.warehouse.services.bonded.rows import LedgerClosed, MoreThanInBond, keep_ledger, written
from apps.warehouse.services.bonded.warning import warn_of_periods

__all__ = [
    "AlreadyInBond",
    "EntryKnown",
    "LeavesWeightOfNothing",
    "LedgerClosed",
    "MoreThanInBond",
    "NotBonded",
    "NotInBond",
    "NothingToTakeIn",
    "PeriodOverAlready",
    "Product",
    "StillInBond",
    "Used",
    "YieldBackwards",
    "amend_row",
    "close_entry",
    "destroy",
    "extend_period",
    "keep_ledger",
    "note_handling",
    "open_entry",
    "process",
    "repack",
    "take_into_bond",
    "take_sample",
    "warn_of_periods",
    "written",
]
