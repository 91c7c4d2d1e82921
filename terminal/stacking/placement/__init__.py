"""The best places for a box, each with a score that is explained rule by rule.

>>> stacks = Stacks(plots)  # the yard, box by box: ``fill``, ``put``, ``lift``
>>> suggest(stacks, newcomer)  # up to three places; ``why_not`` says why there is none

What is known of when boxes leave is in ``outlook``; what a place costs in ``weighing``.
"""

from terminal.stacking.placement.boxes import Newcomer, Settled
from terminal.stacking.placement.choosing import Suggestion, suggest, why_not
from terminal.stacking.placement.explaining import Reason, RuledOut
from terminal.stacking.placement.outlook import Known, pulls_of, shape_of
from terminal.stacking.placement.stacks import Plot, Spots, Stacks
from terminal.stacking.placement.weighing import WEIGHTS, Weighed, Weights, weigh

__all__ = [
    "WEIGHTS",
    "Known",
    "Newcomer",
    "Plot",
    "Reason",
    "RuledOut",
    "Settled",
    "Spots",
    "Stacks",
    "Suggestion",
    "Weighed",
    "Weights",
    "pulls_of",
    "shape_of",
    "suggest",
    "weigh",
    "why_not",
]
