"""What may stand together on one section of a wagon, and how much room of what strength a train has left."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from terminal.trainload.rules import SECTION, Candidate, Key, LoadingRules, Placement, Train, Wagon

NEAR: Final = 1_000_000
"""Partners of a box, the nearest in weight first, that are thought of where nobody says fewer."""


@dataclass(frozen=True)
class Load:
    """One box of 40′ or 45′, or one or two of 20′, to stand on one section."""

    boxes: tuple[Candidate, ...]

    @cached_property
    def kg(self) -> int:
        """Gross of all of it."""
        return sum(box.gross_kg for box in self.boxes)

    @cached_property
    def worth(self) -> float:
        """Priority-weighted TEU."""
        return sum(box.worth for box in self.boxes)

    @cached_property
    def teu(self) -> float:
        """TEU."""
        return sum(box.teu for box in self.boxes)

    @property
    def destination(self) -> str:
        """Where it goes; the first box's where two go apart."""
        return self.boxes[0].destination


@dataclass(frozen=True)
class Section:
    """Two neighbouring 20′ places of a wagon, ``start`` the first; ``limit_kg`` what may be added.

    ``beside``: the 20′ box that stands there already; only a partner for it fits.
    """

    wagon: Wagon
    start: int
    limit_kg: int
    beside: Candidate | None = None
    place: int = 0
    """The free place beside it."""


@dataclass(frozen=True)
class Room:
    """What a train has left: free sections, sections with one 20′ box, kg of the train, TEU of destinations."""

    train: Train
    free: tuple[Section, ...]
    halves: tuple[Section, ...]
    kg: float
    teu: Mapping[str, float]


def room(train: Train, boxes: Mapping[Key, Candidate]) -> Room:
    """What is left of a train beside what is aboard.

    A wagon of four places is two sections, each with half of what the wagon may still carry (ours: a little less than
    the wagon could).
    """
    on_wagon: dict[Key, list[Placement]] = defaultdict(list)
    for each in train.aboard:
        on_wagon[each.wagon].append(each)
    free: list[Section] = []
    halves: list[Section] = []
    for wagon in sorted(train.wagons, key=lambda each: each.sequence):
        for section in _sections(wagon, on_wagon[wagon.key], boxes, train.rules):
            (halves if section.beside else free).append(section)
    kg = sum(boxes[each.box].gross_kg for each in train.aboard)
    teu = dict(train.quotas)
    for each in train.aboard:
        box = boxes[each.box]
        if box.destination in teu:
            teu[box.destination] -= box.teu
    limit = train.rules.max_boxes_kg
    return Room(train, tuple(free), tuple(halves), float("inf") if limit is None else limit - kg, teu)


def _sections(
    wagon: Wagon, standing: list[Placement], boxes: Mapping[Key, Candidate], rules: LoadingRules
) -> Iterator[Section]:
    if not wagon.usable:
        return
    left = wagon.payload_kg(rules) - sum(boxes[each.box].gross_kg for each in standing)
    taken = {each.place + step: boxes[each.box] for each in standing for step in range(boxes[each.box].bays)}
    open_ones = []
    for start in range(1, wagon.places, SECTION):
        there = [taken.get(place) for place in range(start, start + SECTION)]
        if None in there:
            open_ones.append((start, there))
    for start, there in open_ones:
        limit = max(0, left // len(open_ones))
        one = next((box for box in there if box is not None), None)
        yield Section(wagon, start, limit, one, start + there.index(None))


def light_enough(box: Candidate, rules: LoadingRules) -> bool:
    """Whether a box of its length may weigh that much."""
    limit = rules.max_20_kg if box.bays == 1 else rules.max_40_kg
    return limit is None or box.gross_kg <= limit


def may_ride(box: Candidate, train: Train) -> bool:
    """Whether the box by itself may go with the train, whatever else goes."""
    in_time = box.ready_at is None or train.cut_off_at is None or box.ready_at <= train.cut_off_at
    goes_there = train.may_take(box) and train.goes_to(box.destination)
    return in_time and goes_there and light_enough(box, train.rules) and box.bays <= SECTION


def may_pair(one: Candidate, other: Candidate, rules: LoadingRules) -> bool:
    """Whether two 20′ boxes may share a section."""
    limit = rules.max_pair_difference_kg
    apart = rules.twenties_in_pairs and one.destination != other.destination
    return not apart and (limit is None or abs(one.gross_kg - other.gross_kg) < limit)


def loads_for(left: Room, candidates: Iterable[Candidate], near: int = NEAR) -> Iterator[Load]:
    """Every load that may stand on a free section of the train; of partners only the ``near`` nearest in weight."""
    train = left.train
    strongest = max((section.limit_kg for section in left.free), default=-1)
    riding = [box for box in candidates if may_ride(box, train) and box.gross_kg <= strongest]
    twenties = [box for box in riding if box.bays == 1]
    yield from (Load((box,)) for box in riding if box.bays > 1 or not train.rules.twenties_in_pairs)
    for one, other in _pairs(twenties, train.rules, near):
        if one.gross_kg + other.gross_kg <= strongest:
            yield Load((one, other))


def _pairs(twenties: list[Candidate], rules: LoadingRules, near: int) -> Iterator[tuple[Candidate, Candidate]]:
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for box in twenties:
        groups[box.destination if rules.twenties_in_pairs else ""].append(box)
    for group in groups.values():
        group.sort(key=lambda box: box.gross_kg)
        for turn, one in enumerate(group):
            for other in group[turn + 1 : turn + 1 + near]:
                if not may_pair(one, other, rules):
                    break
                yield one, other


def partners(section: Section, left: Room, candidates: Iterable[Candidate]) -> Iterator[Load]:
    """The 20′ boxes that may go beside the one that stands on a section already."""
    beside = section.beside
    assert beside is not None
    for box in candidates:
        fits = box.bays == 1 and box.gross_kg <= section.limit_kg and may_ride(box, left.train)
        if fits and may_pair(beside, box, left.train.rules):
            yield Load((box,))


def fits(loads: list[int], limits: list[int]) -> bool:
    """Whether loads (kg) can be shared out among sections (kg each): the heaviest onto the strongest, and so on."""
    if len(loads) > len(limits):
        return False
    strongest = sorted(limits, reverse=True)
    return all(kg <= limit for kg, limit in zip(sorted(loads, reverse=True), strongest, strict=False))
