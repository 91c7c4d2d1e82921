"""A bay at one moment of a plan, made of stacks that know what is asked of them again and again.

# Note [Standing badly]
A box with a lower priority somewhere under it stands in the way: sooner or later it must be moved. Moved to a stack
whose lowest priority is its own or higher it stands *well* and leaves from there; anywhere else it stands *badly* and
is moved once more. So a plan relocates as often as boxes stand badly at its beginning, and once more for each box that
it sets badly on its way.
"""

from collections.abc import Iterator, Sequence
from typing import Final

NOBODY: Final = 1 << 60
"""The priority of a box that is not there: an empty stack is in nobody's way."""

Dig = tuple[int, tuple[int, ...], int]
"""A stack dug down to its lowest box: that one, the others above it from the top down, the lowest that is left."""


class Stack:
    """A stack, bottom to top. It never changes: with one box more it is another, made once and known from then on.

    ``lowest``: its smallest priority. ``lows``: the smallest up to each tier, the ground first. ``badly``: how many of
    its boxes stand on a smaller one. ``digs``: down to its lowest box, then to the lowest that is left, and so on.
    """

    __slots__ = ("_known", "badly", "below", "boxes", "digs", "height", "lowest", "lows")

    def __init__(self, below: "Stack | None" = None, box: int = NOBODY) -> None:
        self._known: dict[int, Stack] = {}
        self.below = below or self
        self.boxes: tuple[int, ...] = (*below.boxes, box) if below else ()
        self.height = len(self.boxes)
        self.lowest: int = min(box, below.lowest) if below else NOBODY
        self.lows: tuple[int, ...] = (*below.lows, self.lowest) if below else (NOBODY,)
        self.badly: int = below.badly + (box > below.lowest) if below else 0
        self.digs: tuple[Dig, ...] = _digs(below, box) if below else ()

    def put(self, box: int) -> "Stack":
        """The stack with the box on top."""
        known = self._known.get(box)
        if known is None:
            known = self._known[box] = Stack(self, box)
        return known

    @property
    def above(self) -> int:
        """Boxes on the topmost one of the lowest priority."""
        return self.boxes[::-1].index(self.lowest)


def _digs(below: Stack, box: int) -> tuple[Dig, ...]:
    if box < below.lowest:
        return ((box, (), below.lowest), *below.digs)
    if box == below.lowest:
        return below.digs
    (lowest, above, left), *deeper = below.digs
    return ((lowest, (box, *above), left), *deeper)


Bay = tuple[Stack, ...]
"""The stacks of a bay, each in its place."""

Relocation = tuple[int, int]
"""From which stack to which."""


def bay_of(stacks: Sequence[Sequence[int]]) -> Bay:
    """The bay as it was given."""
    ground, bay = Stack(), []
    for boxes in stacks:
        stack = ground
        for box in boxes:
            stack = stack.put(box)
        bay.append(stack)
    return tuple(bay)


def boxes_in(bay: Bay) -> int:
    """How many boxes stand in it."""
    return sum([stack.height for stack in bay])


def standing_badly(bay: Bay) -> int:
    """How many boxes stand in the way of others. See Note [Standing badly]."""
    return sum([stack.badly for stack in bay])


def settled(bay: Bay) -> tuple[Bay, list[int]]:
    """The bay once everything has left that nothing stands on, and the stacks it left from, in order."""
    stacks, left = list(bay), []
    while (place := _free(stacks)) is not None:
        stacks[place] = stacks[place].below
        left.append(place)
    return tuple(stacks), left


def _free(stacks: list[Stack]) -> int | None:
    lows = [stack.lowest for stack in stacks]
    first = min(lows, default=NOBODY)
    if first == NOBODY:
        return None
    return next((place for place, low in enumerate(lows) if low == first and stacks[place].boxes[-1] == first), None)


def targets(bay: Bay) -> Iterator[int]:
    """The stacks of the next box to leave: one, unless several boxes have its priority."""
    first = min([stack.lowest for stack in bay], default=NOBODY)
    return (place for place, stack in enumerate(bay) if stack.lowest == first < NOBODY)


def moved(bay: Bay, source: int, target: int) -> Bay:
    """The bay after one relocation."""
    stacks = list(bay)
    stacks[target] = stacks[target].put(stacks[source].boxes[-1])
    stacks[source] = stacks[source].below
    return tuple(stacks)


def relocated(bay: Bay, source: int, target: int) -> tuple[Bay, bool]:
    """The bay after one relocation and all that may leave then, and whether the target of the source has left."""
    after = moved(bay, source, target)
    if after[source].boxes[-1] != bay[source].lowest:
        return after, False
    return settled(after)[0], True


def different(bay: Bay, source: int, max_height: int) -> list[int]:
    """The stacks that take a box from the source, one of those that are equal."""
    known: set[Stack] = set()
    places = []
    for place, stack in enumerate(bay):
        if place != source and stack.height < max_height and stack not in known:
            known.add(stack)
            places.append(place)
    return places


def likeness(bay: Bay) -> tuple[int, ...]:
    """Equal for bays that differ in the order of their stacks only."""
    return tuple(sorted(map(id, bay)))
