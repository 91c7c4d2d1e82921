"""What rules did because of an event that is taken back is undone, unless somebody has decided by hand since."""

from datetime import timedelta

import pytest

from apps.containers import services
from apps.containers.models import Hold, Permission, StopRule
from apps.containers.services import Arrived, NewDamage
from apps.journal.models import Entry
from apps.journal.services import correct
from apps.parties.actors import Actor
from terminal.damages import Harm, Severity, Side
from terminal.events import EventKind
from terminal.lifecycle import Position
from terminal.readiness import Owner
from tests.factories.calls import MARCH_14
from tests.factories.containers import HoldFactory, PermissionFactory, StopRuleFactory, VisitFactory
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db

GATE = Actor.itself("gate")
NOON = MARCH_14 + timedelta(hours=2)
LATER = NOON + timedelta(hours=1)
GATED_IN = EventKind.CONTAINER_GATED_IN
LETS_GO = {"deed": "lift_holds", "reference": "Q-7"}
GIVES = {"deed": "grant_permission", "step": "gate_out", "reference": "T-1"}
TAKES = {"deed": "revoke_permission", "reference": "T-1"}


def rule(lyg, **more) -> StopRule:
    return StopRuleFactory(terminal=lyg, **{"name": "gate", "event": GATED_IN.value} | more)


@pytest.fixture
def coming(lyg):
    return VisitFactory(terminal=lyg)


def come(visit, at=NOON):
    services.arrive_visits([Arrived(visit, Position.IN_YARD)], by=GATE, at=at)
    visit.refresh_from_db()
    return Entry.objects.filter(kind=GATED_IN, visit_id=visit.pk).latest("pk")


def take_back(entry, by=GATE):
    services.retract(entry.public_id, reason="wrong box", by=by, at=LATER)


def standing(visit):
    return visit.holds.filter(lifted_at=None)


def stayed():
    found = Entry.objects.filter(kind=EventKind.RULE_NOT_UNDONE)
    return [(each.payload[services.undoing.UNDOES], each.payload["why"], each.audience) for each in found]


def last(kind):
    return Entry.objects.filter(kind=kind).latest("pk")


def test_a_hold_placed_because_of_it_is_lifted_by_the_rule_that_placed_it(lyg, coming):
    stop = rule(lyg, reason="to be scanned")
    entry = come(coming)
    take_back(entry)
    hold = Hold.objects.get()
    assert (hold.lifted_at, hold.lifted_by) == (LATER, "terminal:rule gate")
    told = last("hold-lifted")
    assert (told.actor, told.payload["by_rule"], told.payload["event"], told.payload["undoes"]) == (
        "terminal:rule gate", str(stop.public_id), str(entry.public_id), "hold-placed",
    )  # fmt: skip
    assert stayed() == []


def test_it_is_placed_anew_when_the_box_really_comes(lyg, coming):
    rule(lyg)
    take_back(come(coming))
    come(coming, at=LATER)
    assert standing(coming).count() == 1


def test_a_hold_somebody_wants_overridden_stays_and_staff_are_told(lyg, coming):
    rule(lyg)
    entry = come(coming)
    by = Actor.person(staff("containers.override_hold", username="wang"))
    services.propose_override(standing(coming).get(), reason="opened already", by=by, at=NOON)
    take_back(entry)
    assert standing(coming).count() == 1
    assert stayed() == [("hold-placed", "somebody has decided by hand since", "staff")]


def test_a_stop_of_customs_is_not_lifted_by_taking_a_movement_back(lyg, coming):
    rule(lyg, owner="customs")
    take_back(come(coming))
    assert [hold.owner for hold in standing(coming)] == ["customs"]
    assert stayed() == [("hold-placed", "only customs lifts what customs stops", "staff")]


def test_a_hold_lifted_because_of_it_is_placed_again(lyg, coming):
    rule(lyg, **LETS_GO)
    before = HoldFactory(visit=coming, reference="Q-7", step="load", reason="survey")
    entry = come(coming)
    assert not standing(coming).exists()
    take_back(entry)
    (again,) = standing(coming)
    assert (again.reference, again.step, again.reason, again.placed_at) == ("Q-7", "load", "survey", LATER)
    assert again != before
    told = last("hold-placed")
    assert (told.payload["event"], told.payload["undoes"]) == (str(entry.public_id), "hold-lifted")


def test_a_rules_hold_that_is_placed_again_is_that_rules_hold_again(lyg, coming):
    stop = rule(lyg, event=EventKind.VISIT_CHANGED.value)
    rule(lyg, deed="lift_holds", lifts=stop)
    services.describe([services.Papers(visit=coming, laden=False)], by=GATE, at=NOON)
    take_back(come(coming))
    assert [hold.rule for hold in standing(coming)] == [stop]


def test_a_hold_that_somebody_placed_and_lifted_by_hand_since_is_not_placed_again(lyg, coming):
    rule(lyg, **LETS_GO)
    HoldFactory(visit=coming, reference="Q-7", reason="survey")
    entry = come(coming)
    new = services.NewHold(visit=coming, owner=Owner.TERMINAL, reason="survey", reference="Q-7")
    (hold,) = services.place_holds([new], by=GATE, at=NOON)
    services.lift_hold(hold, by=GATE, at=NOON)
    take_back(entry)
    assert not standing(coming).exists()
    assert stayed() == [("hold-lifted", "somebody has decided by hand since", "staff")]


