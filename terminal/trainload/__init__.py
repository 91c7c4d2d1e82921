"""What a train may carry, wagon by wagon, and the best that can be made of it.

``rules`` says what a railway allows, ``checking`` finds every fault of a plan and knows nothing of how plans are made,
``planning`` makes them: ``plan_loads`` in seconds, ``quick_plan`` at once.
"""

from terminal.trainload.checking import (
    AfterCutOff,
    BoxTooHeavy,
    LongerThanItsTrack,
    NoPair,
    NoPlaceOnWagon,
    OffItsRoute,
    OverQuota,
    PairOfTwoDestinations,
    PairOutOfBalance,
    PlaceTaken,
    PlannedTwice,
    PromisedToAnother,
    TooManyWagons,
    TrainTooHeavy,
    UnknownToThePlan,
    WagonNotUsable,
    WagonTooHeavy,
    faults,
)
from terminal.trainload.planning import LoadPlan, dug_away, plan_loads, quick_plan
from terminal.trainload.priorities import priority
from terminal.trainload.reasons import Reason
from terminal.trainload.rules import Candidate, LoadingRules, NotARule, Placement, Train, Wagon

__all__ = [
    "AfterCutOff",
    "BoxTooHeavy",
    "Candidate",
    "LoadPlan",
    "LoadingRules",
    "LongerThanItsTrack",
    "NoPair",
    "NoPlaceOnWagon",
    "NotARule",
    "OffItsRoute",
    "OverQuota",
    "PairOfTwoDestinations",
    "PairOutOfBalance",
    "PlaceTaken",
    "Placement",
    "PlannedTwice",
    "PromisedToAnother",
    "Reason",
    "TooManyWagons",
    "Train",
    "TrainTooHeavy",
    "UnknownToThePlan",
    "Wagon",
    "WagonNotUsable",
    "WagonTooHeavy",
    "dug_away",
    "faults",
    "plan_loads",
    "priority",
    "quick_plan",
]
