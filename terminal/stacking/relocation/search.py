"""The search for plans with few relocations, round after round until the time is over.

# Note [How plans are found]
A half-made plan promises the middle between what no plan gets under from there (see Note [Unavoidable]) and what it
costs when it is finished by rule. Half-made plans wait by level: how many boxes are left, and how many of them stand
above the target being dug out. Round after round, from the fullest bay to the emptiest, each level gives its most
promising one, which is led on by one relocation in every way. The first round is one descent with foresight, more
rounds are a beam that widens; and when nothing waits that may become better, the best found is the best there is
(cyclic best-first search: Kao, Sewell, Jacobson 2009, "A branch, bound, and remember algorithm for the 1|r_i|Σt_i
scheduling problem"). The order of the work does not depend on the clock, only where it ends.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count

from terminal.stacking.relocation.bounds import badly_again, least
from terminal.stacking.relocation.finishing import Finish
from terminal.stacking.relocation.rule import hopeless
from terminal.stacking.relocation.yard import (
    NOBODY,
    Bay,
    Relocation,
    boxes_in,
    different,
    likeness,
    relocated,
    standing_badly,
    targets,
)


@dataclass(slots=True)
class HalfMade:
    """A plan after ``steps`` relocations: the bay then, the stack being dug (-1: not settled which), how it came there.

    ``badly``: boxes that stand badly. ``bound``: relocations that no plan which begins this way gets under.
    """

    bay: Bay
    digging: int
    badly: int
    steps: int
    parent: "HalfMade | None" = None
    step: Relocation | None = None
    bound: int = 0

    def path(self) -> list[Relocation]:
        """The relocations so far."""
        steps = []
        at: HalfMade | None = self
        while at is not None and at.step is not None:
            steps.append(at.step)
            at = at.parent
        return steps[::-1]


class Search:
    """One search in a settled bay, from a known plan: ``steps`` of the best one found, ``least`` that none gets under.

    ``clock`` answers in seconds; the search is over when it says ``until``.
    """

    def __init__(
        self, bay: Bay, max_height: int, steps: list[Relocation], clock: Callable[[], float], until: float
    ) -> None:
        self.steps, self.least = steps, least(bay, max_height)
        self._max_height, self._clock, self._until = max_height, clock, until
        self._seen: dict[tuple[int, tuple[int, ...]], int] = {}
        self._turn = count()
        self._levels: list[list[tuple[int, int, HalfMade]]] = [
            [] for _ in range((boxes_in(bay) + 1) * (max_height + 1))
        ]
        self._wait(HalfMade(bay, -1, standing_badly(bay), 0, bound=self.least), boxes_in(bay), 0)

    @property
    def best(self) -> int:
        """The fewest relocations found."""
        return len(self.steps)

    def run(self) -> None:
        """Search until the best is proved, or the time is over."""
        while self.best > self.least and any(self._levels):
            if not self._round():
                break
        open_bounds = (plan.bound for level in self._levels for _, _, plan in level)
        self.least = max(self.least, min(self.best, min(open_bounds, default=self.best)))

    def _round(self) -> bool:
        """Lead the most promising plan of each level on; False when the time is over."""
        for level in reversed(self._levels):
            while level:
                plan = heappop(level)[2]
                if plan.bound < self.best:
                    if not self._lead_on(plan):
                        heappush(level, (0, 0, plan))
                        return False
                    break
        return True

    def _lead_on(self, plan: HalfMade) -> bool:
        for child in self._children(plan):
            if self._clock() >= self._until:
                return False
            self._judge(child)
        return True

    def _children(self, plan: HalfMade) -> Iterator[HalfMade]:
        """The plan with one more relocation, wherever that may lead to a better one than the best."""
        bay, source = plan.bay, plan.digging
        box = bay[source].boxes[-1]
        for target in different(bay, source, self._max_height):
            badly = plan.badly - 1 + (box > bay[target].lowest)
            if plan.steps + 1 + badly < self.best:
                after, done = relocated(bay, source, target)
                yield HalfMade(after, -1 if done else source, badly, plan.steps + 1, plan, (source, target))

    def _judge(self, plan: HalfMade) -> None:
        """Finish the plan by rule, keep what comes out if it is the best, and let it wait for its turn."""
        if not self._is_new(plan):
            return
        boxes = boxes_in(plan.bay)
        plan.bound = plan.steps + plan.badly + badly_again(plan.bay, self._max_height, plan.badly)
        if plan.bound >= self.best or hopeless(plan.bay, boxes, self._max_height):
            return
        finish = Finish(plan.bay, self._max_height, plan.badly).run(plan.digging)
        finished = self.best if finish.stuck else plan.steps + len(finish.steps)
        if finished < self.best:
            self.steps = [*plan.path(), *finish.steps]
        if plan.bound < self.best:
            self._wait(plan, boxes, plan.bound + finished)

    def _is_new(self, plan: HalfMade) -> bool:
        """Whether no plan led to the same with as few relocations."""
        key = (plan.digging, likeness(plan.bay))
        if self._seen.get(key, NOBODY) <= plan.steps:
            return False
        self._seen[key] = plan.steps
        return True

    def _wait(self, plan: HalfMade, boxes: int, promise: int) -> None:
        """Wait at its level, once for each target it may dig out next; the smaller the promise the better."""
        for digging in targets(plan.bay) if plan.digging < 0 else (plan.digging,):
            level = boxes * (self._max_height + 1) + plan.bay[digging].above
            heappush(self._levels[level], (promise, next(self._turn), replace(plan, digging=digging)))
