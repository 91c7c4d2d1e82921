"""Orders that nobody can carry out any more: papers that change, boxes that do not come, or never came."""

import pytest
from django.utils import timezone

from apps.containers import services as containers
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.trains import services as trains
from apps.trains.models import WagonLoad
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.lifecycle import OrderState, Phase
from terminal.readiness import Step
from terminal.work import Work
from tests.factories.calls import CallFactory
from tests.factories.containers import PermissionFactory, VisitFactory
from tests.factories.trains import TrainVisitFactory, WagonFactory
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db

BY = Actor.itself("test")
NOW = timezone.now()
NOW_BY = {"by": BY, "at": NOW}


@pytest.fixture
def train(lyg):
    BlockFactory(terminal=lyg, code="A")
    return CallFactory(terminal=lyg, phase=Phase.IN_PROCESSING.value, arrived_at=NOW)


def ask(kind, visit, **more):
    return yard.plan_orders([yard.NewOrder(kind=kind, visit=visit, **more)], **NOW_BY)[0]


def state_of(order):
    return WorkOrder.objects.get(pk=order.pk).state


@pytest.fixture
def to_load(lyg, train):
    visit = VisitFactory(terminal=lyg, active=True, departure_call=train)
    PermissionFactory(visit=visit, step=Step.LOAD.value)
    return ask(Work.LOAD, visit, call=train)


def replanned(order):
    other = CallFactory(terminal=order.terminal, phase=Phase.IN_PROCESSING.value, arrived_at=NOW)
    containers.describe([containers.Papers(visit=order.visit, departure_call=other)], **NOW_BY)


def test_a_box_planned_elsewhere_since_is_not_handed_out_for_its_former_train(to_load, lyg):
    replanned(to_load)
    assert yard.hand_out_next(lyg, equipment=None, **NOW_BY) is None
    with pytest.raises(yard.NotItsCarrier):
        yard.hand_out(to_load, equipment=None, **NOW_BY)


def test_a_box_planned_elsewhere_since_is_not_confirmed_as_on_its_former_train(to_load):
    yard.hand_out(to_load, equipment=None, **NOW_BY)
    replanned(to_load)
    with pytest.raises(yard.NotItsCarrier):
        yard.confirm(to_load, **NOW_BY)
    to_load.visit.refresh_from_db()
    assert (to_load.visit.position, state_of(to_load)) == ("in_yard", OrderState.DISPATCHED)


def test_of_a_box_that_does_not_come_nothing_is_asked(lyg, train):
    order = ask(Work.DISCHARGE, VisitFactory(terminal=lyg), call=train)
    containers.cancel_visit(order.visit, **NOW_BY)
    assert (state_of(order), yard.hand_out_next(lyg, equipment=None, **NOW_BY)) == (OrderState.CANCELLED, None)


def test_a_visit_whose_box_is_just_being_lifted_is_not_cancelled(lyg, train):
    order = ask(Work.DISCHARGE, VisitFactory(terminal=lyg), call=train)
    yard.hand_out(order, equipment=None, **NOW_BY)
    with pytest.raises(yard.BoxBusy):
        containers.cancel_visit(order.visit, **NOW_BY)


def test_of_a_box_that_never_came_nothing_is_asked(lyg, train):
    visit = VisitFactory(terminal=lyg, arrival_call=train)
    containers.arrive_visits([containers.Arrived(visit, call=train)], **NOW_BY)
    order = ask(Work.SHIFT, visit)
    containers.retract(Entry.objects.get(kind="container-discharged").public_id, reason="another box", **NOW_BY)
    assert state_of(order) == OrderState.CANCELLED


class TestOnAWagon:
    @pytest.fixture
    def load(self, lyg, train):
        wagon = WagonFactory(train=TrainVisitFactory(call=train))
        visit = VisitFactory(terminal=lyg, arrival_call=train)
        return WagonLoad.objects.create(wagon=wagon, visit=visit, leg="arriving")

    def test_a_box_the_consist_names_is_not_cancelled_for_its_train_would_stand_for_ever(self, load):
        with pytest.raises(trains.OnItsWagon):
            containers.cancel_visit(load.visit, **NOW_BY)

    def test_a_box_on_a_wagon_that_was_set_out_holds_no_train(self, load):
        trains.set_out(load.wagon, **NOW_BY)
        containers.cancel_visit(load.visit, **NOW_BY)
        assert load.visit.state == "cancelled"

    def test_a_box_that_came_off_under_a_wrong_number_is_off_its_wagon_and_asked_for_no_more(self, load, lyg, train):
        order = ask(Work.DISCHARGE, load.visit, call=train)
        seen = VisitFactory(terminal=lyg)
        containers.arrive_visits([containers.Arrived(seen, call=train)], **NOW_BY)
        containers.join_number(seen, load.visit.container.number, reason="misread", **NOW_BY)
        load.refresh_from_db()
        assert (load.visit, load.done_at, state_of(order)) == (seen, NOW, OrderState.CANCELLED)
        assert trains.loads_to_discharge(load.wagon.train) == []
