"""In which order boxes are best taken out of the yard, and how much digging that costs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from apps.yard.models import Standing
from terminal.errors import Refused
from terminal.stacking import retrieval_plan

SECONDS_A_BAY: Final = 0.05
WANTED, OTHER = 1, 2
"""Priorities for the planner: what is to come out, and all the rest."""

Bay = tuple[int, int, int]
"""A block, the lower bay, and how many bays its boxes cover."""


@dataclass(frozen=True)
class Retrieval:
    """A box that is to come out: its turn (from 1), and how many others are moved out of its way just before it."""

    visit_id: int
    turn: int
    digging: int


def retrieval_order(visits: Iterable[int]) -> list[Retrieval]:
    """The boxes of these visits that stand in a cell, in the order that digs least, bay by bay.

    Within a bay the relocation planner decides, where all its boxes cover the same bays; where 20′ and 40′ boxes stand
    mixed, the highest come first and each pays for what stands on it. Two queries.
    """
    wanted = set(visits)
    found: list[Retrieval] = []
    for bay in _bays(wanted).values():
        found += [Retrieval(visit, len(found) + n, dug) for n, (visit, dug) in enumerate(_out_of(bay, wanted), start=1)]
    return found


def _bays(wanted: set[int]) -> dict[tuple[int, int], list[Standing]]:
    """Everything that stands in the pairs of bays in which a wanted box stands, from the ground up."""
    pairs = {(each.block_id, _pair(each)) for each in Standing.objects.filter(visit__in=wanted)}
    within = Q()
    for block, pair in pairs:
        within |= Q(block=block, bay__in=[2 * pair - 1, 2 * pair])
    bays: dict[tuple[int, int], list[Standing]] = defaultdict(list)
    if pairs:
        for each in (
            Standing.objects.filter(within).select_related("block").order_by("block__code", "bay", "row", "tier")
        ):
            bays[each.block_id, _pair(each)].append(each)
    return bays


def _pair(standing: Standing) -> int:
    return (standing.bay + 1) // 2


def _out_of(pair: list[Standing], wanted: set[int]) -> list[tuple[int, int]]:
    """The wanted boxes of a pair of bays in their order, each with the moves made for it."""
    if len({each.bays for each in pair}) > 1:
        return _from_the_top(pair, wanted)
    by_bay: dict[int, list[Standing]] = defaultdict(list)
    for each in pair:
        by_bay[each.bay].append(each)
    return [out for bay in by_bay.values() for out in _planned(bay, wanted)]


def _planned(bay: list[Standing], wanted: set[int]) -> list[tuple[int, int]]:
    rows, height = bay[0].block.rows, bay[0].block.tiers
    stacks: list[list[Standing]] = [[] for _ in range(rows)]
    for each in bay:
        stacks[each.row - 1].append(each)
    priorities = [[WANTED if each.visit_id in wanted else OTHER for each in stack] for stack in stacks]
    try:
        plan = retrieval_plan(priorities, height, SECONDS_A_BAY)
    except Refused:
        return _from_the_top(bay, wanted)
    out: list[tuple[int, int]] = []
    dug = 0
    for move in plan:
        box = stacks[move.source].pop()
        if move.target is not None:
            stacks[move.target].append(box)
            dug += 1
        elif box.visit_id in wanted:
            out.append((box.visit_id, dug))
            dug = 0
    return out


def _from_the_top(pair: list[Standing], wanted: set[int]) -> list[tuple[int, int]]:
    above = {each.pk: sum(_stands_on(other, each) for other in pair if other.visit_id not in wanted) for each in pair}
    order = sorted(
        (each for each in pair if each.visit_id in wanted), key=lambda each: (-each.tier, each.bay, each.row)
    )
    return [(each.visit_id, above[each.pk]) for each in order]


def _stands_on(upper: Standing, lower: Standing) -> bool:
    meets = upper.bay < lower.bay + lower.bays and lower.bay < upper.bay + upper.bays
    return upper.row == lower.row and upper.tier > lower.tier and meets
