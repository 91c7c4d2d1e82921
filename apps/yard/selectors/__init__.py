"""What stands in the yard."""

from apps.yard.selectors.digging import Retrieval, retrieval_order
from apps.yard.selectors.expected import stay_habits
from apps.yard.selectors.grounds import box_of, closed_bays, closure_over, tops
from apps.yard.selectors.looking import StackSeen, booked_in, stacks_of
from apps.yard.selectors.placement import YardNow, yard_now
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
from apps.yard.selectors.practice import (
    Flag,
    against_place,
    nature_of,
    natures_of,
    neighbourhood,
    practice_flags,
    segregation,
)
from apps.yard.selectors.use import BlockUse, YardUse, boxes_outside, utilisation, without_cell
from apps.yard.selectors.worklist import (
    NoSuchMachine,
    NoSuchPlace,
    in_hand_of,
    require_machine,
    require_place,
    where_from,
    where_to,
    with_all_it_says,
)

__all__ = [
    "BlockPlan",
    "BlockUse",
    "Flag",
    "NoSuchMachine",
    "NoSuchPlace",
    "Retrieval",
    "Spot",
    "StackSeen",
    "StandingBox",
    "YardNow",
    "YardUse",
    "against_place",
    "block_plan",
    "booked_in",
    "box_of",
    "boxes_outside",
    "closed_bays",
    "closure_over",
    "in_hand_of",
    "nature_of",
    "natures_of",
    "neighbourhood",
    "outlooks",
    "practice_flags",
    "require_machine",
    "require_place",
    "retrieval_order",
    "segregation",
    "stacks_of",
    "standing_visits",
    "stay_habits",
    "tops",
    "utilisation",
    "where_from",
    "where_to",
    "with_all_it_says",
    "with_departure",
    "without_cell",
    "yard_now",
    "yard_plan",
]
