"""What stands in the yard."""

from apps.yard.selectors.grounds import box_of, closed_bays, closure_over, grounds, tops
from apps.yard.selectors.use import BlockUse, YardUse, boxes_outside, utilisation

__all__ = [
    "BlockUse",
    "YardUse",
    "box_of",
    "boxes_outside",
    "closed_bays",
    "closure_over",
    "grounds",
    "tops",
    "utilisation",
]
