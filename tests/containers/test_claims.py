"""What a party's program says of its own box serves planning; it takes nothing away from customs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.containers.models import Visit
from apps.containers.selectors import what_stands_between
from apps.containers.services import Advice, Arrived, HoldBelongsTo, advise, arrive_visits, leave_visits, strip_visits
from apps.containers.services.describing import Papers, describe
from apps.journal.models import Entry
from apps.parties.actors import Actor
from terminal.lifecycle import Position
from terminal.readiness import NotReady, Step
from terminal.regimes import Direction, Regime
from tests.factories.calls import MARCH_14
from tests.factories.containers import PermissionFactory, PermissionRuleFactory, VisitFactory
from tests.factories.parties import PartyFactory, staff

pytestmark = pytest.mark.django_db

TERMINAL = Actor.itself("test")
NOON = MARCH_14 + timedelta(hours=2)
BOX = "CSQU3054383"


@pytest.fixture
def ruled(lyg):
    """Laden boxes under customs need its yes; empties and domestic boxes do not."""
    for regime in ("export", "transit", "domestic"):
        for laden in (True, False):
            for step in Step:
                PermissionRuleFactory(
                    terminal=lyg, regime=regime, laden=laden, direction="outbound", step=step.value,
                    required=laden and regime != "domestic",
                )  # fmt: skip
    return lyg


@pytest.fixture
def shipper(db):
    return Actor.program(PartyFactory(), "key:abcd1234")


@pytest.fixture
def planner(ruled):
    return Actor.person(staff("containers.change_visit", username="zhang.wei", terminal=ruled))


def arrived(terminal, by, **said) -> Visit:
    """A box that came through the gate on somebody's advice."""
    words = {"regime": Regime.EXPORT, "direction": Direction.OUTBOUND, "laden": True} | said
    [visit] = advise([Advice(terminal=terminal, number=BOX, size_type="22G1", **words)], by=by, at=MARCH_14)
    arrive_visits([Arrived(visit, Position.IN_YARD)], by=TERMINAL, at=MARCH_14)
    return visit


CLAIMS = [{"regime": Regime.DOMESTIC}, {"laden": False}, {"regime": Regime.DOMESTIC, "laden": False}]


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_shipper_who_calls_a_box_domestic_or_empty_does_not_get_it_past_customs(ruled, shipper, claim):
    visit = arrived(ruled, shipper, **claim)
    for step in (Step.GATE_OUT, Step.STRIP):
        assert "customs" in {each.owner for each in what_stands_between(visit, step, NOON)}
    with pytest.raises(NotReady):
        leave_visits([visit], step=Step.GATE_OUT, by=TERMINAL, at=NOON)
    with pytest.raises(NotReady):
        strip_visits([visit], by=TERMINAL, at=NOON)


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_same_word_from_the_terminal_lets_it_go(ruled, claim):
    leave_visits([arrived(ruled, TERMINAL, **claim)], step=Step.GATE_OUT, by=TERMINAL, at=NOON)


def test_a_claim_is_kept_for_planning(ruled, shipper):
    visit = arrived(ruled, shipper, regime=Regime.DOMESTIC, laden=False)
    row = Visit.objects.get(pk=visit.pk)
    assert (row.regime, row.direction, row.laden) == ("domestic", "outbound", False)


def test_customs_yes_moves_a_box_whatever_was_claimed(ruled, shipper):
    visit = arrived(ruled, shipper, regime=Regime.DOMESTIC)
    PermissionFactory(visit=visit, owner="customs", step="gate_out", granted_at=MARCH_14)
    leave_visits([visit], step=Step.GATE_OUT, by=TERMINAL, at=NOON)


def test_staff_make_a_claim_a_fact_each_word_for_itself(ruled, shipper, planner):
    visit = arrived(ruled, shipper, laden=False)
    describe([Papers(visit=visit, regime=Regime.EXPORT, direction=Direction.OUTBOUND)], by=planner, at=NOON)
    assert what_stands_between(visit, Step.GATE_OUT, NOON), "nobody has looked into the box"
    describe([Papers(visit=visit, laden=False)], by=planner, at=NOON)
    assert what_stands_between(visit, Step.GATE_OUT, NOON) == []
    assert Entry.objects.filter(kind="visit-changed").latest("id").payload == {"laden": False}


def test_a_box_the_terminal_has_unpacked_is_empty_whatever_was_claimed(ruled, shipper, planner):
    visit = arrived(ruled, shipper)
    describe([Papers(visit=visit, regime=Regime.EXPORT, direction=Direction.OUTBOUND)], by=planner, at=NOON)
    PermissionFactory(visit=visit, owner="customs", step="strip", granted_at=MARCH_14)
    strip_visits([visit], by=TERMINAL, at=NOON)
    assert Visit.objects.get(pk=visit.pk).claimed == []
    assert what_stands_between(visit, Step.GATE_OUT, NOON) == []


@pytest.mark.parametrize("papers", [{"regime": Regime.DOMESTIC}, {"laden": False}])
def test_what_is_known_to_need_customs_is_not_unsaid_by_staff(ruled, planner, papers):
    visit = VisitFactory(terminal=ruled, active=True, regime="export", direction="outbound", laden=True)
    with pytest.raises(HoldBelongsTo):
        describe([Papers(visit=visit, **papers)], by=planner, at=NOON)
    row = Visit.objects.get(pk=visit.pk)
    assert (row.regime, row.laden) == ("export", True)


def test_customs_may_unsay_it_and_staff_may_say_what_asks_no_less(ruled, planner):
    visit = VisitFactory(terminal=ruled, active=True, regime="export", direction="outbound", laden=True)
    describe([Papers(visit=visit, regime=Regime.TRANSIT)], by=planner, at=NOON)
    officer = staff("containers.change_visit", "containers.lift_customs_hold", username="officer", terminal=ruled)
    describe([Papers(visit=visit, regime=Regime.DOMESTIC)], by=Actor.person(officer), at=NOON)
    assert Visit.objects.get(pk=visit.pk).regime == "domestic"


def test_a_clerk_states_the_papers_on_the_page_and_hears_a_refusal(client, ruled, shipper):
    visit = arrived(ruled, shipper, regime=Regime.EXPORT)
    client.force_login(staff("containers.view_visit", "containers.change_visit", username="li.na", terminal=ruled))
    where = reverse("admin:containers_visit_do", args=[visit.pk, "state_papers"])
    answers = {"answered": "1", "regime": "export", "direction": "outbound", "laden": "true"}
    client.post(where, answers, follow=True)
    visit.refresh_from_db()
    assert (visit.regime, visit.laden, visit.claimed) == ("export", True, [])
    page = client.post(where, {"answered": "1", "regime": "domestic", "direction": "", "laden": "unknown"}, follow=True)
    assert "only customs can do that" in page.content.decode()
    visit.refresh_from_db()
    assert visit.regime == "export"
