"""Planned against realised: what stands on a train otherwise than its plan has it, box by box."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from terminal.trainload.rules import Key


class Deviation(StrEnum):
    """How a box deviates from the plan."""

    NOT_LOADED = "not_loaded"
    """Planned, and not on the train."""
    NOT_PLANNED = "not_planned"
    """On the train, and not planned."""
    OTHER_WAGON = "other_wagon"
    OTHER_PLACE = "other_place"
    """On its wagon, and on another place of it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A wagon, by its turn in the train and its number, and the first 20′ place a box takes on it."""

    sequence: int
    wagon: str
    place: int

    def __str__(self) -> str:
        return f"{self.wagon}/{self.place}"


@dataclass(frozen=True, slots=True)
class Deviating:
    """One box that is not as planned: where it was to be, and where it is."""

    box: Key
    how: Deviation
    planned: Spot | None
    real: Spot | None


def deviations(planned: Mapping[Key, Spot], real: Mapping[Key, Spot]) -> list[Deviating]:
    """Every box that is not as planned, wagon by wagon."""
    found = list(_deviations(planned, real))
    return sorted(found, key=lambda each: _turn(each.planned or each.real))


def _deviations(planned: Mapping[Key, Spot], real: Mapping[Key, Spot]) -> Iterator[Deviating]:
    for box in [*planned, *(each for each in real if each not in planned)]:
        wanted, found = planned.get(box), real.get(box)
        how = _how(wanted, found)
        if how is not None:
            yield Deviating(box, how, wanted, found)


def _how(wanted: Spot | None, found: Spot | None) -> Deviation | None:
    if found is None:
        return Deviation.NOT_LOADED
    if wanted is None:
        return Deviation.NOT_PLANNED
    if wanted.wagon != found.wagon:
        return Deviation.OTHER_WAGON
    return Deviation.OTHER_PLACE if wanted.place != found.place else None


def _turn(spot: Spot | None) -> tuple[int, int]:
    return (spot.sequence, spot.place) if spot else (0, 0)
