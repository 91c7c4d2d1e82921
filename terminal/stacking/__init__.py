"""Which box may stand where, and what it costs to dig it out again.

A cell is one 20′ place in a block: bay, row, tier, counted from 1. A box of 40′ or 45′ covers two bays. What is
physically impossible (air below, two boxes in a cell, too many tiers) is refused always; good practice (heavier on
lighter, a kind of box outside its kind of block) is what the rules here are asked for before a command.
"""

from terminal.stacking.ground import Place
from terminal.stacking.relocation import Move, NoPlan, check_plan, min_max_plan, relocations, retrieval_plan
from terminal.stacking.standing import (
    GROUND,
    HOMES,
    TOLERANCE_KG,
    Box,
    HeavierOnLighter,
    NoCornersBelow,
    Top,
    WrongBlock,
    homes_of,
    require_home,
    require_stands_well,
    stands_well,
)

__all__ = [
    "GROUND",
    "HOMES",
    "TOLERANCE_KG",
    "Box",
    "HeavierOnLighter",
    "Move",
    "NoCornersBelow",
    "NoPlan",
    "Place",
    "Top",
    "WrongBlock",
    "check_plan",
    "homes_of",
    "min_max_plan",
    "relocations",
    "require_home",
    "require_stands_well",
    "retrieval_plan",
    "stands_well",
]
