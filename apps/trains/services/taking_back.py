"""Boxes that were never lifted off their wagon, or onto it, that do not come, or came under another number."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.trains.models import PlannedLoad, TrainVisit, WagonLoad
from apps.trains.services.crossing import take_back_crossing
from apps.trains.services.refusals import OnItsWagon, WagonIsGone
from terminal.events import EventKind


def take_back(visit: Visit, entry: Any, *, by: Actor, at: datetime) -> None:
    """Undo what a movement (its journal ``entry``) did on a train.

    A box that was not discharged is on its wagon still; one that was not loaded is on none, and changed no gauge.
    """
    loads = WagonLoad.objects.filter(visit=visit, wagon__train__call=entry.call_id)
    if entry.kind == EventKind.CONTAINER_DISCHARGED:
        _put_back(visit, loads.filter(leg=WagonLoad.Leg.ARRIVING))
    elif entry.kind == EventKind.CONTAINER_LOADED:
        loads.filter(leg=WagonLoad.Leg.DEPARTING).delete()
        take_back_crossing(visit, entry.call_id, by=by)
        papers_are_old(TrainVisit.objects.filter(call=entry.call_id))


def _put_back(visit: Visit, came: QuerySet[WagonLoad]) -> None:
    gone = came.filter(wagon__taken_at__isnull=False).select_related("wagon__taken_as__train__call").first()
    if gone is not None:
        taken_as = gone.wagon.taken_as
        train = taken_as.train.call.number if taken_as else "—"
        raise WagonIsGone(number=visit.container.number, wagon=gone.wagon.number, train=train)
    came.update(done_at=None, version=F("version") + 1)


def papers_are_old(trains: QuerySet[TrainVisit]) -> None:
    """What the railway was told of these trains is not so any more: the consist has to be sent again."""
    trains.exclude(consist_sent_at=None).update(consist_sent_at=None, version=F("version") + 1)


def leave_wagons(visit: Visit) -> None:
    """A box that does not come stands on no wagon that was set out: it was not there.

    Raises ``OnItsWagon`` when papers have it on a wagon in its train: a train leaves only when all is off it.
    """
    load = _still_on(visit).filter(wagon__set_out_at=None).select_related("wagon__train__call").first()
    if load is not None:
        wagon = load.wagon
        raise OnItsWagon(number=visit.container.number, wagon=wagon.number, train=wagon.train.call.number)
    _still_on(visit).delete()


def join_load(visit: Visit, merged: Visit) -> None:
    """The place on a wagon, or in a plan, of a visit that was merged is the other's; a box that is here came off it.

    Where a plan has both, it has one box twice, and the place of the merged one is free.
    """
    if not WagonLoad.objects.filter(visit=visit, leg=WagonLoad.Leg.ARRIVING).exists():
        _still_on(merged).update(visit=visit, done_at=visit.arrived_at, version=F("version") + 1)
    planned = PlannedLoad.objects.filter(visit=merged)
    planned.exclude(plan__loads__visit=visit).update(visit=visit)
    planned.delete()


def _still_on(visit: Visit) -> QuerySet[WagonLoad]:
    return WagonLoad.objects.filter(visit=visit, leg=WagonLoad.Leg.ARRIVING, done_at=None)
