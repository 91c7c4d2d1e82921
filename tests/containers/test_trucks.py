"""Boxes on trucks: through the gate, off the truck, onto one, and out; never past the gate by driving away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.calls import services as calls
from apps.containers import services
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import NotReady, Owner, Step
from terminal.throughput import Mode
from tests.factories.calls import CallFactory
from tests.factories.containers import PermissionFactory, VisitFactory

BY = Actor.itself("test")
NOW = timezone.now()


@pytest.fixture
def truck(lyg):
    return CallFactory(terminal=lyg, mode=Mode.ROAD.value, number="苏G12345", phase=Phase.ARRIVED.value, arrived_at=NOW)


@pytest.fixture
def free_box(lyg):
    visit = VisitFactory(terminal=lyg, active=True)
    PermissionFactory(visit=visit, step=Step.GATE_OUT.value)
    return visit


def through_the_gate(truck, visit=None):
    visit = visit or VisitFactory(terminal=truck.terminal)
    services.arrive_visits([services.Arrived(visit, Position.ON_CARRIER, truck)], by=BY, at=NOW)
    return Visit.objects.get(pk=visit.pk)


def test_a_box_passes_the_gate_on_its_truck_and_is_counted_there(truck):
    visit = through_the_gate(truck)
    assert (visit.state, visit.position, visit.carrier_call) == ("active", "on_carrier", truck)
    assert Entry.objects.get(visit_id=visit.pk).kind == EventKind.CONTAINER_GATED_IN


def test_a_box_is_lifted_off_its_truck_into_the_yard(truck):
    visit = services.ground_visits([through_the_gate(truck)], by=BY, at=NOW)[0]
    visit.refresh_from_db()
    assert (visit.position, visit.carrier_call) == (Position.IN_YARD, None)


def test_nothing_is_lifted_off_a_truck_that_is_not_on_one(lyg):
    with pytest.raises(services.NotOnATruck):
        services.ground_visits([VisitFactory(terminal=lyg, active=True)], by=BY, at=NOW)


def test_a_box_does_not_arrive_on_a_train_that_keeps_it(lyg):
    train = CallFactory(terminal=lyg, phase=Phase.ARRIVED.value, arrived_at=NOW)
    with pytest.raises(services.NotOnTheGround):
        services.arrive_visits(
            [services.Arrived(VisitFactory(terminal=lyg), Position.ON_CARRIER, train)], by=BY, at=NOW
        )


def test_a_box_is_put_on_a_truck_and_passes_the_gate_later(truck, free_box):
    services.put_on_truck([free_box], truck, by=BY, at=NOW)
    assert (free_box.state, free_box.position, free_box.carrier_call) == ("active", "on_carrier", truck)
    assert not Entry.objects.filter(kind=EventKind.CONTAINER_GATED_OUT.value).exists()
    services.leave_visits([free_box], step=Step.GATE_OUT, by=BY, at=NOW + timedelta(minutes=5))
    free_box.refresh_from_db()
    assert (free_box.state, free_box.carrier_call) == (VisitState.DEPARTED, None)


def test_what_is_not_ready_is_not_put_on_a_truck(truck):
    with pytest.raises(NotReady):
        services.put_on_truck([VisitFactory(terminal=truck.terminal, active=True)], truck, by=BY, at=NOW)


def test_a_box_is_not_put_on_a_truck_that_has_not_come(lyg, free_box):
    coming = CallFactory(terminal=lyg, mode=Mode.ROAD.value, phase=Phase.ANNOUNCED.value)
    with pytest.raises(services.NoTruck):
        services.put_on_truck([free_box], coming, by=BY, at=NOW)


def test_a_box_stopped_between_crane_and_gate_does_not_pass_the_gate(truck, free_box):
    services.put_on_truck([free_box], truck, by=BY, at=NOW)
    services.place_holds([services.NewHold(visit=free_box, owner=Owner.CUSTOMS, reason="inspection")], by=BY, at=NOW)
    with pytest.raises(NotReady):
        services.leave_visits([free_box], step=Step.GATE_OUT, by=BY, at=NOW)


def test_a_box_loaded_on_a_train_does_not_go_out_through_the_gate(lyg, free_box):
    train = CallFactory(terminal=lyg, phase=Phase.ARRIVED.value, arrived_at=NOW)
    Visit.objects.filter(pk=free_box.pk).update(
        position=Position.ON_CARRIER.value, carrier_call=train, departure_call=train
    )
    free_box.refresh_from_db()
    with pytest.raises(NotReady, match="wrong-position"):
        services.leave_visits([free_box], step=Step.GATE_OUT, by=BY, at=NOW)


@pytest.mark.parametrize("way", ["in", "out"])
def test_a_truck_does_not_drive_away_with_a_box_past_the_gate(truck, free_box, way):
    if way == "out":
        services.put_on_truck([free_box], truck, by=BY, at=NOW)
    else:
        through_the_gate(truck)
    calls.finish_work(truck, by=BY, at=NOW)
    with pytest.raises(services.StillAboard):
        calls.depart(truck, by=BY, at=NOW + timedelta(minutes=5))
