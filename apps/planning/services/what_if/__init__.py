"""What would happen if: changes made by the production services, every figure before and after, and nothing kept."""

from apps.planning.services.what_if.changes import (
    BlockClosed,
    Change,
    MoreBoxes,
    NoSuchTarget,
    SeveralTrains,
    TrackClosed,
    TrainLate,
)
from apps.planning.services.what_if.figures import Difference, TrainEffect
from apps.planning.services.what_if.running import AnotherIsAsked, NothingTried, SiteIsBusy, WhatIf, what_if

__all__ = [
    "AnotherIsAsked",
    "BlockClosed",
    "Change",
    "Difference",
    "MoreBoxes",
    "NoSuchTarget",
    "NothingTried",
    "SeveralTrains",
    "SiteIsBusy",
    "TrackClosed",
    "TrainEffect",
    "TrainLate",
    "WhatIf",
    "what_if",
]
