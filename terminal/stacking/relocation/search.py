"""The search for plans with few relocations: a beam that looks ahead with the min-max rule, wider each time.

# Note [How plans are found]
States are sorted by how many boxes are left, and of each number only the most promising are followed. How promising a
state is, the min-max rule says by finishing from it, together with a bound that no plan gets under. Whatever is found
on the way is kept; each pass is twice as wide as the one before, until the best plan meets the bound, nothing was left
out, or the time is over. The order of the work does not depend on the clock, only where it ends.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from terminal.stacking.relocation.bounds import blocking, lookahead
from terminal.stacking.relocation.yard import NOBODY, Stack, State, Yard

WELL: Final = 2
"""How many stacks are tried for a box that would not block there, the tightest first."""

BADLY: Final = 2
"""And how many where it would, those that are dug out last first."""

Step = tuple[int, int]
"""A relocation from stack to stack."""


class Node(NamedTuple):
    """A state reached by ``steps`` relocations; ``parent`` and ``step`` lead back to the beginning."""

    state: State
    blocking: int
    steps: int
    parent: "Node | None"
    step: Step | None


def path(node: Node) -> list[Step]:
    """The relocations that lead to a node, from the beginning on."""
    steps = []
    at: Node | None = node
    while at is not None and at.step is not None:
        steps.append(at.step)
        at = at.parent
    return steps[::-1]


def min_max(yard: Yard, state: State, most: int = NOBODY) -> list[Step] | None:
    """The relocations of the min-max rule from here; None where it gets stuck, or needs ``most`` or more.

    A box goes where the smallest priority is the smallest that is not below its own; where there is none, where it is
    the largest (Caserta, Schwarze and Voß, 2012). The first such stack in their order; an empty one counts as infinite.
    """
    stacks, lows = list(state), [stack.lowest for stack in state]
    steps: list[Step] = []
    while (first := min(lows, default=NOBODY)) != NOBODY:
        source = lows.index(first) if not yard.grouped else yard.target(stacks)
        stack = stacks[source]
        lows[source] = -1
        while (box := stack.boxes[-1]) != first:
            target = _by_min_max(stacks, lows, box, yard.max_height)
            if target is None or len(steps) + 1 >= most:
                return None
            stacks[target] = yard.push(stacks[target], box)
            lows[target] = stacks[target].lowest
            stack = yard.pop(stack)
            steps.append((source, target))
        stacks[source] = yard.pop(stack)
        lows[source] = stacks[source].lowest
    return steps


def _by_min_max(stacks: State, lows: list[int], box: int, max_height: int) -> int | None:
    """Where the rule puts the box. ``lows`` of the stack it comes from is -1, below every other."""
    well, badly = NOBODY + 1, -1
    well_at = badly_at = None
    for place, low in enumerate(lows):
        if low >= box:
            if low < well and stacks[place].height < max_height:
                well, well_at = low, place
        elif low > badly and stacks[place].height < max_height:
            badly, badly_at = low, place
    return badly_at if well_at is None else well_at


@dataclass
class Search:
    """One search in one bay. ``best``: the fewest relocations found (``NOBODY``: no plan yet), ``steps`` what they are.

    ``ended``: nothing better can be there (or, without a plan, none at all). ``clock`` answers in seconds.
    """

    yard: Yard
    clock: Callable[[], float]
    until: float
    best: int = NOBODY
    steps: list[Step] = field(default_factory=list)
    ended: bool = False
    every: bool = False
    """Whether every stack is tried for a box: once a pass was wide enough for all that it looked at."""

    def run(self) -> None:
        """Search until the best is proved, nothing is left out, or the time is over."""
        state, _left = self.yard.settled(self.yard.start)
        root = Node(state, blocking(state), 0, None, None)
        self._finish(root)
        least = root.blocking + self._beyond(root)
        width = 1
        while not self.ended and self.best > least and self.clock() < self.until:
            wide_enough, all_tried = self._pass(root, width)
            self.ended, self.every = wide_enough and all_tried, self.every or wide_enough
            width *= 2
        self.ended = self.ended or self.best == least

    def _beyond(self, node: Node) -> int:
        """The bound's share beyond the blocking boxes; it is proved for different priorities only."""
        if self.yard.grouped:
            return 0
        most = self.best - node.steps - node.blocking
        return lookahead(node.state, self.yard.max_height, node.blocking, most)

    def _finish(self, node: Node) -> int:
        """How many relocations it takes by the min-max rule from a node, all in all; kept when it is the best yet."""
        rest = min_max(self.yard, node.state)
        if rest is None:
            return NOBODY
        if node.steps + len(rest) < self.best:
            self._keep([*path(node), *rest])
        return node.steps + len(rest)

    def _keep(self, steps: list[Step]) -> None:
        """The best plan yet."""
        self.best, self.steps = len(steps), steps

    def _pass(self, root: Node, width: int) -> tuple[bool, bool]:
        """Follow the best ``width`` of each number of boxes left; whether those were all, and all stacks were tried."""
        boxes = sum(stack.height for stack in root.state)
        levels: list[list[tuple[float, Node]]] = [[] for _ in range(boxes + 1)]
        levels[boxes] = [(0.0, root)]
        seen: dict[tuple[int, ...], int] = {}
        wide_enough = all_tried = True
        for left in range(boxes, 0, -1):
            layer = levels[left]
            while layer:
                layer.sort(key=lambda scored: scored[0])
                wide_enough = wide_enough and len(layer) <= width
                following: list[tuple[float, Node]] = []
                for _score, node in layer[:width]:
                    if self.clock() >= self.until:
                        return False, False
                    children, whole = self._children(node, seen)
                    all_tried = all_tried and whole
                    for child, still_left in children:
                        (following if still_left == left else levels[still_left]).append((self._score(child), child))
                layer = following
        return wide_enough, all_tried

    def _score(self, node: Node) -> float:
        """The lower the more promising; see Note [How plans are found]."""
        bound = node.steps + node.blocking + self._beyond(node)
        return self._finish(node) + bound / 2

    def _children(self, node: Node, seen: dict[tuple[int, ...], int]) -> tuple[list[tuple[Node, int]], bool]:
        """The states one relocation on, with the boxes left in each; and whether all of them were tried."""
        stacks, yard = node.state, self.yard
        source = yard.target(stacks)
        box, rest = stacks[source].boxes[-1], yard.pop(stacks[source])
        places, whole = self._places(stacks, source, box)
        found = []
        for target in places:
            bad = box > stacks[target].lowest
            state = list(stacks)
            state[source], state[target] = rest, yard.push(stacks[target], box)
            child = self._settled(node, state, (source, target), bad=bad)
            if child is not None and self._is_new(child, seen):
                found.append((child, sum(stack.height for stack in child.state)))
        return found, whole

    def _settled(self, node: Node, state: State, step: Step, *, bad: bool) -> Node | None:
        """The node behind a relocation, unless it cannot become better than the best."""
        stands = node.blocking - 1 + bad
        if node.steps + 1 + stands >= self.best:
            return None
        state, _left = self.yard.settled(state)
        child = Node(state, stands, node.steps + 1, node, step)
        if stands == 0:
            self._keep(path(child))
            return None
        return None if child.steps + stands + self._beyond(child) >= self.best else child

    def _is_new(self, node: Node, seen: dict[tuple[int, ...], int]) -> bool:
        """Whether the state was not reached before with as few relocations, in whatever order of its stacks."""
        key = tuple(sorted([stack.number for stack in node.state]))
        if seen.get(key, NOBODY) <= node.steps:
            return False
        seen[key] = node.steps
        return True

    def _places(self, stacks: State, source: int, box: int) -> tuple[list[int], bool]:
        """The stacks worth trying for a box, and whether these are all that have room (one of several empty ones)."""
        room = [n for n, each in enumerate(stacks) if n != source and each.height < self.yard.max_height]
        room = list(_but_one_empty(stacks, room))
        well = sorted((n for n in room if stacks[n].lowest >= box), key=lambda n: stacks[n].lowest)
        badly = sorted((n for n in room if stacks[n].lowest < box), key=lambda n: -stacks[n].lowest)
        if self.every or self.best == NOBODY or len(room) <= WELL:
            return [*well, *badly], True
        chosen = [*well[:WELL], *badly[:BADLY]]
        return chosen, len(chosen) == len(room)


def _but_one_empty(stacks: State, places: list[int]) -> Iterator[int]:
    empty = False
    for place in places:
        stack: Stack = stacks[place]
        if stack.height or not empty:
            yield place
        empty = empty or not stack.height
