"""Real threads on real connections: whoever is first wins, and only one is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from apps.calls import services as calls
from apps.calls.models import Call
from apps.containers.models import Container, Hold, Visit
from apps.containers.services import (
    Advice,
    Arrived,
    NewHold,
    StillPlanned,
    advise,
    arrive_visits,
    confirm_override,
    empty_visits,
    leave_visits,
    lift_hold,
    place_holds,
    propose_override,
)
from apps.journal.models import Entry
from apps.parties.actors import Actor
from terminal.errors import Refused
from terminal.events import EventKind
from terminal.lifecycle import Phase, VisitState
from terminal.readiness import Owner, Step
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    PermissionFactory,
    PermissionRuleFactory,
    VisitFactory,
    container_number,
)
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.locking import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)

BEAT = Actor.itself("test")
NOON = MARCH_14 + timedelta(hours=2)
ROUNDS = 5


def at_once(*tasks: Callable[[], object]) -> list[str]:
    """What became of tasks that start together: ``done``, or the code of the refusal."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> str:
        try:
            start.wait(timeout=10)
            task()
        except Refused as refusal:
            return refusal.code()
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(tasks)) as pool:
        return sorted(pool.map(run, tasks))


@pytest.fixture
def site():
    return TerminalFactory()


def test_of_two_arrivals_of_one_box_one_is_active(site):
    for _ in range(ROUNDS):
        box = ContainerFactory()
        both = [VisitFactory(terminal=site, container=box) for _ in range(2)]
        told = at_once(*(lambda visit=visit: arrive_visits([Arrived(visit)], by=BEAT, at=NOON) for visit in both))
        assert told == ["already-here", "done"]
        assert Visit.objects.filter(container=box, state=VisitState.ACTIVE).count() == 1
        assert Entry.objects.filter(container_number=box.number).count() == 1


def test_one_visit_arrives_once(site):
    for _ in range(ROUNDS):
        visit = VisitFactory(terminal=site)
        same = [Visit.objects.get(pk=visit.pk) for _ in range(2)]
        told = at_once(*(lambda row=row: arrive_visits([Arrived(row)], by=BEAT, at=NOON) for row in same))
        assert told == ["done", "step-not-allowed"]


def test_two_lists_in_opposite_order_do_not_lock_each_other_out(site):
    for _ in range(ROUNDS):
        visits = [VisitFactory(terminal=site, active=True) for _ in range(20)]
        new = [NewHold(visit=visit, owner=Owner.TERMINAL, reason="storm") for visit in visits]
        lists = (new, new[::-1])
        assert at_once(*(lambda one=one: place_holds(one, by=BEAT, at=NOON) for one in lists)) == ["done", "done"]


def test_a_call_departs_once(site):
    for _ in range(ROUNDS):
        call = CallFactory(terminal=site, ready=True)
        same = [Call.objects.get(pk=call.pk) for _ in range(2)]
        told = at_once(*(lambda row=row: calls.depart(row, by=BEAT, at=NOON) for row in same))
        assert told == ["done", "step-not-allowed"]
        assert Entry.objects.filter(call_id=call.pk, kind=EventKind.CALL_DEPARTED).count() == 1


def test_a_box_leaves_once(site):
    for _ in range(ROUNDS):
        visit = VisitFactory(terminal=site, active=True)
        PermissionFactory(visit=visit, step=Step.GATE_OUT.value)
        same = [Visit.objects.get(pk=visit.pk) for _ in range(2)]
        told = at_once(*(lambda r=r: leave_visits([r], step=Step.GATE_OUT, by=BEAT, at=NOON) for r in same))
        assert told == ["done", "not-ready"]
        assert Entry.objects.filter(visit_id=visit.pk).count() == 1


def test_an_override_is_confirmed_once(site):
    people = [Actor.person(staff("containers.override_hold", username=name)) for name in ("zhang.wei", "li", "aigerim")]
    for _ in range(ROUNDS):
        hold = HoldFactory(visit__terminal=site)
        propose_override(hold, by=people[0], at=MARCH_14, reason="repaired")
        same = [Hold.objects.get(pk=hold.pk) for _ in range(2)]
        told = at_once(
            *(
                lambda r=r, who=who: confirm_override(r, by=who, at=NOON)
                for r, who in zip(same, people[1:], strict=True)
            )
        )
        assert told == ["already-lifted", "done"]
        assert Entry.objects.filter(visit_id=hold.visit_id, kind=EventKind.HOLD_OVERRIDDEN).count() == 1


