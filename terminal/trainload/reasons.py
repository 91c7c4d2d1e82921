"""Why a box stays behind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from terminal.trainload.loads import light_enough, may_pair, room
from terminal.trainload.rules import Candidate, Key, Placement, Train


class Reason(StrEnum):
    """What keeps a box from every train; the latest in this list is the nearest to going."""

    NO_TRAIN = "no_train"
    """No train goes there."""
    CUT_OFF = "cut_off"
    """Ready after the cut-off of each train that goes there."""
    TOO_HEAVY = "too_heavy"
    """Heavier than a box of its length, or than what any wagon here may carry."""
    QUOTA = "quota"
    """Its destination has no TEU left."""
    WEIGHT = "weight"
    """The train, or the wagons with room, can carry no more of its weight."""
    NO_WAGON = "no_wagon"
    """Every wagon is taken."""
    NO_PAIR = "no_pair"
    """There is room, and no other 20′ box of its destination and weight to ride with."""


ORDER = list(Reason)


def left_behind(
    trains: Sequence[Train], candidates: Iterable[Candidate], boxes: Mapping[Key, Candidate], plan: Iterable[Placement]
) -> dict[Key, Reason]:
    """Why each candidate that has no place stays; with several trains, of that which it came nearest to."""
    placements = list(plan)
    gone = {each.box for each in placements}
    left = [box for box in candidates if box.key not in gone]
    looked = [_Loaded(train, boxes, [each for each in placements if each.train == train.key], left) for train in trains]
    return {box.key: max((each.why_not(box) for each in looked), key=ORDER.index, default=ORDER[0]) for box in left}


class _Loaded:
    """A train as planned, asked about what it does not take."""

    def __init__(
        self, train: Train, boxes: Mapping[Key, Candidate], plan: list[Placement], left: list[Candidate]
    ) -> None:
        self.train, self.left = train, left
        self.room = room(replace(train, aboard=tuple(plan)), boxes)
        self.empty = room(replace(train, aboard=()), boxes)
        self.strongest = max((section.limit_kg for section in self.room.free), default=-1)
        self.any_wagon = max((section.limit_kg for section in self.empty.free), default=-1)
        self.teu = Counter(dict(self.room.teu))

    def why_not(self, box: Candidate) -> Reason:
        train = self.train
        if not (train.may_take(box) and train.goes_to(box.destination)):
            return Reason.NO_TRAIN
        if box.ready_at is not None and train.cut_off_at is not None and box.ready_at > train.cut_off_at:
            return Reason.CUT_OFF
        if not light_enough(box, train.rules) or box.gross_kg > self.any_wagon:
            return Reason.TOO_HEAVY
        if box.destination in self.teu and self.teu[box.destination] + 1e-9 < box.teu:
            return Reason.QUOTA
        if box.gross_kg > self.room.kg:
            return Reason.WEIGHT
        if box.bays > 1 or not train.rules.twenties_in_pairs:
            return self._no_room()
        return self._no_room_or_pair(box)

    def _no_room(self) -> Reason:
        return Reason.WEIGHT if self.room.free else Reason.NO_WAGON

    def _no_room_or_pair(self, box: Candidate) -> Reason:
        if not self.room.free:
            return Reason.NO_PAIR if self.room.halves else Reason.NO_WAGON
        if box.gross_kg > self.strongest:
            return Reason.WEIGHT
        others = [one for one in self.left if one.key != box.key and one.bays == 1]
        mates = [one.gross_kg for one in others if may_pair(box, one, self.train.rules)]
        if not mates:
            return Reason.NO_PAIR
        return Reason.WEIGHT if box.gross_kg + min(mates) > min(self.room.kg, self.strongest) else Reason.NO_PAIR
