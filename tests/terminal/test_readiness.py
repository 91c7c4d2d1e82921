"""What stands between a container and its next step."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.lifecycle import WORKABLE, Phase, Position, VisitState
from terminal.moments import NaiveTime
from terminal.readiness import (
    Asked,
    Grant,
    HoldFact,
    NotReady,
    Owner,
    Requirement,
    Situation,
    Step,
    blockers,
    require_ready,
)
from terminal.readiness.facts import AnswerState, HoldKind
from terminal.readiness.permissions import PERMISSION
from terminal.throughput import Mode

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CUSTOMS_FOR_LOADING = Requirement(Owner.CUSTOMS, Step.LOAD)
RELEASED = Grant(Owner.CUSTOMS, Step.LOAD, "DEC-2026-000017", NOW - HOUR)
HELD = HoldFact(Owner.CUSTOMS, "x-ray image unclear", "LYG-17", NOW - HOUR)
ASKED = Asked(Owner.CUSTOMS, "DEC-2026-000018", NOW - HOUR, office="rail")

READY_TO_LOAD = Situation(
    state=VisitState.ACTIVE,
    position=Position.IN_YARD,
    laden=True,
    requirements=(CUSTOMS_FOR_LOADING,),
    grants=(RELEASED,),
    departure_call_phase=Phase.IN_PROCESSING,
    gross_kg=21_400,
)


def codes(situation, step=Step.LOAD, at=NOW):
    return [each.code for each in blockers(situation, step, at)]


moments = st.integers(-48, 48).map(lambda hours: NOW + hours * HOUR)
owners, steps = st.sampled_from(Owner), st.sampled_from(Step)
holds = st.builds(
    HoldFact,
    owners,
    st.just("damage"),
    st.sampled_from(["H-1", "H-2"]),
    moments,
    st.none() | steps,
    kind=st.sampled_from(HoldKind),
)
questions = st.builds(Asked, owners, st.just("Q-1"), moments, st.sampled_from(AnswerState), st.none() | moments)
ages = st.none() | st.integers(1, 48).map(lambda hours: hours * HOUR)
grants = st.builds(Grant, owners, steps, st.just("P-1"), moments, st.none() | moments, st.none() | moments)
situations = st.builds(
    Situation,
    state=st.sampled_from(VisitState),
    position=st.sampled_from(Position),
    laden=st.none() | st.booleans(),
    holds=st.lists(holds, max_size=3).map(tuple),
    grants=st.lists(grants, max_size=4).map(tuple),
    asked=st.lists(questions, max_size=3).map(tuple),
    requirements=st.none() | st.lists(st.builds(Requirement, owners, steps, ages), max_size=4).map(tuple),
    departure_call_phase=st.none() | st.sampled_from(Phase),
    departure_call_mode=st.none() | st.sampled_from(Mode),
    cut_off_at=st.none() | moments,
    received_at=st.none() | moments,
    carrier_mode=st.none() | st.sampled_from(Mode),
    gross_kg=st.none() | st.integers(2_000, 30_480),
    vgm_kg=st.none() | st.integers(2_000, 30_480),
)


def test_a_released_box_in_the_yard_may_be_loaded():
    assert codes(READY_TO_LOAD) == []
    require_ready(READY_TO_LOAD, Step.LOAD, NOW)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": VisitState.ADVISED, "position": Position.INBOUND}, "not-arrived"),
        ({"state": VisitState.DEPARTED, "position": Position.GONE}, "visit-is-over"),
        ({"state": VisitState.CANCELLED}, "visit-is-over"),
        ({"position": Position.ON_CARRIER}, "wrong-position"),
        ({"holds": (HELD,)}, "hold"),
        ({"holds": (replace(HELD, kind=HoldKind.INSPECTION),)}, "inspection-open"),
        ({"holds": (replace(HELD, kind=HoldKind.SEIZURE),)}, "seized"),
        ({"grants": (), "asked": (ASKED,)}, "answer-awaited"),
        ({"grants": (), "asked": (replace(ASKED, state=AnswerState.UNREADABLE),)}, "answer-unreadable"),
        ({"grants": (), "asked": (replace(ASKED, state=AnswerState.OUT_OF_SERVICE),)}, "office-out-of-service"),
        ({"grants": (), "asked": (replace(ASKED, state=AnswerState.REFUSED),)}, "permission-refused"),
        ({"grants": (), "asked": (replace(ASKED, state=AnswerState.ANSWERED),)}, "permission-missing"),
        ({"grants": (), "asked": (replace(ASKED, state=AnswerState.WITHDRAWN),)}, "permission-missing"),
        ({"grants": (), "asked": (replace(ASKED, owner=Owner.CARRIER),)}, "permission-missing"),
        ({"requirements": (replace(CUSTOMS_FOR_LOADING, max_age=HOUR),)}, "permission-stale"),
        ({"grants": ()}, "permission-missing"),
        ({"grants": (), "requirements": None}, "permission-rule-unknown"),
        ({"grants": (replace(RELEASED, revoked_at=NOW),)}, "permission-revoked"),
        ({"grants": (replace(RELEASED, valid_until=NOW),)}, "permission-expired"),
        ({"grants": (replace(RELEASED, granted_at=NOW + HOUR),)}, "permission-not-yet-valid"),
        ({"departure_call_phase": None}, "departure-call-unknown"),
        ({"departure_call_phase": Phase.CANCELLED}, "departure-call-cancelled"),
        ({"departure_call_phase": Phase.READY}, "departure-call-not-workable"),
        ({"gross_kg": None}, "gross-weight-missing"),
        ({"gross_kg": None, "laden": None}, "gross-weight-missing"),
    ],
)
def test_each_thing_in_the_way_has_its_own_code(change, code):
    assert codes(replace(READY_TO_LOAD, **change)) == [code]


def test_everything_in_the_way_is_named_at_once_and_in_order():
    blocked = replace(
        READY_TO_LOAD,
        position=Position.ON_CARRIER,
        holds=(
            HELD,
            replace(HELD, owner=Owner.TERMINAL, reference="T-3", placed_at=NOW - 3 * HOUR),
            replace(HELD, kind=HoldKind.INSPECTION, placed_at=NOW - 2 * HOUR),
        ),
        grants=(),
        departure_call_phase=None,
        gross_kg=None,
    )
    assert codes(blocked) == [
        "wrong-position",
        "hold",
        "inspection-open",
        "hold",
        "permission-missing",
        "departure-call-unknown",
        "gross-weight-missing",
    ]
    assert [each.reference for each in blockers(blocked, Step.LOAD, NOW) if each.code == "hold"] == ["T-3", "LYG-17"]


class TestQuestions:
    """What an owner was asked says why nothing is permitted, and permits nothing."""

    def test_no_answer_of_any_kind_lets_a_box_go(self):
        for state in AnswerState:
            assert codes(replace(READY_TO_LOAD, grants=(), asked=(replace(ASKED, state=state),))) != []

    def test_a_question_does_not_stop_what_is_permitted(self):
        for state in AnswerState:
            assert codes(replace(READY_TO_LOAD, asked=(replace(ASKED, state=state),))) == []

    def test_the_question_that_waits_longest_is_named_with_its_office_and_since(self):
        later = replace(ASKED, reference="DEC-2", asked_at=NOW, state=AnswerState.OUT_OF_SERVICE)
        refused = replace(ASKED, reference="DEC-1", asked_at=NOW - 5 * HOUR, state=AnswerState.REFUSED)
        stuck = replace(READY_TO_LOAD, grants=(), asked=(later, refused, ASKED))
        (found,) = blockers(stuck, Step.LOAD, NOW)
        assert (found.code, found.reference, found.since) == ("answer-awaited", "DEC-2026-000018", NOW - HOUR)
        assert found.facts["office"] == "rail"

    def test_a_refusal_is_told_only_where_nothing_waits_any_more(self):
        refused = replace(ASKED, state=AnswerState.REFUSED, since=NOW)
        assert codes(replace(READY_TO_LOAD, grants=(), asked=(refused, ASKED))) == ["answer-awaited"]

    def test_what_became_of_a_permission_counts_more_than_an_older_question(self):
        revoked = replace(RELEASED, granted_at=NOW, revoked_at=NOW)
        assert codes(replace(READY_TO_LOAD, grants=(revoked,), asked=(ASKED,))) == ["permission-revoked"]
        assert codes(replace(READY_TO_LOAD, grants=(revoked,), asked=(replace(ASKED, asked_at=NOW + HOUR),))) == [
            "answer-awaited"
        ]

    def test_where_no_rule_knows_what_is_needed_the_question_is_told_too(self):
        assert codes(replace(READY_TO_LOAD, grants=(), requirements=None, asked=(ASKED,))) == ["answer-awaited"]


class TestAge:
    """A permission that is too old counts no more, whatever it says itself."""

    def test_it_counts_until_just_before_it_is_too_old(self):
        aged = replace(READY_TO_LOAD, requirements=(replace(CUSTOMS_FOR_LOADING, max_age=2 * HOUR),))
        assert codes(aged) == []
        assert codes(aged, at=NOW + HOUR) == ["permission-stale"]

    def test_the_shortest_of_several_ages_counts(self):
        ages = [replace(CUSTOMS_FOR_LOADING, max_age=age) for age in (None, 5 * HOUR, HOUR)]
        assert codes(replace(READY_TO_LOAD, requirements=tuple(ages))) == ["permission-stale"]

    def test_an_age_of_nought_lets_nothing_go(self):
        for others in ((), (replace(CUSTOMS_FOR_LOADING, max_age=HOUR),)):
            wanted = (replace(CUSTOMS_FOR_LOADING, max_age=timedelta(0)), *others)
            (stale,) = blockers(replace(READY_TO_LOAD, requirements=wanted), Step.LOAD, NOW)
            assert (stale.code, stale.facts["hours"]) == ("permission-stale", 0)

    def test_a_younger_one_helps(self):
        aged = replace(READY_TO_LOAD, requirements=(replace(CUSTOMS_FOR_LOADING, max_age=HOUR),))
        assert codes(replace(aged, grants=(RELEASED, replace(RELEASED, granted_at=NOW)))) == []


def test_a_hold_on_one_step_leaves_the_others_free():
    held = replace(READY_TO_LOAD, holds=(replace(HELD, step=Step.GATE_OUT),))
    assert codes(held) == []
    assert codes(held, Step.GATE_OUT) == ["hold"]


def test_a_permission_for_one_step_is_none_for_another():
    both = replace(READY_TO_LOAD, requirements=(CUSTOMS_FOR_LOADING, Requirement(Owner.CUSTOMS, Step.GATE_OUT)))
    assert codes(both, Step.GATE_OUT) == ["permission-missing"]


def test_another_owners_permission_does_not_stand_in_for_customs():
    assert codes(replace(READY_TO_LOAD, grants=(replace(RELEASED, owner=Owner.TERMINAL),))) == ["permission-missing"]


def test_a_visit_that_is_known_to_need_nothing_needs_nothing():
    assert codes(replace(READY_TO_LOAD, grants=(), requirements=())) == []


def test_an_empty_box_needs_no_weight():
    assert codes(replace(READY_TO_LOAD, laden=False, gross_kg=None)) == []


def test_a_truck_needs_no_call_to_be_worked_and_no_weight():
    leaving = replace(READY_TO_LOAD, requirements=(), departure_call_phase=None, gross_kg=None)
    assert codes(leaving, Step.GATE_OUT) == []


def test_a_box_may_be_released_before_it_is_off_the_train():
    on_the_train = replace(READY_TO_LOAD, position=Position.ON_CARRIER, requirements=())
    assert codes(on_the_train, Step.RELEASE) == []
    assert codes(on_the_train, Step.STRIP) == ["wrong-position"]


def test_a_permission_holds_until_just_before_it_runs_out():
    runs_out = replace(READY_TO_LOAD, grants=(replace(RELEASED, valid_until=NOW),))
    assert codes(runs_out, at=NOW - timedelta(microseconds=1)) == []
    assert codes(runs_out, at=NOW) == ["permission-expired"]


def test_the_hour_the_clocks_repeat_does_not_lengthen_a_permission():
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=0)
    grant = replace(RELEASED, granted_at=first - HOUR, valid_until=first)
    assert grant.is_expired(first.replace(fold=1, minute=15))


def test_a_renewed_permission_stands_beside_the_one_that_ran_out():
    renewed = replace(READY_TO_LOAD, grants=(replace(RELEASED, valid_until=NOW), RELEASED))
    assert codes(renewed) == []


def test_the_latest_answer_is_the_one_a_blocker_speaks_of():
    answers = (replace(RELEASED, valid_until=NOW - HOUR / 2), replace(RELEASED, reference="DEC-2026-000018",
               granted_at=NOW - HOUR / 4, revoked_at=NOW - HOUR / 8))  # fmt: skip
    (blocker,) = blockers(replace(READY_TO_LOAD, grants=answers), Step.LOAD, NOW)
    assert (blocker.code, blocker.reference) == ("permission-revoked", "DEC-2026-000018")
    assert blocker.since == NOW - HOUR / 8
    assert blocker.as_facts()["message"] == "The permission DEC-2026-000018 of customs was revoked."


def test_a_blocker_names_owner_reference_since_when_and_what_helps():
    (blocker,) = blockers(replace(READY_TO_LOAD, holds=(HELD,)), Step.LOAD, NOW)
    assert blocker.as_facts() == {
        "code": "hold",
        "step": "load",
        "owner": "customs",
        "reference": "LYG-17",
        "since": "2026-05-01T11:00:00+00:00",
        "message": "Held by customs: x-ray image unclear.",
        "remedy": "Only customs can lift the hold LYG-17.",
        "facts": {"owner": "customs", "reason": "x-ray image unclear", "reference": "LYG-17"},
    }


def test_a_hold_without_a_reference_is_lifted_by_its_owner_under_none():
    (blocker,) = blockers(replace(READY_TO_LOAD, holds=(replace(HELD, reference=""),)), Step.LOAD, NOW)
    assert blocker.as_facts()["remedy"] == "Only customs can lift the hold."


def test_a_blocker_speaks_the_language_of_its_reader():
    chinese = {"Held by %(owner)s: %(reason)s.": "被 %(owner)s 扣留：%(reason)s。"}
    (blocker,) = blockers(replace(READY_TO_LOAD, holds=(HELD,)), Step.LOAD, NOW)
    spoken = blocker.as_facts(lambda sentence: chinese.get(sentence, sentence))
    assert spoken["message"] == "被 customs 扣留：x-ray image unclear。"


def test_a_refusal_carries_every_blocker_in_plain_json():
    with pytest.raises(NotReady) as refused:
        require_ready(replace(READY_TO_LOAD, holds=(HELD,), gross_kg=None), Step.LOAD, NOW)
    facts = refused.value.facts
    assert json.loads(json.dumps(facts)) == facts
    assert facts["step"] == "load"
    assert [each["code"] for each in facts["blockers"]] == ["hold", "gross-weight-missing"]
    assert refused.value.kind == "state"
    assert "hold, gross-weight-missing" in str(refused.value)


def test_a_time_without_a_zone_is_refused_everywhere():
    naive = NOW.replace(tzinfo=None)
    for given_naive in (
        lambda: blockers(READY_TO_LOAD, Step.LOAD, naive),
        lambda: require_ready(READY_TO_LOAD, Step.LOAD, naive),
        lambda: replace(HELD, placed_at=naive),
        lambda: replace(RELEASED, granted_at=naive),
        lambda: replace(RELEASED, valid_until=naive),
        lambda: replace(RELEASED, revoked_at=naive),
    ):
        with pytest.raises(NaiveTime):
            given_naive()


@given(situations, steps, moments)
def test_a_step_is_refused_exactly_when_something_is_in_the_way(situation, step, at):
    found = blockers(situation, step, at)
    if not found:
        require_ready(situation, step, at)
        return
    with pytest.raises(NotReady) as refused:
        require_ready(situation, step, at)
    assert refused.value.facts["blockers"] == [each.as_facts() for each in found]


@given(situations, holds, steps, moments)
def test_one_more_hold_never_removes_a_blocker(situation, hold, step, at):
    before = blockers(situation, step, at)
    after = blockers(replace(situation, holds=(*situation.holds, hold)), step, at)
    assert all(after.count(each) >= before.count(each) for each in before)
    assert len(after) == len(before) + hold.stops(step)


@given(situations, steps, moments)
def test_customs_blocks_unless_its_permission_is_in_force(situation, step, at):
    wanted = [each for each in situation.requirements or () if (each.owner, each.step) == (Owner.CUSTOMS, step)]
    asked = situation.requirements is None or wanted
    ages = [each.max_age for each in wanted if each.max_age is not None]
    allowed = any(
        grant.owner is Owner.CUSTOMS
        and grant.step is step
        and grant.granted_at <= at
        and (grant.valid_until is None or at < grant.valid_until)
        and (grant.revoked_at is None or at < grant.revoked_at)
        and all(at < grant.granted_at + age for age in ages)
        for grant in situation.grants
    )
    by_customs = [
        each for each in blockers(situation, step, at) if each.owner is Owner.CUSTOMS and each.code in PERMISSION
    ]
    assert len(by_customs) == bool(asked and not allowed)


@given(situations, steps, moments)
def test_what_is_not_known_is_never_better_than_what_is_required(situation, step, at):
    unknown = replace(situation, requirements=None)
    required = replace(situation, requirements=(Requirement(Owner.CUSTOMS, step),))
    assert len(blockers(unknown, step, at)) == len(blockers(required, step, at))


@given(situations, moments)
def test_a_box_is_loaded_only_onto_a_call_being_worked(situation, at):
    if situation.departure_call_phase not in WORKABLE:
        assert any(code.startswith("departure-call-") for code in codes(situation, at=at))


@given(situations, steps, moments, st.randoms())
def test_the_order_of_blockers_is_the_same_whoever_asks(situation, step, at, dice):
    shuffled = list(situation.grants)
    dice.shuffle(shuffled)
    again = replace(situation, grants=tuple(shuffled))
    assert [each.code for each in blockers(again, step, at)] == codes(situation, step, at)
