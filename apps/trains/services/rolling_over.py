"""Boxes that later papers take off a train that has not come, for another: both calls are locked, both trains told."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.db.models import F

from apps.calls.models import Call
from apps.calls.services.refusals import lock
from apps.common.steps import ChangedMeanwhile
from apps.containers.models import Visit
from apps.journal.services import record_many
from apps.parties.actors import Actor
from apps.trains.models import TrainVisit, WagonLoad
from apps.trains.selectors.consists import ConsistComparison
from apps.trains.selectors.elsewhere import calls_with_boxes_of, loads_elsewhere
from apps.trains.services.arriving import of_train
from apps.trains.services.refusals import OnAnotherTrain
from terminal.consists import Consist
from terminal.errors import Refused
from terminal.events import EventKind


def lock_with_others(train: TrainVisit, consist: Consist) -> set[int]:
    """Lock the train's call and those whose papers have its boxes, in the order of their numbers; which were locked."""
    wanted = {train.call_id, *calls_with_boxes_of(train, consist)}
    list(Call.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    lock(train.call)
    return wanted


def require_on_no_other(comparison: ConsistComparison) -> None:
    """Raise ``OnAnotherTrain`` where the papers name boxes that a train which has come has on its wagons."""
    if comparison.on_another_train:
        raise on_another(comparison.on_another_train)


def require_locked(comparison: ConsistComparison, locked: set[int]) -> None:
    """Raise ``ChangedMeanwhile`` where a box came onto another train between our look and our lock."""
    if any(load.wagon.train.call_id not in locked for load in comparison.rolled_over):
        raise ChangedMeanwhile(thing="train")


def on_another(loads: list[WagonLoad]) -> OnAnotherTrain:
    """The refusal for the first train that has boxes of the papers, with all it has."""
    train = loads[0].wagon.train
    numbers = [load.visit.container.number for load in loads if load.wagon.train_id == train.pk]
    return OnAnotherTrain(numbers=", ".join(numbers), train=train.call.number)


def came_between(train: TrainVisit, visits: Iterable[Visit]) -> Refused:
    """What it means that a box has a wagon by now: the papers of another train were quicker."""
    loads = loads_elsewhere(train, visits)
    return on_another(loads) if loads else ChangedMeanwhile(thing="train")


def tell_others(train: TrainVisit, comparison: ConsistComparison, *, by: Actor, at: datetime) -> None:
    """Note with each train what these papers took off it."""
    by_train = groupby(comparison.rolled_over, key=lambda load: load.wagon.train)
    taken = {other: [load.visit.container.number for load in loads] for other, loads in by_train}
    if not taken:
        return
    TrainVisit.objects.filter(pk__in=[other.pk for other in taken]).update(version=F("version") + 1)
    record_many(
        of_train(other, EventKind.CONSIST_CHANGED, by=by, at=at, payload=_said(other, train, numbers))
        for other, numbers in taken.items()
    )


def _said(other: TrainVisit, train: TrainVisit, numbers: list[str]) -> dict[str, object]:
    return {"number": other.call.number, "removed": len(numbers), "boxes": numbers, "rolled_over_to": train.call.number}
