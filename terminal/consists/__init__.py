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
    news,
    wagon_news,
)
from terminal.consists.doubting import SaidOtherwise, doubts
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
    "Reordered",
    "SaidOtherwise",
    "Spot",
    "StandingBox",
    "StandingWagon",
    "WagonKey",
    "contradictions",
    "difference",
    "doubts",
    "news",
    "wagon_news",
]
