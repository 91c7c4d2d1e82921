"""A whole yard in columns: every stack, and every box in it, for weighing all places at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from terminal.stacking.ground import Place
from terminal.stacking.placement.boxes import Boxes, Flags, Newcomer, Numbers, Settled
from terminal.stacking.placement.outlook import SPANS_H, Floats
from terminal.stacking.practice import EMPTIES
from terminal.stacking.standing import TOLERANCE_KG

ANY_KG: Final = 2**40
"""What may stand on the ground, or on a box whose weight nobody told."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A block as it is laid out: bays along it, rows across, tiers up."""

    block_id: int
    code: str
    kind: str
    bays: int
    rows: int
    tiers: int


class Spots(NamedTuple):
    """Where a box could be set down: the stacks under it. Under a short box both are the same."""

    lower: Numbers
    upper: Numbers


class Stacks:
    """The stacks of a yard. ``shut`` are those that take nothing in: closed, held for another box, or being dug in.

    ``pull`` of a stack is that of all boxes in it, ``long_pull`` that of boxes which reach over the next bay as well;
    it is counted at their lower stack only. See Note [Pull]. ``empties`` and ``ladens`` count boxes outside blocks of
    empties: they stand apart.
    """

    def __init__(self, plots: Iterable[Plot], tolerance_kg: int = TOLERANCE_KG) -> None:
        self.plots, self.tolerance_kg = sorted(plots, key=lambda plot: (plot.code, plot.block_id)), tolerance_kg
        sizes = np.array([plot.bays * plot.rows for plot in self.plots], dtype=np.int64)
        self.offsets: Numbers = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes)))
        self.plot: Numbers = np.repeat(np.arange(len(sizes)), sizes)
        self.rows: Numbers = self._of_plots("rows")
        self.tiers: Numbers = self._of_plots("tiers")
        self.bays: Numbers = self._of_plots("bays")
        inside = np.arange(len(self.plot)) - self.offsets[self.plot]
        self.bay, self.row = inside // self.rows + 1, inside % self.rows + 1
        self.kept_apart: Flags = np.array([plot.kind != EMPTIES for plot in self.plots], dtype=bool)[self.plot]
        self.shut: Flags = np.zeros(len(self.plot), dtype=bool)
        self._spots: dict[tuple[str, int], Spots] = {}
        self._clear()

    def _of_plots(self, name: str) -> Numbers:
        return np.array([getattr(plot, name) for plot in self.plots], dtype=np.int64)[self.plot]

    def _clear(self) -> None:
        many = len(self.plot)
        self.height: Numbers = np.zeros(many, dtype=np.int64)
        self.top_kg: Numbers = np.full(many, ANY_KG)
        self.top_long: Flags = np.zeros(many, dtype=bool)
        self.empties: Numbers = np.zeros(many, dtype=np.int64)
        self.ladens: Numbers = np.zeros(many, dtype=np.int64)
        self.pull: Floats = np.zeros((many, len(SPANS_H)))
        self.long_pull: Floats = np.zeros((many, len(SPANS_H)))
        self.boxes = Boxes()
        self._floors: list[list[int]] | None = None
        self._slots: dict[int, int] | None = None

    def fill(self, settled: Settled) -> None:
        """Let these boxes, and no others, stand here."""
        self._clear()
        settled = settled.take(np.argsort(settled.ident, kind="stable"))
        lower = self.stacks_at(settled.plot, settled.bay, settled.row)
        self.boxes = Boxes.of(settled, lower)
        long = settled.bays > 1
        np.add.at(self.long_pull, lower[long], settled.pull[long])
        for tier in range(1, int(settled.tier.max(initial=0)) + 1):
            here = np.flatnonzero(settled.tier == tier)
            upper = here[long[here]]
            self._lay(settled, here, lower[here])
            self._lay(settled, upper, lower[upper] + self.rows[lower[upper]])

    def _lay(self, settled: Settled, box: Numbers, stack: Numbers) -> None:
        """These boxes on what lies already; each in another stack."""
        kg, apart = settled.kg[box], self.kept_apart[stack]
        self.height[stack], self.top_long[stack] = settled.tier[box], settled.bays[box] > 1
        self.top_kg[stack] = np.where(kg > 0, kg, ANY_KG)
        self.empties[stack] += (settled.laden[box] == 0) & apart
        self.ladens[stack] += (settled.laden[box] == 1) & apart
        self.pull[stack] += settled.pull[box]

    @property
    def slots(self) -> dict[int, int]:
        """The slot of each box that stands here."""
        if self._slots is None:
            taken = np.flatnonzero(self.boxes.stack >= 0)
            self._slots = dict(zip(self.boxes.ident[taken].tolist(), taken.tolist(), strict=True))
        return self._slots

    @property
    def floors(self) -> list[list[int]]:
        """The slots of the boxes in each stack, from the ground up; made when a box is first moved."""
        if self._floors is None:
            self._floors = [[] for _ in self.plot]
            up = np.lexsort((self.boxes.ident, self.boxes.tier))
            for slot in up[self.boxes.stack[up] >= 0].tolist():
                for stack in self._covered(int(self.boxes.stack[slot]), int(self.boxes.bays[slot])):
                    self._floors[stack].append(slot)
        return self._floors

    def boxes_in(self, stack: int) -> list[int]:
        """The slots of the boxes in a stack, from the ground up."""
        reach = (self.boxes.stack == stack) | ((self.boxes.stack == stack - self.rows[stack]) & (self.boxes.bays > 1))
        slots = np.flatnonzero(reach)
        return [int(each) for each in slots[np.argsort(self.boxes.tier[slots], kind="stable")]]

    def stacks_at(self, plot: Numbers, bay: Numbers, row: Numbers) -> Numbers:
        """The stacks at bays and rows of the blocks so numbered."""
        rows = np.array([each.rows for each in self.plots], dtype=np.int64)
        stacks: Numbers = self.offsets[plot] + (bay - 1) * rows[plot] + row - 1
        return stacks

    def stack_of(self, block_id: int, bay: int, row: int) -> int:
        """The stack at a bay and row of a block."""
        plot = next(number for number, plot in enumerate(self.plots) if plot.block_id == block_id)
        return int(self.offsets[plot]) + (bay - 1) * self.plots[plot].rows + row - 1

    def close(self, stacks: Iterable[tuple[int, int, int]]) -> None:
        """Let nothing onto these stacks (block, bay, row); those of other blocks are passed over."""
        plots = {plot.block_id: number for number, plot in enumerate(self.plots)}
        for block_id, bay, row in stacks:
            if (number := plots.get(block_id)) is not None:
                self.shut[self.offsets[number] + (bay - 1) * self.plots[number].rows + row - 1] = True

    def close_all(self, block_id: int, bays: range, rows: range) -> None:
        """Let nothing onto the stacks of a block in these bays and rows, as far as it has them."""
        mine = np.array([plot.block_id == block_id for plot in self.plots], dtype=bool)[self.plot]
        within = (self.bay >= bays.start) & (self.bay < bays.stop) & (self.row >= rows.start) & (self.row < rows.stop)
        self.shut |= mine & within

    def spots(self, kind: str, bays: int) -> Spots:
        """Where boxes so long could stand in blocks of a kind, whatever stands there now. Long ones keep to pairs."""
        known = self._spots.get((kind, bays))
        if known is None:
            mine = np.flatnonzero(np.array([plot.kind == kind for plot in self.plots], dtype=bool)[self.plot])
            if bays > 1:
                mine = mine[(self.bay[mine] % 2 == 1) & (self.bay[mine] < self.bays[mine])]
            known = self._spots[kind, bays] = Spots(mine, mine + self.rows[mine] if bays > 1 else mine)
        return known

    def free(self, new: Newcomer, kind: str) -> Spots:
        """Where the box may be set down in blocks of a kind: nothing speaks against it."""
        spots = self.spots(kind, new.box.bays)
        may = ~np.logical_or.reduce(list(self.against(new, spots).values()))
        return Spots(spots.lower[may], spots.upper[may])

    def against(self, new: Newcomer, spots: Spots) -> dict[str, Flags]:
        """What speaks against each of these places, by the rule that rules it out, in the order people would say it."""
        lower, upper = spots
        height, long = self.height[lower], self.top_long[lower]
        others = self.empties if new.laden else self.ladens
        mixed = (others[lower] > 0) | (others[upper] > 0)
        bears = np.minimum(self.top_kg[lower], self.top_kg[upper]) + self.tolerance_kg
        return {
            "full": height >= self.tiers[lower],
            "shut": self.shut[lower] | self.shut[upper],
            "uneven": self.height[upper] != height,
            "no-corners": (long != self.top_long[upper]) | (long & (new.box.bays == 1)),
            "mixed": mixed if new.laden is not None else np.zeros(len(lower), dtype=bool),
            "too-heavy": bears < (new.box.gross_kg or 0),
        }

    def place(self, stack: int) -> Place:
        """The cell a box set down on this stack (the lower one of its two) would stand in."""
        block_id = self.plots[self.plot[stack]].block_id
        return Place(block_id, int(self.bay[stack]), int(self.row[stack]), int(self.height[stack]) + 1)

    def put(self, new: Newcomer, stack: int) -> int:
        """Set a box down on a stack (and the next bay's, if it is long); the tier it stands on."""
        tier = int(self.height[stack]) + 1
        slots, floors = self.slots, self.floors
        slot = slots[new.ident] = self.boxes.add(new, stack, tier)
        for covered in self._covered(stack, new.box.bays):
            floors[covered].append(slot)
            self.pull[covered] += new.pull
            self._count(covered, slot, 1)
            self._crown(covered)
        if new.box.bays > 1:
            self.long_pull[stack] += new.pull
        return tier

    def lift(self, ident: int) -> None:
        """Take away a box with nothing on it."""
        slot = self.slots.pop(ident)
        stack, bays, pull = int(self.boxes.stack[slot]), int(self.boxes.bays[slot]), self.boxes.pull[slot].copy()
        for covered in self._covered(stack, bays):
            self.floors[covered].remove(slot)
            self.pull[covered] = np.maximum(self.pull[covered] - pull, 0.0) if self.floors[covered] else 0.0
            self._count(covered, slot, -1)
            self._crown(covered)
        if bays > 1:
            self.long_pull[stack] = np.minimum(np.maximum(self.long_pull[stack] - pull, 0.0), self.pull[stack])
        self.boxes.drop(slot)

    def above(self, ident: int) -> list[int]:
        """Boxes that stand, at whatever height, on this one; the highest first."""
        boxes, found, todo = self.boxes, set[int](), [self.slots[ident]]
        while todo:
            slot = todo.pop()
            for covered in self._covered(int(boxes.stack[slot]), int(boxes.bays[slot])):
                higher = {each for each in self.floors[covered] if boxes.tier[each] > boxes.tier[slot]}
                todo.extend(higher - found)
                found |= higher
        return [int(boxes.ident[each]) for each in sorted(found, key=lambda each: (-boxes.tier[each], each))]

    def under(self, ident: int) -> Sequence[int]:
        """The stacks a box stands in."""
        slot = self.slots[ident]
        return self._covered(int(self.boxes.stack[slot]), int(self.boxes.bays[slot]))

    def _covered(self, stack: int, bays: int) -> tuple[int, ...]:
        return (stack,) if bays == 1 else (stack, stack + int(self.rows[stack]))

    def _count(self, stack: int, slot: int, by: int) -> None:
        if self.kept_apart[stack] and self.boxes.laden[slot] >= 0:
            (self.ladens if self.boxes.laden[slot] else self.empties)[stack] += by

    def _crown(self, stack: int) -> None:
        floors = self.floors[stack]
        if not floors:
            self.height[stack], self.top_kg[stack], self.top_long[stack] = 0, ANY_KG, False
            return
        slot = floors[-1]
        self.height[stack], self.top_long[stack] = self.boxes.tier[slot], self.boxes.bays[slot] > 1
        self.top_kg[stack] = self.boxes.kg[slot] or ANY_KG
