"""Boxes off a train into the yard, boxes from the yard onto it, and wagons out of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, Q

from apps.calls.services import start_work
from apps.common.integrity import refusals
from apps.containers.models import Visit
from apps.containers.services import Arrived, arrive_visits, leave_visits
from apps.parties.actors import Actor
from apps.trains.models import TrainVisit, Wagon, WagonLoad
from apps.trains.selectors import loads_to_discharge
from apps.trains.services.refusals import (
    AlreadyDischarged,
    NotForThisTrain,
    NotOnThisTrain,
    TrainIsNotWorked,
    WagonCarries,
)
from apps.trains.services.rows import asked, note
from apps.yard import services as yard
from terminal.equipment import SizeType
from terminal.events import EventKind
from terminal.lifecycle import WORKABLE, Phase, Position
from terminal.readiness import Step
from terminal.trainload import EMPTY_BOX_KG, USUAL_TARE_KG, Cargo, Flat, spread


def discharge(
    train: TrainVisit, loads: Sequence[WagonLoad] | None = None, *, by: Actor, at: datetime
) -> list[Visit]:
    """Boxes come off into the yard: these, or all that are left. Work begins with the first. All or none.

    Each gets the best free cell; one for which there is none stands in the yard with its cell unknown. Raises
    ``NotYours``, ``CallIsOver`` (kept in the journal), ``TrainIsNotWorked``, ``NotOnThisTrain``, ``AlreadyDischarged``,
    and as ``arrive_visits`` (``AlreadyHere``: the box has an active visit here).
    """
    with asked(train, "discharge", by=by, at=at):
        wanted = _locked(train, loads)
        _begin(train, by=by, at=at)
        visits = [load.visit for load in wanted]
        arrive_visits([Arrived(visit, Position.IN_YARD, train.call) for visit in visits], by=by, at=at)
        yard.ground(visits, by=by, at=at)
        WagonLoad.objects.filter(pk__in=[load.pk for load in wanted]).update(done_at=at, version=F("version") + 1)
    return visits


def load(
    train: TrainVisit, visits: Sequence[Visit], *, by: Actor, at: datetime, wagon: Wagon | None = None
) -> list[WagonLoad]:
    """Boxes from the yard onto the train's wagons (or onto the one named), all or none.

    A 40′ or 45′ box rides alone, 20′ boxes in pairs, no wagon over 72 t. Raises ``NotYours``, ``CallIsOver`` (kept in
    the journal), ``TrainIsNotWorked``, ``NotForThisTrain``, ``NotOnThisTrain`` (the wagon), ``NoPlaceOnTheTrain``,
    ``TooLongForAWagon``, ``NotReady`` with every blocker.
    """
    with asked(train, "load", by=by, at=at):
        _begin(train, by=by, at=at)
        rows = list(Visit.objects.filter(pk__in=[each.pk for each in visits]).select_related("container"))
        _require_planned(train, rows)
        wagons = _wagons(train, wagon)
        found = spread([_cargo(each) for each in rows], [_flat(each) for each in wagons])
        leave_visits(list(visits), step=Step.LOAD, by=by, at=at)
        return _write(rows, wagons, found, at)


def set_out(wagon: Wagon, *, by: Actor, at: datetime) -> Wagon:
    """A wagon is taken out of the train (a defect) and stands without it. Boxes still to be discharged stay on it.

    Raises ``NotYours``, ``CallIsOver`` (kept in the journal), ``TrainIsNotWorked``, ``WagonCarries``.
    """
    train = wagon.train
    with asked(train, "set out wagon", by=by, at=at):
        _require_worked(train)
        departing = wagon.loads.filter(leg=WagonLoad.Leg.DEPARTING).select_related("visit__container")
        if loaded := [each.visit.container.number for each in departing]:
            raise WagonCarries(wagon=wagon.number, numbers=", ".join(loaded))
        if Wagon.objects.filter(pk=wagon.pk, set_out_at=None).update(set_out_at=at, version=F("version") + 1):
            wagon.set_out_at = at
            wagon.version += 1
            note(train, EventKind.WAGON_SET_OUT, by=by, at=at, wagon_id=wagon.pk, wagon=wagon.number)
    return wagon


def _require_worked(train: TrainVisit) -> None:
    if Phase(train.call.phase) not in WORKABLE:
        raise TrainIsNotWorked(number=train.call.number, phase=train.call.phase)


def _begin(train: TrainVisit, *, by: Actor, at: datetime) -> None:
    """Work begins with the first box that is touched."""
    _require_worked(train)
    if train.call.phase == Phase.ARRIVED:
        start_work(train.call, by=by, at=at)


def _locked(train: TrainVisit, loads: Sequence[WagonLoad] | None) -> list[WagonLoad]:
    if loads is None:
        return list(loads_to_discharge(train).select_for_update(of=("self",)))
    rows = WagonLoad.objects.filter(pk__in=[each.pk for each in loads]).order_by("pk")
    found = list(rows.select_related("wagon", "visit__container").select_for_update(of=("self",)))
    elsewhere = [
        each for each in found if each.wagon.train_id != train.pk or each.leg != WagonLoad.Leg.ARRIVING
    ]
    if elsewhere:
        raise NotOnThisTrain(train=train.call.number, numbers=_numbers(elsewhere))
    if done := [each for each in found if each.done_at]:
        raise AlreadyDischarged(numbers=_numbers(done))
    return found


def _numbers(loads: Iterable[WagonLoad]) -> str:
    return ", ".join(each.visit.container.number for each in loads)


def _require_planned(train: TrainVisit, visits: list[Visit]) -> None:
    strangers = sorted(each.container.number for each in visits if each.departure_call_id != train.call_id)
    if strangers:
        raise NotForThisTrain(train=train.call.number, numbers=", ".join(strangers))


def _wagons(train: TrainVisit, wagon: Wagon | None) -> list[Wagon]:
    rows = train.wagons.filter(set_out_at=None).order_by("pk").select_for_update(no_key=True, of=("self",))
    locked = sorted(rows, key=lambda each: each.sequence)
    if wagon is None:
        return locked
    if wagon.pk not in {each.pk for each in locked}:
        raise NotOnThisTrain(train=train.call.number, numbers=wagon.number)
    return [each for each in locked if each.pk == wagon.pk]


def _flat(wagon: Wagon) -> Flat:
    """The wagon with what stands on it now: boxes not yet discharged, and boxes loaded."""
    flat = Flat(wagon.number, wagon.tare_kg or USUAL_TARE_KG)
    still = Q(leg=WagonLoad.Leg.ARRIVING, done_at=None) | Q(leg=WagonLoad.Leg.DEPARTING)
    for each in wagon.loads.filter(still).select_related("visit__container"):
        box = _cargo(each.visit)
        flat.taken |= dict.fromkeys(range(each.place, each.place + box.places), box)
    return flat


def _cargo(visit: Visit) -> Cargo:
    size = SizeType.parse(visit.container.size_type)
    return Cargo(visit.container.number, size.bays, visit.gross_kg or EMPTY_BOX_KG)


def _write(
    visits: list[Visit], wagons: list[Wagon], found: dict[str, tuple[Flat, int]], at: datetime
) -> list[WagonLoad]:
    by_number: dict[str, list[Wagon]] = defaultdict(list)
    for wagon in wagons:
        by_number[wagon.number].append(wagon)
    return WagonLoad.objects.bulk_create(
        WagonLoad(
            wagon=by_number[flat.number][0], visit=visit, leg=WagonLoad.Leg.DEPARTING, place=place, done_at=at
        )
        for visit in visits
        for flat, place in [found[visit.container.number]]
    )
