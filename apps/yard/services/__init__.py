"""Everything that changes where boxes stand. A person needs ``yard.change_standing`` at the terminal."""

from apps.yard.services.grounding import ground, suggest, vacate
from apps.yard.services.placing import lift_off, move, place, require_cell, verify
from apps.yard.services.refusals import (
    AlreadyPlaced,
    AnotherTerminal,
    BlockClosed,
    BoxOnTop,
    CellTaken,
    CellUnknown,
    NothingBelow,
    NotInTheYard,
    OutsideBlock,
    TooHigh,
)

__all__ = [
    "AlreadyPlaced",
    "AnotherTerminal",
    "BlockClosed",
    "BoxOnTop",
    "CellTaken",
    "CellUnknown",
    "NotInTheYard",
    "NothingBelow",
    "OutsideBlock",
    "TooHigh",
    "ground",
    "lift_off",
    "move",
    "place",
    "require_cell",
    "suggest",
    "vacate",
    "verify",
]
