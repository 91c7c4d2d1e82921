"""In which order boxes are best taken out of the yard, and how much digging that costs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from apps.yard.models import Standing


@dataclass(frozen=True)
class Retrieval:
    """A box that is to come out: its turn (from 1), and how many others are moved out of its way just before it."""

    visit_id: int
    turn: int
    digging: int


def retrieval_order(visits: Iterable[int]) -> list[Retrieval]:
    """The boxes of these visits that stand in a cell, in the order that digs least, bay by bay.

    The highest come first, and each pays for what stands on it and stays. Two queries.
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
    return _from_the_top(pair, wanted)


def _from_the_top(pair: list[Standing], wanted: set[int]) -> list[tuple[int, int]]:
    above = {each.pk: sum(_stands_on(other, each) for other in pair if other.visit_id not in wanted) for each in pair}
    order = sorted(
        (each for each in pair if each.visit_id in wanted), key=lambda each: (-each.tier, each.bay, each.row)
    )
    return [(each.visit_id, above[each.pk]) for each in order]


def _stands_on(upper: Standing, lower: Standing) -> bool:
    meets = upper.bay < lower.bay + lower.bays and lower.bay < upper.bay + upper.bays
    return upper.row == lower.row and upper.tier > lower.tier and meets
