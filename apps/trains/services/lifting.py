"""A train worked box by box: its work list in the yard's orders, and what each confirmed move means to its wagons."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.calls.models import Call
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.trains.models import TrainVisit, WagonLoad
from apps.trains.selectors import loads_to_discharge
from apps.trains.services.arriving import RIGHT
from apps.trains.services.refusals import NothingToDischarge, NotPlannedOnThisTrain
from apps.trains.services.working import begin, note_loaded
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from apps.yard.selectors import retrieval_order
from terminal.work import Work

PRIORITY = 3
"""Of a train's orders: it stands on a track that others need."""


@transaction.atomic
def plan_discharge(train: TrainVisit, *, by: Actor, at: datetime) -> list[WorkOrder]:
    """Ask for every box that is still on the train, wagon by wagon; those asked for already are left.

    Raises ``NotYours``, ``NothingToDischarge``.
    """
    by.require(RIGHT, train.call.terminal)
    loads = loads_to_discharge(train)
    asked = _asked([load.visit for load in loads], Work.DISCHARGE)
    new = [
        yard.NewOrder(
            kind=Work.DISCHARGE,
            visit=load.visit,
            call=train.call,
            priority=PRIORITY,
            sequence=turn,
            due_at=train.call.scheduled_departure_at,
            reason=f"{train.call.number}, {load.wagon.number}/{load.place}",
        )
        for turn, load in enumerate(loads, start=1)
        if load.visit_id not in asked
    ]
    if not loads:
        raise NothingToDischarge(train=train.call.number)
    return yard.plan_orders(new, by=by.entrusted(), at=at) if new else []


@transaction.atomic
def plan_load(train: TrainVisit, visits: list[Visit], *, by: Actor, at: datetime) -> list[WorkOrder]:
    """Ask for boxes that are planned on the train, those on top first; those asked for already are left.

    Raises ``NotYours``, ``NotPlannedOnThisTrain``, and as ``yard.plan_orders``.
    """
    by.require(RIGHT, train.call.terminal)
    for visit in visits:
        if visit.departure_call_id != train.call_id:
            raise NotPlannedOnThisTrain(number=visit.container.number, train=train.call.number)
    asked = _asked(visits, Work.LOAD)
    turns = {each.visit_id: each.turn for each in retrieval_order(visit.pk for visit in visits)}
    new = [
        yard.NewOrder(
            kind=Work.LOAD,
            visit=visit,
            call=train.call,
            priority=PRIORITY,
            sequence=turns.get(visit.pk, 0),
            due_at=train.call.scheduled_departure_at,
            reason=train.call.number,
        )
        for visit in visits
        if visit.pk not in asked
    ]
    return yard.plan_orders(new, by=by.entrusted(), at=at) if new else []


def _asked(visits: list[Visit], work: Work) -> set[int]:
    orders = WorkOrder.objects.open().filter(visit__in=visits, kind=work.value)
    return set(orders.values_list("visit", flat=True))


def note_carried_out(order: WorkOrder, *, by: Actor, at: datetime) -> None:
    """Part of a confirmed move at a train: what came off is done, what went on stands on a wagon.

    Raises ``NoWagonPlace``.
    """
    if Work(order.kind) in (Work.DISCHARGE, Work.TRANSFER):
        _came_off(order, by=by, at=at)
    if Work(order.kind) in (Work.LOAD, Work.TRANSFER):
        _went_on(order, order.onward_call or order.call, by=by, at=at)


def _came_off(order: WorkOrder, *, by: Actor, at: datetime) -> None:
    train = _train(order.call)
    if train is not None:
        begin(train, by=by, at=at)
        came = WagonLoad.objects.filter(visit=order.visit_id, leg=WagonLoad.Leg.ARRIVING, done_at=None)
        came.update(done_at=at, version=F("version") + 1)


def _went_on(order: WorkOrder, call: Call | None, *, by: Actor, at: datetime) -> None:
    train = _train(call)
    if train is not None:
        begin(train, by=by, at=at)
        note_loaded(train, [order.visit], by=by, at=at)


def _train(call: Call | None) -> TrainVisit | None:
    return TrainVisit.objects.select_related("call__terminal").filter(call=call).first() if call else None


def ready_to_load(train: TrainVisit) -> list[Visit]:
    """Boxes in the yard that are planned on the train."""
    planned = Visit.objects.in_yard().filter(departure_call=train.call_id)
    return list(planned.select_related("container", "terminal", "departure_call").order_by("pk"))
