"""Ways around a stop that look harmless: a truck that is loaded, papers that change, advice that is cancelled."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.calls import services as calls
from apps.containers import services
from apps.containers.models import Consignment, Hold, Visit
from apps.containers.selectors import standing_holds
from apps.journal.models import Entry
from apps.journal.services import Happening, record_many
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import NotReady, Step
from terminal.throughput import Mode
from tests.factories.calls import CallFactory
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    PermissionFactory,
    ReferenceFactory,
    StopRuleFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.parties import PartyFactory

pytestmark = pytest.mark.django_db

BY = Actor.itself("test")
NOW = timezone.now()
LATER = NOW + timedelta(minutes=5)
SEAL, DAMAGE = EventKind.SEAL_AFFIXED, EventKind.DAMAGE_NOTED


@pytest.fixture
def truck(lyg):
    return CallFactory(terminal=lyg, mode=Mode.ROAD.value, phase=Phase.IN_PROCESSING.value, arrived_at=NOW)


@pytest.fixture
def train(lyg):
    came = NOW - timedelta(hours=1)
    return CallFactory(terminal=lyg, phase=Phase.IN_PROCESSING.value, scheduled_arrival_at=came, arrived_at=came)


def allowed(step, **more):
    visit = VisitFactory(active=True, **more)
    PermissionFactory(visit=visit, step=step.value)
    return visit


def leaves(call):
    calls.finish_work(call, by=BY, at=LATER)
    calls.depart(call, by=BY, at=LATER)


def test_a_box_is_not_loaded_on_a_truck_which_would_leave_past_the_gate(lyg, truck):
    visit = allowed(Step.LOAD, terminal=lyg, departure_call=truck)
    with pytest.raises(NotReady) as refused:
        services.leave_visits([visit], step=Step.LOAD, by=BY, at=NOW)
    assert refused.value.facts["codes"] == "leaves-by-road"


def test_a_train_does_not_leave_with_a_box_that_stands_on_a_truck(lyg, truck, train):
    visit = VisitFactory(terminal=lyg, departure_call=train)
    services.arrive_visits([services.Arrived(visit, Position.ON_CARRIER, truck)], by=BY, at=NOW)
    leaves(train)
    visit.refresh_from_db()
    assert (visit.state, visit.carrier_call) == (VisitState.ACTIVE, truck)


def test_a_box_leaves_with_the_train_it_is_on_whatever_its_papers_say(lyg, train):
    visit = allowed(Step.LOAD, terminal=lyg, departure_call=train)
    services.leave_visits([visit], step=Step.LOAD, by=BY, at=NOW)
    Visit.objects.filter(pk=visit.pk).update(departure_call=CallFactory(terminal=lyg))
    leaves(train)
    visit.refresh_from_db()
    assert visit.state == VisitState.DEPARTED


@pytest.mark.parametrize("work", ["loaded on a train", "put on a truck"])
def test_a_box_on_the_carrier_it_leaves_by_is_not_planned_on_another(lyg, train, truck, work):
    visit = allowed(Step.LOAD, terminal=lyg, departure_call=train)
    PermissionFactory(visit=visit, step=Step.GATE_OUT.value)
    if work == "put on a truck":
        services.put_on_truck([visit], truck, by=BY, at=NOW)
    else:
        services.leave_visits([visit], step=Step.LOAD, by=BY, at=NOW)
    with pytest.raises(services.OnItsCarrier):
        services.describe([services.Papers(visit=visit, departure_call=CallFactory(terminal=lyg))], by=BY, at=NOW)


def test_who_cancels_an_advice_and_advises_anew_is_not_rid_of_customs(lyg):
    box, party = ContainerFactory(), PartyFactory()
    held = VisitFactory(terminal=lyg, container=box)
    VisitRoleFactory(visit=held, party=party, since=NOW - timedelta(days=1))
    HoldFactory(visit=held, terminal=lyg, owner="customs", reason="X-ray", reference="QZ-7")
    services.cancel_visit(held, by=Actor.program(party, "key:1"), at=NOW)
    again = VisitFactory(terminal=lyg, container=box)
    services.arrive_visits([services.Arrived(again)], by=BY, at=NOW)
    hold = Hold.objects.get(visit=again)
    assert (hold.owner, hold.reference) == ("customs", "")


def test_a_hold_on_the_consignment_of_a_merged_visit_stays_with_the_box(lyg):
    mine, theirs = (Consignment.objects.create(terminal=lyg) for _ in range(2))
    advised = VisitFactory(terminal=lyg, consignment=theirs)
    held = {"owner": "customs", "reason": "X-ray", "reference": "QZ-7"}
    Hold.objects.create(terminal=lyg, consignment=theirs, placed_at=NOW, placed_by="customs", **held)
    seen = VisitFactory(terminal=lyg, active=True, consignment=mine)
    for visit in (advised, seen):
        ReferenceFactory(visit=visit, value="BK-17")
    services.join_number(seen, advised.container.number, reason="misread", by=BY, at=NOW)
    (hold,) = standing_holds([Visit.objects.get(pk=seen.pk)])[seen.pk]
    assert {name: getattr(hold, name) for name in held} == held
    told = Entry.objects.get(kind=EventKind.HOLD_PLACED)
    assert (told.visit_id, told.actor) == (seen.pk, BY.label)


def test_a_hold_that_reaches_the_joined_box_anyway_is_not_doubled(lyg):
    both = Consignment.objects.create(terminal=lyg)
    advised = VisitFactory(terminal=lyg, consignment=both)
    Hold.objects.create(terminal=lyg, consignment=both, owner="carrier", reason="x", placed_at=NOW, placed_by="line")
    seen = VisitFactory(terminal=lyg, active=True)
    for visit in (advised, seen):
        ReferenceFactory(visit=visit, value="BK-17")
    services.join_number(seen, advised.container.number, reason="misread", by=BY, at=NOW)
    assert Hold.objects.count() == len(standing_holds([Visit.objects.get(pk=seen.pk)])[seen.pk]) == 1


@pytest.mark.parametrize(
    "told",
    [[(SEAL, {}), (DAMAGE, {"unsafe": True})], [(DAMAGE, {"unsafe": False}), (DAMAGE, {"unsafe": True})]],
    ids=["of another kind", "of the same kind"],
)
def test_a_rule_follows_on_every_event_told_in_one_breath(lyg, told):
    visit = VisitFactory(terminal=lyg, active=True)
    StopRuleFactory(terminal=lyg, event=DAMAGE.value, detail="unsafe", value="True")
    about = {"terminal_id": lyg.pk, "visit_id": visit.pk, "container_number": visit.container.number}
    record_many([Happening(kind=kind, at=NOW, actor="user:wang", payload=said, **about) for kind, said in told])
    assert Hold.objects.filter(visit=visit).count() == 1
