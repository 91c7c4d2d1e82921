"""What a train brings, wagon by wagon.

``papers`` is what a consist says and what is known before it comes, ``differing`` what of it is new, ``doubting`` what
is strange about it.
"""

from terminal.consists.differing import (
    Change,
    Changed,
    ConsistDifference,
    Moved,
    Reordered,
    contradictions,
    difference,
    new_notes,
    news,
    wagon_news,
)
from terminal.consists.doubting import OnWagonSetOut, RolledOver, SaidOtherwise, StandsWithoutTrain, doubts
from terminal.consists.papers import (
    Consist,
    ConsistBox,
    ConsistWagon,
    KnownBox,
    Note,
    Spot,
    StandingBox,
    StandingWagon,
    WagonKey,
)

__all__ = [
    "Change",
    "Changed",
    "Consist",
    "ConsistBox",
    "ConsistDifference",
    "ConsistWagon",
    "KnownBox",
    "Moved",
    "Note",
    "OnWagonSetOut",
    "Reordered",
    "RolledOver",
    "SaidOtherwise",
    "Spot",
    "StandingBox",
    "StandingWagon",
    "StandsWithoutTrain",
    "WagonKey",
    "contradictions",
    "difference",
    "doubts",
    "new_notes",
    "news",
    "wagon_news",
]
