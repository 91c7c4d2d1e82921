from datetime import timedelta

import pytest

from apps.containers.models import Visit
from apps.containers.selectors import match_arrival, match_arrivals
from apps.containers.services import (
    AlreadyHere,
    Arrived,
    CallIsNotWorked,
    NotOnTheGround,
    StaysOverlap,
    arrive_visits,
)
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.events import EventKind
from terminal.lifecycle import WORKABLE, Phase, Position, StepNotAllowed, VisitState
from terminal.throughput import Mode
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import ContainerFactory, ReferenceFactory, VisitFactory, VisitRoleFactory
from tests.factories.parties import PartyFactory, staff

pytestmark = pytest.mark.django_db

BEAT = Actor.itself("test")
LATER = MARCH_14 + timedelta(hours=1)


@pytest.mark.parametrize("mode", list(Mode))
def test_a_box_comes_off_a_carrier_of_any_mode(lyg, mode):
    call = CallFactory(terminal=lyg, mode=mode.value, working=True)
    visit = VisitFactory(terminal=lyg, container__size_type="45G1")
    arrive_visits([Arrived(visit, Position.IN_YARD, call)], by=BEAT, at=LATER)
    row = Visit.objects.get(pk=visit.pk)
    assert (row.state, row.position, row.arrived_at, row.arrival_call, row.version) == (
        VisitState.ACTIVE, Position.IN_YARD, LATER, call, 2,
    )  # fmt: skip
    assert (visit.state, visit.version) == (VisitState.ACTIVE, 2)
    told = Entry.objects.get(visit_id=visit.pk)
    assert told.kind == (EventKind.CONTAINER_GATED_IN if mode is Mode.ROAD else EventKind.CONTAINER_DISCHARGED)
    assert told.payload == {
        "mode": mode.value, "size_type": "45G1", "teu": "2.00", "laden": True, "call": call.number,
    }  # fmt: skip


def test_without_a_call_a_box_comes_by_road(lyg):
    arrive_visits([Arrived(VisitFactory(terminal=lyg), Position.IN_WAREHOUSE)], by=BEAT, at=LATER)
    told = Entry.objects.get()
    assert (told.kind, told.payload["mode"], told.payload["call"]) == (EventKind.CONTAINER_GATED_IN, "road", "")


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in WORKABLE])
def test_nothing_is_discharged_from_a_carrier_that_is_not_worked(lyg, phase):
    call = CallFactory(terminal=lyg, phase=phase.value)
    with pytest.raises(CallIsNotWorked):
        arrive_visits([Arrived(VisitFactory(terminal=lyg), Position.IN_YARD, call)], by=BEAT, at=LATER)


def test_a_box_that_stands_here_does_not_arrive_once_more(lyg):
    box = VisitFactory(terminal=lyg, active=True).container
    other, second = VisitFactory(terminal=lyg), VisitFactory(terminal=lyg, container=box)
    with pytest.raises(AlreadyHere) as refused:
        arrive_visits([Arrived(other), Arrived(second)], by=BEAT, at=LATER)
    assert refused.value.facts["numbers"] == box.number
    assert not Visit.objects.filter(pk=other.pk, state=VisitState.ACTIVE).exists()
    assert not Entry.objects.exists()


def test_a_box_that_left_may_come_again_but_not_before_it_left(lyg):
    gone = VisitFactory(terminal=lyg, departed=True, departed_at=LATER)
    again = VisitFactory(terminal=lyg, container=gone.container)
    with pytest.raises(StaysOverlap):
        arrive_visits([Arrived(again)], by=BEAT, at=LATER - timedelta(minutes=1))
    arrive_visits([Arrived(again)], by=BEAT, at=LATER)
    assert again.state == VisitState.ACTIVE


@pytest.mark.parametrize("state", [VisitState.ACTIVE, VisitState.DEPARTED, VisitState.CANCELLED])
def test_only_an_advised_visit_arrives(lyg, state):
    with pytest.raises(StepNotAllowed):
        arrive_visits([Arrived(VisitFactory(terminal=lyg, state=state.value))], by=BEAT, at=LATER)


@pytest.mark.parametrize("position", [Position.INBOUND, Position.ON_CARRIER, Position.GONE])
def test_a_box_arrives_on_the_ground(lyg, position):
    with pytest.raises(NotOnTheGround):
        arrive_visits([Arrived(VisitFactory(terminal=lyg), position)], by=BEAT, at=LATER)


