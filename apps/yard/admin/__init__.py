"""The yard on the screen: its map, blocks and machines, where each box stands, and the orders that move them."""

from apps.yard.admin.blocks import BlockAdmin
from apps.yard.admin.counting import CountAdmin, DiscrepancyAdmin
from apps.yard.admin.machines import BlockClosureAdmin, DowntimeAdmin, EquipmentAdmin
from apps.yard.admin.orders import HeldCellAdmin, WorkOrderAdmin
from apps.yard.admin.practice import SegregationTableAdmin
from apps.yard.admin.standings import StandingAdmin

__all__ = [
    "BlockAdmin",
    "BlockClosureAdmin",
    "CountAdmin",
    "DiscrepancyAdmin",
    "DowntimeAdmin",
    "EquipmentAdmin",
    "HeldCellAdmin",
    "SegregationTableAdmin",
    "StandingAdmin",
    "WorkOrderAdmin",
]
