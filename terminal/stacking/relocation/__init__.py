"""Taking a bay apart: which boxes are moved where, so that all come out in their order with little digging.

The restricted block relocation problem: boxes leave by priority, 1 first; only what stands on the next box to leave may
be moved, the topmost first, each onto another stack that has room under the height limit (Caserta, Schwarze, Voß, "A
mathematical formulation and complexity considerations for the blocks relocation problem", EJOR 2012).
"""

from terminal.stacking.relocation.planning import lower_bound, min_max_plan, retrieval_plan
from terminal.stacking.relocation.plans import (
    IllegalMove,
    Move,
    NoPlan,
    NoPlanInTime,
    NotABay,
    check_plan,
    relocations,
)

__all__ = [
    "IllegalMove",
    "Move",
    "NoPlan",
    "NoPlanInTime",
    "NotABay",
    "check_plan",
    "lower_bound",
    "min_max_plan",
    "relocations",
    "retrieval_plan",
]
