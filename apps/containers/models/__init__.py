"""Containers, their visits, whose they are, and everything that stands between a visit and its next step."""

from apps.containers.models.boxes import Consignment, Container
from apps.containers.models.notes import Damage, Hazard, Note, Repair, Seal, Temperature, Weight
from apps.containers.models.numbers import AllowedNumber, FormerNumber
from apps.containers.models.rules import StopRule
from apps.containers.models.stops import Hold, Permission, PermissionRule, Question
from apps.containers.models.visits import (
    CLAIMABLE,
    Reference,
    Visit,
    VisitQuerySet,
    VisitRole,
    VisitRoleQuerySet,
)

__all__ = [
    "CLAIMABLE",
    "AllowedNumber",
    "Consignment",
    "Container",
    "Damage",
    "FormerNumber",
    "Hazard",
    "Hold",
    "Note",
    "Permission",
    "PermissionRule",
    "Question",
    "Reference",
    "Repair",
    "Seal",
    "StopRule",
    "Temperature",
    "Visit",
    "VisitQuerySet",
    "VisitRole",
    "VisitRoleQuerySet",
    "Weight",
]
