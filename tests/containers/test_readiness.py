"""The commands refuse exactly when something stands between a visit and its step."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.containers.models import Visit
from apps.containers.selectors import requirements, situation, situations, what_stands_between
from apps.containers.services import leave_visits, strip_visits
from apps.journal.models import Entry
from apps.parties.actors import Actor
from terminal.lifecycle import ON_SITE, Phase, Position, VisitState
from terminal.readiness import NotReady, Owner, Requirement, Step
from terminal.regimes import Direction, Regime
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import (
    HoldFactory,
    PermissionFactory,
    PermissionRuleFactory,
    VisitFactory,
    WeightFactory,
)

pytestmark = pytest.mark.django_db

BEAT = Actor.itself("test")
NOW = MARCH_14 + timedelta(hours=4)
COMMANDS = {
    Step.LOAD: lambda visits: leave_visits(visits, step=Step.LOAD, by=BEAT, at=NOW),
    Step.GATE_OUT: lambda visits: leave_visits(visits, step=Step.GATE_OUT, by=BEAT, at=NOW),
    Step.STRIP: lambda visits: strip_visits(visits, by=BEAT, at=NOW),
}
HOURS = st.integers(-3, 6).map(lambda hours: MARCH_14 + timedelta(hours=hours))
"""Moments around NOW: before, at and after it."""


def mostly(usual, others):
    """The usual answer two times in three, so that many situations are ready and the rest fail for one reason."""
    return st.one_of(st.just(usual), st.just(usual), others)


HOLDS = st.fixed_dictionaries(
    {
        "owner": st.sampled_from([each.value for each in Owner]),
        "step": st.sampled_from(["", *(each.value for each in Step)]),
        "lifted_at": mostly(NOW, st.none()),
    }
)
GRANTS = st.fixed_dictionaries(
    {
        "owner": mostly("customs", st.sampled_from([each.value for each in Owner])),
        "step": st.sampled_from([each.value for each in COMMANDS]),
        "granted_at": mostly(MARCH_14, HOURS),
        "valid_until": mostly(None, HOURS),
        "revoked_at": mostly(None, HOURS),
    }
)
RULES = st.dictionaries(
    st.tuples(st.sampled_from([each.value for each in COMMANDS]), mostly("customs", st.just("carrier"))),
    st.booleans(),
    max_size=4,
)
SITUATIONS = st.fixed_dictionaries(
    {
        "state": mostly(
            "active", st.sampled_from([each.value for each in VisitState if each is not VisitState.JOINED])
        ),
        "position": mostly("in_yard", st.sampled_from([each.value for each in Position])),
        "regime": mostly("transit", st.sampled_from(["unknown", "domestic", "transit"])),
        "direction": mostly("through", st.sampled_from([each.value for each in Direction])),
        "laden": st.sampled_from([True, False, None]),
        "gross_kg": mostly(22_000, st.none()),
        "phase": mostly("in_processing", st.sampled_from([None, *(each.value for each in Phase)])),
        "holds": st.lists(HOLDS, max_size=2),
        "grants": st.lists(GRANTS, max_size=3),
        "rules": RULES,
    }
)


def carrier(terminal, phase):
    if phase is None:
        return None
    return CallFactory(terminal=terminal, phase=phase, arrived_at=MARCH_14 if phase in ON_SITE else None)


def build(terminal, told) -> Visit:
    columns = {name: told[name] for name in ("state", "position", "regime", "direction", "laden", "gross_kg")}
    visit = VisitFactory(
        terminal=terminal, arrived_at=MARCH_14, departure_call=carrier(terminal, told["phase"]), **columns
    )
    for hold in told["holds"]:
        HoldFactory(visit=visit, **hold)
    for grant in told["grants"]:
        PermissionFactory(visit=visit, **grant)
    for (step, owner), required in told["rules"].items():
        for laden in (True, False):
            about = {"regime": "transit", "direction": "through", "laden": laden, "step": step, "owner": owner}
            PermissionRuleFactory(terminal=terminal, required=required, **about)
    return visit


def ask(step: Step, visit: Visit) -> list[str]:
    """Give the command; the codes of what it was refused for, none when it was done."""
    try:
        COMMANDS[step]([visit])
    except NotReady as refusal:
        return [each["code"] for each in refusal.facts["blockers"]]
    return []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=SITUATIONS, step=st.sampled_from(list(COMMANDS)))
def test_a_command_refuses_exactly_when_the_answer_is_not_empty(lyg, told, step):
    with transaction.atomic():
        visit = build(lyg, told)
        answer = what_stands_between(visit, step, NOW)
        before = (visit.state, visit.position, visit.laden, visit.version)
        refused = ask(step, visit)
        assert refused == [each.code for each in answer]
        row = Visit.objects.get(pk=visit.pk)
        if refused:
            assert (row.state, row.position, row.laden, row.version) == before
        assert row.version == before[-1] + (not refused)
        assert Entry.objects.filter(visit_id=visit.pk).count() == (not refused)
        transaction.set_rollback(True)


def test_both_outcomes_are_met():
    """The generator above makes ready situations as well as stopped ones, or its test would say little."""
    ready = {
        "state": "active", "position": "in_yard", "regime": "transit", "direction": "through", "laden": False,
        "gross_kg": None, "phase": "in_processing", "holds": [], "grants": [], "rules": {("load", "customs"): False},
    }  # fmt: skip
    visit = build(CallFactory().terminal, ready)
    assert what_stands_between(visit, Step.LOAD, NOW) == []
    assert [each.code for each in what_stands_between(visit, Step.STRIP, NOW)] == ["permission-missing"]


def codes(visit: Visit, step: Step = Step.GATE_OUT) -> list[str]:
    return [each.code for each in what_stands_between(visit, step, NOW)]


def rule(terminal, required, **about) -> None:
    PermissionRuleFactory(terminal=terminal, required=required, step=Step.GATE_OUT.value, **about)


def test_without_a_rule_customs_permission_is_needed(lyg):
    visit = VisitFactory(terminal=lyg, active=True)
    assert codes(visit) == ["permission-rule-unknown"]
    PermissionFactory(visit=visit, step=Step.GATE_OUT.value)
    assert codes(visit) == []


def test_a_rule_for_another_terminal_is_no_rule(lyg):
    rule(CallFactory(terminal__khorgos=True).terminal, False)
    assert codes(VisitFactory(terminal=lyg, active=True)) == ["permission-rule-unknown"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"granted_at": NOW}, None),
        ({"granted_at": NOW + timedelta(seconds=1)}, "permission-not-yet-valid"),
        ({"valid_until": NOW}, "permission-expired"),
        ({"valid_until": NOW + timedelta(seconds=1)}, None),
        ({"revoked_at": NOW}, "permission-revoked"),
        ({"step": Step.LOAD.value}, "permission-missing"),
        ({"owner": Owner.TERMINAL.value}, "permission-missing"),
    ],
)
def test_customs_fails_closed(lyg, change, code):
    rule(lyg, True)
    visit = VisitFactory(terminal=lyg, active=True)
    PermissionFactory(**{"visit": visit, "step": Step.GATE_OUT.value} | change)
    assert codes(visit) == ([code] if code else [])


def test_a_box_of_which_nobody_said_whether_it_is_laden_is_taken_as_laden(lyg):
    rule(lyg, True, laden=True)
    rule(lyg, False, laden=False)
    assert codes(VisitFactory(terminal=lyg, active=True, laden=None)) == ["permission-missing"]
    assert codes(VisitFactory(terminal=lyg, active=True, laden=False)) == []


def test_an_unknown_direction_counts_as_every_direction(lyg):
    visit = VisitFactory(terminal=lyg, active=True, direction=Direction.UNKNOWN.value)
    for direction in (Direction.INBOUND, Direction.OUTBOUND):
        rule(lyg, False, direction=direction.value)
    assert codes(visit) == ["permission-missing"]
    rule(lyg, False, direction=Direction.THROUGH.value)
    assert codes(visit) == []


def test_no_rule_lets_an_unknown_regime_go(lyg):
    rule(lyg, False, regime=Regime.UNKNOWN.value)
    visit = VisitFactory(terminal=lyg, active=True, regime=Regime.UNKNOWN.value)
    assert codes(visit) == ["permission-rule-unknown"]


@pytest.mark.parametrize(
    "kind",
    [{"regime": Regime.DOMESTIC.value}, {"regime": Regime.IMPORT.value, "laden": False}],
    ids=["domestic", "empty"],
)
def test_what_customs_does_not_ask_about_is_not_trapped(lyg, kind):
    rule(lyg, False, **kind)
    assert codes(VisitFactory(terminal=lyg, active=True, **kind)) == []


def test_a_step_without_a_rule_of_its_own_needs_customs_permission(lyg):
    rule(lyg, False)
    visit = VisitFactory(terminal=lyg, active=True)
    assert Requirement(Owner.CUSTOMS, Step.STRIP) in (requirements(visit) or ())
    assert codes(visit, Step.STRIP) == ["permission-missing"]


def test_others_permissions_are_asked_for_too(lyg):
    rule(lyg, False)
    rule(lyg, True, owner=Owner.CARRIER.value)
    assert codes(VisitFactory(terminal=lyg, active=True)) == ["permission-missing"]


def test_every_blocker_is_told_with_owner_and_remedy(lyg):
    rule(lyg, True)
    visit = VisitFactory(terminal=lyg, active=True)
    HoldFactory(visit=visit, owner="customs", reason="seal broken", reference="QZ-7")
    HoldFactory(visit=visit, step="load")
    HoldFactory(visit=visit, lifted_at=NOW)
    found = what_stands_between(visit, Step.GATE_OUT, NOW)
    assert [(each.code, each.owner) for each in found] == [("hold", "customs"), ("permission-missing", "customs")]
    assert all(each.remedy for each in found)
    assert found[0].reference == "QZ-7"


def test_one_box_that_is_not_ready_keeps_the_others_back(lyg):
    rule(lyg, False)
    ready, held = VisitFactory(terminal=lyg, active=True), VisitFactory(terminal=lyg, active=True)
    HoldFactory(visit=held)
    with pytest.raises(NotReady) as refused:
        leave_visits([ready, held], step=Step.GATE_OUT, by=BEAT, at=NOW)
    assert [each["container"] for each in refused.value.facts["blockers"]] == [held.container.number]
    assert Visit.objects.filter(state=VisitState.ACTIVE).count() == 2


def test_a_yard_is_judged_in_five_queries_and_one_more_for_ships(lyg, django_assert_num_queries):
    rule(lyg, True)
    call = CallFactory(terminal=lyg, working=True)
    for count in (1, 60):
        made = [VisitFactory(terminal=lyg, active=True, departure_call=call) for _ in range(count)]
        for visit in made:
            HoldFactory(visit=visit)
        with django_assert_num_queries(5):
            found = situations(made, NOW)
        assert found[made[-1].pk] == situation(made[-1], NOW)
    ship = CallFactory(terminal=lyg, ship=True, working=True)
    made = [VisitFactory(terminal=lyg, active=True, departure_call=ship) for _ in range(9)]
    with django_assert_num_queries(6):
        situations(made, NOW)


class TestGoingAboard:
    """What a ship or barge asks for beside what a train does."""

    @pytest.fixture
    def on(self, lyg):
        rule(lyg, False)
        PermissionRuleFactory(terminal=lyg, required=False, step=Step.LOAD.value)

        def plan(**more):
            call = CallFactory(terminal=lyg, working=True, **more)
            return VisitFactory(terminal=lyg, active=True, departure_call=call)

        return plan

    @pytest.mark.parametrize("mode", ["sea", "barge"])
    def test_no_laden_box_without_a_verified_gross_mass(self, on, mode):
        visit = on(mode=mode)
        assert codes(visit, Step.LOAD) == ["vgm-missing"]
        WeightFactory(visit=visit, how="declared")
        assert codes(visit, Step.LOAD) == ["vgm-missing"]
        WeightFactory(visit=visit, how="vgm_method_2", verified_by="Steppe Grain")
        assert codes(visit, Step.LOAD) == []

    def test_trains_take_a_declared_weight_and_ships_an_empty_box_without_one(self, on):
        assert codes(on(mode="rail"), Step.LOAD) == []
        empty = on(mode="sea")
        empty.laden = False
        assert "vgm-missing" not in codes(empty, Step.LOAD)

    def test_what_was_verified_before_the_box_was_unpacked_counts_no_more(self, on):
        visit = on(mode="sea")
        WeightFactory(visit=visit)
        visit.gross_kg = 9_000
        assert codes(visit, Step.LOAD) == ["vgm-missing"]

    def test_what_was_withdrawn_is_not_verified(self, on):
        visit = on(mode="sea")
        first = WeightFactory(visit=visit)
        WeightFactory(visit=visit, corrects=first, withdrawn=True)
        assert codes(visit, Step.LOAD) == ["vgm-missing"]

    @pytest.mark.parametrize(
        ("cut_off", "late"),
        [(None, False), (MARCH_14, False), (MARCH_14 - timedelta(seconds=1), True), (NOW, False)],
    )
    def test_a_box_has_to_be_here_by_the_cut_off(self, on, cut_off, late):
        assert codes(on(cut_off_at=cut_off), Step.LOAD) == (["cut-off-passed"] if late else [])

    @pytest.mark.parametrize(("cut_off", "late"), [(NOW, False), (NOW - timedelta(seconds=1), True)])
    def test_a_box_that_has_not_come_is_late_once_the_cut_off_has_passed(self, on, cut_off, late):
        visit = on(cut_off_at=cut_off)
        visit.state, visit.position, visit.arrived_at = "advised", "inbound", None
        assert codes(visit, Step.LOAD) == ["not-arrived", *(["cut-off-passed"] if late else [])]
