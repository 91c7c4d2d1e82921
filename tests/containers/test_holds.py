from datetime import timedelta

import pytest

from apps.containers.models import Hold
from apps.containers.selectors import what_stands_between
from apps.containers.services import (
    AlreadyLifted,
    HoldBelongsTo,
    NewHold,
    NotOverridable,
    NotProposed,
    OverrideAlreadyProposed,
    SecondPersonNeeded,
    VisitIsOver,
    confirm_override,
    lift_hold,
    place_holds,
    propose_override,
)
from apps.containers.services.overrides import ReasonNeeded
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.events import EventKind
from terminal.readiness import Owner, Step
from tests.factories.calls import MARCH_14
from tests.factories.containers import HoldFactory, PermissionFactory, VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, UserFactory, staff

pytestmark = pytest.mark.django_db

NOON = MARCH_14 + timedelta(hours=2)
EVERYTHING_BUT_CUSTOMS = [
    "containers.change_hold",
    "containers.change_visit",
    "containers.lift_terminal_hold",
    "containers.override_hold",
]


@pytest.fixture
def manager(lyg):
    return Actor.person(staff(*EVERYTHING_BUT_CUSTOMS, username="zhang.wei", terminal=lyg))


@pytest.fixture
def second_manager(lyg):
    return Actor.person(staff("containers.override_hold", username="aigerim", terminal=lyg))


@pytest.fixture
def officer(lyg):
    return Actor.person(staff("containers.lift_customs_hold", username="li.na", terminal=lyg))


def actors(visit) -> dict[str, Actor]:
    """Everybody who might try, by name; the parties all have their part in the visit."""
    found = {
        "manager": Actor.person(staff(*EVERYTHING_BUT_CUSTOMS, username="zhang.wei", terminal=visit.terminal)),
        "officer": Actor.person(staff("containers.lift_customs_hold", username="li.na", terminal=visit.terminal)),
        "officer elsewhere": Actor.person(
            staff("containers.lift_customs_hold", username="yerlan", terminal=TerminalFactory(khorgos=True))
        ),
        "nobody": Actor.person(UserFactory(username="nobody")),
        "superuser": Actor.person(UserFactory(username="root", is_superuser=True)),
        "stranger": Actor.program(PartyFactory(code="stranger"), "tms"),
        "machinery": Actor.itself("message from the owner"),
    }
    for role in ("shipper", "consignee", "forwarder", "line", "broker", "haulier"):
        party = VisitRoleFactory(visit=visit, party__code=f"the-{role}", role=role).party
        found[role] = Actor.program(party, "tms")
    return found


MAY_LIFT = {
    Owner.CUSTOMS: {"officer", "machinery"},
    Owner.TERMINAL: {"manager", "superuser", "machinery"},
    Owner.CARRIER: {"machinery"},
    Owner.SHIPPER: {"shipper", "consignee", "forwarder", "machinery"},
}


@pytest.mark.parametrize("owner", list(Owner))
def test_a_hold_is_lifted_only_by_its_owners_role(lyg, owner):
    visit = VisitFactory(terminal=lyg, active=True)
    lifted = set()
    for name, actor in actors(visit).items():
        hold = HoldFactory(visit=visit, owner=owner.value)
        try:
            lift_hold(hold, by=actor, at=NOON)
        except HoldBelongsTo:
            assert Hold.objects.get(pk=hold.pk).lifted_at is None
        else:
            assert Hold.objects.get(pk=hold.pk).lifted_by == actor.label
            lifted.add(name)
    assert lifted == MAY_LIFT[owner]


MAY_PLACE = {
    Owner.CUSTOMS: {"officer", "machinery"},
    Owner.TERMINAL: {"manager", "superuser", "machinery"},
    Owner.CARRIER: {"manager", "superuser", "machinery"},
    Owner.SHIPPER: {"manager", "superuser", "shipper", "consignee", "forwarder", "machinery"},
}


@pytest.mark.parametrize("owner", list(Owner))
def test_customs_places_its_own_holds_and_staff_everybody_elses(lyg, owner):
    visit = VisitFactory(terminal=lyg, active=True)
    placed = set()
    for name, actor in actors(visit).items():
        try:
            place_holds([NewHold(visit=visit, owner=owner, reason="papers unclear")], by=actor, at=NOON)
        except (HoldBelongsTo, NotYours):
            continue
        placed.add(name)
    assert placed == MAY_PLACE[owner]


def test_a_shippers_part_that_ended_lifts_nothing(lyg):
    visit = VisitFactory(terminal=lyg, active=True)
    role = VisitRoleFactory(visit=visit, until=NOON)
    hold = HoldFactory(visit=visit, owner="shipper")
    with pytest.raises(HoldBelongsTo):
        lift_hold(hold, by=Actor.program(role.party, "erp"), at=NOON)


