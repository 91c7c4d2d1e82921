"""What keeps a train from leaving, and that nothing else does."""

import random
from datetime import timedelta

import pytest
from django.db import transaction

from apps.calls import services as calls
from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Permission, Visit
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.trains import services
from apps.trains.models import LoadPlan, PlannedLoad, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors.leaving import what_keeps
from terminal.errors import Refused
from terminal.lifecycle import Phase
from tests.factories.containers import HoldFactory, VisitFactory
from tests.factories.parties import UserFactory
from tests.factories.trains import WagonFactory
from tests.trains.loading import BY, HOUR, NOW, a_box, a_train

MINUTE = timedelta(minutes=1)


@pytest.fixture
def train(lyg):
    """A train with one 40′ box aboard, ready in every respect."""
    train = a_train(lyg, wagons=2)
    services.load(train, [a_box(lyg, departure_call=train.call)], by=BY, at=NOW)
    services.send_consist(train, by=BY, at=NOW)
    services.note_brake_test(train, by=BY, at=NOW)
    calls.finish_work(train.call, by=BY, at=NOW)
    return train


def brought(train):
    visit = VisitFactory(terminal=train.call.terminal, arrival_call=train.call)
    WagonLoad.objects.create(wagon=WagonFactory(train=train, sequence=9), visit=visit, leg="arriving")


def planned_and_not_loaded(train):
    said = {"state": "approved", "drawn_up_at": NOW, "drawn_up_by": "x", "approved_at": NOW, "approved_by": "x"}
    plan = LoadPlan.objects.create(train=train, **said)
    PlannedLoad.objects.create(plan=plan, wagon=train.wagons.last(), visit=a_box(train.call.terminal))


def held(train):
    HoldFactory(visit=WagonLoad.objects.get(leg="departing").visit)


def permission_gone(train):
    Permission.objects.all().delete()


def unweighed(train):
    Visit.objects.filter(departure_call=train.call).update(gross_kg=None)


def on_a_wagon_set_out(train):
    Wagon.objects.filter(loads__leg="departing").update(set_out_at=NOW)


def alone_on_its_wagon(train):
    visit = a_box(train.call.terminal, "22G1", departure_call=train.call, position="on_carrier")
    said = {"leg": "departing", "done_at": NOW}
    WagonLoad.objects.create(wagon=WagonFactory(train=train, sequence=8), visit=visit, **said)


def off_the_route(train):
    Visit.objects.filter(departure_call=train.call).update(destination="DEDUI")


def consist_not_sent(train):
    TrainVisit.objects.filter(pk=train.pk).update(consist_sent_at=None)


def loaded_after_the_consist(train):
    WagonLoad.objects.filter(leg="departing").update(done_at=NOW + MINUTE)


def brakes_not_tested(train):
    TrainVisit.objects.filter(pk=train.pk).update(brakes_tested_at=None, brakes_tested_by="")


LACKS = {
    brought: "still-loaded",
    planned_and_not_loaded: "not-loaded",
    held: "hold",
    permission_gone: "permission-rule-unknown",
    unweighed: "gross-weight-missing",
    on_a_wagon_set_out: "on-a-wagon-set-out",
    alone_on_its_wagon: "no-pair",
    off_the_route: "off-its-route",
    consist_not_sent: "consist-not-sent",
    loaded_after_the_consist: "consist-outdated",
    brakes_not_tested: "brakes-not-tested",
}


def told_and_refused(train):
    """The codes of the list, and those the command refuses with; nothing is left done."""
    train = TrainVisit.objects.select_related("call__terminal", "service").get(pk=train.pk)
    at = NOW + 5 * MINUTE
    listed = [each.code for each in what_keeps(train, at)]
    try:
        with transaction.atomic():
            services.depart_train(train, by=BY, at=at)
            transaction.set_rollback(True)
    except Refused as refusal:
        return listed, [each["code"] for each in refusal.facts["blockers"]]
    return listed, []


def test_a_train_that_lacks_nothing_leaves_with_its_boxes(train):
    services.depart_train(train, by=BY, at=NOW + MINUTE)
    assert Call.objects.get(pk=train.call_id).phase == Phase.DEPARTED
    assert Visit.objects.get(departure_call=train.call).state == "departed"


@pytest.mark.parametrize("lack", LACKS)
def test_each_thing_a_train_lacks_keeps_it_and_is_named(train, lack):
    lack(train)
    listed, refused = told_and_refused(train)
    assert listed == refused == [LACKS[lack]]


