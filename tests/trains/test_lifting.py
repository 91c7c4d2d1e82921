"""A train worked box by box: its work list, and what each confirmed move means to its wagons."""

import pytest
from django.utils import timezone

from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.models import WagonLoad
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.lifecycle import Phase
from terminal.readiness import Step
from tests.factories.containers import PermissionFactory, VisitFactory
from tests.factories.trains import TrainVisitFactory, WagonFactory
from tests.factories.yard import BlockFactory

BY = Actor.itself("test")
NOW = timezone.now()


@pytest.fixture
def train(lyg):
    BlockFactory(terminal=lyg, code="A")
    return TrainVisitFactory(call__terminal=lyg, call__phase=Phase.ARRIVED.value, call__arrived_at=NOW)


def came_with(train, place=1, **more):
    visit = VisitFactory(terminal=train.call.terminal, arrival_call=train.call)
    return WagonLoad.objects.create(wagon=WagonFactory(train=train, **more), visit=visit, leg="arriving", place=place)


def goes_with(train, bay, tier):
    visit = VisitFactory(in_yard=True, terminal=train.call.terminal, departure_call=train.call)
    PermissionFactory(visit=visit, step=Step.LOAD.value)
    yard.place(visit, train.call.terminal.block_set.get(), bay, 1, tier, by=BY, at=NOW)
    return visit


def carry_out(order):
    return yard.confirm(yard.hand_out(order, equipment=None, by=BY, at=NOW), by=BY, at=NOW)


def test_every_box_on_the_train_is_asked_for_once_wagon_by_wagon(train):
    loads = [came_with(train, sequence=n) for n in (2, 1)]
    asked = services.plan_discharge(train, by=BY, at=NOW)
    assert [order.visit_id for order in asked] == [loads[1].visit_id, loads[0].visit_id]
    assert services.plan_discharge(train, by=BY, at=NOW) == []


def test_a_confirmed_box_is_off_its_wagon_and_the_train_in_work(train):
    load = came_with(train)
    carry_out(services.plan_discharge(train, by=BY, at=NOW)[0])
    load.refresh_from_db()
    train.call.refresh_from_db()
    assert (load.done_at, train.call.phase) == (NOW, Phase.IN_PROCESSING)


def test_an_expected_train_is_not_handed_out_before_it_is_there(train):
    came_with(train)
    train.call.__class__.objects.filter(pk=train.call_id).update(phase=Phase.ANNOUNCED.value, arrived_at=None)
    services.plan_discharge(train, by=BY, at=NOW)
    assert yard.hand_out_next(train.call.terminal, equipment=None, by=BY, at=NOW) is None


def test_boxes_on_top_are_loaded_first_and_each_stands_on_a_wagon(train):
    WagonFactory(train=train)
    below, top = goes_with(train, 1, 1), goes_with(train, 1, 2)
    services.plan_load(train, [below, top], by=BY, at=NOW)
    terminal = train.call.terminal
    first = yard.hand_out_next(terminal, equipment=None, by=BY, at=NOW)
    assert first.visit == top
    yard.confirm(first, by=BY, at=NOW)
    assert WagonLoad.objects.get(leg="departing").visit == top


def test_a_box_no_wagon_has_room_for_stays_where_it_is(train):
    visit = goes_with(train, 1, 1)
    order = services.plan_load(train, [visit], by=BY, at=NOW)[0]
    with pytest.raises(services.NoWagonPlace):
        carry_out(order)
    visit.refresh_from_db()
    assert visit.position == "in_yard"


def test_a_box_of_another_train_is_not_on_the_list(train):
    other = goes_with(train, 1, 1)
    type(other).objects.filter(pk=other.pk).update(departure_call=None)
    other.refresh_from_db()
    with pytest.raises(services.NotPlannedOnThisTrain):
        services.plan_load(train, [other], by=BY, at=NOW)


def test_a_train_discharged_at_once_leaves_a_done_order_for_each_box(train):
    load = came_with(train)
    services.discharge(train, by=BY, at=NOW)
    order = WorkOrder.objects.get()
    assert (order.kind, order.state, order.visit_id) == ("discharge", "done", load.visit_id)
    assert order.went_to.startswith("A-")