def test_placed_and_lifted_are_told_with_owner_step_and_reference(lyg, officer):
    visit = VisitFactory(terminal=lyg, active=True)
    new = NewHold(visit=visit, owner=Owner.CUSTOMS, reason="X-ray", step=Step.GATE_OUT, reference="QZ-7")
    (hold,) = place_holds([new], by=officer, at=MARCH_14)
    lift_hold(hold, by=officer, at=NOON, reason="image clear")
    told = Entry.objects.filter(visit_id=visit.pk).order_by("pk")
    assert [row.kind for row in told] == ["hold-placed", "hold-lifted"]
    assert told[1].payload == {
        "owner": "customs", "step": "gate_out", "reason": "X-ray", "reference": "QZ-7", "why": "image clear",
    }  # fmt: skip
    assert (hold.lifted_at, hold.version) == (NOON, 2)


def test_a_hold_is_lifted_once(lyg, manager):
    hold = HoldFactory(visit__terminal=lyg)
    lift_hold(Hold.objects.get(pk=hold.pk), by=manager, at=NOON)
    with pytest.raises(AlreadyLifted):
        lift_hold(hold, by=manager, at=NOON)


@pytest.mark.parametrize("over", [{"departed": True}, {"state": "cancelled"}], ids=["departed", "cancelled"])
def test_a_visit_that_is_over_cannot_be_held(lyg, manager, over):
    with pytest.raises(VisitIsOver):
        place_holds(
            [NewHold(visit=VisitFactory(terminal=lyg, **over), owner=Owner.TERMINAL, reason="late")],
            by=manager,
            at=NOON,
        )


def test_an_override_needs_two_people(lyg, manager, second_manager):
    visit = VisitFactory(terminal=lyg, active=True)
    hold = HoldFactory(visit=visit, owner="carrier")
    PermissionFactory(visit=visit, step="gate_out")
    propose_override(hold, by=manager, at=MARCH_14, reason="line does not answer since Friday")
    assert [each.code for each in what_stands_between(visit, Step.GATE_OUT, NOON)] == ["hold"]
    with pytest.raises(SecondPersonNeeded):
        confirm_override(hold, by=manager, at=NOON)
    confirm_override(hold, by=second_manager, at=NOON)
    assert what_stands_between(visit, Step.GATE_OUT, NOON) == []
    told = Entry.objects.get(kind=EventKind.HOLD_OVERRIDDEN)
    assert told.actor == "user:aigerim"
    assert told.payload["proposed_by"] == "user:zhang.wei"
    assert told.payload["why"] == "line does not answer since Friday"
    assert Entry.objects.filter(kind=EventKind.HOLD_OVERRIDE_PROPOSED).count() == 1


def test_nobody_overrides_customs(lyg, manager, officer):
    everybody = [manager, officer, Actor.person(UserFactory(username="root", is_superuser=True))]
    hold = HoldFactory(visit__terminal=lyg, owner="customs", override_proposed_by=UserFactory())
    for actor in everybody:
        with pytest.raises((NotOverridable, NotYours)):
            propose_override(hold, by=actor, at=NOON, reason="the train leaves")
        with pytest.raises((NotOverridable, NotYours)):
            confirm_override(hold, by=actor, at=NOON)
    assert Hold.objects.get(pk=hold.pk).lifted_at is None


def test_an_override_is_proposed_once_with_a_reason_and_by_a_person(lyg, manager, second_manager):
    hold = HoldFactory(visit__terminal=lyg)
    with pytest.raises(NotProposed):
        confirm_override(hold, by=manager, at=NOON)
    with pytest.raises(ReasonNeeded):
        propose_override(hold, by=manager, at=NOON, reason="  ")
    for actor in (Actor.itself("beat"), Actor.program(PartyFactory(), "tms"), Actor.person(UserFactory())):
        with pytest.raises(NotYours):
            propose_override(hold, by=actor, at=NOON, reason="quicker")
    propose_override(hold, by=manager, at=NOON, reason="door repaired")
    with pytest.raises(OverrideAlreadyProposed):
        propose_override(hold, by=second_manager, at=NOON, reason="me too")


def test_a_hundred_holds_cost_as_many_queries_as_one(lyg, manager, django_assert_num_queries):
    for count in (1, 100):
        new = [
            NewHold(visit=VisitFactory(terminal=lyg), owner=Owner.TERMINAL, reason="scanner down") for _ in range(count)
        ]
        with django_assert_num_queries(8):
            place_holds(new, by=manager, at=NOON)
