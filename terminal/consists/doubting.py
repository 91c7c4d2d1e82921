"""What is strange about a consist, and no reason to refuse it."""

from collections.abc import Mapping
from typing import Final

from terminal.consists.differing import contradictions
from terminal.consists.papers import Consist, ConsistBox, KnownBox
from terminal.equipment import SizeType
from terminal.errors import Refused, gettext_noop
from terminal.trainload import (
    BoxTooHeavy,
    Candidate,
    LoadingRules,
    PairOutOfBalance,
    Placement,
    TooManyWagons,
    Train,
    TrainTooHeavy,
    Wagon,
    WagonTooHeavy,
    faults,
)
from terminal.trainload.rules import Key


class SaidOtherwise(Refused):
    """Papers contradict what was announced; what was announced stays."""

    message = gettext_noop("%(number)s: %(fact)s was announced as %(known)s, and the consist says %(said)s.")


class RolledOver(Refused):
    """A box that other papers had on a train that has not come: the later papers are right."""

    message = gettext_noop(
        "%(number)s was on wagon %(wagon)s of train %(train)s by its papers, and is taken off there."
    )


class OnWagonSetOut(Refused):
    """Papers put a box on a wagon that was set out."""

    message = gettext_noop(
        "%(number)s is put on wagon %(wagon)s, which was set out of the train and stands without it."
    )


class StandsWithoutTrain(Refused):
    """Papers name a wagon that stands here, set out of another train."""

    message = gettext_noop(
        "Wagon %(wagon)s was set out of train %(train)s and stands here without one (track: %(track)s): where it goes "
        "with this train, say so of the wagon (“Goes with a train”)."
    )


WEIGHTS: Final = (BoxTooHeavy, WagonTooHeavy, TrainTooHeavy, PairOutOfBalance, TooManyWagons)
"""Rules of loading that matter for a train that comes: how it was paired where it was loaded does not."""


def doubts(name: str, told: Consist, known: Mapping[str, KnownBox], rules: LoadingRules) -> list[Refused]:
    """What is strange about a consist of the train ``name`` and no reason to refuse it: it came as it came.

    What is heavier, or paired less evenly, than the rules allow, and what others have announced otherwise.
    """
    said = [
        SaidOtherwise(number=box.number, fact=fact, known=was, said=now)
        for box in told.boxes
        if box.number in known
        for fact, (was, now) in contradictions(known[box.number], box).items()
    ]
    return [*_overweight(name, told, rules), *said]


def _overweight(name: str, told: Consist, rules: LoadingRules) -> list[Refused]:
    weighed = [(spot, box) for spot, box in told.spots if box.gross_kg is not None]
    wagons = [
        Wagon(key=wagon.key, number=wagon.number, sequence=wagon.sequence, tare_kg=wagon.tare_kg or 0)
        for wagon in told.wagons
    ]
    train = Train(key=name, number=name, wagons=tuple(wagons), rules=rules)
    boxes: dict[Key, Candidate] = {box.number: _candidate(box) for _spot, box in weighed}
    places = [Placement(train=name, wagon=spot.wagon, place=spot.position, box=box.number) for spot, box in weighed]
    return [fault for fault in faults([train], boxes, places) if isinstance(fault, WEIGHTS)]


def _candidate(box: ConsistBox) -> Candidate:
    size = SizeType.parse(box.size_type)
    return Candidate(key=box.number, number=box.number, bays=size.bays, teu=float(size.teu), gross_kg=box.gross_kg or 0)
