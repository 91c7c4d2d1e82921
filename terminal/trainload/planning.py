"""The load plan of a train, or of a day's trains together.

# Note [Train by train, again]
One train, or a few, are searched as a whole (terminal.trainload.searching). A whole day is too much for that at once:
there first thoughts fill the trains in the order of their departures, and then each train in turn is searched anew
with its own boxes and those that nobody takes, again and again while time is left and the day gains. That the day is
near what can be reached is measured against a bound over all trains together (terminal.trainload.relaxing).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from terminal.trainload.choosing import Choice, choose
from terminal.trainload.loads import may_ride, room
from terminal.trainload.reasons import Reason, left_behind
from terminal.trainload.relaxing import relaxed
from terminal.trainload.rules import Candidate, Key, Placement, Train
from terminal.trainload.searching import Search
from terminal.trainload.wagons import onto_wagons, placed

COLUMNS: Final = 20_000
"""Loads that are searched at once, about; with more, trains are searched one by one, and 20′ boxes are paired with
their nearest in weight only."""


@dataclass(frozen=True)
class LoadPlan:
    """Who goes where. ``placements`` hold what was aboard before.

    ``worth``: priority-weighted TEU of what was chosen (not of what was aboard); ``bound``: what no plan's worth can
    exceed, infinite for first thoughts. ``dug``: boxes to be moved to reach the chosen ones. ``wagons``: how many carry
    something. ``quick``: first thoughts, nothing searched.
    """

    placements: tuple[Placement, ...]
    worth: float
    bound: float
    dug: frozenset[Key]
    wagons: int
    left_behind: Mapping[Key, Reason]
    quick: bool = False


def quick_plan(trains: Sequence[Train], candidates: Sequence[Candidate], aboard: Iterable[Candidate] = ()) -> LoadPlan:
    """A plan at once: the trains in the order of their departures, each as good as first thoughts make it."""
    day = _Day(trains, candidates, aboard)
    return day.plan(bound=float("inf"), quick=True)


def plan_loads(
    trains: Sequence[Train], candidates: Sequence[Candidate], *, seconds: float, aboard: Iterable[Candidate] = ()
) -> LoadPlan:
    """The best plan found in ``seconds`` for trains that share their candidates. See Note [Train by train, again].

    ``aboard``: the boxes that the trains' ``aboard`` placements name, where they are no candidates any more.
    """
    until = monotonic() + seconds
    day = _Day(trains, candidates, aboard)
    if not day.free or not trains:
        return day.plan(bound=0.0)
    if day.columns() <= COLUMNS:
        bound = day.search(list(day.choices), until, near=len(day.free))
    else:
        bound = relaxed([choice.room for choice in day.choices.values()], day.free)
        day.search_one_by_one(until)
    return day.plan(bound=float("inf") if bound is None else max(bound, day.worth), quick=not day.searched)


def dug_away(trains: Iterable[Train], boxes: Mapping[Key, Candidate], plan: Iterable[Placement]) -> set[Key]:
    """The boxes that stand on planned ones and do not leave with the same train or an earlier one."""
    turns = _turns(trains)
    leaves = {each.box: turns[each.train] for each in plan}
    never = len(turns)
    return {
        other
        for box, turn in leaves.items()
        if box in boxes
        for other in boxes[box].above
        if leaves.get(other, never) > turn
    }


def _turns(trains: Iterable[Train]) -> dict[Key, int]:
    """The turn of each train by its departure, those without one last."""
    return {train.key: turn for turn, train in enumerate(sorted(trains, key=_departure))}


def _departure(train: Train) -> tuple[bool, float, str]:
    at = train.departs_at
    return at is None, at.timestamp() if at else 0.0, str(train.key)


class _Day:
    """Trains and what goes with them so far."""

    def __init__(self, trains: Sequence[Train], candidates: Sequence[Candidate], aboard: Iterable[Candidate]) -> None:
        self.boxes: dict[Key, Candidate] = {box.key: box for box in (*candidates, *aboard)}
        self.candidates = candidates
        self.trains = sorted(trains, key=_departure)
        self.turns = _turns(trains)
        self.fixed = {each.box: self.turns[train.key] for train in trains for each in train.aboard}
        self.free = [box for box in candidates if box.key not in self.fixed]
        self.choices: dict[Key, Choice] = {}
        self.searched = False
        for train in self.trains:
            self.choices[train.key] = choose(room(train, self.boxes), self._left_by([]))

    @property
    def worth(self) -> float:
        """Priority-weighted TEU of what was chosen."""
        return sum(choice.worth for choice in self.choices.values())

    def columns(self) -> int:
        """About how many loads there are to be thought of."""
        total = 0
        for choice in self.choices.values():
            riding = [box for box in self.free if may_ride(box, choice.room.train)]
            twenties = sum(box.bays == 1 for box in riding)
            total += len(riding) + twenties * twenties // 2 // max(1, len(choice.room.train.destinations))
        return total

    def search_one_by_one(self, until: float) -> None:
        """Each train again, while there is time and the day gains."""
        gained = True
        while gained and monotonic() < until:
            before = self.worth, -self._dug()
            for turn, train in enumerate(self.trains):
                now = monotonic()
                self.search([train.key], now + (until - now) / (len(self.trains) - turn), self._near())
            gained = (self.worth, -self._dug()) > before

    def _near(self) -> int:
        """With how many others a 20′ box is paired, so that a train alone is searched in seconds."""
        return max(4, COLUMNS // max(1, sum(box.bays == 1 for box in self.free)))

    def search(self, trains: list[Key], until: float, near: int) -> float | None:
        """Plan these trains anew with what the others leave. The bound of their worth; None: no plan was found."""
        pool = self._left_by(trains)
        found = Search([self.choices[key] for key in trains], pool, self.turns, self._settled(trains), near).best(until)
        if found is None:
            return None
        self.choices |= {choice.room.train.key: choice for choice in found.choices}
        self.searched = True
        return found.bound

    def plan(self, *, bound: float, quick: bool = False) -> LoadPlan:
        """All of it as a plan."""
        placements = self._placements()
        return LoadPlan(
            placements=tuple(placements),
            worth=self.worth,
            bound=bound,
            dug=frozenset(dug_away(self.trains, self.boxes, placements)),
            wagons=len({(each.train, each.wagon) for each in placements}),
            left_behind=left_behind(self.trains, self.candidates, self.boxes, placements),
            quick=quick,
        )

    def _left_by(self, trains: list[Key]) -> list[Candidate]:
        """What is free, or goes with one of these trains only."""
        gone = {box.key for key, choice in self.choices.items() if key not in trains for box in choice.boxes}
        return [box for box in self.free if box.key not in gone]

    def _settled(self, trains: list[Key]) -> dict[Key, tuple[Candidate, int]]:
        settled = {key: (self.boxes[key], turn) for key, turn in self.fixed.items()}
        for key, choice in self.choices.items():
            if key not in trains:
                settled |= {box.key: (box, self.turns[key]) for box in choice.boxes}
        return settled

    def _dug(self) -> int:
        return len(dug_away(self.trains, self.boxes, self._placements()))

    def _placements(self) -> list[Placement]:
        plan: list[Placement] = []
        for choice in self.choices.values():
            plan += choice.room.train.aboard
            plan += [each for section, load in choice.beside for each in placed(choice.room, section, load)]
            plan += onto_wagons(choice.room, choice.loads)
        return plan
