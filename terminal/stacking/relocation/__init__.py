"""Taking a bay apart: which boxes are moved where, so that all come out in their order with little digging.

The restricted block relocation problem: boxes leave by priority, 1 first; only what stands on the next box to leave may
be moved, the topmost first, each onto another stack that has room under the height limit (Caserta, Schwarze, Voß, "A
mathematical formulation and complexity considerations for the blocks relocation problem", EJOR 2012).

What can leave leaves before anything is moved. Of boxes with equal priority any may be the next, and whichever is begun
with is dug out before another. To keep one waiting, or to go to and fro between half-dug stacks, could save a
relocation now and then (in one small bay of 4,000), but no crane is driven that way.
"""

from terminal.stacking.relocation.planning import Planned, lower_bound, min_max_plan, planned, retrieval_plan
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
    "Planned",
    "check_plan",
    "lower_bound",
    "min_max_plan",
    "planned",
    "relocations",
    "retrieval_plan",
]
