"""A train is discharged, loaded, and leaves; a wagon is set out."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from apps.calls import services as calls
from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.trains.consist import WAGON_BAYS
from apps.trains.models import TrackStay, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors import loads_to_discharge
from apps.trains.services.arriving import RIGHT, of_train
from apps.trains.services.refusals import (
    AlreadySetOut,
    NothingToDischarge,
    NotOnThisTrain,
    NotPlannedOnThisTrain,
    NoWagonPlace,
    StillLoaded,
)
from apps.yard import services as yard
from terminal.equipment import SizeType
from terminal.events import EventKind
from terminal.lifecycle import Phase, Position
from terminal.readiness import Step
from terminal.work import Work

WAGON_GROSS_KG: Final = 72_000
"""What a wagon may weigh with all that is on it (terminal.md, loading rules)."""

TARE_KG: Final = 22_000
"""Taken for a wagon whose tare nobody told."""


@transaction.atomic
def discharge(train: TrainVisit, loads: list[WagonLoad] | None = None, *, by: Actor, at: datetime) -> list[Visit]:
    """Lift boxes off the train (all that are still on it, unless some are named) and put each into a cell.

    Work begins with the first box. Raises ``NotYours``, ``NothingToDischarge``, ``NotOnThisTrain``,
    ``StepNotAllowed``, and as ``containers.arrive_visits``.
    """
    by.require(RIGHT, train.call.terminal)
    chosen = loads_to_discharge(train) if loads is None else loads
    if loads is None and not chosen:
        raise NothingToDischarge(train=train.call.number)
    for load in chosen:
        if load.wagon.train_id != train.pk:
            raise NotOnThisTrain(number=load.visit.container.number, train=train.call.number)
    if not chosen:
        return []
    begin(train, by=by, at=at)
    visits = [load.visit for load in chosen]
    arrived = [containers.Arrived(visit, Position.IN_YARD, train.call) for visit in visits]
    containers.arrive_visits(arrived, by=by, at=at)
    WagonLoad.objects.filter(pk__in=[load.pk for load in chosen]).update(done_at=at, version=F("version") + 1)
    stood = {each.visit_id: str(each) for each in yard.ground(visits, by=by, at=at)}
    moves = [_came_off(train, each, stood) for each in visits]
    yard.write_down(moves, by=by, at=at)
    return visits


def _came_off(train: TrainVisit, visit: Visit, stood: dict[int, str]) -> yard.Made:
    call = train.call
    to = stood.get(visit.pk, "")
    return yard.Made(kind=Work.DISCHARGE, visit=visit, call=call, came_from=call.number, went_to=to)


def begin(train: TrainVisit, *, by: Actor, at: datetime) -> None:
    """Work on the train begins with the first box, where it has not."""
    train.call.refresh_from_db()
    if train.call.phase == Phase.ARRIVED:
        calls.start_work(train.call, by=by, at=at)


@transaction.atomic
def load(train: TrainVisit, visits: list[Visit], *, by: Actor, at: datetime) -> list[WagonLoad]:
    """Lift boxes that are planned on the train onto its wagons, all or none.

    Raises ``NotReady`` with every blocker, ``NotPlannedOnThisTrain``, ``NoWagonPlace``, ``NotYours``.
    """
    by.require(RIGHT, train.call.terminal)
    for visit in visits:
        if visit.departure_call_id != train.call_id:
            raise NotPlannedOnThisTrain(number=visit.container.number, train=train.call.number)
    begin(train, by=by, at=at)
    containers.leave_visits(visits, step=Step.LOAD, by=by, at=at)
    return note_loaded(train, visits, at=at)


def note_loaded(train: TrainVisit, visits: list[Visit], *, at: datetime) -> list[WagonLoad]:
    """Say on which wagon each box stands that was loaded: the first with room. Raises ``NoWagonPlace``."""
    places = _places(train)
    return WagonLoad.objects.bulk_create([_onto(train, places, visit, at) for visit in visits])


@dataclass
class _Room:
    """What is still free on one wagon."""

    wagon: Wagon
    bays: int = WAGON_BAYS
    kg: int = 0

    def takes(self, bays: int, gross_kg: int) -> bool:
        return bays <= self.bays and gross_kg <= self.kg


def _places(train: TrainVisit) -> list[_Room]:
    """The wagons on which nothing is left that came with the train, in order."""
    wagons = Wagon.objects.filter(train=train, set_out_at=None).order_by("sequence").select_for_update()
    rooms = {wagon.pk: _Room(wagon, kg=WAGON_GROSS_KG - (wagon.tare_kg or TARE_KG)) for wagon in wagons}
    on: dict[int, list[WagonLoad]] = defaultdict(list)
    for each in WagonLoad.objects.filter(wagon__in=rooms).select_related("visit__container"):
        if each.leg == WagonLoad.Leg.DEPARTING:
            on[each.wagon_id].append(each)
        elif each.done_at is None:
            rooms.pop(each.wagon_id, None)
    for pk, loads in on.items():
        for each in loads:
            if pk in rooms:
                rooms[pk].bays -= _bays(each.visit)
                rooms[pk].kg -= each.visit.gross_kg or 0
    return list(rooms.values())


def _bays(visit: Visit) -> int:
    return min(WAGON_BAYS, SizeType.parse(visit.container.size_type).bays)


def _onto(train: TrainVisit, rooms: list[_Room], visit: Visit, at: datetime) -> WagonLoad:
    bays, gross = _bays(visit), visit.gross_kg or 0
    room = next((each for each in rooms if each.takes(bays, gross)), None)
    if room is None:
        raise NoWagonPlace(train=train.call.number, number=visit.container.number, most_kg=WAGON_GROSS_KG)
    place = WAGON_BAYS - room.bays + 1
    room.bays -= bays
    room.kg -= gross
    return WagonLoad(wagon=room.wagon, visit=visit, leg=WagonLoad.Leg.DEPARTING, place=place, done_at=at)


def depart_train(train: TrainVisit, *, by: Actor, at: datetime, happened_at: datetime | None = None) -> None:
    """The train has left with what was loaded on it, and its track is free.

    Raises ``NotYours``, ``StillLoaded`` (boxes that came with it are on it), ``StepNotAllowed`` (it is not ready), and
    as ``calls.depart``.
    """
    by.require(RIGHT, train.call.terminal)
    calls.depart(train.call, by=by, at=at, happened_at=happened_at)


def leave_track(call: Call, *, by: Actor, happened_at: datetime) -> None:
    """Part of a train's departure, whoever says it has left (``apps.calls.services.departing``).

    Raises ``StillLoaded`` naming the boxes that came with it and are on it.
    """
    train = TrainVisit.objects.select_related("call").filter(call=call).first()
    if train is None:
        return
    waiting = loads_to_discharge(train)
    if waiting:
        numbers = ", ".join(each.visit.container.number for each in waiting[:10])
        raise StillLoaded(train=train.call.number, numbers=numbers)
    _leave_track(train, happened_at, by=by)


def _leave_track(train: TrainVisit, left: datetime, *, by: Actor) -> None:
    for stay in TrackStay.objects.filter(train=train, until=None).select_related("track"):
        TrackStay.objects.filter(pk=stay.pk).update(until=max(left, stay.since), version=F("version") + 1)
        payload = {"number": train.call.number, "track": stay.track.code}
        record(of_train(train, EventKind.TRACK_LEFT, by=by, at=left, payload=payload))


@transaction.atomic
def set_out(wagon: Wagon, *, by: Actor, at: datetime) -> Wagon:
    """Take a wagon out of its train: it stands without one, and what is on it stays. Raises ``AlreadySetOut``."""
    by.require(RIGHT, wagon.train.call.terminal)
    changed = Wagon.objects.filter(pk=wagon.pk, set_out_at=None).update(set_out_at=at, version=F("version") + 1)
    if not changed:
        raise AlreadySetOut(number=wagon.number)
    wagon.set_out_at = at
    return wagon
