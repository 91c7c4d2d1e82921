"""A train is discharged, loaded, and leaves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from apps.calls import services as calls
from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.containers.services.rows import lock_calls
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.trains.consist import WAGON_BAYS
from apps.trains.models import PlannedLoad, TrackStay, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors import loads_to_discharge
from apps.trains.selectors.loading import TARE_KG, loaded, plan_of, planned_loads
from apps.trains.services.arriving import RIGHT, of_train
from apps.trains.services.crossing import note_crossings
from apps.trains.services.leaving import require_can_leave
from apps.trains.services.refusals import (
    NothingToDischarge,
    NotOnThisTrain,
    NotPlannedOnThisTrain,
    NoWagonPlace,
    WagonCannotTake,
)
from apps.yard import services as yard
from terminal.equipment import SizeType
from terminal.events import EventKind
from terminal.gauges import WagonSpace
from terminal.lifecycle import LoadPlanState, Phase, Position
from terminal.readiness import Step
from terminal.work import Work

WAGON_GROSS_KG: Final = 72_000
"""What a wagon may weigh with all that is on it (terminal.md, loading rules)."""


@transaction.atomic
def discharge(train: TrainVisit, loads: list[WagonLoad] | None = None, *, by: Actor, at: datetime) -> list[Visit]:
    """Lift boxes off the train (all that are still on it, unless some are named) and put each into a cell.

    Work begins with the first box. Raises ``NotYours``, ``NothingToDischarge``, ``NotOnThisTrain``,
    ``StepNotAllowed``, and as ``containers.arrive_visits``.
    """
    by.require(RIGHT, train.call.terminal)
    lock_calls([train.call_id])
    chosen = loads_to_discharge(train) if loads is None else _still_there(loads)
    if loads is None and not chosen:
        raise NothingToDischarge(train=train.call.number)
    for load in chosen:
        if load.wagon.train_id != train.pk:
            raise NotOnThisTrain(number=load.visit.container.number, train=train.call.number)
    if not chosen:
        return []
    begin(train, by=by, at=at)
    arrived = [containers.Arrived(load.visit, Position.IN_YARD, train.call) for load in chosen]
    return lift_off(train, chosen, arrived, by=by, at=at)


def _still_there(loads: list[WagonLoad]) -> list[WagonLoad]:
    """The loads, none of which papers that came meanwhile have taken away. Raises ``NotOnThisTrain``."""
    known = set(WagonLoad.objects.filter(pk__in=[load.pk for load in loads]).values_list("pk", flat=True))
    for load in loads:
        if load.pk not in known:
            raise NotOnThisTrain(number=load.visit.container.number, train=load.wagon.train.call.number)
    return loads


def lift_off(
    train: TrainVisit, loads: list[WagonLoad], arrived: list[containers.Arrived], *, by: Actor, at: datetime
) -> list[Visit]:
    """Part of a discharge: the boxes have arrived, each in a cell, and are off their wagons."""
    visits = [load.visit for load in loads]
    containers.arrive_visits(arrived, by=by, at=at)
    WagonLoad.objects.filter(pk__in=[load.pk for load in loads]).update(done_at=at, version=F("version") + 1)
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
    return note_loaded(train, visits, by=by, at=at)


def note_loaded(train: TrainVisit, visits: list[Visit], *, by: Actor, at: datetime) -> list[WagonLoad]:
    """Say on which wagon each box stands that was loaded, and where one came on another gauge, that it changed.

    Raises as ``put_on_wagons``.
    """
    loads = put_on_wagons(train, visits, at=at)
    note_crossings(loads, by=by, at=at)
    return loads


Spot = tuple[int, int]
"""A wagon's number in the database, and the place on it."""


def put_on_wagons(
    train: TrainVisit, visits: list[Visit], *, at: datetime, named: Mapping[int, Spot] | None = None
) -> list[WagonLoad]:
    """Each box stands where it is ``named`` (by visit), else where the train's plan has it, else the first with room.

    Where the plan's place is not free any more, and for boxes that are on no plan, places that are planned for others
    are taken last. Raises ``NoWagonPlace``; for a place that was named, ``WagonCannotTake``.
    """
    rooms, planned = wagon_rooms(train), _planned(train)
    told = named or {}
    return WagonLoad.objects.bulk_create(
        [_onto(train, rooms, planned, visit, at, told.get(visit.pk)) for visit in visits]
    )


@dataclass
class Room(WagonSpace):
    """What is still free on a wagon of a train."""

    wagon: Wagon


