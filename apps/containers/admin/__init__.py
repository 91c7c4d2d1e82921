"""Visits on the screen: where a box is, what stands in its way, and what a person may do about it."""

from apps.containers.admin.boxes import ConsignmentAdmin, ContainerAdmin
from apps.containers.admin.noted import DamageAdmin, HazardAdmin, SealAdmin, TemperatureAdmin, WeightAdmin
from apps.containers.admin.rules import PermissionRuleAdmin, StopRuleAdmin
from apps.containers.admin.stops import HoldAdmin, PermissionAdmin
from apps.containers.admin.visits import VisitAdmin

__all__ = [
    "ConsignmentAdmin",
    "ContainerAdmin",
    "DamageAdmin",
    "HazardAdmin",
    "HoldAdmin",
    "PermissionAdmin",
    "PermissionRuleAdmin",
    "SealAdmin",
    "StopRuleAdmin",
    "TemperatureAdmin",
    "VisitAdmin",
    "WeightAdmin",
]
