"""Stacks that know what is asked of them again and again, each kind made once and shared by all states of a search."""

from typing import Final

NOBODY: Final = 1_000_000_000
"""The priority of a box that is not there: an empty stack is in nobody's way."""

Dig = tuple[int, tuple[int, ...], int, int]
"""One layer of a stack: its lowest priority, what stands on that from the top down, the largest of these, the rest."""


class Stack:
    """A stack, bottom to top. ``lowest``: its smallest priority. ``blocking``: boxes that stand on a smaller one."""

    __slots__ = ("_digs", "blocking", "boxes", "down", "height", "lowest", "number", "up")

    def __init__(self, boxes: tuple[int, ...], number: int) -> None:
        self.boxes = boxes
        self.number = number
        self.height = len(boxes)
        self.lowest = min(boxes, default=NOBODY)
        self.blocking = _blocking(boxes)
        self.up: dict[int, Stack] = {}
        self.down: Stack | None = None
        self._digs: tuple[Dig, ...] | None = None

    @property
    def above(self) -> int:
        """Boxes on the topmost one of the lowest priority."""
        return self.boxes[::-1].index(self.lowest)

    @property
    def digs(self) -> tuple[Dig, ...]:
        """The stack layer by layer, as its lowest box, then the lowest of what is left below it, and so on."""
        if self._digs is None:
            self._digs = tuple(_layers(self.boxes))
        return self._digs


def _blocking(boxes: tuple[int, ...]) -> int:
    lowest, blocking = NOBODY, 0
    for box in boxes:
        blocking += box > lowest
        lowest = min(lowest, box)
    return blocking


def _layers(boxes: tuple[int, ...]) -> list[Dig]:
    layers: list[Dig] = []
    while boxes:
        lowest = min(boxes)
        place = boxes.index(lowest)
        on_it = tuple(box for box in reversed(boxes[place:]) if box > lowest)
        boxes = boxes[:place]
        layers.append((lowest, on_it, max(on_it, default=0), len(boxes)))
    return layers


State = list[Stack]
"""The stacks of a bay, each in its place."""


class Yard:
    """Makes each stack once. ``grouped``: some boxes have equal priorities, and may leave in any order."""

    def __init__(self, stacks: list[list[int]], max_height: int) -> None:
        boxes = [box for stack in stacks for box in stack]
        self.max_height = max_height
        self.grouped = len(set(boxes)) < len(boxes)
        self._known: dict[tuple[int, ...], Stack] = {}
        self.start: State = [self.stack(tuple(stack)) for stack in stacks]

    def stack(self, boxes: tuple[int, ...]) -> Stack:
        """The stack of these boxes."""
        found = self._known.get(boxes)
        if found is None:
            found = self._known[boxes] = Stack(boxes, len(self._known))
        return found

    def push(self, stack: Stack, box: int) -> Stack:
        """The stack with the box on top."""
        found = stack.up.get(box)
        if found is None:
            found = stack.up[box] = self.stack((*stack.boxes, box))
        return found

    def pop(self, stack: Stack) -> Stack:
        """The stack without its top."""
        if stack.down is None:
            stack.down = self.stack(stack.boxes[:-1])
        return stack.down

    def settled(self, state: State) -> tuple[State, list[int]]:
        """The state once everything has left that nothing stands on; and the stacks it left from, in order."""
        stacks, left = list(state), []
        while (place := self._free(stacks)) is not None:
            stacks[place] = self.pop(stacks[place])
            left.append(place)
        return stacks, left

    def _free(self, stacks: State) -> int | None:
        first = min((stack.lowest for stack in stacks), default=NOBODY)
        if first == NOBODY:
            return None
        return next((n for n, each in enumerate(stacks) if each.lowest == first and each.boxes[-1] == first), None)

    def target(self, stacks: State) -> int:
        """The stack of the next box to leave; of several, the one with the least on it."""
        first = min(stack.lowest for stack in stacks)
        places = [n for n, stack in enumerate(stacks) if stack.lowest == first]
        return places[0] if len(places) == 1 else min(places, key=lambda n: stacks[n].above)
