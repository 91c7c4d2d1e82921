"""The yard as one looks at it: every block stack by stack, and what stands in each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from apps.containers.models import Visit
from apps.containers.selectors import situations
from apps.network.models import Terminal
from apps.yard.models import Block, BlockClosure, HeldCell, Standing
from apps.yard.selectors.grounds import closed_bays
from terminal.readiness.outlook import Outlook, outlook
from terminal.throughput import day_bounds, site_day

Spot = tuple[int, int]
"""A stack within its block: bay and row."""


@dataclass(frozen=True, slots=True)
class StandingBox:
    """A box where it stands, as its neighbours see it. ``leaves_at``: the best word on when its call departs."""

    block_id: int
    bay: int
    bays: int
    row: int
    tier: int
    visit_id: int
    number: str
    size_type: str
    laden: bool | None
    gross_kg: int | None
    destination: str
    arrived_at: datetime | None
    placed_at: datetime
    verified_at: datetime | None
    leaves_by: str | None
    leaves_at: datetime | None

    @property
    def spots(self) -> list[Spot]:
        """The stacks it stands in: two for a long box."""
        return [(bay, self.row) for bay in range(self.bay, self.bay + self.bays)]

    @property
    def since(self) -> datetime:
        """Since when it is here; where nobody knows, since it was put into its cell."""
        return self.arrived_at or self.placed_at


@dataclass
class BlockPlan:
    """One block: its boxes from the ground up by stack, its closures now, and the cells kept for orders."""

    block: Block
    stacks: dict[Spot, list[StandingBox]] = field(default_factory=lambda: defaultdict(list))
    closures: list[BlockClosure] = field(default_factory=list)
    held: list[HeldCell] = field(default_factory=list)

    @property
    def closed(self) -> set[int]:
        """The bays that take nothing in."""
        return {bay for each in self.closures for bay in self.closed_by(each)}

    @property
    def held_spots(self) -> set[Spot]:
        """The stacks in which a cell is kept."""
        return {(each.bay, each.row) for each in self.held}

    def closed_by(self, closure: BlockClosure) -> range:
        """The bays one of its closures closes."""
        return closed_bays(closure, self.block.bays)

    def over(self, box: StandingBox) -> list[StandingBox]:
        """Every box to be moved before this one can be lifted, the highest first: what stands on it, and on those."""
        found: dict[int, StandingBox] = {}
        below = [box]
        while below:
            under = below.pop()
            on_it = {
                each.visit_id: each for spot in under.spots for each in self.stacks[spot] if each.tier > under.tier
            }
            below += [each for visit, each in on_it.items() if visit not in found]
            found |= on_it
        return sorted(found.values(), key=lambda each: (-each.tier, each.bay))

    @property
    def taken(self) -> int:
        """Cells with a box in them."""
        return sum(len(boxes) for boxes in self.stacks.values())

    @property
    def cells(self) -> int:
        """All cells, taken or not."""
        return self.block.ground_slots * self.block.tiers


def yard_plan(terminal: Terminal, at: datetime) -> list[BlockPlan]:
    """Every block of a terminal with what stands in it at ``at``: four queries, however much that is."""
    return _plans(Block.objects.filter(terminal=terminal).order_by("code"), Q(block__terminal=terminal), at)


def block_plan(block: Block, bays: Iterable[int], at: datetime) -> BlockPlan:
    """One block with the boxes that stand in any of the bays, long ones from the bay before, too: three queries."""
    wanted = list(bays)
    return _plans([block], Q(block=block, bay__range=(min(wanted) - 1, max(wanted))), at)[0]


def outlooks(visits: Iterable[Visit], terminal: Terminal, at: datetime) -> dict[int, Outlook]:
    """How boxes stand with their departure, by visit: the queries of ``situations``, however many boxes."""
    _begin, midnight = day_bounds(site_day(at, terminal.zone), terminal.zone)
    rows = {visit.pk: visit for visit in visits}
    return {
        visit: outlook(situation, at, leaves_today=_leaves_before(rows[visit], midnight))
        for visit, situation in situations(rows.values(), at).items()
    }


def standing_visits(terminal: Terminal) -> QuerySet[Visit]:
    """The visits whose box stands in a cell, with when their call departs, and of their own what ``outlooks`` reads."""
    return with_departure(Visit.objects.filter(standing__block__terminal=terminal)).only(*JUDGED)


def with_departure(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """The visits of a queryset, each with ``leaves_at``."""
    return visits.annotate(leaves_at=_leaves("departure_call"))


def _leaves_before(visit: Visit, midnight: datetime) -> bool:
    leaves_at: datetime | None = getattr(visit, "leaves_at", None)
    return leaves_at is not None and leaves_at < midnight


def _leaves(call: str) -> Coalesce:
    return Coalesce(f"{call}__departed_at", f"{call}__estimated_departure_at", f"{call}__scheduled_departure_at")


def _plans(blocks: Iterable[Block], where: Q, at: datetime) -> list[BlockPlan]:
    plans = {block.pk: BlockPlan(block) for block in blocks}
    for closure in BlockClosure.objects.filter(block__in=plans).in_force(at):
        closure.block = plans[closure.block_id].block
        plans[closure.block_id].closures.append(closure)
    for kept in HeldCell.objects.filter(block__in=plans, until__gt=at).select_related("order__visit__container"):
        plans[kept.block_id].held.append(kept)
    for box in _boxes(where):
        for spot in box.spots:
            plans[box.block_id].stacks[spot].append(box)
    return list(plans.values())


JUDGED: Final = (
    "terminal",
    "state",
    "position",
    "laden",
    "gross_kg",
    "regime",
    "direction",
    "claimed",
    "arrived_at",
    "consignment",
    "arrival_call",
    "departure_call",
    "carrier_call",
)
"""What readiness takes of a visit's own columns: half of them, which is half the time for thousands of visits."""

COLUMNS: Final = (
    "block_id",
    "bay",
    "bays",
    "row",
    "tier",
    "visit_id",
    "visit__container__number",
    "visit__container__size_type",
    "visit__laden",
    "visit__gross_kg",
    "visit__destination",
    "visit__arrived_at",
    "placed_at",
    "verified_at",
)


def _boxes(where: Q) -> Iterable[StandingBox]:
    """Boxes from the ground up."""
    rows = Standing.objects.filter(where).order_by("tier", "pk")
    leaving = F("visit__departure_call__number"), _leaves("visit__departure_call")
    return (StandingBox(*row) for row in rows.values_list(*COLUMNS, *leaving))
