"""A consist taken in: wagons in order, and a visit for every box on them."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil
from typing import Any

from django.db.models import F, Q, QuerySet

from apps.containers.models import Visit
from apps.containers.services import Advice, advise, cancel_visit, match_arrivals
from apps.parties.actors import Actor
from apps.trains.consist import Consist, ConsistBox, ConsistWagon
from apps.trains.models import TrainVisit, Wagon, WagonLoad
from apps.trains.services.refusals import ConsistContradicts, TrainHasLeft
from apps.trains.services.rows import asked, note
from terminal.events import EventKind
from terminal.lifecycle import ON_SITE, Phase, VisitState
from terminal.regimes import Goods

ASIDE = 10_000
"""Added to the places of wagons while they are put into a new order."""

Key = tuple[str, str]
"""A wagon by scheme and number."""


def receive_consist(train: TrainVisit, consist: Consist, *, by: Actor, at: datetime) -> TrainVisit:
    """The train's papers are here: its wagons and what stands on each. All or nothing.

    A box advised for this train (or to its operator) keeps that visit; one that nobody announced gets a visit marked
    so. Received again, the papers replace only what is not done yet: boxes already discharged stay as they are, and
    visits that only the former papers spoke of are cancelled.
    Raises ``NotYours``, ``CallIsOver`` (cancelled or closed; kept in the journal), ``TrainHasLeft``,
    ``ConsistContradicts``.
    """
    with asked(train, "consist", by=by, at=at):
        if train.call.phase == Phase.DEPARTED:
            raise TrainHasLeft(number=train.call.number)
        again = train.consist_received_at is not None
        former = _forget_undone(train)
        wagons = _write_wagons(train, consist)
        visits, unannounced = _write_loads(train, consist, wagons, by=by, at=at)
        dropped = _cancel_dropped(former, visits, by=by, at=at)
        _stamp(train, consist, at)
        said = {"wagons": len(consist.wagons), "boxes": len(consist.boxes), "teu": str(consist.teu)}
        note(train, EventKind.CONSIST_RECEIVED, by=by, at=at, unannounced=unannounced, dropped=dropped, again=again, **said)
    return train


def _arriving(train: TrainVisit) -> QuerySet[WagonLoad]:
    loads = WagonLoad.objects.filter(wagon__train=train, leg=WagonLoad.Leg.ARRIVING)
    return loads.select_related("wagon", "visit__container").order_by("pk")


def _forget_undone(train: TrainVisit) -> list[Visit]:
    undone = list(_arriving(train).filter(done_at=None).select_for_update(of=("self",)))
    WagonLoad.objects.filter(pk__in=[load.pk for load in undone]).delete()
    return [load.visit for load in undone]


def _write_wagons(train: TrainVisit, consist: Consist) -> dict[Key, Wagon]:
    told: dict[Key, ConsistWagon] = {(each.scheme.value, each.number): each for each in consist.wagons}
    wagons = train.wagons.order_by("sequence")
    worked = Q(loads__isnull=False) | Q(set_out_at__isnull=False)
    kept = set(wagons.filter(worked).values_list("pk", flat=True))
    gone = [each.pk for each in wagons if (each.scheme, each.number) not in told and each.pk not in kept]
    Wagon.objects.filter(pk__in=gone).delete()
    wagons.update(sequence=F("sequence") + ASIDE, version=F("version") + 1)
    known = {(each.scheme, each.number): each for each in wagons.all()}
    _put_in_order(known, told)
    new = [Wagon(train=train, **_of(each)) for key, each in told.items() if key not in known]
    Wagon.objects.bulk_create(new)
    return known | {(each.scheme, each.number): each for each in new}


def _put_in_order(known: dict[Key, Wagon], told: dict[Key, ConsistWagon]) -> None:
    """Wagons of the papers get their place there; worked ones the papers leave out follow at the end."""
    left_out = [wagon for key, wagon in known.items() if key not in told]
    for place, wagon in enumerate(left_out, start=len(told) + 1):
        wagon.sequence = place
    for key in known.keys() & told.keys():
        for name, value in _of(told[key]).items():
            setattr(known[key], name, value)
    Wagon.objects.bulk_update(known.values(), ["sequence", "wagon_type", "tare_kg", "length_m"])


def _of(told: ConsistWagon) -> dict[str, Any]:
    names = ("sequence", "number", "wagon_type", "tare_kg", "length_m")
    return {name: getattr(told, name) for name in names} | {"scheme": told.scheme.value}


def _write_loads(
    train: TrainVisit, consist: Consist, wagons: dict[Key, Wagon], *, by: Actor, at: datetime
) -> tuple[dict[str, Visit], int]:
    done = list(_arriving(train))
    discharged = {load.visit.container.number for load in done}
    placed = [
        (wagons[wagon.scheme.value, wagon.number], box)
        for wagon in consist.wagons
        for box in wagon.boxes
        if box.number not in discharged
    ]
    _require_places_free(placed, done)
    visits, unannounced = _visits(train, [box for _wagon, box in placed], by=by, at=at)
    WagonLoad.objects.bulk_create(
        WagonLoad(wagon=wagon, visit=visits[box.number], leg=WagonLoad.Leg.ARRIVING, place=box.position)
        for wagon, box in placed
    )
    return visits, unannounced


def _require_places_free(placed: list[tuple[Wagon, ConsistBox]], done: list[WagonLoad]) -> None:
    emptied = {(load.wagon_id, load.place): load for load in done}
    for wagon, box in placed:
        load = emptied.get((wagon.pk, box.position))
        if load is not None:
            was = load.visit.container.number
            raise ConsistContradicts(number=box.number, wagon=wagon.number, place=box.position, done=was)


def _visits(
    train: TrainVisit, boxes: list[ConsistBox], *, by: Actor, at: datetime
) -> tuple[dict[str, Visit], int]:
    """A visit for every box by its number, and how many nobody had announced."""
    call = train.call
    known = match_arrivals(
        terminal=call.terminal, boxes={box.number: () for box in boxes}, call=call, party=call.operator, at=at
    )
    unannounced = [box for box in boxes if box.number not in known]
    made = advise([_advice(train, box) for box in unannounced], by=by, at=at)
    return known | {box.number: visit for box, visit in zip(unannounced, made, strict=True)}, len(made)


def _advice(train: TrainVisit, box: ConsistBox) -> Advice:
    return Advice(
        terminal=train.call.terminal,
        number=box.number,
        size_type=box.size_type,
        laden=box.laden,
        goods=Goods.EMPTY if box.laden is False else Goods.STANDARD,
        gross_kg=box.gross_kg,
        destination=box.destination,
        arrival_call=train.call,
        unannounced=True,
    )


def _cancel_dropped(former: Iterable[Visit], now: dict[str, Visit], *, by: Actor, at: datetime) -> list[str]:
    kept = {visit.pk for visit in now.values()}
    dropped = [
        visit
        for visit in former
        if visit.unannounced and visit.state == VisitState.ADVISED and visit.pk not in kept
    ]
    for visit in sorted(dropped, key=lambda each: each.pk):
        cancel_visit(visit, by=by, at=at, reason="left out of the train's new consist")
    return [visit.container.number for visit in dropped]


def _stamp(train: TrainVisit, consist: Consist, at: datetime) -> None:
    """Note the papers; a train that has not come yet is at least as long as its wagons."""
    wagons_m = ceil(consist.length_m) if consist.length_m else 0
    train.length_m = train.length_m if train.call.phase in ON_SITE else max(train.length_m, wagons_m)
    train.consist_received_at = at
    TrainVisit.objects.filter(pk=train.pk).update(
        consist_received_at=at, length_m=train.length_m, version=F("version") + 1
    )
    train.version += 1
