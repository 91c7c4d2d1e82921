"""A train's papers: wagons in order, and a visit for every box on them."""

from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q

from apps.calls import services as calls
from apps.calls.models import Call
from apps.calls.services.refusals import lock, require_under_way
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.trains.consist import Consist, ConsistBox, ConsistWagon
from apps.trains.models import TrainVisit, Wagon, WagonLoad
from apps.trains.services.arriving import RIGHT, of_train
from apps.trains.services.refusals import ConsistContradicts
from terminal.advice import Way
from terminal.events import EventKind
from terminal.lifecycle import LoadPlanState, Phase, StepNotAllowed, VisitState

ASIDE: Final = 10_000
"""Added to the places of wagons while they are put into a new order."""

Key = tuple[str, str]
"""A wagon by scheme and number."""


def receive_consist(train: TrainVisit, consist: Consist, *, by: Actor, at: datetime) -> list[Visit]:
    """Write down what the train brings, wagon by wagon. All or nothing; the visits of the boxes still to come off.

    A box nobody announced becomes an advised visit that is marked so. Received again, the papers replace only what is
    not done yet: boxes that are off stay as they are, wagons that were worked, set out or promised to boxes by an
    approved plan stay in the train, and a visit that only the former papers knew of is cancelled. Raises ``NotYours``,
    ``CallIsOver`` (kept in the journal), ``StepNotAllowed`` (the train has left), ``ConsistContradicts``.
    """
    by.require(RIGHT, train.call.terminal)
    with calls.messages_about(train.call, message="consist", by=by, at=at):
        lock(train.call)
        require_under_way(train.call)
        _require_not_left(train)
        WagonLoad.objects.filter(wagon__train=train, leg=WagonLoad.Leg.ARRIVING, done_at=None).delete()
        wagons = _write_wagons(train, consist)
        coming = _still_coming(train, consist, wagons)
        visits = _visits_of(train.call, [box for _wagon, box in coming], by=by, at=at)
        _cancel_unnamed(train.call, visits, by=by, at=at)
        WagonLoad.objects.bulk_create(
            WagonLoad(wagon=wagon, visit=visits[box.number], leg=WagonLoad.Leg.ARRIVING, place=box.position)
            for wagon, box in coming
        )
        _note_consist(train, consist, visits, by=by, at=at)
    return list(visits.values())


def _require_not_left(train: TrainVisit) -> None:
    if train.call.phase == Phase.DEPARTED:
        raise StepNotAllowed(thing="train", present=train.call.phase, wanted="consist received", possible=Phase.CLOSED)


def _write_wagons(train: TrainVisit, consist: Consist) -> dict[Key, Wagon]:
    told: dict[Key, ConsistWagon] = {(each.scheme.value, each.number): each for each in consist.wagons}
    present = Wagon.objects.filter(train=train).order_by("sequence")
    promised = Q(planned__plan__state=LoadPlanState.APPROVED.value)
    worked = present.filter(Q(loads__isnull=False) | Q(set_out_at__isnull=False) | promised)
    kept = set(worked.values_list("pk", flat=True))
    gone = [each.pk for each in present if (each.scheme, each.number) not in told and each.pk not in kept]
    Wagon.objects.filter(pk__in=gone).delete()
    present.update(sequence=F("sequence") + ASIDE, version=F("version") + 1)
    known = {(each.scheme, each.number): each for each in present.all()}
    _put_in_order(known, told)
    new = [Wagon(train=train, **_facts(each)) for key, each in told.items() if key not in known]
    Wagon.objects.bulk_create(new)
    return known | {(each.scheme, each.number): each for each in new}


def _put_in_order(known: dict[Key, Wagon], told: dict[Key, ConsistWagon]) -> None:
    """Wagons of the papers take their places there; worked ones the papers leave out follow at the end."""
    after = max((each.sequence for each in told.values()), default=0)
    for place, key in enumerate((key for key in known if key not in told), start=after + 1):
        known[key].sequence = place
    for key in known.keys() & told.keys():
        for name, value in _facts(told[key]).items():
            setattr(known[key], name, value)
    Wagon.objects.bulk_update(known.values(), ["sequence", "wagon_type", "tare_kg", "length_m"])


