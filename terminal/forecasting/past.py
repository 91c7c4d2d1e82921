"""The records, indexed for being asked what was known at any moment."""

from functools import cached_property

import numpy as np

from terminal.forecasting.known import DAY, HOUR, NEVER, Floats, Known, Moments, Numbers

SHIFT = 1 << 34
"""More than any moment in seconds: a call and a moment make one number."""


class Past:
    """The records once more, with what is asked of them again and again."""

    def __init__(self, known: Known) -> None:
        self.known = known
        boxes, calls = known.boxes, known.calls
        self.many = len(calls)
        self.first_heard = _first(known.estimates.call, known.estimates.told, self.many)
        listed = (boxes.by >= 0) & (boxes.advised < np.minimum(boxes.came, boxes.in_at))
        self.first_listed = _first(boxes.by[listed], boxes.advised[listed], self.many)
        self.done = (calls.departed <= known.now) & (calls.arrived >= known.start)
        came = (boxes.by >= 0) & (boxes.came < NEVER)
        went = (boxes.on >= 0) & (boxes.went < NEVER)
        self.brought = np.bincount(boxes.by[came], boxes.teu[came], self.many)
        self.taken = np.bincount(boxes.on[went], boxes.teu[went], self.many)
        self.keys = known.estimates.call * SHIFT + known.estimates.told

    @cached_property
    def goes_by(self) -> Floats:
        """By which line (trucks last) the boxes for each place have left."""
        boxes, calls, lines = self.known.boxes, self.known.calls, len(self.known.lines)
        gone = boxes.went < NEVER
        line = np.full(len(gone), lines)
        line[boxes.on >= 0] = calls.line[boxes.on[boxes.on >= 0]]
        places = int(boxes.bound.max(initial=0)) + 1
        flat = np.bincount(boxes.bound[gone] * (lines + 1) + line[gone], boxes.teu[gone], places * (lines + 1))
        table = flat.reshape(places, lines + 1)
        all_of_them = table.sum(axis=0) + 1e-9
        table = table + all_of_them / all_of_them.sum()  # a place never seen goes as all do
        shares: Floats = table / table.sum(axis=1, keepdims=True)
        return shares

    @cached_property
    def on_board(self) -> Floats:
        """TEU of each call's boxes by the line they leave by: ``[call, line]``."""
        boxes, places = self.known.boxes, self.goes_by.shape[0]
        mine = boxes.by >= 0
        flat = np.bincount(boxes.by[mine] * places + boxes.bound[mine], boxes.teu[mine], self.many * places)
        table: Floats = flat.reshape(self.many, places) @ self.goes_by
        return table

    def estimate(self, calls: Numbers, at: Moments) -> Moments:
        """The last estimate of arrival told of each call by each moment; ``NEVER``: none."""
        said = self.known.estimates
        if not len(said.call):
            return np.full(len(calls), NEVER)
        place = np.searchsorted(self.keys, calls * SHIFT + at, side="right") - 1
        last = np.maximum(place, 0)
        return np.where((place >= 0) & (said.call[last] == calls), said.says[last], NEVER)


def _first(owner: Numbers, at: Moments, many: int) -> Moments:
    first = np.full(many, NEVER)
    np.minimum.at(first, owner, at)
    return first


def waiting(past: Past, at: Moments, fresh_h: float) -> tuple[Floats, Floats]:
    """TEU that stood at each moment by line, not yet ready and ready. ``[moment, line]``."""
    boxes, lines = past.known.boxes, past.goes_by.shape[1]
    places = past.goes_by.shape[0]
    order = np.argsort(boxes.came, kind="stable")
    came = boxes.came[order]
    longest = int(np.max(np.where(boxes.went < NEVER, boxes.went - boxes.came, 0), initial=0))
    fresh, ready = np.zeros((len(at), lines)), np.zeros((len(at), lines))
    for place, moment in enumerate(at.tolist()):
        open_since = np.searchsorted(came, moment - max(longest, 40 * DAY))
        mine = order[open_since : np.searchsorted(came, moment, side="right")]
        mine = mine[boxes.went[mine] > moment]
        young = np.exp(-np.maximum(moment - boxes.in_at[mine], 0) / (fresh_h * HOUR))
        for part, kept in ((fresh, young), (ready, 1 - young)):
            part[place] = np.bincount(boxes.bound[mine], boxes.teu[mine] * kept, places) @ past.goes_by
    return fresh, ready
