"""Which loads go with a train: first thoughts, for a plan that must be there at once and for a search to start from.

# Note [A price for a kilogram]
A train runs out of weight before it runs out of wagons, or the other way round. Loads are taken by their worth less a
price for every kilogram, the dearest price making a train of light boxes; of some prices the best train is kept.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from terminal.trainload.loads import Load, Room, Section, fits, may_pair, may_ride, partners
from terminal.trainload.rules import SECTION, Candidate, Key

PRICES: Final = (0.0, 0.25, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)
"""Tried prices, as shares of the worth of the median load's kilogram."""

DIGGING: Final = 0.01
"""What a box to be dug away takes from a load's worth, so that of two equal ones the open one goes."""


@dataclass
class Choice:
    """What is to go with one train: loads for free sections, and partners for single 20′ boxes by their section."""

    room: Room
    loads: list[Load] = field(default_factory=list)
    beside: list[tuple[Section, Load]] = field(default_factory=list)

    @property
    def worth(self) -> float:
        """Priority-weighted TEU of all of it."""
        return sum(load.worth for load in self.loads) + sum(load.worth for _section, load in self.beside)

    @property
    def boxes(self) -> list[Candidate]:
        """Every box of it."""
        return [box for load in [*self.loads, *(load for _section, load in self.beside)] for box in load.boxes]


def choose(left: Room, candidates: Sequence[Candidate]) -> Choice:
    """Good loads for one train, in milliseconds. See Note [A price for a kilogram]."""
    riding = [box for box in candidates if may_ride(box, left.train)]
    if not riding:
        return Choice(left)
    rates = sorted(box.worth / max(1, box.gross_kg) for box in riding)
    typical = rates[len(rates) // 2]
    tried = (_at_price(left, riding, share * typical) for share in PRICES)
    return max(tried, key=lambda choice: choice.worth)


def _at_price(left: Room, riding: list[Candidate], price: float) -> Choice:
    def score(box: Candidate) -> float:
        return box.worth - price * box.gross_kg - DIGGING * len(box.above)

    filling = _Filling(left)
    for section in left.halves:
        best = max(
            (load for load in partners(section, left, riding) if load.boxes[0].key not in filling.taken),
            key=lambda load: score(load.boxes[0]),
            default=None,
        )
        if best is not None and filling.may_add(best):
            filling.add(best)
            filling.choice.beside.append((section, best))
    free = [box for box in riding if box.key not in filling.taken]
    scored = [(sum(map(score, load.boxes)), load) for load in _loads(left, free, score)]
    for _score, load in sorted(scored, key=lambda pair: -pair[0]):
        if filling.may_add(load) and filling.has_section(load):
            filling.add(load)
            filling.choice.loads.append(load)
    return filling.choice


def _loads(left: Room, riding: list[Candidate], score: Callable[[Candidate], float]) -> Iterable[Load]:
    rules = left.train.rules
    groups: dict[str, list[Candidate]] = {}
    for box in riding:
        if box.bays == 1:
            groups.setdefault(box.destination if rules.twenties_in_pairs else "", []).append(box)
        else:
            yield Load((box,))
    for group in groups.values():
        best = sorted(group, key=score, reverse=True)[: SECTION * len(left.free) + SECTION]
        while best:
            one = best.pop(0)
            other = next((box for box in best if may_pair(one, box, rules)), None)
            if other is not None:
                best.remove(other)
                yield Load((one, other))
            elif not rules.twenties_in_pairs:
                yield Load((one,))


class _Filling:
    """One train being filled."""

    def __init__(self, left: Room) -> None:
        self.choice = Choice(left)
        self.limits = [section.limit_kg for section in left.free]
        self.weakest = min(self.limits, default=0)
        self.kg = left.kg
        self.teu = Counter({key: float(value) for key, value in left.teu.items()})
        self.taken: set[Key] = set()

    def may_add(self, load: Load) -> bool:
        quotas = all(
            self.teu[destination] + 1e-9 >= sum(box.teu for box in load.boxes if box.destination == destination)
            for destination in {box.destination for box in load.boxes} & self.teu.keys()
        )
        return quotas and load.kg <= self.kg and not any(box.key in self.taken for box in load.boxes)

    def has_section(self, load: Load) -> bool:
        if len(self.choice.loads) >= len(self.limits):
            return False
        return load.kg <= self.weakest or fits([*(each.kg for each in self.choice.loads), load.kg], self.limits)

    def add(self, load: Load) -> None:
        self.kg -= load.kg
        for box in load.boxes:
            self.taken.add(box.key)
            if box.destination in self.teu:
                self.teu[box.destination] -= box.teu  # type: ignore[assignment] # TEU come in hundredths