def _facts(told: ConsistWagon) -> dict[str, Any]:
    names = ("sequence", "number", "wagon_type", "tare_kg", "length_m")
    return {name: getattr(told, name) for name in names} | {"scheme": told.scheme.value}


def _still_coming(train: TrainVisit, consist: Consist, wagons: dict[Key, Wagon]) -> list[tuple[Wagon, ConsistBox]]:
    """The boxes of the papers that are not off yet, each with its wagon's row."""
    done = WagonLoad.objects.filter(wagon__train=train, leg=WagonLoad.Leg.ARRIVING)
    emptied = {(load.wagon_id, load.place): load for load in done.select_related("visit__container")}
    off = {load.visit.container.number for load in emptied.values()}
    coming = [
        (wagons[wagon.scheme.value, wagon.number], box)
        for wagon in consist.wagons
        for box in wagon.boxes
        if box.number not in off
    ]
    for wagon, box in coming:
        if clash := emptied.get((wagon.pk, box.position)):
            was = clash.visit.container.number
            raise ConsistContradicts(number=box.number, wagon=wagon.number, place=box.position, done=was)
    return coming


def _visits_of(call: Call, boxes: list[ConsistBox], *, by: Actor, at: datetime) -> dict[str, Visit]:
    """The advised visit of each box, made where nobody announced it."""
    numbers: dict[str, list[tuple[str, str]]] = {box.number: [] for box in boxes}
    found = containers.match_arrivals(terminal=call.terminal, boxes=numbers, call=call, party=call.operator, at=at)
    unannounced = [box for box in boxes if box.number not in found]
    made = containers.advise([_advice(call, box) for box in unannounced], by=by, at=at)
    _say_load(found, boxes, by=by, at=at)
    return {**found, **{box.number: visit for box, visit in zip(unannounced, made, strict=True)}}


def _say_load(found: dict[str, Visit], boxes: list[ConsistBox], *, by: Actor, at: datetime) -> None:
    """The consist's word on the load of boxes that were advised; a box known to be laden stays laden."""
    told = [(found[box.number], box.laden) for box in boxes if box.number in found]
    news = [(visit, laden) for visit, laden in told if laden or not visit.knows("laden")]
    papers = [containers.Papers(visit=visit, laden=laden) for visit, laden in news if laden is not None]
    if papers:
        containers.describe(papers, by=by, at=at)


def _advice(call: Call, box: ConsistBox) -> containers.Advice:
    return containers.Advice(
        terminal=call.terminal,
        number=box.number,
        size_type=box.size_type,
        laden=box.laden,
        gross_kg=box.gross_kg,
        destination=box.destination,
        arrival_call=call,
        unannounced=True,
        way=Way.CONSIST,
    )


def _cancel_unnamed(call: Call, named: dict[str, Visit], *, by: Actor, at: datetime) -> None:
    left = Visit.objects.filter(arrival_call=call, unannounced=True, state=VisitState.ADVISED.value).exclude(
        pk__in=[visit.pk for visit in named.values()]
    )
    for visit in left.select_related("container", "terminal").order_by("pk"):
        containers.cancel_visit(visit, by=by, at=at, reason="not in the consist")


def _note_consist(train: TrainVisit, consist: Consist, visits: dict[str, Visit], *, by: Actor, at: datetime) -> None:
    TrainVisit.objects.filter(pk=train.pk).update(consist_received_at=at, version=F("version") + 1)
    train.consist_received_at = at
    counted = {
        "number": train.call.number,
        "wagons": len(consist.wagons),
        "boxes": len(consist.boxes),
        "unannounced": sum(visit.unannounced for visit in visits.values()),
    }
    record(of_train(train, EventKind.CONSIST_RECEIVED, by=by, at=at, payload=counted))
