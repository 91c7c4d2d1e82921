"""A count of the yard: what was seen, stack by stack, against what the books say.

Only stacks that were looked at are judged: a box the books have there and nobody saw is missing, a box that was seen is
right, stands elsewhere than booked, or is one the books do not have in the yard at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Spot = tuple[int, int, int, int]
"""A cell: block, bay (the lower one of a long box), row, tier."""

Stack = tuple[int, int, int]
"""Block, bay, row."""


class Finding(StrEnum):
    """What a count found out about one box."""

    MISSING = "missing"
    """The books have it in a stack that was looked at, and nobody saw it."""
    ELSEWHERE = "elsewhere"
    """It was seen in another cell than the books have it in."""
    NOT_BOOKED = "not_booked"
    """It was seen, and the books have it in no cell."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What was found about one box: where the books have it, and where it was seen; None: nowhere."""

    finding: Finding
    number: str
    booked: Spot | None
    seen: Spot | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A count compared: the boxes that stand where they are booked, and the differences by number."""

    right: frozenset[str]
    differences: tuple[Difference, ...]


def compare(booked: Mapping[str, Spot], seen: Mapping[str, Spot], looked_at: Iterable[Stack]) -> Outcome:
    """Judge a count. ``booked`` and ``seen``: cells by container number; ``looked_at``: stacks with or without boxes.

    >>> compare({"CSQU3054383": (1, 1, 1, 1)}, {}, [(1, 1, 1)]).differences[0].finding
    <Finding.MISSING: 'missing'>
    """
    stacks = {*looked_at, *(spot[:3] for spot in seen.values())}
    right = frozenset(number for number, spot in seen.items() if booked.get(number) == spot)
    missing = [
        Difference(Finding.MISSING, number, spot, None)
        for number, spot in booked.items()
        if number not in seen and spot[:3] in stacks
    ]
    found = [
        Difference(Finding.ELSEWHERE if number in booked else Finding.NOT_BOOKED, number, booked.get(number), spot)
        for number, spot in seen.items()
        if number not in right
    ]
    return Outcome(right, tuple(sorted((*missing, *found), key=lambda each: each.number)))
