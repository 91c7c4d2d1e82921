"""One hold on a consignment, a number in the papers or a call stops all its boxes, those that come later too."""

from datetime import timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction

from apps.calls.services.refusals import CallIsOver
from apps.containers.models import Consignment, Hold, Visit
from apps.containers.selectors import reached_by, situations, standing_holds, what_stands_between
from apps.containers.services import (
    HoldBelongsTo,
    NewHold,
    NotOneThing,
    Paper,
    confirm_override,
    leave_visits,
    lift_hold,
    place_holds,
    propose_override,
)
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.readiness import NotReady, Owner, Step
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import (
    HoldFactory,
    PermissionRuleFactory,
    ReferenceFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db

NOON = MARCH_14 + timedelta(hours=2)
BEAT = Actor.itself("test")
RIGHTS = ["containers.change_hold", "containers.lift_terminal_hold", "containers.override_hold"]


@pytest.fixture
def manager(lyg):
    return Actor.person(staff(*RIGHTS, username="zhang.wei", terminal=lyg))


@pytest.fixture
def free(lyg):
    for step in (Step.LOAD, Step.GATE_OUT):
        PermissionRuleFactory(terminal=lyg, step=step.value, required=False)
    return lyg


def of_a_consignment(lyg):
    goods = Consignment.objects.create(terminal=lyg, description="cotton yarn")
    return {"consignment": goods}, lambda: VisitFactory(terminal=lyg, active=True, consignment=goods)


def of_a_booking(lyg):
    def join():
        visit = VisitFactory(terminal=lyg, active=True)
        ReferenceFactory(visit=visit, kind="booking", value="BK-17")
        return visit

    return {"paper": Paper(terminal=lyg, kind="booking", number="BK-17")}, join


def of_a_train(lyg):
    train = CallFactory(terminal=lyg, number="X9014", ready=True)
    return {"call": train, "side": Hold.Side.ARRIVING}, lambda: VisitFactory(
        terminal=lyg, active=True, arrival_call=train
    )


def of_a_ship(lyg):
    ship = CallFactory(terminal=lyg, number="SILK 7", ship=True)
    return {"call": ship, "side": Hold.Side.DEPARTING}, lambda: VisitFactory(
        terminal=lyg, active=True, departure_call=ship
    )


GROUPS = {"consignment": of_a_consignment, "booking": of_a_booking, "train": of_a_train, "ship": of_a_ship}


def held(visit) -> bool:
    return "hold" in [each.code for each in what_stands_between(visit, Step.GATE_OUT, NOON)]


def place(by=BEAT, owner=Owner.TERMINAL, **on):
    (hold,) = place_holds([NewHold(owner=owner, reason="papers doubted", reference="T-4", **on)], by=by, at=NOON)
    return hold


@pytest.mark.parametrize("group", GROUPS)
def test_a_hold_reaches_its_boxes_those_that_join_later_too_and_no_others(free, manager, group):
    on, join = GROUPS[group](free)
    early, stranger = join(), VisitFactory(terminal=free, active=True)
    hold = place(by=manager, **on)
    late = join()
    assert [held(visit) for visit in (early, late, stranger)] == [True, True, False]
    assert set(reached_by(hold)) == {early, late}
    with pytest.raises(NotReady):
        leave_visits([early], step=Step.GATE_OUT, by=BEAT, at=NOON)
    lift_hold(hold, by=manager, at=NOON)
    assert [held(visit) for visit in (early, late)] == [False, False]


@pytest.mark.parametrize("group", GROUPS)
def test_a_blocker_says_what_was_stopped_and_who_lets_it_go(free, group):
    on, join = GROUPS[group](free)
    visit = join()
    hold = place(**on)
    (blocker,) = what_stands_between(visit, Step.GATE_OUT, NOON)
    kind, number = hold.subject
    assert (blocker.owner, blocker.reference, blocker.facts["on"], blocker.facts["number"]) == (
        "terminal", "T-4", kind, number,
    )  # fmt: skip
    assert number in blocker.as_facts()["message"]


@pytest.mark.parametrize(
    ("side", "reached"),
    [("arriving", ["came"]), ("departing", ["goes"]), ("both", ["came", "goes"])],
)
def test_of_a_call_the_side_that_was_named_is_stopped(lyg, side, reached):
    call = CallFactory(terminal=lyg, working=True)
    boxes = {
        "came": VisitFactory(terminal=lyg, active=True, arrival_call=call),
        "goes": VisitFactory(terminal=lyg, active=True, departure_call=call),
    }
    place(call=call, side=Hold.Side(side))
    assert [name for name, visit in boxes.items() if held(visit)] == reached


def test_a_box_in_two_of_the_groups_is_told_of_each_hold_once(lyg):
    call = CallFactory(terminal=lyg, working=True)
    visit = VisitFactory(terminal=lyg, active=True, arrival_call=call, departure_call=call)
    hold = place(call=call, side=Hold.Side.BOTH)
    assert standing_holds([visit])[visit.pk] == [hold]


def test_the_same_number_of_another_kind_or_at_another_terminal_is_another(lyg):
    visit = VisitFactory(terminal=lyg, active=True)
    ReferenceFactory(visit=visit, kind="booking", value="BK-17")
    place(paper=Paper(terminal=lyg, kind="order", number="BK-17"))
    place(paper=Paper(terminal=TerminalFactory(khorgos=True), kind="booking", number="BK-17"))
    assert not held(visit)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("owner", [Owner.CUSTOMS, Owner.CARRIER, Owner.SHIPPER])
def test_only_the_owners_role_lifts_a_hold_on_many(lyg, manager, group, owner):
    on, join = GROUPS[group](lyg)
    party = VisitRoleFactory(visit=join()).party
    hold = place(owner=owner, **on)
    officer = Actor.person(staff("containers.lift_customs_hold", username="li.na", terminal=lyg))
    lifted = []
    for name, actor in {"manager": manager, "party": Actor.program(party, "tms"), "officer": officer}.items():
        try:
            lift_hold(hold, by=actor, at=NOON)
        except HoldBelongsTo:
            assert Hold.objects.get(pk=hold.pk).lifted_at is None
        else:
            lifted.append(name)
    assert lifted == (["officer"] if owner is Owner.CUSTOMS else [])


@pytest.mark.parametrize("group", GROUPS)
def test_no_party_and_nobody_without_the_right_stops_many_boxes(lyg, group):
    on, join = GROUPS[group](lyg)
    visit = join()
    for actor in (
        Actor.program(VisitRoleFactory(visit=visit).party, "tms"),
        Actor.person(staff("containers.change_visit", username="wang", terminal=lyg)),
        Actor.person(staff("containers.change_hold", username="yerlan", terminal=TerminalFactory(khorgos=True))),
    ):
        with pytest.raises((HoldBelongsTo, NotYours)):
            place(by=actor, owner=Owner.SHIPPER, **on)
    assert not Hold.objects.exists()


def test_a_hold_on_many_is_overridden_by_two_people(lyg, manager):
    on, join = of_a_booking(lyg)
    visit = join()
    hold = place(**on)
    second = Actor.person(staff("containers.override_hold", username="aigerim", terminal=lyg))
    propose_override(hold, by=manager, at=NOON, reason="line does not answer")
    confirm_override(hold, by=second, at=NOON)
    assert not held(visit)


def test_each_box_it_reaches_and_the_call_itself_remember_it(lyg, manager):
    on, join = of_a_train(lyg)
    visit = join()
    hold = place(by=manager, **on)
    lift_hold(hold, by=manager, at=NOON, reason="papers came")
    about = Entry.objects.filter(visit_id=visit.pk).order_by("pk")
    assert [(row.kind, row.audience) for row in about] == [("hold-placed", "public"), ("hold-lifted", "public")]
    assert (about[0].payload["on"], about[0].payload["number"]) == ("call", "X9014")
    of_call = Entry.objects.filter(call_id=hold.call_id, visit_id=None)
    assert {(row.kind, row.audience) for row in of_call} == {("hold-placed", "staff"), ("hold-lifted", "staff")}


def test_a_box_that_has_left_is_not_told_of_it(lyg):
    on, join = of_a_booking(lyg)
    gone = join()
    Visit.objects.filter(pk=gone.pk).update(state="departed", position="gone", departed_at=NOON)
    place(**on)
    assert not Entry.objects.filter(visit_id=gone.pk).exists()


@pytest.mark.parametrize(
    ("phase", "side", "stops"),
    [
        ("cancelled", "arriving", False),
        ("departed", "arriving", True),
        ("departed", "departing", False),
        ("closed", "departing", False),
        ("closed", "both", True),
    ],
)
def test_a_call_is_stopped_while_boxes_of_it_can_be_here(lyg, phase, side, stops):
    call = CallFactory(terminal=lyg, phase=phase)
    if stops:
        place(call=call, side=Hold.Side(side))
        return
    with pytest.raises(CallIsOver):
        place(call=call, side=Hold.Side(side))


def test_a_hold_is_on_one_thing(lyg):
    visit, goods = VisitFactory(terminal=lyg), Consignment.objects.create(terminal=lyg)
    nothing = Paper(terminal=lyg, kind="booking", number="")
    for on in (
        {},
        {"visit": visit, "consignment": goods},
        {"paper": nothing},
        {"paper": Paper(terminal=lyg, kind="passport", number="N-1")},
    ):
        with pytest.raises(NotOneThing):
            place(**on)


def test_the_database_knows_no_hold_on_nothing_and_none_on_two_things(lyg):
    visit, goods, call = VisitFactory(terminal=lyg), Consignment.objects.create(terminal=lyg), CallFactory(terminal=lyg)
    paper, train = {"paper_kind": "booking", "paper_number": "BK-17"}, {"call": call, "side": "both"}
    things = [
        {"visit": visit},
        {"visit": None, "consignment": goods},
        {"visit": None, **paper},
        {"visit": None, **train},
    ]
    for thing in things:
        HoldFactory(terminal=lyg, **thing)
    halves = [{}, {"call": call}, {"side": "both"}, {"paper_kind": "booking"}, {"paper_number": "BK-17"}]
    pairs = [
        {**one, **other} for one, other in combinations([{"visit": visit}, {"consignment": goods}, paper, train], 2)
    ]
    for wrong in halves + pairs + [{"visit": visit, "side": "both"}]:
        with pytest.raises(IntegrityError, match="a_hold_is_on_one_thing"), transaction.atomic():
            HoldFactory(terminal=lyg, **{"visit": None} | wrong)


def test_a_yard_under_holds_of_every_kind_is_judged_in_as_many_queries(lyg, django_assert_max_num_queries):
    groups = [make(lyg) for make in GROUPS.values()]
    for count in (1, 5):
        visits = [join() for _on, join in groups for _ in range(count)]
        for on, _join in groups * count:
            place(**on)
        HoldFactory(visit=visits[0])
        with django_assert_max_num_queries(7):
            found = situations(visits, NOON)
        assert all(found[visit.pk].holds for visit in visits)