def test_a_train_of_a_hundred_boxes_costs_as_many_queries_as_one(lyg, django_assert_num_queries):
    call = CallFactory(terminal=lyg, working=True)
    for count in (1, 100):
        arrivals = [Arrived(VisitFactory(terminal=lyg), Position.IN_YARD, call) for _ in range(count)]
        with django_assert_num_queries(11):
            arrive_visits(arrivals, by=BEAT, at=LATER)


def test_nobody_arrives_without_the_right(lyg):
    with pytest.raises(NotYours):
        arrive_visits([Arrived(VisitFactory(terminal=lyg))], by=Actor.person(staff(username="erlan")), at=LATER)


@pytest.fixture
def box(db):
    return ContainerFactory(number="CSQU3054383")


def test_call_comes_before_reference_and_reference_before_party(lyg, box):
    train, kazgrain = CallFactory(terminal=lyg), PartyFactory(code="kazgrain")
    by_party = VisitRoleFactory(visit__terminal=lyg, visit__container=box, party=kazgrain).visit
    by_reference = ReferenceFactory(visit__terminal=lyg, visit__container=box, value="BK77").visit
    by_call = VisitFactory(terminal=lyg, container=box, arrival_call=train)
    papers = {"references": [("booking", "BK77")], "party": kazgrain}
    found = [by_call, by_reference, by_party]
    assert match_arrival(terminal=lyg, number=box.number, call=train, **papers) == found[0]
    assert match_arrival(terminal=lyg, number=box.number, call=CallFactory(terminal=lyg), **papers) == found[1]
    assert match_arrival(terminal=lyg, number=box.number, party=kazgrain) == found[2]


def test_what_fits_nothing_is_nobodys(lyg, box):
    VisitFactory(terminal=lyg, container=box)
    assert match_arrival(terminal=lyg, number=box.number, call=CallFactory(terminal=lyg)) is None


def test_a_stranger_who_names_the_right_train_does_not_get_the_box(lyg, box):
    train = CallFactory(terminal=lyg)
    stranger = VisitRoleFactory(visit__terminal=lyg, visit__container=box, visit__arrival_call=train).visit
    owner = VisitRoleFactory(visit__terminal=lyg, visit__container=box, visit__arrival_call=train).visit
    ReferenceFactory(visit=owner, kind="smgs", value="29884411")
    assert match_arrival(terminal=lyg, number=box.number, call=train) is None, "two parties, nothing to tell them apart"
    found = match_arrival(terminal=lyg, number=box.number, call=train, references=[("smgs", "29884411")])
    assert found == owner != stranger


def test_of_one_partys_two_advices_the_older_arrives(lyg, box):
    train, party = CallFactory(terminal=lyg), PartyFactory()
    first, _second = (
        VisitRoleFactory(visit__terminal=lyg, visit__container=box, visit__arrival_call=train, party=party).visit
        for _ in range(2)
    )
    assert match_arrival(terminal=lyg, number=box.number, call=train) == first


@pytest.mark.parametrize("state", [VisitState.ACTIVE, VisitState.DEPARTED, VisitState.CANCELLED])
def test_only_advised_visits_are_matched(lyg, box, state):
    train = CallFactory(terminal=lyg)
    VisitFactory(terminal=lyg, container=box, arrival_call=train, state=state.value)
    assert match_arrival(terminal=lyg, number=box.number, call=train) is None


def test_a_role_that_ended_matches_nothing(lyg, box):
    role = VisitRoleFactory(visit__terminal=lyg, visit__container=box, until=LATER)
    wanted = {"terminal": lyg, "number": box.number, "party": role.party}
    assert match_arrival(**wanted, at=MARCH_14) == role.visit
    assert match_arrival(**wanted, at=LATER) is None
    assert match_arrival(**wanted) is None


def test_a_whole_consist_is_matched_in_three_queries(lyg, django_assert_num_queries):
    train = CallFactory(terminal=lyg)
    visits = [VisitFactory(terminal=lyg, arrival_call=train) for _ in range(50)]
    with django_assert_num_queries(3):
        found = match_arrivals(terminal=lyg, boxes={visit.container.number: () for visit in visits}, call=train)
    assert len(found) == 50
