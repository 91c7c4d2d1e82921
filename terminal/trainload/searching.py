"""The search behind a load plan: the programme of some trains, and its best answer.

# Note [Three aims in turn]
First as much priority-weighted TEU as the rules allow, then the least digging in the yard, then the fewest wagons; what
an earlier aim has reached no later one gives up. HiGHS solves a mixed-integer programme whose columns are whole loads
(terminal.trainload.loads), so that most rules are kept by what is written down at all; the rest are rows: a box goes
once, a train has so many sections of such strength, so many kg, so much quota.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from terminal.trainload.choosing import Choice
from terminal.trainload.loads import Load, Room, Section, loads_for, partners
from terminal.trainload.model import Answer, Programme, maximise
from terminal.trainload.rules import Candidate, Key

SHARES: Final = (0.6, 0.5, 1.0)
"""Of the time that is left, what each of the three aims may take."""


@dataclass(frozen=True)
class Column:
    """A load that may go with a train; ``section`` where it only fits beside what stands there."""

    train: Key
    load: Load
    section: Section | None = None

    @property
    def name(self) -> tuple[Any, ...]:
        """What tells it from every other."""
        at = self.section and (self.section.wagon.key, self.section.start)
        return self.train, frozenset(box.key for box in self.load.boxes), at


@dataclass(frozen=True)
class Found:
    """The choices of the best answer, and the bound of their worth (over the columns that were written down)."""

    choices: list[Choice]
    bound: float


@dataclass
class Search:
    """Some trains and what may go with them. See Note [Three aims in turn].

    ``thought``: the choices so far, one a train, from which it starts. ``turns``: the turn of every train's departure
    (also of trains that are not looked at here). ``settled``: boxes that go with a train in any case.
    """

    thought: list[Choice]
    candidates: Sequence[Candidate]
    turns: Mapping[Key, int]
    settled: Mapping[Key, tuple[Candidate, int]]
    near: int
    programme: Programme = field(default_factory=Programme)
    columns: list[Column] = field(default_factory=list)
    of_box: dict[Key, dict[int, list[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    dug: dict[Key, int] = field(default_factory=dict)
    rides: dict[tuple[Key, int], int] = field(default_factory=dict)

    def best(self, until: float) -> Found | None:
        """The best answer that is found by ``until`` (of ``time.monotonic``); None: none was."""
        self._write_columns()
        if not self.columns:
            return Found([Choice(choice.room) for choice in self.thought], 0.0)
        self._write_rows()
        solver = self.programme.solver()
        aims = (
            {number: column.load.worth for number, column in enumerate(self.columns)},
            dict.fromkeys(self.dug.values(), -1.0),
            {number: -1.0 for number, column in enumerate(self.columns) if column.section is None},
        )
        answers: list[Answer] = []
        start = self._as_columns()
        for aim, share in zip(aims, SHARES, strict=True):
            found = maximise(solver, aim, (until - monotonic()) * share, start) if aim else None
            if found is not None:
                answers.append(found)
                start = list(found.columns)
                keys, values = list(aim), list(aim.values())
                solver.addRow(found.value - 1e-6, float("inf"), len(keys), keys, values)
        return Found(self._choices(answers[-1]), answers[0].bound) if answers else None

    def _write_columns(self) -> None:
        known = {column.name for column in self._thought_columns()}
        for column in self._thought_columns():
            self._add(column)
        for choice in self.thought:
            left = choice.room
            for load in loads_for(left, self.candidates, self.near):
                self._add_new(Column(left.train.key, load), known)
            for section in left.halves:
                for load in partners(section, left, self.candidates):
                    self._add_new(Column(left.train.key, load, section), known)

    def _thought_columns(self) -> Iterator[Column]:
        for choice in self.thought:
            key = choice.room.train.key
            yield from (Column(key, load) for load in choice.loads)
            yield from (Column(key, load, section) for section, load in choice.beside)

    def _add_new(self, column: Column, known: set[tuple[Any, ...]]) -> None:
        if column.name not in known:
            self._add(column)

    def _add(self, column: Column) -> None:
        number = self.programme.column()
        self.columns.append(column)
        for box in column.load.boxes:
            self.of_box[box.key][self.turns[column.train]].append(number)

    def _write_rows(self) -> None:
        for by_turn in self.of_box.values():
            self.programme.row({n: 1.0 for numbers in by_turn.values() for n in numbers}, at_most=1)
        for choice in self.thought:
            train = choice.room.train.key
            self._write_train(choice.room, [(n, each) for n, each in enumerate(self.columns) if each.train == train])
        for box in self.candidates:
            for turn in self.of_box.get(box.key, {}):
                self._write_digging(box, turn)
        for box, turn in self.settled.values():
            self._write_digging(box, turn)

    def _write_train(self, left: Room, mine: list[tuple[int, Column]]) -> None:
        if left.kg < float("inf"):
            self.programme.row({n: each.load.kg / 1000 for n, each in mine}, at_most=left.kg / 1000)
        for destination, teu in left.teu.items():
            terms = {n: sum(b.teu for b in each.load.boxes if b.destination == destination) for n, each in mine}
            self.programme.row({n: value for n, value in terms.items() if value}, at_most=max(0.0, teu))
        for section in left.halves:
            self.programme.row({n: 1.0 for n, each in mine if each.section is section}, at_most=1)
        limits = [section.limit_kg for section in left.free]
        for limit in sorted({-1, *limits}):
            heavier = {n: 1.0 for n, each in mine if each.section is None and each.load.kg > limit}
            self.programme.row(heavier, at_most=sum(other > limit for other in limits))

    def _write_digging(self, box: Candidate, turn: int) -> None:
        """A box above one that is gone by that turn, and not gone by then itself, is dug away."""
        gone, for_sure = self._gone(box.key, turn)
        for other in box.above:
            theirs, other_for_sure = self._gone(other, turn)
            if other_for_sure:
                continue
            if other not in self.dug:
                self.dug[other] = self.programme.column(whole=False)
            terms = dict.fromkeys(gone, 1.0) | dict.fromkeys(theirs, -1.0) | {self.dug[other]: -1.0}
            self.programme.row(terms, at_most=-1.0 if for_sure else 0.0)

    def _gone(self, box: Key, turn: int) -> tuple[list[int], bool]:
        """The columns that say whether a box is gone by a turn, and whether it is in any case."""
        settled = self.settled.get(box)
        if settled is not None:
            return [], settled[1] <= turn
        return [self._rides(box, each) for each in self.of_box.get(box, {}) if each <= turn], False

    def _rides(self, box: Key, turn: int) -> int:
        """The column that says whether a box goes with a train: its only load's, or one that adds its loads up."""
        loads = self.of_box[box][turn]
        if len(loads) == 1:
            return loads[0]
        if (box, turn) not in self.rides:
            rides = self.rides[box, turn] = self.programme.column(whole=False)
            self.programme.row({**dict.fromkeys(loads, 1.0), rides: -1.0}, at_least=0, at_most=0)
        return self.rides[box, turn]

    def _as_columns(self) -> list[float]:
        """The choices so far as columns."""
        start = [0.0] * len(self.programme.whole)
        for number, _column in enumerate(self._thought_columns()):
            start[number] = 1.0
        for sum_of, column in self.rides.items():
            start[column] = sum(start[number] for number in self.of_box[sum_of[0]][sum_of[1]])
        for number in self.dug.values():
            start[number] = 1.0
        return start

    def _choices(self, answer: Answer) -> list[Choice]:
        choices = {choice.room.train.key: Choice(choice.room) for choice in self.thought}
        for number, column in enumerate(self.columns):
            if answer.columns[number] > 0.5:
                if column.section is None:
                    choices[column.train].loads.append(column.load)
                else:
                    choices[column.train].beside.append((column.section, column.load))
        return list(choices.values())
