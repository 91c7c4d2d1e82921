"""What would happen if."""

from apps.planning.services.what_if import (
    AnotherIsAsked,
    BlockClosed,
    Change,
    MoreBoxes,
    NoSuchTarget,
    NothingTried,
    SeveralTrains,
    SiteIsBusy,
    TrackClosed,
    TrainLate,
    WhatIf,
    what_if,
)

__all__ = [
    "AnotherIsAsked",
    "BlockClosed",
    "Change",
    "MoreBoxes",
    "NoSuchTarget",
    "NothingTried",
    "SeveralTrains",
    "SiteIsBusy",
    "TrackClosed",
    "TrainLate",
    "WhatIf",
    "what_if",
]
