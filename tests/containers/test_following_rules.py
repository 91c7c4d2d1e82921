"""What rules do by themselves when something happens to a visit."""

from datetime import timedelta

import pytest
from django.db import transaction

from apps.containers.models import Hold, Permission, StopRule
from apps.containers.services import Arrived, arrive_visits, grant_permissions, lift_hold, place_holds
from apps.containers.services.holds import NewHold
from apps.journal.models import Entry
from apps.journal.services import Happening, correct, record, record_many
from apps.parties.actors import Actor
from terminal.events import Classifier, EventKind
from terminal.lifecycle import Position
from terminal.readiness import Owner, Step
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import (
    HoldFactory,
    PermissionFactory,
    StopRuleFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db

NOON = MARCH_14 + timedelta(hours=2)
BEAT = Actor.itself("test")
DAMAGED = EventKind.DAMAGE_NOTED


def happen(visit, kind=DAMAGED, *, at=NOON, **more):
    about = {"terminal_id": visit.terminal_id, "visit_id": visit.pk, "container_number": visit.container.number}
    (entry,) = record(Happening(kind=kind, at=at, actor="user:wang", **about, **more))
    return entry


def rule(lyg, **more) -> StopRule:
    return StopRuleFactory(terminal=lyg, **{"event": DAMAGED.value} | more)


@pytest.fixture
def box(lyg):
    return VisitFactory(terminal=lyg, active=True)


def test_a_rule_places_its_owners_hold_and_says_so(lyg, box):
    stop = rule(lyg, name="damaged boxes", step="load", reason="to be surveyed", reference="SURVEY")
    entry = happen(box)
    hold = Hold.objects.get()
    assert (hold.visit, hold.owner, hold.step, hold.reason, hold.reference, hold.placed_at) == (
        box, "terminal", "load", "to be surveyed", "SURVEY", NOON,
    )  # fmt: skip
    assert (hold.rule, hold.event, hold.placed_by) == (stop, entry.pk, "terminal:rule damaged boxes")
    told = Entry.objects.get(kind=EventKind.HOLD_PLACED)
    assert (told.visit_id, told.actor) == (box.pk, "terminal:rule damaged boxes")
    assert (told.payload["by_rule"], told.payload["event"]) == (str(stop.public_id), str(entry.public_id))


def test_an_arrival_by_command_is_followed_in_its_own_transaction(lyg):
    rule(lyg, event=EventKind.CONTAINER_GATED_IN.value, mode="road")
    visit = VisitFactory(terminal=lyg)
    with transaction.atomic():
        arrive_visits([Arrived(visit, Position.IN_YARD)], by=BEAT, at=NOON)
        assert Hold.objects.filter(visit=visit).count() == 1
        transaction.set_rollback(True)
    assert not Hold.objects.exists()
    assert not Entry.objects.exists()


def test_a_rule_places_one_hold_however_often_and_another_once_it_was_lifted(lyg, box):
    rule(lyg)
    happen(box)
    happen(box)
    (hold,) = Hold.objects.all()
    lift_hold(hold, by=BEAT, at=NOON)
    happen(box)
    assert Hold.objects.filter(lifted_at=None).count() == 1


@pytest.mark.parametrize(
    "not_now",
    [
        {"active": False},
        {"valid_from": NOON + timedelta(seconds=1)},
        {"valid_until": NOON},
        {"event": EventKind.DAMAGE_REPAIRED.value},
        {"laden": False},
        {"detail": "severity", "value": "unsafe"},
    ],
    ids=lambda told: next(iter(told)),
)
def test_a_rule_that_is_not_about_it_does_nothing(lyg, box, not_now):
    rule(lyg, **not_now)
    happen(box, payload={"severity": "minor"})
    assert not Hold.objects.exists()


def test_a_rule_of_another_terminal_does_nothing(lyg, box):
    StopRuleFactory(terminal=TerminalFactory(khorgos=True), event=DAMAGED.value)
    happen(box)
    assert not Hold.objects.exists()


def test_what_the_event_notes_down_is_asked_about(lyg, box):
    rule(lyg, detail="severity", value="unsafe")
    happen(box, payload={"severity": "unsafe"})
    assert Hold.objects.filter(visit=box).exists()


def test_what_a_party_only_claims_is_in_doubt(lyg):
    visit = VisitFactory(terminal=lyg, active=True, regime="domestic", claimed=["regime"])
    PermissionFactory(visit=visit, owner="terminal", reference="T-1")
    rule(lyg, regime="import")
    rule(lyg, regime="domestic", deed="grant_permission", step="gate_out", reference="DOM")
    happen(visit)
    assert Hold.objects.filter(visit=visit).exists()
    assert not Permission.objects.filter(reference="DOM").exists()


def test_a_party_is_asked_about_in_the_role_it_has_then(lyg, box):
    role = VisitRoleFactory(visit=box, role="line", until=NOON)
    rule(lyg, party=role.party, role="line")
    happen(box, at=NOON)
    assert not Hold.objects.exists()
    happen(box, at=NOON - timedelta(seconds=1))
    assert Hold.objects.exists()


def test_a_call_is_asked_about_by_its_mode(lyg):
    by_ship = VisitFactory(terminal=lyg, active=True, departure_call=CallFactory(terminal=lyg, ship=True))
    by_rail = VisitFactory(terminal=lyg, active=True, departure_call=CallFactory(terminal=lyg))
    rule(lyg, mode="sea")
    happen(by_ship)
    happen(by_rail)
    assert [hold.visit for hold in Hold.objects.all()] == [by_ship]


@pytest.mark.parametrize(
    "told", [{"classifier": Classifier.PLANNED}, {"classifier": Classifier.ESTIMATED}], ids=["planned", "estimated"]
)
def test_what_has_not_happened_is_not_followed_on(lyg, box, told):
    rule(lyg)
    happen(box, **told)
    assert not Hold.objects.exists()


def test_a_correction_is_not_followed_on_once_more(lyg, box):
    entry = happen(box)
    rule(lyg)
    correct(entry, at=NOON, actor="user:wang")
    assert not Hold.objects.exists()


def test_a_visit_that_is_over_is_let_be(lyg):
    rule(lyg)
    happen(VisitFactory(terminal=lyg, departed=True))
    assert not Hold.objects.exists()


class TestLifting:
    def test_a_rule_lifts_what_the_rule_it_names_has_placed(self, lyg, box):
        stop = rule(lyg)
        rule(lyg, event=EventKind.DAMAGE_REPAIRED.value, deed="lift_holds", lifts=stop)
        by_hand = HoldFactory(visit=box)
        happen(box)
        entry = happen(box, EventKind.DAMAGE_REPAIRED, at=NOON + timedelta(hours=1))
        assert set(Hold.objects.filter(lifted_at=None)) == {by_hand}
        told = Entry.objects.get(kind=EventKind.HOLD_LIFTED)
        assert told.payload["event"] == str(entry.public_id)
        assert Hold.objects.get(rule=stop).lifted_by.startswith("terminal:rule ")

    @pytest.mark.parametrize("owner", list(Owner))
    def test_a_rule_lifts_its_own_owners_holds_alone(self, lyg, box, owner):
        for each in Owner:
            HoldFactory(visit=box, owner=each.value, reference="Q-7")
        stop = rule(lyg, owner=owner.value)
        HoldFactory(visit=box, owner="customs" if owner != "customs" else "terminal", rule=stop, event=1)
        rule(lyg, event=EventKind.DAMAGE_REPAIRED.value, deed="lift_holds", owner=owner.value, reference="Q-7")
        rule(lyg, event=EventKind.DAMAGE_REPAIRED.value, deed="lift_holds", owner=owner.value, lifts=stop)
        happen(box, EventKind.DAMAGE_REPAIRED)
        assert {hold.owner for hold in Hold.objects.exclude(lifted_at=None)} == {owner.value}
        assert Hold.objects.exclude(lifted_at=None).count() == 1

    def test_another_boxes_hold_and_one_under_another_reference_stay(self, lyg, box):
        other = HoldFactory(visit=VisitFactory(terminal=lyg, active=True), reference="Q-7")
        another = HoldFactory(visit=box, reference="Q-8")
        rule(lyg, deed="lift_holds", reference="Q-7")
        happen(box)
        assert set(Hold.objects.filter(lifted_at=None)) == {other, another}

    def test_a_hold_placed_later_than_the_event_is_not_lifted_before_it_was_placed(self, lyg, box):
        hold = HoldFactory(visit=box, reference="Q-7", placed_at=NOON + timedelta(hours=1))
        rule(lyg, deed="lift_holds", reference="Q-7")
        happen(box)
        assert Hold.objects.get(pk=hold.pk).lifted_at == hold.placed_at


class TestPermissions:
    GRANT = {"deed": "grant_permission", "owner": "carrier", "step": "gate_out", "reference": "LINE"}

    def test_a_rule_grants_once_and_does_not_give_again_what_was_taken_back(self, lyg, box):
        rule(lyg, **self.GRANT)
        happen(box)
        happen(box)
        (given,) = Permission.objects.all()
        assert (given.owner, given.step, given.reference, given.granted_at) == ("carrier", "gate_out", "LINE", NOON)
        Permission.objects.update(revoked_at=NOON)
        happen(box)
        assert Permission.objects.get().revoked_at == NOON
        assert Entry.objects.filter(kind=EventKind.PERMISSION_GRANTED).count() == 1

    def test_a_rule_revokes_its_owners_permissions_under_its_reference_alone(self, lyg, box):
        rule(lyg, deed="revoke_permission", owner="carrier", step="gate_out", reference="LINE")
        kept = [
            PermissionFactory(visit=box, owner="customs", step="gate_out", reference="LINE"),
            PermissionFactory(visit=box, owner="carrier", step="load", reference="LINE"),
            PermissionFactory(visit=box, owner="carrier", step="gate_out", reference="OTHER"),
        ]
        taken = PermissionFactory(visit=box, owner="carrier", step="gate_out", reference="LINE")
        happen(box)
        assert set(Permission.objects.filter(revoked_at=None)) == set(kept)
        assert Permission.objects.get(pk=taken.pk).revoked_at == NOON

    def test_a_rule_without_a_step_revokes_for_every_step(self, lyg, box):
        rule(lyg, deed="revoke_permission", owner="customs", reference="CD-1")
        grant_permissions([box], owner=Owner.CUSTOMS, steps=[Step.LOAD, Step.STRIP], reference="CD-1", by=BEAT, at=NOON)
        happen(box)
        assert not Permission.objects.filter(revoked_at=None).exists()


class TestLoops:
    def test_two_rules_that_answer_each_other_act_once(self, lyg, box):
        rule(lyg, event=EventKind.HOLD_PLACED.value, deed="lift_holds", reference="PING")
        rule(lyg, event=EventKind.HOLD_LIFTED.value, reference="PING")
        rule(lyg, reference="PING")
        happen(box)
        assert [hold.lifted_at for hold in Hold.objects.all()] == [None]

    def test_a_rule_follows_on_a_hold_that_a_person_placed(self, lyg, box):
        rule(lyg, event=EventKind.HOLD_PLACED.value, detail="owner", value="customs", reference="ASIDE")
        place_holds([NewHold(visit=box, owner=Owner.CUSTOMS, reason="X-ray")], by=BEAT, at=NOON)
        assert Hold.objects.filter(reference="ASIDE").count() == 1

    def test_the_rule_with_the_lower_turn_acts_first(self, lyg, box):
        rule(lyg, deed="lift_holds", reference="Q-7", turn=1)
        rule(lyg, reference="Q-7", turn=2)
        happen(box)
        assert Hold.objects.get().lifted_at is None
        StopRule.objects.filter(deed="lift_holds").update(turn=3)
        happen(box)
        assert Hold.objects.get().lifted_at == NOON


class TestCost:
    def test_events_of_no_visit_cost_nothing_and_others_one_question(self, lyg, box, django_assert_num_queries):
        about = {"terminal_id": lyg.pk, "at": NOON, "actor": "test"}
        with django_assert_num_queries(1):
            record(Happening(kind=EventKind.CALL_ARRIVED, call_id=1, **about))
        for many in (1, 50):
            with django_assert_num_queries(2):
                record_many(Happening(kind=DAMAGED, visit_id=box.pk, **about) for _ in range(many))

    def test_a_hundred_boxes_cost_as_many_queries_as_one(self, lyg, django_assert_num_queries):
        rule(lyg, role="shipper")
        about = {"kind": DAMAGED, "terminal_id": lyg.pk, "at": NOON, "actor": "test"}
        for many in (1, 100):
            visits = [VisitRoleFactory(visit=VisitFactory(terminal=lyg, active=True)).visit for _ in range(many)]
            with django_assert_num_queries(8):
                record_many(Happening(visit_id=visit.pk, **about) for visit in visits)
            assert Hold.objects.filter(visit__in=visits).count() == many