def test_a_hold_that_stands_again_is_not_placed_twice(lyg, coming):
    rule(lyg, **LETS_GO)
    HoldFactory(visit=coming, reference="Q-7", reason="survey")
    entry = come(coming)
    HoldFactory(visit=coming, reference="Q-7", reason="survey")
    take_back(entry)
    assert standing(coming).count() == 1


def test_a_hold_that_was_placed_and_lifted_on_the_same_event_is_gone(lyg, coming):
    stop = rule(lyg, turn=1)
    rule(lyg, deed="lift_holds", lifts=stop, turn=2)
    take_back(come(coming))
    assert not standing(coming).exists()


def test_a_permission_given_because_of_it_is_revoked_and_given_anew_when_the_box_comes(lyg, coming):
    rule(lyg, **GIVES)
    take_back(come(coming))
    assert Permission.objects.get().revoked_at == LATER
    assert last("permission-revoked").payload["undoes"] == "permission-granted"
    come(coming, at=LATER)
    permission = Permission.objects.get()
    assert (permission.revoked_at, permission.granted_at) == (None, LATER)


def test_a_permission_that_somebody_revoked_by_hand_is_not_given_anew(lyg, coming):
    rule(lyg, **GIVES)
    entry = come(coming)
    services.revoke_permissions([coming], owner=Owner.TERMINAL, reference="T-1", by=GATE, at=NOON)
    take_back(entry)
    come(coming, at=LATER)
    assert Permission.objects.get().revoked_at == NOON


def test_a_permission_revoked_because_of_it_counts_again(lyg, coming):
    PermissionFactory(visit=coming, owner="terminal", reference="T-1")
    rule(lyg, **TAKES)
    entry = come(coming)
    assert Permission.objects.get().revoked_at == NOON
    take_back(entry)
    assert Permission.objects.get().revoked_at is None
    assert last("permission-granted").payload["event"] == str(entry.public_id)


def test_a_permission_of_customs_that_was_revoked_is_not_given_again(lyg, coming):
    PermissionFactory(visit=coming, reference="T-1")
    rule(lyg, owner="customs", **TAKES)
    take_back(come(coming))
    assert Permission.objects.get().revoked_at == NOON
    assert stayed() == [("permission-revoked", "only customs lifts what customs stops", "staff")]


def test_a_permission_somebody_gave_in_its_place_by_hand_leaves_it_revoked(lyg, coming):
    PermissionFactory(visit=coming, owner="terminal", reference="T-1", step="load")
    rule(lyg, **TAKES)
    entry = come(coming)
    Permission.objects.update(revoked_at=None)
    services.revoke_permissions([coming], owner=Owner.TERMINAL, reference="T-1", by=GATE, at=NOON)
    take_back(entry)
    assert Permission.objects.get().revoked_at == NOON
    assert stayed() == [("permission-revoked", "somebody has decided by hand since", "staff")]


def test_of_a_corrected_event_what_followed_on_its_first_word_is_undone(lyg, coming):
    rule(lyg)
    entry = come(coming)
    take_back(correct(entry, at=NOON + timedelta(minutes=1), actor="terminal:gate"))
    assert not standing(coming).exists()


def test_what_followed_on_another_event_stays(lyg, coming):
    rule(lyg, event=EventKind.VISIT_CHANGED.value)
    services.describe([services.Papers(visit=coming, laden=False)], by=GATE, at=NOON)
    take_back(come(coming))
    assert standing(coming).count() == 1


def damaged(visit):
    seen = NewDamage(visit=visit, side=Side.FRONT, harm=Harm.DENT, severity=Severity.MINOR)
    return services.note([seen], by=GATE, at=NOON)[0]


def test_a_permission_that_a_second_note_would_have_earned_stays(lyg, coming):
    rule(lyg, event=EventKind.DAMAGE_NOTED.value, **GIVES)
    first, _second = damaged(coming), damaged(coming)
    services.withdraw_note(first, reason="dirt", by=GATE, at=LATER)
    assert Permission.objects.get().revoked_at is None
    assert stayed() == [("permission-granted", "another event of this kind stands", "staff")]


def test_a_note_that_is_withdrawn_takes_its_hold_with_it_and_a_second_one_keeps_it(lyg, coming):
    rule(lyg, event=EventKind.DAMAGE_NOTED.value)
    first, _second = damaged(coming), damaged(coming)
    services.withdraw_note(first, reason="dirt", by=GATE, at=LATER)
    assert stayed() == [("hold-placed", "another event of this kind stands", "staff")]
    assert standing(coming).count() == 1
    other = VisitFactory(terminal=lyg)
    services.withdraw_note(damaged(other), reason="dirt", by=GATE, at=LATER)
    assert not standing(other).exists()


def test_rules_do_not_follow_on_what_rules_undo(lyg, coming):
    rule(lyg)
    rule(lyg, event=EventKind.HOLD_LIFTED.value, reason="lifted")
    rule(lyg, event=EventKind.RULE_NOT_UNDONE.value, reason="stayed")
    take_back(come(coming))
    assert not standing(coming).exists()
