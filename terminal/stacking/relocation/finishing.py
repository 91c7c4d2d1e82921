"""What a half-made plan costs if it is finished by rule, found fast.

The rule is min-max (see ``rule``) with two additions. Of the boxes above one target, those are set badly that leave
room for more of the others; and a box that must stand badly takes the last place of a stack only where no other has
more.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence

from terminal.stacking.relocation.bounds import given_up
from terminal.stacking.relocation.yard import Bay, Relocation


class Finish:
    """A bay being emptied by the rule: the ``steps`` it takes, and whether it got ``stuck``.

    ``room`` lists the stacks with a place left, but for the one being dug, as lowest × stacks + place, in order: the
    first from a box on is where min-max sets it, and the last where it stands in the way the latest.
    """

    def __init__(self, bay: Bay, max_height: int, badly: int) -> None:
        self.max_height, self.badly, self.many = max_height, badly, len(bay)
        self.boxes = [list(stack.boxes) for stack in bay]
        self.lows = [list(stack.lows) for stack in bay]
        self.lowest = [stack.lowest for stack in bay]
        self.room = sorted(
            [stack.lowest * self.many + place for place, stack in enumerate(bay) if stack.height < max_height]
        )
        self.steps: list[Relocation] = []
        self.stuck = False

    def run(self, digging: int = -1) -> "Finish":
        """Take box after box out, until none stands in the way of another; first from ``digging``, if that is given."""
        lowest, room = self.lowest, self.room
        while self.badly and not self.stuck:
            place = self._next() if digging < 0 else digging
            digging = -1
            boxes, lows = self.boxes[place], self.lows[place]
            if len(boxes) < self.max_height:
                room.remove(lowest[place] * self.many + place)
            if boxes[-1] != lowest[place]:
                self._dig(place)
            boxes.pop()
            lows.pop()
            lowest[place] = lows[-1]
            insort(room, lows[-1] * self.many + place)
        return self

    def _next(self) -> int:
        first = min(self.lowest)
        if self.lowest.count(first) == 1:
            return self.lowest.index(first)
        places = [place for place, low in enumerate(self.lowest) if low == first]
        return min(places, key=lambda place: self.boxes[place][::-1].index(first))

    def _dig(self, source: int) -> None:
        """Move what stands above the target, from the top."""
        room, many = self.room, self.many
        from_top = self.boxes[source][::-1]
        above = from_top[: from_top.index(self.lowest[source])]
        badly = self._given_up(above) if len(above) > 1 else ()
        for turn, box in enumerate(above):
            at = bisect_left(room, box * many)
            if at < len(room) and not (at and turn in badly):
                target, low = room.pop(at) % many, box
                self.badly -= 1
            elif room:
                low, target = divmod(room.pop(self._latest(at)), many)
            else:
                self.stuck = True
                return
            self._set(box, target, low)
            self.steps.append((source, target))
        del self.boxes[source][-len(above) :], self.lows[source][-len(above) :]

    def _set(self, box: int, target: int, low: int) -> None:
        boxes = self.boxes[target]
        boxes.append(box)
        self.lows[target].append(low)
        self.lowest[target] = low
        if len(boxes) < self.max_height:
            insort(self.room, low * self.many + target)

    def _given_up(self, above: list[int]) -> Sequence[int]:
        """Which of the boxes to set badly though they would fit somewhere."""
        takes = [key // self.many for key in self.room]
        fitting = [turn for turn, box in enumerate(above) if takes and box <= takes[-1]]
        return [fitting[turn] for turn in given_up([above[turn] for turn in fitting], takes)]

    def _latest(self, before: int) -> int:
        """The last in ``room`` before that one with more than one place left; the last of all where none has."""
        for at in range(before - 1, -1, -1):
            if len(self.boxes[self.room[at] % self.many]) + 1 < self.max_height:
                return at
        return before - 1
