"""How a consist that comes differs from the train as it stands."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from terminal.consists.papers import (
    Consist,
    ConsistBox,
    ConsistWagon,
    KnownBox,
    Note,
    Spot,
    StandingBox,
    StandingWagon,
)

# Note [Whose word on a box counts]
# A box nobody announced is known by the papers alone, and later papers correct earlier ones. Of a box that others have
# announced, papers add what is not known, say that it is laden, and put seals, dangerous goods and consignment notes on
# it; where they contradict what was announced, that stays, and the contradiction is told. A verified weight stays in
# any case, and no papers take seals, dangerous goods, notes or its load off a box: that needs somebody who has looked.
# A seal that somebody took off, or withdrew, is not put on again because papers still name it.


Change = tuple[Any, Any]
"""What was, and what is said now."""

WAGON_FACTS: Final = ("wagon_type", "tare_kg", "length_m")


@dataclass(frozen=True)
class Moved:
    """A box on another wagon or place."""

    number: str
    before: Spot
    after: Spot


@dataclass(frozen=True)
class Changed:
    """A box or wagon of which something else is said: by the name of each fact, what was and what is."""

    number: str
    values: Mapping[str, Change]


@dataclass(frozen=True)
class Reordered:
    """A wagon that has left its turn among the others."""

    number: str
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class ConsistDifference:
    """What a consist changes of a train. ``same``: boxes that stay as they are; ``settled``: see ``StandingBox``."""

    added: tuple[tuple[Spot, ConsistBox], ...] = ()
    removed: tuple[StandingBox, ...] = ()
    moved: tuple[Moved, ...] = ()
    changed: tuple[Changed, ...] = ()
    same: int = 0
    settled: tuple[StandingBox, ...] = ()
    wagons_added: tuple[ConsistWagon, ...] = ()
    wagons_removed: tuple[StandingWagon, ...] = ()
    wagons_changed: tuple[Changed, ...] = ()
    wagons_kept: tuple[StandingWagon, ...] = ()
    reordered: tuple[Reordered, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the train is just as the papers say."""
        boxes = self.added or self.removed or self.moved or self.changed
        return not (boxes or self.wagons_added or self.wagons_removed or self.wagons_changed or self.reordered)

    @property
    def placed(self) -> list[tuple[str, Spot]]:
        """The boxes that are put on a place, moved ones first, and which place."""
        return [*((each.number, each.after) for each in self.moved), *((box.number, spot) for spot, box in self.added)]

    def counts(self) -> dict[str, int]:
        """How much of each, for the journal."""
        names = ("added", "removed", "moved", "changed", "wagons_added", "wagons_removed", "wagons_changed")
        return {name: len(getattr(self, name)) for name in names} | {"reordered": len(self.reordered)}


def difference(wagons: Sequence[StandingWagon], boxes: Sequence[StandingBox], told: Consist) -> ConsistDifference:
    """What a consist changes of the train as it stands."""
    on = {box.number: (spot, box) for spot, box in told.spots}
    settled = tuple(box for box in boxes if box.settled)
    off = {box.number for box in settled}
    coming = {box.number: box for box in boxes if not box.settled}
    stay = [(before, *on[number]) for number, before in coming.items() if number in on]
    moved = [Moved(before.number, before.spot, spot) for before, spot, _box in stay if before.spot != spot]
    changed = [Changed(box.number, new) for before, _spot, box in stay if (new := news(before.known, box))]
    touched = {each.number for each in moved} | {each.number for each in changed}
    return ConsistDifference(
        added=tuple(each for number, each in on.items() if number not in coming and number not in off),
        removed=tuple(box for number, box in coming.items() if number not in on),
        moved=tuple(moved),
        changed=tuple(changed),
        same=sum(before.number not in touched for before, _spot, _box in stay),
        settled=settled,
        **_of_wagons(wagons, told),
    )


