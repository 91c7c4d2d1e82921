"""Questions about ships, their lists and their tally."""

from apps.ships.selectors.lists import Change, ListDifference, differences, onward_calls
from apps.ships.selectors.loading import Wish, wishes
from apps.ships.selectors.reports import ARRIVAL_COLUMNS, TALLY_COLUMNS, arrived, deviations_of, differing, plain, tally
from apps.ships.selectors.working import InTheWay, board, load_troubles, work_of

__all__ = [
    "ARRIVAL_COLUMNS",
    "TALLY_COLUMNS",
    "Change",
    "InTheWay",
    "ListDifference",
    "Wish",
    "arrived",
    "board",
    "deviations_of",
    "differences",
    "differing",
    "load_troubles",
    "onward_calls",
    "plain",
    "tally",
    "wishes",
    "work_of",
]
