"""What stands in the yard."""

from apps.yard.selectors.digging import Retrieval, retrieval_order
from apps.yard.selectors.grounds import box_of, closed_bays, closure_over, grounds, tops
from apps.yard.selectors.plan import (
    BlockPlan,
    Spot,
    StandingBox,
    block_plan,
    outlooks,
    standing_visits,
    with_departure,
    yard_plan,
)
from apps.yard.selectors.use import BlockUse, YardUse, boxes_outside, utilisation

__all__ = [
    "BlockPlan",
    "BlockUse",
    "Retrieval",
    "Spot",
    "StandingBox",
    "YardUse",
    "block_plan",
    "box_of",
    "boxes_outside",
    "closed_bays",
    "closure_over",
    "grounds",
    "outlooks",
    "retrieval_order",
    "standing_visits",
    "tops",
    "utilisation",
    "with_departure",
    "yard_plan",
]
