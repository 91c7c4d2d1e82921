"""One bay in cross-section: what stands in each cell, what it would cost to get it, and when it is to leave."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.containers.models import Visit
from apps.network.serving import served
from apps.yard.admin.plan.colours import OUTLOOKS
from apps.yard.models import Block, HeldCell
from apps.yard.selectors import BlockPlan, StandingBox, block_plan, outlooks, with_departure
from terminal.readiness.outlook import Outlook

RIGHTS = ("yard.view_block", "yard.view_standing")


@dataclass(frozen=True)
class Cut:
    """One cell of the cross-section: a box, or room. ``over``: the numbers of the boxes to be moved to get at it."""

    row: int
    tier: int
    box: StandingBox | None = None
    over: list[str] = field(default_factory=list)
    outlook: Outlook | None = None
    held: HeldCell | None = None
    days: int = 0

    @property
    def css(self) -> str:
        """Its colour: that of the map by status."""
        return f"s{list(Outlook).index(self.outlook)}" if self.outlook else ""

    @property
    def said(self) -> Any:
        """How its box stands with its departure."""
        return OUTLOOKS[self.outlook] if self.outlook else ""

    @property
    def bays(self) -> str:
        """The two bays of a long box; empty for a short one."""
        long = self.box is not None and self.box.bays > 1
        return f"{self.box.bay:02d}+{self.box.bay + 1:02d}" if self.box and long else ""


def bay_view(request: HttpRequest, number: int, bay: int) -> dict[str, Any]:
    """What the page of a bay shows. Raises ``Http404`` for a block the reader may not know of, and a bay it has not."""
    seen = Block.objects.filter(terminal__in=served(request.user, *RIGHTS)).select_related("terminal")
    block = seen.filter(pk=number).first()
    if block is None or not 1 <= bay <= block.bays:
        raise Http404
    timezone.activate(block.terminal.zone)
    at = timezone.now()
    plan = block_plan(block, _around(block, bay), at)
    cuts = list(_cuts(plan, bay, at))
    rows = range(1, block.rows + 1)
    return {
        "title": _("Block %(block)s, bay %(bay)02d") % {"block": block.code, "bay": bay},
        "stands": block,
        "bay": bay,
        "at": at,
        "rows": rows,
        "tiers": [(tier, [cut for cut in cuts if cut.tier == tier]) for tier in range(block.tiers, 0, -1)],
        "taken": sum(cut.box is not None for cut in cuts),
        "closures": [each for each in plan.closures if bay in plan.closed_by(each)],
        "before": bay - 1 if bay > 1 else None,
        "after": bay + 1 if bay < block.bays else None,
        "others": range(1, block.bays + 1),
        "sought": request.GET.get("visit", ""),
    }


def _around(block: Block, bay: int) -> range:
    """The bays from which a box can stand, through others, on one of this bay: one more to each side a tier."""
    return range(max(1, bay - block.tiers), min(block.bays, bay + block.tiers) + 1)


def _cuts(plan: BlockPlan, bay: int, at: datetime) -> Iterable[Cut]:
    block = plan.block
    held = {(each.row, each.tier): each for each in plan.held if each.bay == bay}
    boxes = {(box.row, box.tier): box for row in range(1, block.rows + 1) for box in plan.stacks.get((bay, row), [])}
    known = _outlooks(boxes.values(), plan, at)
    for tier in range(1, block.tiers + 1):
        for row in range(1, block.rows + 1):
            box = boxes.get((row, tier))
            if box is None:
                yield Cut(row, tier, held=held.get((row, tier)))
                continue
            over = [each.number for each in plan.over(box)]
            yield Cut(row, tier, box, over, known.get(box.visit_id), held.get((row, tier)), (at - box.since).days)


def _outlooks(boxes: Iterable[StandingBox], plan: BlockPlan, at: datetime) -> dict[int, Outlook]:
    visits = Visit.objects.filter(pk__in=[box.visit_id for box in boxes])
    return outlooks(with_departure(visits), plan.block.terminal, at)
