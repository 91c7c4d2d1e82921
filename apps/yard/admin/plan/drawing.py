"""The yard map as HTML: a grid of small links a block, one a stack, as short as thousands of them have to be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.yard.admin.plan.colours import FREE, Paint
from apps.yard.selectors import BlockPlan, Spot, StandingBox


@dataclass(frozen=True)
class Drawn:
    """One block on the map. ``width``: bays; ``grid``: its stacks, row by row, bay by bay."""

    plan: BlockPlan
    grid: SafeString

    @property
    def width(self) -> int:
        """Bays along it."""
        return self.plan.block.bays


def draw(plan: BlockPlan, paint: Paint, found: set[int], at: datetime) -> Drawn:
    """A block in the colours asked for; stacks with a box in ``found`` (visits) stand out."""
    told = _teller(at)
    stacks = "".join(_stacks(plan, paint, found, told))
    return Drawn(plan, mark_safe(stacks))  # numbers and places of ours, what came from outside is escaped


def _stacks(plan: BlockPlan, paint: Paint, found: set[int], told: Callable[[StandingBox], str]) -> Iterator[str]:
    block, closed, held = plan.block, plan.closed, plan.held_spots
    for row in range(1, block.rows + 1):
        yield f"<b>{row}</b>"
        for bay in range(1, block.bays + 1):
            boxes = plan.stacks.get((bay, row), [])
            css = paint.of(boxes, block.tiers) if boxes else FREE
            css += _marks((bay, row), closed, held, any(box.visit_id in found for box in boxes))
            yield _stack(plan, bay, row, boxes, css, told)


def _marks(spot: Spot, closed: set[int], held: set[Spot], found: bool) -> str:
    return (" x" if spot[0] in closed else "") + (" h" if spot in held else "") + (" f" if found else "")


def _stack(
    plan: BlockPlan, bay: int, row: int, boxes: list[StandingBox], css: str, told: Callable[[StandingBox], str]
) -> str:
    block = plan.block
    name = f"{escape(block.code)}-{bay:02d}-{row:02d} · {len(boxes)}/{block.tiers}"
    lines = "\n".join([name, *(told(box) for box in reversed(boxes))])
    return f'<a class="{css}" href="{block.pk}/{bay}/#r{row}" title="{lines}">{len(boxes) or ""}</a>'


def _teller(at: datetime) -> Callable[[StandingBox], str]:
    """What is told of a box in one line: tier, number, destination, days here."""
    template, day = _("%(number)s %(size)s %(goal)s %(days)d d"), timedelta(days=1)

    def told(box: StandingBox) -> str:
        goal, days = escape(box.destination), (at - box.since) // day
        return f"{box.tier}: " + template % {
            "number": escape(box.number), "size": escape(box.size_type), "goal": goal, "days": days,
        }  # fmt: skip

    return told
