"""Customs is asked about every declared box, and the box says why it waits. No answer of any kind lets it go."""

from datetime import timedelta

import pytest

from apps.containers.models import PermissionRule, Question, Visit
from apps.containers.selectors import situations, what_stands_between
from apps.customs import services
from apps.customs.models import Office
from apps.customs.services.word import keep_asked
from terminal.lifecycle import Channel
from terminal.readiness import Owner, Step
from terminal.regimes import Direction, Regime
from tests.factories.calls import MARCH_14
from tests.factories.containers import PermissionRuleFactory, VisitFactory
from tests.factories.customs import OfficeFactory, declarant_of, drafted, officer_of, submitted
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db
LATER = MARCH_14 + timedelta(hours=2)


def why(declaration, at=LATER, step=Step.STRIP):
    """The one thing of customs' in the way of the declaration's first box: code, reference, since, office."""
    visit = Visit.objects.filter(declarations=declaration).order_by("pk").first()
    found = [each for each in what_stands_between(visit, step, at) if each.owner is Owner.CUSTOMS]
    return [(each.code, each.reference, each.since, each.facts.get("office")) for each in found]


def codes(declaration, at=LATER):
    return [code for code, *_rest in why(declaration, at)]


def states(declaration):
    return sorted(Question.objects.filter(reference=declaration.number).values_list("state", flat=True))


def test_a_draft_asks_nothing_and_a_submitted_declaration_asks_for_each_box():
    declaration = drafted(boxes=2)
    assert (states(declaration), codes(declaration)) == ([], ["permission-rule-unknown"])
    services.submit(declaration, by=declarant_of(declaration), at=MARCH_14)
    assert states(declaration) == ["awaited", "awaited"]
    assert why(declaration) == [("answer-awaited", declaration.number, MARCH_14, declaration.office.code)]


def test_silence_is_told_for_ever_and_lets_nothing_go():
    declaration = submitted()
    assert why(declaration, MARCH_14 + timedelta(days=3650))[0][0] == "answer-awaited"


def test_a_release_answers_and_one_taken_back_is_a_no():
    declaration = submitted()
    by = officer_of(declaration.office)
    services.register(declaration, channel=Channel.GREEN, by=by, at=LATER)
    assert (states(declaration), codes(declaration)) == (["answered"], [])
    services.revoke_release(declaration, by=by, at=LATER, reason="forged certificate")
    assert (states(declaration), codes(declaration)) == (["refused"], ["permission-revoked"])


def test_a_rejection_refuses_and_a_withdrawal_leaves_nothing_asked():
    rejected, withdrawn = submitted(), submitted()
    services.reject(rejected, by=officer_of(rejected.office), at=LATER, reason="wrong HS code")
    assert why(rejected) == [("permission-refused", rejected.number, LATER, rejected.office.code)]
    services.withdraw(withdrawn, by=declarant_of(withdrawn), at=LATER)
    assert (states(withdrawn), codes(withdrawn)) == (["withdrawn"], ["permission-rule-unknown"])


def test_a_second_declaration_after_a_rejection_is_what_is_waited_for():
    first = submitted()
    services.reject(first, by=officer_of(first.office), at=LATER, reason="wrong HS code")
    second = services.draft(
        terminal=first.terminal, declarant=first.declarant, visits=list(first.visits.all()), regime=Regime.TRANSIT,
        direction=Direction.THROUGH, goods="cotton yarn", by=declarant_of(first), at=LATER,
    )  # fmt: skip
    services.submit(second, by=declarant_of(second), at=LATER)
    assert codes(first) == ["answer-awaited"]


class TestAnOfficeSwitchedOff:
    def test_what_lies_there_says_so_from_that_moment_whoever_switched_it_off(self):
        declaration = submitted()
        Office.objects.update(active=False)
        assert why(declaration) == [("office-out-of-service", declaration.number, MARCH_14, declaration.office.code)]
        Office.objects.update(active=True)
        assert codes(declaration) == ["answer-awaited"]

    def test_handed_over_it_lies_at_the_other_office(self):
        declaration = submitted()
        Office.objects.filter(pk=declaration.office_id).update(active=False)
        rail = OfficeFactory(code="rail")
        services.hand_over(declaration, rail, by=officer_of(declaration.office), at=LATER, reason="closed")
        assert why(declaration) == [("answer-awaited", declaration.number, MARCH_14, "rail")]

    def test_an_office_of_the_same_code_elsewhere_says_nothing_of_ours(self):
        declaration = submitted()
        OfficeFactory(terminal=TerminalFactory(khorgos=True), code=declaration.office.code, active=False)
        assert codes(declaration) == ["answer-awaited"]

    def test_an_answer_that_nobody_could_read_stays_unreadable(self):
        declaration = submitted()
        Question.objects.update(state="unreadable")
        Office.objects.update(active=False)
        assert codes(declaration) == ["answer-unreadable"]


def test_the_age_a_rule_allows_ends_a_release_that_has_no_end_of_its_own():
    declaration = submitted()
    about = {"terminal": declaration.terminal, "regime": "transit", "direction": "through", "laden": True}
    PermissionRuleFactory(**about, step="strip", valid_hours=48)
    services.register(declaration, channel=Channel.GREEN, by=officer_of(declaration.office), at=LATER)
    just_before = LATER + timedelta(hours=48, seconds=-1)
    assert (codes(declaration, just_before), codes(declaration, LATER + timedelta(hours=48))) == (
        [],
        ["permission-stale"],
    )


def test_where_the_direction_is_unknown_the_shortest_age_of_any_direction_counts(lyg):
    for direction, hours in (("inbound", None), ("outbound", 12), ("through", 48)):
        PermissionRuleFactory(terminal=lyg, direction=direction, step="strip", valid_hours=hours)
    PermissionRule.objects.filter(terminal=lyg).update(regime="import")
    visit = VisitFactory(terminal=lyg, active=True, regime="import", direction="unknown")
    ages = {each.max_age for each in situations([visit], LATER)[visit.pk].requirements if each.step is Step.STRIP}
    assert min(filter(None, ages)) == timedelta(hours=12)


def test_a_box_taken_out_of_a_declaration_is_asked_about_no_more_and_a_new_one_is():
    declaration = submitted(boxes=2)
    out = declaration.visits.order_by("pk").first()
    declaration.visits.remove(out)
    new = VisitFactory(terminal=declaration.terminal, active=True)
    declaration.visits.add(new)
    keep_asked(declaration, LATER)
    asked = dict(Question.objects.values_list("visit_id", "state"))
    assert (asked[out.pk], asked[new.pk]) == ("withdrawn", "awaited")
    assert Question.objects.get(visit=new).asked_at == LATER


def test_many_boxes_are_asked_about_in_as_many_queries_as_one(lyg, django_assert_num_queries):
    OfficeFactory(terminal=lyg)
    submitted(terminal=lyg, boxes=3)
    visits = list(Visit.objects.filter(terminal=lyg))
    with django_assert_num_queries(5):
        assert len(situations(visits, LATER)) == 3
    with django_assert_num_queries(5):
        situations(visits[:1], LATER)
