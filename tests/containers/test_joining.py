"""A wrong number joined to the right one, numbers outside ISO 6346, and customs' holds that go with the box."""

from datetime import timedelta

import pytest

from apps.containers import services
from apps.containers.models import AllowedNumber, Container, Hold, Visit
from apps.containers.selectors import noted, what_stands_between
from apps.containers.services import Arrived, NewHold, NewSeal, NewWeight
from apps.containers.services.following import TOLD
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.identifiers import CyrillicLetter, WrongCheckDigit
from terminal.readiness import Owner, Step
from terminal.seals import SealOwner
from terminal.weights import Weighing
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    PermissionFactory,
    ReferenceFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.parties import PartyFactory, staff

pytestmark = pytest.mark.django_db

GATE = Actor.itself("gate")
LATER = MARCH_14 + timedelta(hours=2)
WRONG, RIGHT, ODD = "CSQU3054383", "TCLU5088040", "MSKU1234567"


def join(visit, number=RIGHT, **more):
    return services.join_number(visit, number, **{"reason": "misread", "by": GATE, "at": LATER, **more})


@pytest.fixture
def seen(lyg):
    """The box as the gate wrote it down."""
    return VisitFactory(terminal=lyg, container=ContainerFactory(number=WRONG), active=True, gross_kg=None)


@pytest.fixture
def advised(lyg):
    """The same box as its shipper advised it, sealed, weighed, and held by customs."""
    visit = VisitFactory(terminal=lyg, container=ContainerFactory(number=RIGHT))
    VisitRoleFactory(visit=visit, party=PartyFactory(code="astana-grain"))
    ReferenceFactory(visit=visit, value="BK-17")
    HoldFactory(visit=visit, terminal=lyg, owner="customs", reason="inspection", reference="CD-9")
    PermissionFactory(visit=visit, reference="CD-8")
    said = [
        NewSeal(visit=visit, number="CN1", owner=SealOwner.SHIPPER),
        NewWeight(visit=visit, gross_kg=23_100, how=Weighing.VGM_METHOD_1, verified_by="Astana Grain"),
    ]
    services.note(said, by=GATE, at=MARCH_14)
    return visit


def test_the_visit_goes_on_under_the_right_number_and_the_journal_says_so(seen):
    join(seen)
    assert seen.container.number == Visit.objects.get(pk=seen.pk).container.number == RIGHT
    assert [each.container.number for each in seen.former_numbers.all()] == [WRONG]
    told = {each.container_number: each for each in Entry.objects.filter(kind="number-joined")}
    assert set(told) == {WRONG, RIGHT}
    assert (told[RIGHT].audience, told[WRONG].audience) == ("public", "staff")
    assert told[WRONG].payload == {"former_number": WRONG, "right_number": RIGHT, "reason": "misread"}


def test_the_box_keeps_the_size_that_was_seen(seen):
    Container.objects.filter(number=WRONG).update(size_type="45R1")
    seen.refresh_from_db()
    join(seen)
    assert (seen.size_type, seen.container.size_type) == ("45R1", "45R1")


def test_an_advised_visit_with_a_shared_reference_is_merged_and_ends_as_joined(seen, advised):
    ReferenceFactory(visit=seen, value="BK-17")
    join(seen)
    advised.refresh_from_db()
    assert (advised.state, advised.joined_into) == ("joined", seen)
    assert [role.party.code for role in seen.roles.all()] == ["astana-grain"]
    assert [each.number for each in noted(seen).seals] == ["CN1"]
    assert (noted(seen).weight.gross_kg, Visit.objects.get(pk=seen.pk).gross_kg) == (23_100, 23_100)
    assert [each.reference for each in seen.permissions.all()] == ["CD-8"]
    assert advised.roles.exists(), "who advised it still finds it"