def _of_wagons(wagons: Sequence[StandingWagon], told: Consist) -> dict[str, Any]:
    named = {wagon.key: wagon for wagon in told.wagons}
    present = {wagon.key: wagon for wagon in wagons}
    both = [(wagon, named[key]) for key, wagon in present.items() if key in named]
    left_out = [wagon for key, wagon in present.items() if key not in named]
    return {
        "wagons_added": tuple(wagon for key, wagon in named.items() if key not in present),
        "wagons_removed": tuple(wagon for wagon in left_out if not wagon.stays),
        "wagons_kept": tuple(wagon for wagon in left_out if wagon.stays),
        "wagons_changed": tuple(Changed(wagon.number, new) for wagon, said in both if (new := wagon_news(wagon, said))),
        "reordered": tuple(_out_of_turn(both)),
    }


def wagon_news(known: StandingWagon, told: ConsistWagon) -> dict[str, Change]:
    """What papers say of a wagon that was not known; what they leave empty stays."""
    said = {name: (getattr(known, name), getattr(told, name)) for name in WAGON_FACTS}
    return {name: pair for name, pair in said.items() if pair[1] not in (None, "") and pair[0] != pair[1]}


def _out_of_turn(both: Iterable[tuple[StandingWagon, ConsistWagon]]) -> Iterable[Reordered]:
    """The fewest wagons by whose move the old order becomes the new: all but a longest run that kept its order."""
    pairs = sorted(both, key=lambda pair: pair[0].sequence)
    turns = _kept_in_turn([told.sequence for _known, told in pairs])
    for at, (known, told) in enumerate(pairs):
        if at not in turns:
            yield Reordered(known.number, known.sequence, told.sequence)


def _kept_in_turn(sequence: Sequence[int]) -> set[int]:
    """The positions of a longest rising run (patience sorting)."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for at, value in enumerate(sequence):
        pile = bisect_left(ends, value)
        before.append(last[pile - 1] if pile else None)
        ends[pile : pile + 1] = [value]
        last[pile : pile + 1] = [at]
    kept: set[int] = set()
    step = last[-1] if last else None
    while step is not None:
        kept.add(step)
        step = before[step]
    return kept


def news(known: KnownBox, told: ConsistBox) -> dict[str, Change]:
    """What papers say of a box that is taken over. See Note [Whose word on a box counts]."""
    found = {name: (was, said) for name, was, said in _said(known, told) if _is_taken(known, name, was, said)}
    if new := tuple(seal for seal in told.seals if seal not in known.once_sealed.union(known.seals)):
        found["seals"] = (known.seals, (*known.seals, *new))
    if new_notes(known, told):
        found["notes"] = (_named(known.notes), _named((*known.notes, *new_notes(known, told))))
    hazard = (told.un_number, told.imdg_class)
    if told.un_number and hazard not in known.hazards:
        found["hazards"] = (_listed(known.hazards), _listed(known.hazards | {hazard}))
    return found


def new_notes(known: KnownBox, told: ConsistBox) -> tuple[Note, ...]:
    """The consignment notes of the papers under which the box was not known."""
    return tuple(note for note in dict.fromkeys(told.notes) if note not in known.notes)


def contradictions(known: KnownBox, told: ConsistBox) -> dict[str, Change]:
    """What papers say of a box otherwise than it is known, and is not taken over: what is known, what is said."""
    return {name: (was, said) for name, was, said in _said(known, told) if not _is_taken(known, name, was, said)}


def _said(known: KnownBox, told: ConsistBox) -> Iterable[tuple[str, Any, Any]]:
    """Where the papers say something else than is known."""
    for name in ("size_type", "laden", "gross_kg", "destination"):
        was, said = getattr(known, name), getattr(told, name)
        if said not in (None, "") and said != was:
            yield name, was, said


def _is_taken(known: KnownBox, name: str, was: Any, said: Any) -> bool:
    if name == "laden":
        return bool(said) or known.only_papers or not known.sure_laden
    return was in (None, "") or (known.only_papers and not (name == "gross_kg" and known.weighed))


def _listed(hazards: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"UN {number} ({imdg})" for number, imdg in sorted(hazards))


def _named(notes: Iterable[Note]) -> tuple[str, ...]:
    return tuple(f"{kind.upper()} {number}" for kind, number in notes)