def test_of_two_proposals_one_stands(site):
    people = [Actor.person(staff("containers.override_hold", username=name)) for name in ("zhang.wei", "li")]
    for _ in range(ROUNDS):
        hold = HoldFactory(visit__terminal=site)
        told = at_once(
            *(
                lambda who=who, pk=hold.pk: propose_override(Hold.objects.get(pk=pk), by=who, at=NOON, reason="late")
                for who in people
            )
        )
        assert told == ["done", "override-already-proposed"]


def test_a_hold_placed_while_the_box_leaves_stops_it_or_comes_too_late(site):
    for _ in range(2 * ROUNDS):
        visit = VisitFactory(terminal=site, active=True)
        PermissionFactory(visit=visit, step=Step.GATE_OUT.value)
        new = [NewHold(visit=visit, owner=Owner.CUSTOMS, reason="risk profile")]
        told = at_once(
            lambda visit=visit: leave_visits([Visit.objects.get(pk=visit.pk)], step=Step.GATE_OUT, by=BEAT, at=NOON),
            lambda new=new: place_holds(new, by=BEAT, at=NOON),
        )
        assert told in (["done", "not-ready"], ["done", "visit-is-over"])
        gone = Visit.objects.get(pk=visit.pk).state == VisitState.DEPARTED
        assert gone != Hold.objects.filter(visit=visit).exists()


def test_no_box_gets_onto_a_carrier_that_leaves_at_the_same_moment(site):
    for _ in range(2 * ROUNDS):
        call = CallFactory(terminal=site, working=True)
        visit = VisitFactory(terminal=site, active=True, departure_call=call)
        PermissionFactory(visit=visit)

        def leave(call=call):
            carrier = Call.objects.get(pk=call.pk)
            calls.finish_work(carrier, by=BEAT, at=NOON)
            calls.depart(carrier, by=BEAT, at=NOON)

        told = at_once(leave, lambda v=visit: leave_visits([v], step=Step.LOAD, by=BEAT, at=NOON))
        row = Visit.objects.get(pk=visit.pk)
        assert told in (["done", "done"], ["done", "not-ready"])
        assert Call.objects.get(pk=call.pk).phase == Phase.DEPARTED
        assert row.state == (VisitState.DEPARTED if told == ["done", "done"] else VisitState.ACTIVE)


def test_loading_waits_for_a_departure_under_way_and_is_then_refused(site):
    call = CallFactory(terminal=site, working=True)
    visit = VisitFactory(terminal=site, active=True, departure_call=call)
    PermissionFactory(visit=visit)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            calls.finish_work(call, by=BEAT, at=NOON)
            calls.depart(call, by=BEAT, at=NOON)
            loading = pool.submit(at_once, lambda: leave_visits([visit], step=Step.LOAD, by=BEAT, at=NOON))
            wait([loading], timeout=0.5)
        assert loading.result(timeout=10) == ["not-ready"]
    assert Visit.objects.get(pk=visit.pk).state == VisitState.ACTIVE


def test_a_hold_is_lifted_once_by_two_people(site):
    for _ in range(ROUNDS):
        hold = HoldFactory(visit__terminal=site)
        same = [Hold.objects.get(pk=hold.pk) for _ in range(2)]
        assert at_once(*(lambda r=r: lift_hold(r, by=BEAT, at=NOON) for r in same)) == ["already-lifted", "done"]


def test_a_box_nobody_heard_of_is_advised_twice_at_once_and_is_one_box(site):
    for serial in range(ROUNDS):
        word = Advice(terminal=site, number=container_number(508804 + serial, "TCL"), size_type="22G1")
        assert at_once(*(lambda w=word: advise([w], by=BEAT, at=NOON) for _ in range(3))) == ["done"] * 3
        assert Container.objects.get(number=word.number).visits.count() == 3


def test_a_box_that_is_planned_while_its_lock_is_waited_for_is_not_emptied_behind_its_carriers_back():
    visit = VisitFactory(active=True)
    PermissionRuleFactory(terminal=visit.terminal, step=Step.STRIP.value, required=False)
    call = CallFactory(terminal=visit.terminal, working=True, number="X9014")
    plan = Visit.objects.filter(pk=visit.pk)
    refused = meanwhile(lambda: plan.update(departure_call=call), lambda: empty_visits([visit], by=BEAT, at=NOON))
    assert [(type(each), each.facts["call"]) for each in refused] == [(StillPlanned, "X9014")]
