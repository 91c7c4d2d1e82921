"""Trains that were told leave behind what trains that came here leave behind, and never push one aside."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.calls.models import Call
from apps.common.integrity import violated_constraint
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.trains import services
from apps.trains.consist import Consist
from apps.trains.models import TrackStay, TrainService, TrainVisit
from apps.trains.services import ReportedTrain, TakenTrains, take_in_trains
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.trains import TrackFactory, TrainVisitFactory

pytestmark = pytest.mark.django_db
SISTER = Actor.itself("sister")


def hours(n):
    return MARCH_14 + timedelta(hours=n)


NOW = hours(100)
TRAIN = ReportedTrain(
    call_reference="TRN2023-00012",
    service="X9014",
    length_m=760,
    consist_received_at=hours(-6),
    consist={"boxes": 60, "teu": "98.25"},
    track="T1",
    from_m=10,
    track_since=hours(0),
    track_until=hours(9),
)


@pytest.fixture
def track(lyg):
    return TrackFactory(terminal=lyg, code="T1")


@pytest.fixture
def call(lyg):
    return known_call(lyg, TRAIN.call_reference)


def known_call(terminal, reference, source="sister"):
    return CallFactory(terminal=terminal, number="X9014", source=source, source_ref=reference)


def take_in(*trains, by=SISTER, at=NOW):
    return take_in_trains(iter(trains), terminal=TerminalFactory(), source="sister", by=by, at=at)


def said(call):
    columns = ("kind", "classifier", "audience", "happened_at", "payload")
    return list(Entry.objects.filter(call_id=call.pk).order_by("id").values(*columns))


def standing_here(track, since, until=None, from_m=0, to_m=800):
    train = TrainVisitFactory(call__terminal=track.terminal)
    return TrackStay.objects.create(track=track, train=train, from_m=from_m, to_m=to_m, since=since, until=until)


def test_a_train_that_was_told_stands_where_it_stood(call, track):
    service = TrainService.objects.create(terminal=call.terminal, code="X9014", name="Almaty")
    assert take_in(TRAIN) == TakenTrains(trains=1, track_stays=1, without_track=0)
    train = TrainVisit.objects.get()
    assert (train.call, train.service, train.length_m, train.consist_received_at) == (call, service, 760, hours(-6))
    stay = TrackStay.objects.get()
    assert (stay.track, stay.train, stay.from_m, stay.to_m) == (track, train, 10, 770)
    assert (stay.since, stay.until) == (hours(0), hours(9))
    assert stay.public_id != train.public_id


def test_it_says_what_a_train_here_says_and_what_its_papers_came_to(call, track):
    take_in(replace(TRAIN, from_m=0, length_m=800))
    ours = TrainVisitFactory(call__terminal=call.terminal, call__number="X9014")
    services.receive_consist(ours, Consist([]), by=SISTER, at=hours(-6))
    TrackStay.objects.all().delete()
    services.arrive_train(ours, track=track, by=SISTER, at=hours(0))
    services.leave_track(ours.call, by=SISTER, happened_at=hours(9))
    about_the_train = [entry for entry in said(ours.call) if not entry["kind"].startswith("call-")]
    about_the_train[0]["payload"] = {"number": "X9014", "boxes": 60, "teu": "98.25"}
    assert said(call) == about_the_train


def test_each_step_became_known_when_it_was_taken_but_never_later_than_now(call, track):
    take_in(TRAIN, at=hours(5))
    known = dict(Entry.objects.values_list("kind", "recorded_at"))
    assert known == {"consist-received": hours(-6), "track-taken": hours(0), "track-left": hours(5)}


def test_a_train_whose_papers_and_time_have_not_come_says_nothing(call, track):
    assert take_in(ReportedTrain("TRN2023-00012", "", 760, track="T1")) == TakenTrains(1, 0, 0)
    assert not Entry.objects.exists()


def test_a_train_that_stands_here_stands_here(call, track):
    take_in(replace(TRAIN, track_until=None))
    assert TrackStay.objects.get().until is None
    assert not Entry.objects.filter(kind="track-left").exists()


def test_a_train_that_came_to_no_track_has_no_stay_and_lacks_none(call):
    assert take_in(replace(TRAIN, track="")) == TakenTrains(1, 0, 0)


class TestMetresThatAnothersTrainHolds:
    def test_are_left_to_it_and_nothing_is_said_of_them(self, call, track):
        standing_here(track, hours(8))
        assert take_in(TRAIN) == TakenTrains(trains=1, track_stays=0, without_track=1)
        assert [entry["kind"] for entry in said(call)] == ["consist-received"]

    @pytest.mark.parametrize(
        "held",
        [
            {"since": hours(9)},
            {"since": hours(-9), "until": hours(0)},
            {"since": hours(0), "from_m": 770, "to_m": 900},
            {"since": hours(0), "from_m": 0, "to_m": 10},
        ],
        ids=["after it", "before it", "behind it", "in front of it"],
    )
    def test_are_free_at_other_times_and_places(self, call, track, held):
        standing_here(track, **held)
        assert take_in(TRAIN) == TakenTrains(1, 1, 0)

    def test_are_free_on_another_track(self, call, track, lyg):
        standing_here(TrackFactory(terminal=lyg), hours(0))
        assert take_in(TRAIN) == TakenTrains(1, 1, 0)

    def test_a_sources_own_trains_on_the_same_metres_are_its_own_fault(self, lyg, call, track):
        known_call(lyg, "TRN2023-00013")
        with pytest.raises(IntegrityError) as clash, transaction.atomic():
            take_in(TRAIN, replace(TRAIN, call_reference="TRN2023-00013"))
        assert violated_constraint(clash.value) == "track_metres_hold_one_train"
        take_in(TRAIN)
        with pytest.raises(IntegrityError):
            take_in(replace(TRAIN, call_reference="TRN2023-00013"))


def test_a_track_the_terminal_has_not_is_no_track(call):
    TrackFactory(terminal=TerminalFactory(khorgos=True), code="T1")
    assert take_in(TRAIN) == TakenTrains(1, 0, without_track=1)


def test_a_service_of_another_terminal_is_none(call, track):
    TrainService.objects.create(terminal=TerminalFactory(khorgos=True), code="X9014", name="Almaty")
    take_in(TRAIN)
    assert TrainVisit.objects.get().service is None


def test_a_train_told_again_is_left_alone(lyg, call, track):
    take_in(replace(TRAIN, track_until=None))
    known_call(lyg, "TRN2023-00013")
    again = replace(TRAIN, length_m=500)
    another = replace(TRAIN, call_reference="TRN2023-00013", track="")
    assert take_in(again, another) == TakenTrains(1, 0, 0)
    assert (TrainVisit.objects.get(call=call).length_m, TrackStay.objects.get().until) == (760, None)
    assert [entry["kind"] for entry in said(call)] == ["consist-received", "track-taken"]


def test_the_first_of_two_trains_of_one_call_stands(call, track):
    assert take_in(TRAIN, replace(TRAIN, length_m=500)) == TakenTrains(1, 1, 0)
    assert TrainVisit.objects.get().length_m == 760


def test_a_train_of_a_call_the_source_never_told_of_is_left_out(lyg, track):
    known_call(lyg, TRAIN.call_reference, source="other")
    known_call(TerminalFactory(khorgos=True), TRAIN.call_reference)
    assert take_in(TRAIN) == TakenTrains(0, 0, 0)
    assert Call.objects.count() == 2
    assert not TrainVisit.objects.exists()


def test_who_may_not_change_trains_does_not_take_them_in(lyg, call):
    with pytest.raises(NotYours):
        take_in(TRAIN, by=Actor.person(staff("calls.change_call", username="zhao", terminal=lyg)))
    planner = Actor.person(staff("trains.change_trainvisit", username="aigul", terminal=lyg))
    assert take_in(TRAIN, by=planner).trains == 1
