"""Can I have it, and when: one answer from everything the terminal knows."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, strategies

from apps.containers.models import Visit
from apps.customs.models import Declaration, Officer
from apps.customs.selectors.expecting import expected_answers
from terminal.customs.opening import Opening, after_working, working_minutes
from terminal.readiness import Blocker, Owner, Step
from terminal.readiness.prediction import gone_at, ready_at
from tests.factories.api import program
from tests.factories.billing import grounded, steppe_grain, version
from tests.factories.calls import CallFactory
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    PermissionFactory,
    PermissionRuleFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.customs import officer_of, submitted
from tests.factories.places import book_places, bookable_train

BOX = "CSQU3054383"
NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


def blocker(code, reference=""):
    return Blocker(code=code, step=Step.LOAD, owner=Owner.CUSTOMS, message="", remedy="", reference=reference)


def gone(code, reference="", **known):
    facts = {"arrives_at": None, "leaves_from": None, "answers": {}, "at": NOW, **known}
    return gone_at(blocker(code, reference), **facts)


def test_each_blocker_goes_with_what_it_waits_for():
    later = NOW + timedelta(hours=3)
    assert gone("not-arrived", arrives_at=later) == later
    assert gone("departure-call-not-workable", leaves_from=later) == later
    assert gone("answer-awaited", "CD-1", answers={"CD-1": later}) == later
    assert gone("inspection-open", "CD-2", answers={"CD-1": later}) is None
    assert gone("hold", arrives_at=later, leaves_from=later) is None


def test_what_is_late_already_is_expected_now_and_never_in_the_past():
    assert gone("not-arrived", arrives_at=NOW - timedelta(days=1)) == NOW


def test_a_box_is_ready_with_the_last_and_never_with_one_that_has_no_time():
    first, last = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    assert ready_at([], NOW) == NOW
    assert ready_at([last, first], NOW) == last
    assert ready_at([first, None], NOW) is None


OPEN = Opening(
    zone=timezone.get_fixed_timezone(480),
    opens_at=time(9),
    closes_at=time(17),
    closed_weekdays=frozenset({6, 7}),
)


@given(strategies.integers(0, 10_000), strategies.integers(0, 20_000))
def test_work_is_done_when_the_office_has_worked_so_long(begin, minutes):
    since = NOW + timedelta(minutes=begin)
    until = after_working(OPEN, since, minutes)
    assert working_minutes(OPEN, since, until) == minutes
    assert until == since or working_minutes(OPEN, since, until - timedelta(minutes=1)) < max(minutes, 1)


def test_an_office_that_never_opens_is_never_done():
    assert after_working(Opening(zone=UTC, closed_weekdays=frozenset(range(1, 8))), NOW, 1) is None


@pytest.mark.django_db
class TestWhenCustomsAnswers:
    def expected(self, row, at):
        return expected_answers(row.terminal, {row.number}, at).get(row.number)

    def test_by_the_work_before_it_shared_among_its_officers(self, lyg):
        first, second = submitted(terminal=lyg), submitted(terminal=lyg)
        Declaration.objects.update(expected_minutes=60)
        assert self.expected(first, NOW) == NOW + timedelta(minutes=120)  # handed in at the same moment
        Declaration.objects.filter(pk=first.pk).update(submitted_at=first.submitted_at - timedelta(minutes=1))
        assert self.expected(first, NOW) == NOW + timedelta(minutes=60)
        assert self.expected(second, NOW) == NOW + timedelta(minutes=120)

    def test_officers_share_it_but_nobody_shares_one_declaration_and_inspectors_decide_none(self, lyg):
        rows = [submitted(terminal=lyg) for _ in range(4)]
        Declaration.objects.update(expected_minutes=60)
        for name in ("officer-li", "officer-wang", "inspector"):
            officer_of(rows[0].office, name)
        Officer.objects.filter(user__username="inspector").update(role="inspector")
        assert self.expected(rows[3], NOW) == NOW + timedelta(minutes=120)
        Declaration.objects.exclude(pk=rows[0].pk).update(status="referred")
        assert self.expected(rows[0], NOW) == NOW + timedelta(minutes=60)

    def test_nobody_can_say_while_others_have_it_or_the_office_is_off(self, lyg):
        row = submitted(terminal=lyg)
        Declaration.objects.update(status="query")
        assert self.expected(row, NOW) is None
        Declaration.objects.update(status="submitted")
        assert self.expected(row, NOW) is not None
        type(row.office).objects.update(active=False)
        assert self.expected(row, NOW) is None


@pytest.mark.django_db
class TestTheAnswer:
    @pytest.fixture
    def asks(self, lyg):
        return program("almaty-cotton")

    def ask(self, asks, **query):
        return asks.get(f"/api/v1/containers/{BOX}/availability/" + (f"?step={query['step']}" if query else "")).json()

    def box(self, asks, **more):
        visit = VisitFactory(container=ContainerFactory(number=BOX), **more)
        VisitRoleFactory(visit=visit, party=asks.party)
        return visit

    def free(self, visit):
        PermissionRuleFactory(terminal=visit.terminal)
        for step in ("gate_out", "load"):
            PermissionFactory(visit=visit, step=step)

    def test_a_box_that_nothing_keeps_is_ready_now(self, asks):
        visit = self.box(asks, active=True, regime="", direction="outbound")
        self.free(visit)
        told = self.ask(asks)
        assert (told["step"], told["ready"], told["blockers"]) == ("gate_out", True, [])
        assert told["ready_at"] == told["asked_at"]

    def test_an_announced_box_is_ready_when_its_train_has_come_unless_somebody_holds_it(self, asks):
        comes = timezone.now() + timedelta(hours=5)
        visit = self.box(asks, arrival_call=CallFactory(scheduled_arrival_at=comes))
        self.free(visit)
        (waits, *_others) = self.ask(asks)["blockers"]
        assert waits["code"] == "not-arrived"
        assert datetime.fromisoformat(waits["gone_at"]) == comes
        HoldFactory(visit=visit)
        told = self.ask(asks)
        assert (told["ready"], told["ready_at"]) == (False, None)

    def test_what_leaves_by_train_is_asked_about_loading_unless_another_step_is_named(self, asks):
        self.box(asks, active=True, departure_call=CallFactory())
        assert self.ask(asks)["step"] == "load"
        Visit.objects.update(departure_call=CallFactory(mode="road"))
        assert self.ask(asks)["step"] == "gate_out"
        assert self.ask(asks, step="strip")["step"] == "strip"

    def test_trains_with_room_are_named_while_no_carrier_is_to_take_it(self, asks):
        visit = self.box(asks, active=True, destination="KZALA")
        soon = timezone.now() + timedelta(days=3)
        bookable_train(soon, number="X1", KZALA=10)
        book_places(bookable_train(soon + timedelta(days=1), number="X2", KZALA=10), 10, at=timezone.now())
        told = self.ask(asks)["next_trains"]
        assert [(each["number"], each["free_teu"]) for each in told] == [("X1", "10.00")]
        Visit.objects.filter(pk=visit.pk).update(departure_call=CallFactory())
        assert self.ask(asks)["next_trains"] == []

    def test_a_stranger_and_a_wrong_step_are_told_so(self, asks):
        self.box(asks, active=True)
        path = f"/api/v1/containers/{BOX}/availability/"
        assert program("osaka-steel").get(path).status_code == 404
        assert asks.get(f"{path}?step=fly").status_code == 422

    def test_the_questions_do_not_grow_with_what_is_in_the_way(self, asks, django_assert_max_num_queries):
        visit = self.box(asks, active=True)
        for _ in range(5):
            HoldFactory(visit=visit)
        with django_assert_max_num_queries(30):
            self.ask(asks)


@pytest.mark.django_db
def test_the_payer_alone_is_told_the_charges(lyg):
    version(valid_until=None)
    visit = grounded(timezone.now() - timedelta(days=20))
    number = visit.container.number
    due = program(steppe_grain().code).get(f"/api/v1/containers/{number}/availability/").json()["charges"]
    assert float(due["due"]) > 0
    assert due["last_free_on"] < f"{timezone.now():%Y-%m-%d}"
    other = program("almaty-cotton")
    VisitRoleFactory(visit=visit, party=other.party, role="haulier")
    assert other.get(f"/api/v1/containers/{number}/availability/").json()["charges"] is None
