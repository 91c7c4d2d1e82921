"""A count as the one who walks sees it: stack after stack, what the books have there and what was read so far."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from apps.yard.models import Count, Standing

Spot = tuple[int, int]
"""A stack within its block: bay and row."""


@dataclass(frozen=True)
class Booked:
    """A box the books have in a stack. ``reaches``: it begins in the bay before, and is counted there."""

    number: str
    size_type: str
    tier: int
    reaches: bool
    verified_at: datetime | None


@dataclass
class StackSeen:
    """One stack of a count: the booked boxes and what was read, by tier. ``looked_at``: somebody was there."""

    bay: int
    row: int
    booked: dict[int, Booked] = field(default_factory=dict)
    read: dict[int, str] = field(default_factory=dict)
    looked_at: bool = False

    @property
    def own(self) -> dict[int, str]:
        """The numbers the books have here, by tier; long boxes that only reach over are counted in their lower bay."""
        return {tier: each.number for tier, each in self.booked.items() if not each.reaches}

    @property
    def covered(self) -> bool:
        """Whether everything here is counted in the bay before."""
        return bool(self.booked) and not self.own


def stacks_of(count: Count) -> list[StackSeen]:
    """The stacks a count is to look at, bay by bay, but for those that are counted in the bay before: two queries."""
    block = count.block
    rows = [count.row] if count.row else range(1, block.rows + 1)
    found = {(bay, row): StackSeen(bay, row) for bay in range(1, block.bays + 1) for row in rows}
    for each in booked_in(count):
        for bay in range(each.bay, each.bay + each.bays):
            box = Booked(
                each.visit.container.number,
                each.visit.container.size_type,
                each.tier,
                bay > each.bay,
                each.verified_at,
            )
            if (bay, each.row) in found:
                found[bay, each.row].booked[each.tier] = box
    seen: dict[Spot, dict[int, str]] = defaultdict(dict)
    for bay, row, tier, number in count.sightings.values_list("bay", "row", "tier", "number"):
        seen[bay, row][tier] = number
    for spot, read in seen.items():
        found[spot].looked_at, found[spot].read = True, {tier: number for tier, number in read.items() if number}
    return [each for each in found.values() if not each.covered]


def booked_in(count: Count) -> QuerySet[Standing]:
    """The boxes the books have in the place that is counted, in the order of their cells."""
    where = Q(block=count.block_id, row=count.row) if count.row else Q(block=count.block_id)
    return Standing.objects.filter(where).select_related("visit__container").order_by("bay", "row", "tier")
