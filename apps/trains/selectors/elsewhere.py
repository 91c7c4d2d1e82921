"""What a consist names that stands with another train: boxes other papers have, wagons that were set out."""

from collections.abc import Iterable, Iterator
from typing import Final

from apps.containers.models import Visit
from apps.trains.models import TrainVisit, Wagon, WagonLoad
from terminal.consists import Consist, RolledOver, StandsWithoutTrain
from terminal.lifecycle import Phase

NEVER_CAME: Final = frozenset({Phase.SCHEDULED.value, Phase.ANNOUNCED.value, Phase.CANCELLED.value})
"""Phases of a train off which later papers of another take a box."""


def never_came(load: WagonLoad) -> bool:
    """Whether the box cannot have been on that train, so that later papers of another are right."""
    return load.done_at is None and load.wagon.train.call.phase in NEVER_CAME


def calls_with_boxes_of(train: TrainVisit, told: Consist) -> set[int]:
    """The calls of other trains whose papers have a box of these, and it is not off."""
    numbers = sorted(box.number for box in told.boxes)
    loads = WagonLoad.objects.filter(leg=WagonLoad.Leg.ARRIVING, done_at=None, visit__container__number__in=numbers)
    others = loads.filter(visit__terminal=train.call.terminal_id).exclude(wagon__train=train)
    return set(others.values_list("wagon__train__call", flat=True))


def loads_elsewhere(train: TrainVisit, visits: Iterable[Visit]) -> list[WagonLoad]:
    """Where other trains' papers have these boxes, train by train."""
    loads = WagonLoad.objects.filter(visit__in=list(visits), leg=WagonLoad.Leg.ARRIVING).exclude(wagon__train=train)
    rows = loads.select_related("visit__container", "wagon__train__call__terminal")
    return list(rows.order_by("wagon__train", "visit__container__number"))


def rolled_over(elsewhere: Iterable[WagonLoad]) -> Iterator[RolledOver]:
    """Boxes that are taken off trains that have not come."""
    for load in elsewhere:
        if never_came(load):
            wagon = load.wagon
            yield RolledOver(number=load.visit.container.number, wagon=wagon.number, train=wagon.train.call.number)


def standing_here(train: TrainVisit, told: Consist) -> Iterator[StandsWithoutTrain]:
    """Wagons of the papers that were set out of another train here, and that no train has taken since."""
    named = {wagon.key for wagon in told.wagons}
    standing = Wagon.objects.filter(number__in=[number for _scheme, number in named])
    standing = standing.filter(set_out_at__isnull=False, taken_at=None, train__call__terminal=train.call.terminal_id)
    rows = standing.exclude(train=train).select_related("train__call", "stands_on").order_by("number", "pk")
    for row in rows:
        if (row.scheme, row.number) in named:
            track = row.stands_on.code if row.stands_on else "—"
            yield StandsWithoutTrain(wagon=row.number, train=row.train.call.number, track=track)
