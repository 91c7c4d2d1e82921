"""Questions about customs' work."""

from apps.customs.selectors.declarations import declarations_of
from apps.customs.selectors.offices import (
    IN_TREE,
    OPEN,
    OfficeQueue,
    is_inspector,
    is_officer,
    least_loaded,
    offices_of,
    queue,
    with_queue,
)

__all__ = [
    "IN_TREE",
    "OPEN",
    "OfficeQueue",
    "declarations_of",
    "is_inspector",
    "is_officer",
    "least_loaded",
    "offices_of",
    "queue",
    "with_queue",
]
