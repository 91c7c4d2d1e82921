"""The boxes of a yard in columns."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from terminal.stacking.placement.outlook import SPANS_H, Floats
from terminal.stacking.standing import Box

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NUMBERS = ("ident", "stack", "tier", "bays", "kg", "laden", "call", "bound")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A box that is to be set down: who it is, what it is, and what is known of its departure.

    ``laden`` None: nobody said. ``call`` and ``bound``: numbers of the carrier it leaves by and of where it is bound
    for, 0: not known. ``homes``: the kinds of block it belongs in, the best first. ``pull``: see Note [Pull].
    """

    ident: int
    box: Box
    pull: Floats = field(compare=False)
    homes: tuple[str, ...]
    laden: bool | None = None
    call: int = 0
    bound: int = 0


class Settled(NamedTuple):
    """Boxes in their cells, in columns of one length. ``plot`` numbers the blocks; ``bay`` is the lower one.

    ``laden`` is 1, 0, or -1 where nobody said; ``kg``, ``call`` and ``bound`` are 0 where they are not known.
    """

    ident: Numbers
    plot: Numbers
    bay: Numbers
    row: Numbers
    tier: Numbers
    bays: Numbers
    kg: Numbers
    laden: Numbers
    call: Numbers
    bound: Numbers
    pull: Floats

    def take(self, order: Numbers) -> "Settled":
        """Some of them, in that order."""
        return Settled(
            self.ident[order],
            self.plot[order],
            self.bay[order],
            self.row[order],
            self.tier[order],
            self.bays[order],
            self.kg[order],
            self.laden[order],
            self.call[order],
            self.bound[order],
            self.pull[order],
        )


class Boxes:
    """A slot for each box, with what matters of it in columns; a slot that was given up is taken again.

    ``stack`` is the lower one of a long box, −1 in a slot that nobody has.
    """

    ident: Numbers
    stack: Numbers
    tier: Numbers
    bays: Numbers
    kg: Numbers
    laden: Numbers
    call: Numbers
    bound: Numbers

    def __init__(self, size: int = 64) -> None:
        for name in NUMBERS:
            setattr(self, name, np.zeros(size, dtype=np.int64))
        self.stack -= 1
        self.pull: Floats = np.zeros((size, len(SPANS_H)))
        self._spare = list(range(size - 1, -1, -1))

    @classmethod
    def of(cls, settled: Settled, stack: Numbers) -> "Boxes":
        """These boxes in the slots of their order; ``stack`` is where each stands, the lower one of a long box."""
        boxes = cls(0)
        for name in NUMBERS:
            setattr(boxes, name, stack.copy() if name == "stack" else getattr(settled, name).copy())
        boxes.pull = settled.pull.copy()
        return boxes

    def add(self, new: Newcomer, stack: int, tier: int) -> int:
        """Take a slot for a box."""
        if not self._spare:
            self._grow()
        slot = self._spare.pop()
        laden = -1 if new.laden is None else int(new.laden)
        facts = (new.ident, stack, tier, new.box.bays, new.box.gross_kg or 0, laden, new.call, new.bound)
        for name, value in zip(NUMBERS, facts, strict=True):
            getattr(self, name)[slot] = value
        self.pull[slot] = new.pull
        return slot

    def drop(self, slot: int) -> None:
        """Give a slot up."""
        self.stack[slot], self.call[slot], self.bound[slot] = -1, 0, 0
        self._spare.append(slot)

    def _grow(self) -> None:
        size = len(self.ident)
        more = max(size, 64)
        for name in NUMBERS:
            spare = np.full(more, -1 if name == "stack" else 0)
            setattr(self, name, np.concatenate((getattr(self, name), spare)))
        self.pull = np.concatenate((self.pull, np.zeros((more, len(SPANS_H)))))
        self._spare.extend(range(size + more - 1, size - 1, -1))
