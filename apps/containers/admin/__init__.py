"""Visits on the screen: where a box is, what stands in its way, and what a person may do about it."""

from apps.containers.admin.boxes import ConsignmentAdmin, ContainerAdmin
from apps.containers.admin.stops import HoldAdmin, PermissionAdmin, PermissionRuleAdmin
from apps.containers.admin.visits import VisitAdmin

__all__ = [
    "ConsignmentAdmin",
    "ContainerAdmin",
    "HoldAdmin",
    "PermissionAdmin",
    "PermissionRuleAdmin",
    "VisitAdmin",
]
