"""Containers, their visits, whose they are, and everything that stands between a visit and its next step."""

from apps.containers.models.boxes import Consignment, Container
from apps.containers.models.stops import Hold, Permission, PermissionRule
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
    "Consignment",
    "Container",
    "Hold",
    "Permission",
    "PermissionRule",
    "Reference",
    "Visit",
    "VisitQuerySet",
    "VisitRole",
    "VisitRoleQuerySet",
]