def test_the_command_refuses_exactly_what_the_list_shows_whatever_is_lacking(train):
    dice = random.Random(9014)
    for _ in range(12):
        lacks = dice.sample(list(LACKS), dice.randrange(4))
        with transaction.atomic():
            for lack in lacks:
                lack(train)
            listed, refused = told_and_refused(train)
            assert listed == refused
            assert bool(listed) == bool(lacks)
            transaction.set_rollback(True)


def test_a_wagon_set_out_after_the_consist_was_sent_makes_it_old(train):
    services.set_out(train.wagons.exclude(loads__leg="departing").last(), by=BY, at=NOW)
    assert told_and_refused(train)[0] == ["consist-not-sent"]


def test_a_loading_that_is_taken_back_makes_the_consist_old(train):
    loaded = Entry.objects.get(kind="container-loaded")
    containers.retract(loaded.public_id, reason="another box", by=BY, at=NOW + MINUTE)
    assert told_and_refused(train)[0] == ["consist-not-sent"]


def test_whoever_says_that_a_train_has_left_is_told_what_keeps_it(train):
    held(train)
    with pytest.raises(services.TrainNotReady, match="hold"):
        calls.depart(train.call, by=BY, at=NOW + MINUTE)


def test_a_hold_placed_after_the_train_left_does_not_keep_a_late_report(train):
    HoldFactory(visit=WagonLoad.objects.get(leg="departing").visit, placed_at=NOW + HOUR)
    services.depart_train(train, by=BY, at=NOW + 2 * HOUR, happened_at=NOW + MINUTE)
    assert Call.objects.get(pk=train.call_id).phase == Phase.DEPARTED


@pytest.mark.parametrize("whose", ["of no service", "reported by another system"])
def test_a_train_we_were_never_told_of_as_a_whole_needs_no_papers_and_no_brake_test(train, whose):
    for lack in (consist_not_sent, brakes_not_tested, alone_on_its_wagon):
        lack(train)
    if whose == "of no service":
        TrainVisit.objects.filter(pk=train.pk).update(service=None)
    else:
        Call.objects.filter(pk=train.call_id).update(source="other", source_ref="1")
    assert told_and_refused(train) == ([], [])


def test_a_list_of_many_boxes_needs_no_more_queries_than_one_of_few(lyg, train, django_assert_max_num_queries):
    for place in range(10, 20):
        visit = a_box(lyg, departure_call=train.call, position="on_carrier")
        WagonLoad.objects.create(wagon=WagonFactory(train=train, sequence=place), visit=visit, leg="departing")
    train = TrainVisit.objects.select_related("call__terminal", "service").get(pk=train.pk)
    with django_assert_max_num_queries(18):
        assert what_keeps(train, NOW) == []


class TestConsist:
    def test_a_consist_is_sent_again_when_more_was_loaded(self, lyg, train):
        loaded_after_the_consist(train)
        services.send_consist(train, by=BY, at=NOW + 2 * MINUTE)
        assert told_and_refused(train) == ([], [])
        last = Entry.objects.filter(kind="consist-sent").last()
        assert (last.payload["wagons"], last.payload["boxes"], last.payload["teu"]) == (2, 1, "2.00")

    def test_a_train_that_is_not_here_has_no_consist_to_send_and_no_brakes_to_test(self, lyg):
        coming = a_train(lyg, call__phase=Phase.ANNOUNCED.value, call__arrived_at=None)
        for step in (services.send_consist, services.note_brake_test):
            with pytest.raises(services.NotHere):
                step(coming, by=BY, at=NOW)
        calls.cancel(coming.call, by=BY, at=NOW, reason="border closed")
        with pytest.raises(calls.CallIsOver):
            services.send_consist(coming, by=BY, at=NOW)
        assert Entry.objects.filter(kind="call-message-refused", call_id=coming.call_id).exists()

    def test_a_brake_test_is_noted_with_who_says_so_and_when(self, train):
        services.note_brake_test(train, by=BY, at=NOW, happened_at=NOW - 30 * MINUTE)
        train.refresh_from_db()
        assert (train.brakes_tested_at, train.brakes_tested_by) == (NOW - 30 * MINUTE, BY.label)
        with pytest.raises(services.TestedBeforeItCame):
            services.note_brake_test(train, by=BY, at=NOW, happened_at=NOW - 2 * HOUR)
        with pytest.raises(calls.InTheFuture):
            services.note_brake_test(train, by=BY, at=NOW, happened_at=NOW + HOUR)

    def test_a_person_without_the_right_says_nothing_of_the_train(self, train):
        nobody = Actor.person(UserFactory())
        for step in (services.send_consist, services.note_brake_test):
            with pytest.raises(NotYours):
                step(train, by=nobody, at=NOW)