def wagon_rooms(train: TrainVisit, *, locked: bool = True) -> dict[int, Room]:
    """The wagons on which nothing is left that came with the train, in order."""
    # Joined: the train is asked for. See Note [Locked alone].
    standing = Wagon.objects.filter(train=train, set_out_at=None).select_related("train__call").order_by("sequence")
    wagons = standing.select_for_update(of=("self",)) if locked else standing
    rooms = {wagon.pk: Room(set(range(1, wagon.places + 1)), WAGON_GROSS_KG - _tare(wagon), wagon) for wagon in wagons}
    for each in WagonLoad.objects.filter(wagon__in=rooms).select_related("visit__container"):
        if each.leg == WagonLoad.Leg.ARRIVING and each.done_at is None:
            rooms.pop(each.wagon_id, None)
        elif each.leg == WagonLoad.Leg.DEPARTING and each.wagon_id in rooms:
            rooms[each.wagon_id].take(each.place, bays_of(each.visit), each.visit.gross_kg or 0)
    return rooms


def _tare(wagon: Wagon) -> int:
    return TARE_KG if wagon.tare_kg is None else wagon.tare_kg


def _planned(train: TrainVisit) -> dict[int, PlannedLoad]:
    """Where the train's approved plan has boxes that are not on it yet, by their visits' numbers."""
    plan = plan_of(train, LoadPlanState.APPROVED)
    on_it = {each.visit_id for each in loaded(train)}
    return {each.visit_id: each for each in planned_loads(plan) if each.visit_id not in on_it} if plan else {}


def bays_of(visit: Visit) -> int:
    """20′ places the box takes on a wagon."""
    return min(WAGON_BAYS, SizeType.parse(visit.container.size_type).bays)


def _onto(
    train: TrainVisit,
    rooms: dict[int, Room],
    planned: dict[int, PlannedLoad],
    visit: Visit,
    at: datetime,
    named: Spot | None,
) -> WagonLoad:
    bays, gross = bays_of(visit), visit.gross_kg or 0
    spots = _spots(rooms, planned, visit, bays) if named is None else iter([named])
    found = next((spot for spot in spots if spot[0] in rooms and rooms[spot[0]].takes(spot[1], bays, gross)), None)
    if found is None:
        raise _no_place(train, visit, named)
    planned.pop(visit.pk, None)
    room = rooms[found[0]]
    room.take(found[1], bays, gross)
    return WagonLoad(wagon=room.wagon, visit=visit, leg=WagonLoad.Leg.DEPARTING, place=found[1], done_at=at)


def _no_place(train: TrainVisit, visit: Visit, named: Spot | None) -> NoWagonPlace | WagonCannotTake:
    facts = {"train": train.call.number, "number": visit.container.number, "most_kg": WAGON_GROSS_KG}
    if named is None:
        return NoWagonPlace(**facts)
    wagon = Wagon.objects.get(pk=named[0])
    return WagonCannotTake(**facts, wagon=wagon.number, place=named[1])


def _spots(
    rooms: dict[int, Room], planned: dict[int, PlannedLoad], visit: Visit, bays: int
) -> Iterator[tuple[int, int]]:
    """Wagons and places to try for a box: its planned one, those nobody else is planned on, the others."""
    own = planned.get(visit.pk)
    if own is not None and own.wagon_id in rooms:
        yield own.wagon_id, own.place
    kept = {
        (each.wagon_id, each.place + step)
        for each in planned.values()
        if each is not own
        for step in range(bays_of(each.visit))
    }
    every = [(pk, place) for pk, room in rooms.items() for place in sorted(room.free)]
    yield from sorted(every, key=lambda spot: any((spot[0], spot[1] + step) in kept for step in range(bays)))


def depart_train(train: TrainVisit, *, by: Actor, at: datetime, happened_at: datetime | None = None) -> None:
    """The train has left with what was loaded on it, and its track is free.

    Raises ``NotYours``, ``StillLoaded`` or ``TrainNotReady`` exactly when ``what_keeps`` answers anything, and as
    ``calls.depart``.
    """
    by.require(RIGHT, train.call.terminal)
    calls.depart(train.call, by=by, at=at, happened_at=happened_at)


def leave_track(call: Call, *, by: Actor, happened_at: datetime) -> None:
    """Part of a train's departure, whoever says it has left (``apps.calls.services.departing``).

    Raises ``StillLoaded`` or ``TrainNotReady`` with all that keeps it.
    """
    train = TrainVisit.objects.select_related("call__terminal", "service__rules").filter(call=call).first()
    if train is None:
        return
    require_can_leave(train, happened_at)
    _leave_track(train, happened_at, by=by)


def _leave_track(train: TrainVisit, left: datetime, *, by: Actor) -> None:
    for stay in TrackStay.objects.filter(train=train, until=None).select_related("track"):
        TrackStay.objects.filter(pk=stay.pk).update(until=max(left, stay.since), version=F("version") + 1)
        payload = {"number": train.call.number, "track": stay.track.code}
        record(of_train(train, EventKind.TRACK_LEFT, by=by, at=left, payload=payload))