def test_customs_holds_are_never_lost(seen, advised):
    ReferenceFactory(visit=seen, value="BK-17")
    join(seen)
    assert [(each.owner, each.reference) for each in seen.holds.filter(lifted_at=None)] == [("customs", "CD-9")]


def test_the_party_named_says_whose_advice_it_was(seen, advised):
    join(seen, party=PartyFactory(code="astana-grain"))
    advised.refresh_from_db()
    assert advised.state == "joined"


def test_a_strangers_advice_is_left_alone_but_its_customs_hold_holds(seen, advised):
    join(seen)
    advised.refresh_from_db()
    assert advised.state == "advised"
    assert not seen.roles.exists()
    (hold,) = seen.holds.all()
    assert (hold.owner, hold.reason, hold.reference) == ("customs", TOLD, "")


def test_an_active_visit_under_the_right_number_refuses(seen, lyg):
    VisitFactory(terminal=lyg, container=ContainerFactory(number=RIGHT), active=True)
    for visit in (seen, VisitFactory(terminal=lyg)):
        with pytest.raises(services.AlreadyHere, match=RIGHT):
            join(visit)


def test_an_earlier_stay_of_the_right_box_at_that_time_refuses(seen, lyg):
    ended = MARCH_14 + timedelta(hours=1)
    VisitFactory(terminal=lyg, container=ContainerFactory(number=RIGHT), departed=True, departed_at=ended)
    with pytest.raises(services.StaysOverlap):
        join(seen)


def test_a_visit_that_is_over_or_has_that_number_is_not_joined(seen, advised):
    with pytest.raises(services.SameNumber):
        join(seen, WRONG)
    with pytest.raises(services.VisitIsOver):
        join(VisitFactory(departed=True, terminal=seen.terminal))


def test_joining_wants_its_right_a_reason_and_a_right_number(seen):
    with pytest.raises(NotYours):
        join(seen, by=Actor.person(staff("containers.change_visit", username="li")))
    with pytest.raises(services.ReasonMissing):
        join(seen, reason="")
    with pytest.raises(WrongCheckDigit, match="5"):
        join(seen, ODD)
    assert join(seen, by=Actor.person(staff("containers.join_visit", username="wang")))


def allow(number=ODD, **more):
    said = {"reason": "so it stands on the box", "by": GATE, "at": MARCH_14, **more}
    return services.allow_number(number, "22G1", **said)


def test_a_number_outside_the_standard_is_taken_in_on_somebodys_answer(lyg):
    advice = services.Advice(terminal=lyg, number=ODD, size_type="22G1")
    with pytest.raises(WrongCheckDigit) as refused:
        services.advise([advice], by=GATE, at=MARCH_14)
    assert refused.value.facts["expected"] == "5"
    allow(terminal=lyg)
    services.advise([advice], by=GATE, at=MARCH_14)
    said = AllowedNumber.objects.get()
    assert (said.container.number, said.reason, said.allowed_by) == (ODD, "so it stands on the box", "terminal:gate")
    entry = Entry.objects.get(kind="number-allowed")
    assert (entry.container_number, entry.audience, entry.payload["reason"]) == (ODD, "staff", said.reason)


def test_a_partys_program_is_refused_it_all_the_same(lyg):
    allow(terminal=lyg)
    advice = services.Advice(terminal=lyg, number=ODD, size_type="22G1")
    with pytest.raises(WrongCheckDigit):
        services.advise([advice], by=Actor.program(PartyFactory(), "program"), at=MARCH_14)


def test_an_override_wants_its_own_right_and_a_reason(lyg):
    with pytest.raises(NotYours):
        allow(terminal=lyg, by=Actor.person(staff("containers.change_visit", username="li")))
    with pytest.raises(services.ReasonMissing):
        allow(terminal=lyg, reason=" ")
    assert not Container.objects.exists()


