"""Places in the yard."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A cell found for a box: block, lower bay, row, tier."""

    block_id: int
    bay: int
    row: int
    tier: int
