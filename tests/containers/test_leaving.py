from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.calls import services as calls
from apps.common.steps import ChangedMeanwhile
from apps.containers.models import Visit
from apps.containers.services import LeavesBeforeItCame, departed_with, leave_visits, strip_visits
from apps.containers.services.leaving import NotAWayOut
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.events import EventKind
from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import NotReady, Step
from terminal.throughput import Mode
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import PermissionRuleFactory, VisitFactory, WeightFactory
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db

BEAT = Actor.itself("test")
NOON = MARCH_14 + timedelta(hours=2)
EVENING = MARCH_14 + timedelta(hours=9)


@pytest.fixture
def free(lyg):
    """A site where customs asks nothing of boxes in transit."""
    for step in Step:
        PermissionRuleFactory(terminal=lyg, step=step.value, required=False)
    return lyg


def box(terminal, **more) -> Visit:
    return VisitFactory(terminal=terminal, active=True, **more)


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.ROAD])
def test_a_loaded_box_has_left_the_ground_and_goes_when_its_carrier_goes(free, mode):
    call = CallFactory(terminal=free, mode=mode.value, working=True)
    visit, other = box(free, departure_call=call), box(free, departure_call=call)
    WeightFactory(visit=visit)
    leave_visits([visit], step=Step.LOAD, by=BEAT, at=NOON)
    row = Visit.objects.get(pk=visit.pk)
    assert (row.state, row.position, row.departed_at) == (VisitState.ACTIVE, Position.ON_CARRIER, NOON)
    told = Entry.objects.get(visit_id=visit.pk)
    assert (told.kind, told.call_id, told.payload["mode"]) == (EventKind.CONTAINER_LOADED, call.pk, mode.value)

    calls.finish_work(call, by=BEAT, at=EVENING)
    calls.depart(call, by=BEAT, at=EVENING)
    row.refresh_from_db()
    assert (row.state, row.position, row.departed_at) == (VisitState.DEPARTED, Position.GONE, NOON)
    assert Visit.objects.get(pk=other.pk).position == Position.IN_YARD
    assert departed_with(call, by=BEAT, at=EVENING) == 0


def test_a_box_through_the_gate_is_gone_at_once_and_went_by_road(free):
    visit = box(free, departure_call=CallFactory(terminal=free))
    leave_visits([visit], step=Step.GATE_OUT, by=BEAT, at=NOON)
    assert (visit.state, visit.position, visit.departed_at) == (VisitState.DEPARTED, Position.GONE, NOON)
    told = Entry.objects.get(visit_id=visit.pk)
    assert (told.kind, told.payload["mode"], told.payload["call"]) == (EventKind.CONTAINER_GATED_OUT, "road", "")


def test_the_truck_that_was_planned_is_named_at_the_gate(free):
    truck = CallFactory(terminal=free, truck=True, arrived=True, number="苏G12345")
    leave_visits([box(free, departure_call=truck)], step=Step.GATE_OUT, by=BEAT, at=NOON)
    assert Entry.objects.get().payload["call"] == "苏G12345"


def test_a_stripped_box_is_empty_and_its_weight_unknown(free):
    visit = box(free)
    strip_visits([visit], by=BEAT, at=NOON)
    row = Visit.objects.get(pk=visit.pk)
    assert (row.laden, row.gross_kg, row.position) == (False, None, Position.IN_YARD)
    assert Entry.objects.get().kind == EventKind.CONTAINER_STRIPPED


def test_no_box_is_loaded_onto_a_carrier_that_was_made_ready_meanwhile(free):
    call = CallFactory(terminal=free, working=True)
    visit = box(free, departure_call=call)
    calls.finish_work(call, by=BEAT, at=NOON)
    with pytest.raises(NotReady):
        leave_visits([visit], step=Step.LOAD, by=BEAT, at=NOON)


def test_a_box_replanned_behind_our_back_is_looked_at_again(free):
    call = CallFactory(terminal=free, phase=Phase.IN_PROCESSING.value)
    visit = box(free, departure_call=call)
    Visit.objects.filter(pk=visit.pk).update(departure_call=CallFactory(terminal=free, working=True))
    with pytest.raises(ChangedMeanwhile):
        leave_visits([visit], step=Step.LOAD, by=BEAT, at=NOON)


def test_a_box_does_not_leave_before_it_came(free):
    with pytest.raises(LeavesBeforeItCame):
        leave_visits([box(free)], step=Step.GATE_OUT, by=BEAT, at=MARCH_14 - timedelta(minutes=1))


@pytest.mark.parametrize("step", [Step.STRIP, Step.RELEASE])
def test_a_box_leaves_by_load_or_gate_out(free, step):
    with pytest.raises(NotAWayOut):
        leave_visits([box(free)], step=step, by=BEAT, at=NOON)


def test_a_hundred_boxes_leave_in_as_many_queries_as_one(free):
    cost = []
    for count in (1, 100):
        call = CallFactory(terminal=free, working=True)
        visits = [box(free, departure_call=call) for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            leave_visits(visits, step=Step.LOAD, by=BEAT, at=NOON)
        cost.append(len(queries))
    assert cost[0] == cost[1]


def test_nobody_leaves_without_the_right(free):
    with pytest.raises(NotYours):
        leave_visits([box(free)], step=Step.GATE_OUT, by=Actor.person(staff(username="erlan")), at=NOON)