def test_there_is_no_override_of_what_needs_none_or_is_no_number(lyg):
    with pytest.raises(services.NothingToAllow):
        allow(RIGHT, terminal=lyg)
    allow(terminal=lyg)
    with pytest.raises(services.NothingToAllow):
        allow(terminal=lyg)
    for odd in ("", "ABC", "ABCD12345678", "AB/12"):
        with pytest.raises(services.NoNumberAtAll):
            allow(odd, terminal=lyg)
    with pytest.raises(CyrillicLetter):
        allow("СSQU3054383", terminal=lyg)


def customs_holds(visit, **more):
    said = {"reason": "freight of Astana Grain", "reference": "CD-2023-9", "owner": Owner.CUSTOMS, **more}
    services.place_holds([NewHold(visit=visit, **said)], by=GATE, at=MARCH_14)


def follow(visit):
    return services.customs_holds_follow([visit], by=GATE, at=LATER)


@pytest.fixture
def two(lyg):
    """The visit that arrives, and another advice of the same box."""
    box = ContainerFactory(number=RIGHT)
    return VisitFactory(terminal=lyg, container=box, active=True), VisitFactory(terminal=lyg, container=box)


def test_customs_hold_on_another_advice_stops_the_box(two):
    ours, other = two
    customs_holds(other, step=Step.LOAD)
    (hold,) = follow(ours)
    assert (hold.owner, hold.step, hold.lifted_at) == ("customs", "load", None)
    assert "hold" in [each.code for each in what_stands_between(ours, Step.LOAD, LATER)]
    assert Hold.objects.filter(visit=other, lifted_at=None).exists()


def test_the_parties_learn_nothing_of_whose_advice_it_was(two):
    ours, other = two
    customs_holds(other)
    (hold,) = follow(ours)
    public = Entry.objects.filter(visit_id=ours.pk, audience="public")
    for text in (hold.reason, hold.reference, hold.placed_by, *(str(each.payload) for each in public)):
        assert "Astana" not in text
        assert "CD-2023-9" not in text
    behind = Entry.objects.get(visit_id=ours.pk, audience="staff", kind="hold-placed")
    assert (behind.payload["reference"], behind.payload["reason"]) == ("CD-2023-9", "freight of Astana Grain")


def test_holds_follow_once(two):
    ours, other = two
    customs_holds(other)
    assert follow(ours)
    assert follow(ours) == []


def test_nobody_elses_hold_follows(two):
    ours, other = two
    customs_holds(other, owner=Owner.TERMINAL)
    assert follow(ours) == []


def test_a_lifted_hold_and_one_on_another_box_do_not_follow(two, lyg):
    ours, other = two
    HoldFactory(visit=other, terminal=lyg, owner="customs", lifted_at=LATER)
    HoldFactory(visit=VisitFactory(terminal=lyg), terminal=lyg, owner="customs")
    assert follow(ours) == []


def test_a_box_without_another_advice_costs_one_query(lyg, django_assert_num_queries):
    visit = VisitFactory(terminal=lyg, active=True)
    with django_assert_num_queries(1):
        assert follow(visit) == []


def test_who_advised_it_by_which_way_is_noted(lyg):
    advice = services.Advice(terminal=lyg, number=RIGHT, size_type="22G1")
    ways = [
        services.advise([advice], by=by, at=MARCH_14)[0].advised_via
        for by in (
            Actor.program(PartyFactory(), "program"),
            Actor.person(staff("containers.change_visit", username="li")),
            GATE,
        )
    ]
    assert ways == ["party", "staff", ""]


def test_arrival_by_call_still_finds_its_advice_after_a_join(lyg, seen):
    train = CallFactory(working=True, terminal=lyg)
    planned = VisitFactory(terminal=lyg, container=ContainerFactory(number=RIGHT), arrival_call=train)
    came = VisitFactory(terminal=lyg)
    services.arrive_visits([Arrived(came, call=train)], by=GATE, at=MARCH_14)
    join(came)
    planned.refresh_from_db()
    assert planned.joined_into == came
