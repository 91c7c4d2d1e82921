"""Where the gauge changes: which box goes onto which wagon of the other gauge, and what its seals say.

A Chinese wagon of 1435 mm and one of 1520 mm stand side by side; each box is lifted across. Boxes that came on one
wagon stay together where a wagon takes them together.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from terminal.trainload.rules import SECTION

Key = Hashable
"""Whatever the asker knows a box or a wagon by."""


@dataclass
class WagonSpace:
    """What is still free on one wagon: its 20′ places, counted from 1, and kg."""

    free: set[int]
    kg: int

    def takes(self, place: int, bays: int, gross_kg: int) -> bool:
        """Whether a box of so many 20′ places fits there. A long box takes a whole section."""
        wanted = set(range(place, place + bays))
        whole = bays == 1 or place % SECTION == 1
        return whole and wanted <= self.free and gross_kg <= self.kg

    def take(self, place: int, bays: int, gross_kg: int) -> None:
        """The box stands there."""
        self.free -= set(range(place, place + bays))
        self.kg -= gross_kg

    def first(self, bays: int, gross_kg: int) -> int | None:
        """The first place that takes the box; None: there is none."""
        return next((place for place in sorted(self.free) if self.takes(place, bays, gross_kg)), None)


@dataclass(frozen=True, kw_only=True)
class BoxToCross:
    """A box on a wagon that came. ``wagon`` and ``place``: where it stands now; ``bays``: 20′ places it takes."""

    key: Key
    wagon: Key
    place: int
    bays: int
    gross_kg: int


@dataclass(frozen=True)
class Crossing:
    """A box, and the wagon and place it goes onto."""

    box: Key
    wagon: Key
    place: int


@dataclass
class Pairing:
    """Which box goes where, and the boxes no wagon takes."""

    crossings: list[Crossing] = field(default_factory=list)
    left: list[Key] = field(default_factory=list)


def pair(boxes: Iterable[BoxToCross], wagons: Sequence[tuple[Key, WagonSpace]]) -> Pairing:
    """Boxes wagon by wagon, in the order given, onto the first wagons that take them.

    All of one wagon go onto one wagon where any takes them together; else each goes onto the first that takes it.
    """
    spaces = [(key, WagonSpace(set(space.free), space.kg)) for key, space in wagons]
    found = Pairing()
    for group in _by_wagon(boxes):
        together = _together(group, spaces)
        for box, crossing in zip(group, together or [_alone(box, spaces) for box in group], strict=True):
            if crossing is None:
                found.left.append(box.key)
            else:
                found.crossings.append(crossing)
    return found


def _by_wagon(boxes: Iterable[BoxToCross]) -> list[list[BoxToCross]]:
    groups: dict[Key, list[BoxToCross]] = defaultdict(list)
    for box in boxes:
        groups[box.wagon].append(box)
    return [sorted(group, key=lambda box: box.place) for group in groups.values()]


def _together(group: list[BoxToCross], spaces: list[tuple[Key, WagonSpace]]) -> list[Crossing | None] | None:
    """All of a group onto the first wagon that takes them; None: no wagon does."""
    for key, space in spaces:
        tried = WagonSpace(set(space.free), space.kg)
        placed = [_onto(key, tried, box) for box in group]
        if all(placed):
            space.free, space.kg = tried.free, tried.kg
            return placed
    return None


def _alone(box: BoxToCross, spaces: list[tuple[Key, WagonSpace]]) -> Crossing | None:
    return next((there for key, space in spaces if (there := _onto(key, space, box))), None)


def _onto(key: Key, space: WagonSpace, box: BoxToCross) -> Crossing | None:
    place = space.first(box.bays, box.gross_kg)
    if place is None:
        return None
    space.take(place, box.bays, box.gross_kg)
    return Crossing(box.key, key, place)


@dataclass(frozen=True)
class SealChange:
    """What is done to a box's seals, by number: taken off, put on; and those gone without a word of who took them."""

    removed: tuple[str, ...] = ()
    affixed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def seal_change(worn: Sequence[str], before: Sequence[str], after: Sequence[str]) -> SealChange:
    """From what the books say a box wears, what was found on it, and what it wears when it goes on.

    A seal is missing that the books have and nobody found; so is one that was found, is gone, and has none in its
    place.
    """
    removed, affixed = _less(worn, after), _less(after, worn)
    unfound = _less(worn, before)
    unreplaced = () if _less(after, before) else _less(before, after)
    return SealChange(removed, affixed, tuple(dict.fromkeys((*unfound, *unreplaced))))


def _less(numbers: Sequence[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in numbers if each not in others))
