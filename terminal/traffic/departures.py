"""What leaves by what: each box takes the first train or ship that goes its way and has room once it is ready."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.traffic.moments import Floats, Moments, Numbers

SIGHT: Final = 400
"""How many boxes behind the last that wants to go are looked at to fill a carrier."""


@dataclass(frozen=True)
class Carriers:
    """Carriers of one service: what is ready at the cut-off is loaded from ``opens`` to ``closes``.

    ``room_100`` and ``least_100`` in hundredths of TEU, ``room_kg`` in kg. One that would leave with less than its
    least is filled with what is free to go, though planned for later.
    """

    number: Numbers
    cut_off: Moments
    opens: Moments
    closes: Moments
    room_100: Numbers
    room_kg: Numbers
    least_100: Numbers


@dataclass(frozen=True)
class Waiting:
    """Boxes that go one way: from when each may go (``free``), from when it wants to (``ready``), and its size."""

    free: Moments
    ready: Moments
    teu_100: Numbers
    gross_kg: Numbers


def embark(boxes: Waiting, carriers: Carriers) -> tuple[Numbers, Moments]:
    """The carrier's number and the moment of loading for each box; -1 and 0 for one that found none.

    First ready, first loaded; who finds a carrier full waits for the next.
    """
    order = np.lexsort((np.arange(len(boxes.ready)), boxes.ready))
    when = boxes.ready[order]
    taken, at = np.full(len(order), -1), np.zeros(len(order), dtype=np.int64)
    done = 0
    for place in np.lexsort((carriers.number, carriers.cut_off)):
        while done < len(order) and taken[order[done]] >= 0:
            done += 1
        wanting = int(np.searchsorted(when, carriers.cut_off[place], side="right"))
        queue = order[done : max(wanting, done) + SIGHT]
        queue = queue[taken[queue] < 0]
        mine = _loaded(queue, boxes, carriers, int(place))
        taken[mine] = carriers.number[place]
        at[mine] = spread(int(carriers.opens[place]), int(carriers.closes[place]), len(mine))
    return taken, at


def _loaded(queue: Numbers, boxes: Waiting, carriers: Carriers, place: int) -> Numbers:
    """Of the boxes that wait, in order: those that want to go and fit, and, if they are few, others up to the least."""
    cut_off = carriers.cut_off[place]
    wants = boxes.ready[queue] <= cut_off
    queue = np.concatenate((queue[wants], queue[~wants & (boxes.free[queue] <= cut_off)]))
    teu, kg = np.cumsum(boxes.teu_100[queue]), np.cumsum(boxes.gross_kg[queue])
    fits = (teu <= carriers.room_100[place]) & (kg <= carriers.room_kg[place])
    later = np.arange(len(queue)) >= wants.sum()
    chosen: Numbers = queue[fits & (~later | (teu <= carriers.least_100[place]))]
    return chosen


def spread(start: int, end: int, many: int) -> Moments:
    """So many moments evenly between two."""
    steps: Floats = (np.arange(many) + 1) / (many + 1)
    return start + ((end - start) * steps).astype(np.int64)
