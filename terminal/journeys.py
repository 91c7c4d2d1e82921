"""Stays of one box at several terminals that are one journey. See docs/decisions/0019-one-journey.md."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime

Key = Hashable


@dataclass(frozen=True, kw_only=True)
class Stay:
    """One stay of a box. ``place``: the UN/LOCODE of its terminal; ``came_at`` None: it is to come.

    ``towards``: UN/LOCODEs of where it left for by rail: its destination, and where its train calls. ``parts``: who
    has which part in it.
    """

    key: Key
    place: str
    told_at: datetime
    came_at: datetime | None = None
    left_at: datetime | None = None
    towards: frozenset[str] = frozenset()
    parts: frozenset[tuple[Key, str]] = frozenset()


def continues(before: Stay, after: Stay) -> bool:
    """Whether the second stay goes on where the first left: later, elsewhere, and there it went or its parties are."""
    in_turn = before.came_at is not None if after.came_at is None else _left_before(before, after.came_at)
    elsewhere = before.place != after.place
    return in_turn and elsewhere and (after.place in before.towards or bool(before.parts & after.parts))


def _left_before(stay: Stay, moment: datetime) -> bool:
    return stay.left_at is not None and stay.left_at <= moment


def chained(stays: Iterable[Stay]) -> list[list[Stay]]:
    """Stays of one box in their order, as journeys: each goes on where the one before left, and comes nowhere twice."""
    found: list[list[Stay]] = []
    for stay in sorted(stays, key=lambda each: (each.came_at is None, each.came_at or each.told_at)):
        known = found[-1] if found else []
        if known and continues(known[-1], stay) and stay.place not in {each.place for each in known}:
            known.append(stay)
        else:
            found.append([stay])
    return found
