"""The container yard: blocks, which cell each box stands in, and the work orders that move them."""

from apps.yard.models.blocks import Block, BlockClosure
from apps.yard.models.counting import Count, Discrepancy, Sighting
from apps.yard.models.machines import Downtime, Equipment
from apps.yard.models.orders import HeldCell, WorkOrder
from apps.yard.models.segregation import SegregationRule, SegregationTable
from apps.yard.models.standing import Cell, Standing

__all__ = [
    "Block",
    "BlockClosure",
    "Cell",
    "Count",
    "Discrepancy",
    "Downtime",
    "Equipment",
    "HeldCell",
    "SegregationRule",
    "SegregationTable",
    "Sighting",
    "Standing",
    "WorkOrder",
]
