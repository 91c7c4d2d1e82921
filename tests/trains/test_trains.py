"""A train from its announcement to its departure, and everything that can stand in its way."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.calls import services as calls
from apps.common.integrity import violated_constraint
from apps.containers.models import PermissionRule, Visit
from apps.containers.services import Advice, advise
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.trains import services as trains
from apps.trains.consist import Consist, ConsistBox, ConsistWagon
from apps.trains.models import TrackStay, Wagon, WagonLoad
from apps.trains.selectors import track_use
from terminal.identifiers import WagonScheme
from terminal.lifecycle import Position, StepNotAllowed, VisitState
from terminal.readiness import NotReady
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory
from tests.factories.containers import container_number as number_of
from tests.factories.parties import UserFactory
from tests.factories.trains import TrackFactory, TrainVisitFactory
from tests.factories.yard import BlockFactory

BY = Actor.itself("test")
CAME = MARCH_14
HOUR = timedelta(hours=1)


def container_number(serial):
    return number_of(serial, "TBJ")


def wagon(sequence, *boxes, size="42G1"):
    on = [ConsistBox(place, number, size, True, 20_000, "KZALA") for place, number in enumerate(boxes, 1)]
    return ConsistWagon(sequence, WagonScheme.CN7, f"{5200100 + sequence}", "X70", 22_000, None, on)


def consist_of(*numbers):
    return Consist([wagon(place, number) for place, number in enumerate(numbers, 1)])


@pytest.fixture
def track(lyg):
    return TrackFactory(terminal=lyg)


@pytest.fixture
def train(lyg, track):
    return TrainVisitFactory(call__terminal=lyg)


def domestic_is_free(terminal):
    PermissionRule.objects.create(
        terminal=terminal, regime="domestic", laden=True, direction="outbound", step="load", required=False
    )


def ready_box(train, **more):
    return VisitFactory(
        in_yard=True, regime="domestic", direction="outbound", departure_call=train.call, gross_kg=20_000, **more
    )


class TestConsist:
    def test_an_announced_box_is_known_and_another_is_marked_unannounced(self, lyg, train):
        known, unknown = container_number(1), container_number(2)
        advice = Advice(terminal=lyg, number=known, size_type="42G1", laden=True, arrival_call=train.call)
        [advised] = advise([advice], by=BY, at=CAME - HOUR)
        trains.receive_consist(train, consist_of(known, unknown), by=BY, at=CAME)
        loads = {load.visit.container.number: load.visit for load in WagonLoad.objects.all()}
        assert loads[known] == advised
        assert loads[unknown].unannounced
        assert train.consist_received_at == CAME
        entry = Entry.objects.get(kind="consist-received")
        assert (entry.payload["wagons"], entry.payload["boxes"], entry.payload["unannounced"]) == (2, 2, 1)

    def test_a_later_consist_takes_the_place_of_the_earlier_one(self, train):
        first, second = container_number(1), container_number(2)
        trains.receive_consist(train, consist_of(first), by=BY, at=CAME)
        trains.receive_consist(train, consist_of(second), by=BY, at=CAME)
        assert [load.visit.container.number for load in WagonLoad.objects.all()] == [second]
        assert Visit.objects.get(container__number=first).state == VisitState.CANCELLED

    def test_the_same_consist_twice_changes_nothing(self, train):
        for _ in range(2):
            trains.receive_consist(train, consist_of(container_number(1)), by=BY, at=CAME)
        assert Visit.objects.count() == 1
        assert Wagon.objects.count() == 1

    def test_a_consist_for_a_cancelled_train_is_refused_and_the_message_kept(self, train):
        calls.cancel(train.call, by=BY, at=CAME, reason="border closed")
        with pytest.raises(calls.CallIsOver):
            trains.receive_consist(train, consist_of(container_number(1)), by=BY, at=CAME)
        assert not Visit.objects.exists()
        assert Entry.objects.filter(kind="call-message-refused", call_id=train.call_id).exists()

    def test_papers_received_again_replace_only_what_is_not_off_yet(self, train, lyg):
        BlockFactory(terminal=lyg)
        off, wrong, right = container_number(1), container_number(2), container_number(3)
        trains.receive_consist(train, consist_of(off, wrong), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        trains.discharge(train, trains.loads_to_discharge(train)[:1], by=BY, at=CAME)
        trains.receive_consist(train, Consist([wagon(1, off), wagon(2), wagon(3, right)]), by=BY, at=CAME + HOUR)
        loads = {load.visit.container.number: load.done_at for load in WagonLoad.objects.all()}
        assert loads == {off: CAME, right: None}
        assert Visit.objects.get(container__number=off).state == VisitState.ACTIVE
        assert Visit.objects.get(container__number=wrong).state == VisitState.CANCELLED

    def test_wagons_follow_the_order_of_the_new_papers_and_a_worked_one_they_forgot_comes_last(self, train, lyg):
        BlockFactory(terminal=lyg)
        trains.receive_consist(train, consist_of(container_number(1), container_number(2)), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        trains.discharge(train, trains.loads_to_discharge(train)[:1], by=BY, at=CAME)
        second, third = wagon(2, container_number(2)), wagon(3, container_number(3))
        second.sequence, third.sequence = 2, 1
        trains.receive_consist(train, Consist([third, second]), by=BY, at=CAME + HOUR)
        assert list(Wagon.objects.order_by("sequence").values_list("number", flat=True)) == [
            "5200103", "5200102", "5200101",
        ]  # fmt: skip

    def test_papers_that_put_a_box_where_another_came_off_are_refused_whole(self, train, lyg):
        BlockFactory(terminal=lyg)
        trains.receive_consist(train, consist_of(container_number(1), container_number(2)), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        trains.discharge(train, trains.loads_to_discharge(train)[:1], by=BY, at=CAME)
        with pytest.raises(trains.ConsistContradicts) as refused:
            trains.receive_consist(train, consist_of(container_number(3), container_number(2)), by=BY, at=CAME)
        assert container_number(1) in str(refused.value)
        assert WagonLoad.objects.count() == 2
        assert not Visit.objects.filter(container__number=container_number(3)).exists()

    def test_a_consist_for_a_train_that_has_left_is_refused(self, train):
        trains.arrive_train(train, by=BY, at=CAME)
        calls.finish_work(train.call, by=BY, at=CAME)
        trains.depart_train(train, by=BY, at=CAME + HOUR)
        with pytest.raises(StepNotAllowed):
            trains.receive_consist(train, consist_of(container_number(1)), by=BY, at=CAME + HOUR)

    def test_a_person_without_the_right_sends_no_consist(self, train):
        with pytest.raises(NotYours):
            trains.receive_consist(train, consist_of(), by=Actor.person(UserFactory()), at=CAME)


class TestTracks:
    def test_a_train_takes_a_free_track_with_its_whole_length(self, train, track):
        stay = trains.arrive_train(train, by=BY, at=CAME)
        assert (stay.track, stay.from_m, stay.to_m, stay.until) == (track, 0, 800, None)

    def test_a_second_train_is_told_which_one_is_in_the_way(self, lyg, train, track):
        trains.arrive_train(train, by=BY, at=CAME)
        other = TrainVisitFactory(call__terminal=lyg)
        with pytest.raises(trains.TrackTaken) as refused:
            trains.arrive_train(other, track=track, by=BY, at=CAME)
        assert train.call.number in str(refused.value)
        other.call.refresh_from_db()
        assert other.call.phase == "announced"
        with pytest.raises(trains.NoFreeTrack):
            trains.arrive_train(other, by=BY, at=CAME)

    def test_two_short_trains_stand_on_one_track_behind_each_other(self, lyg, track):
        first, second = (TrainVisitFactory(call__terminal=lyg, length_m=450) for _ in range(2))
        trains.arrive_train(first, by=BY, at=CAME)
        stay = trains.arrive_train(second, by=BY, at=CAME)
        assert (stay.track, stay.from_m, stay.to_m) == (track, 450, 900)

    def test_a_late_report_does_not_put_a_train_where_another_still_stood(self, lyg, train, track):
        trains.arrive_train(train, by=BY, at=CAME)
        calls.finish_work(train.call, by=BY, at=CAME)
        trains.depart_train(train, by=BY, at=CAME + 2 * HOUR)
        other = TrainVisitFactory(call__terminal=lyg)
        with pytest.raises(trains.TrackTaken):
            trains.arrive_train(other, track=track, by=BY, at=CAME + 3 * HOUR, happened_at=CAME + HOUR)
        assert trains.arrive_train(other, by=BY, at=CAME + 3 * HOUR).since == CAME + 3 * HOUR

    def test_a_place_is_as_long_as_the_site_says(self, lyg, track):
        track.place_m = 450
        track.save()
        assert track_use(lyg, CAME).places == 2

    def test_a_train_longer_than_the_track_does_not_stand_on_it(self, lyg, track):
        long = TrainVisitFactory(call__terminal=lyg, length_m=951)
        with pytest.raises(trains.TrackTooShort):
            trains.arrive_train(long, track=track, by=BY, at=CAME)

    def test_a_closed_track_takes_no_train(self, train, track):
        track.closed = True
        track.save()
        with pytest.raises(trains.TrackClosed):
            trains.arrive_train(train, track=track, by=BY, at=CAME)

    def test_the_database_keeps_two_trains_off_the_same_metres(self, lyg, train, track):
        TrackStay.objects.create(track=track, train=train, from_m=0, to_m=500, since=CAME)
        other = TrainVisitFactory(call__terminal=lyg)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            TrackStay.objects.create(track=track, train=other, from_m=499, to_m=900, since=CAME + HOUR)
        assert violated_constraint(refused.value) == "track_metres_hold_one_train"
        TrackStay.objects.create(track=track, train=other, from_m=500, to_m=900, since=CAME + HOUR)

    def test_use_is_counted_in_places_and_in_metre_hours(self, lyg, train, track):
        TrackFactory(terminal=lyg)
        trains.arrive_train(train, by=BY, at=CAME)
        use = track_use(lyg, CAME + 6 * HOUR)
        assert (use.places, use.places_taken, use.metres, use.metres_taken) == (2, 1, 1900, 800)
        assert (use.metre_hours, use.metre_hours_used) == (1900 * 24, 800 * 6)
        assert float(use.share) == 0.5


class TestWork:
    def test_a_55_wagon_train_is_discharged_loaded_and_leaves(self, lyg, train, track):
        BlockFactory(terminal=lyg, bays=36, rows=7)
        numbers = [container_number(serial) for serial in range(1, 56)]
        trains.receive_consist(train, consist_of(*numbers), by=BY, at=CAME - HOUR)
        trains.arrive_train(train, by=BY, at=CAME)
        assert len(trains.discharge(train, by=BY, at=CAME + HOUR)) == 55
        brought = Visit.objects.filter(arrival_call=train.call)
        assert set(brought.values_list("state", "position")) == {(VisitState.ACTIVE, Position.IN_YARD)}
        assert brought.filter(standing=None).count() == 0
        domestic_is_free(lyg)
        outbound = [ready_box(train, container__size_type="42G1") for _ in range(3)]
        loads = trains.load(train, outbound, by=BY, at=CAME + 2 * HOUR)
        assert [load.wagon.sequence for load in loads] == [1, 2, 3]
        calls.finish_work(train.call, by=BY, at=CAME + 3 * HOUR)
        trains.depart_train(train, by=BY, at=CAME + 4 * HOUR)
        assert {visit.state for visit in Visit.objects.filter(departure_call=train.call)} == {VisitState.DEPARTED}
        assert TrackStay.objects.get().until == CAME + 4 * HOUR
        kinds = Entry.objects.filter(call_id=train.call_id).order_by("id").values_list("kind", flat=True)
        story = ["consist-received", "call-arrived", "track-taken", "call-work-started", "container-discharged"]
        story += ["container-loaded", "call-ready", "call-departed", "track-left"]
        assert [kind for kind in dict.fromkeys(kinds) if kind in story] == story

    def test_some_boxes_may_come_off_before_the_others(self, lyg, train, track):
        trains.receive_consist(train, consist_of(container_number(1), container_number(2)), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        first, second = trains.loads_to_discharge(train)
        trains.discharge(train, [first], by=BY, at=CAME)
        assert trains.loads_to_discharge(train) == [second]

    def test_a_train_that_carries_nothing_is_not_discharged(self, train, track):
        with pytest.raises(trains.NothingToDischarge, match="its consist has not come"):
            trains.discharge(train, by=BY, at=CAME)
        trains.receive_consist(train, consist_of(container_number(1)), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        trains.discharge(train, by=BY, at=CAME)
        with pytest.raises(trains.NothingToDischarge, match="all is off"):
            trains.discharge(train, by=BY, at=CAME)
        assert trains.discharge(train, [], by=BY, at=CAME) == []

    def test_nothing_comes_off_a_train_that_is_not_here(self, train):
        trains.receive_consist(train, consist_of(container_number(1)), by=BY, at=CAME)
        with pytest.raises(Exception, match="not being worked"):
            trains.discharge(train, by=BY, at=CAME)
        assert WagonLoad.objects.get().done_at is None

    def test_a_train_does_not_leave_with_what_it_brought(self, train, track):
        trains.receive_consist(train, consist_of(container_number(1)), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        calls.finish_work(train.call, by=BY, at=CAME)
        with pytest.raises(trains.StillLoaded) as refused:
            trains.depart_train(train, by=BY, at=CAME + HOUR)
        assert container_number(1) in str(refused.value)
        train.call.refresh_from_db()
        assert train.call.phase == "ready"
        assert TrackStay.objects.get().until is None

    def test_a_train_leaves_its_track_whoever_says_it_has_departed(self, train, track):
        trains.receive_consist(train, consist_of(container_number(1)), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        calls.finish_work(train.call, by=BY, at=CAME)
        with pytest.raises(trains.StillLoaded):
            calls.depart(train.call, by=BY, at=CAME + HOUR)
        train.call.refresh_from_db()
        calls.start_work(train.call, by=BY, at=CAME + HOUR)
        trains.discharge(train, by=BY, at=CAME + HOUR)
        calls.finish_work(train.call, by=BY, at=CAME + HOUR)
        calls.depart(train.call, by=BY, at=CAME + 2 * HOUR)
        assert TrackStay.objects.get().until == CAME + 2 * HOUR

    def test_a_wagon_that_is_set_out_does_not_hold_the_train(self, train, track):
        trains.receive_consist(train, consist_of(container_number(1)), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        defective = Wagon.objects.get()
        trains.set_out(defective, by=BY, at=CAME)
        with pytest.raises(trains.AlreadySetOut):
            trains.set_out(defective, by=BY, at=CAME)
        calls.finish_work(train.call, by=BY, at=CAME)
        trains.depart_train(train, by=BY, at=CAME + HOUR)

    def test_a_train_that_is_being_worked_does_not_leave(self, train, track):
        trains.arrive_train(train, by=BY, at=CAME)
        with pytest.raises(StepNotAllowed):
            trains.depart_train(train, by=BY, at=CAME + HOUR)

    def test_a_box_under_customs_is_not_loaded_and_says_why(self, lyg, train, track):
        trains.receive_consist(train, Consist([wagon(1)]), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        blocked = VisitFactory(in_yard=True, departure_call=train.call)
        with pytest.raises(NotReady) as refused:
            trains.load(train, [blocked], by=BY, at=CAME + HOUR)
        assert refused.value.facts["blockers"][0]["owner"] == "customs"
        assert not WagonLoad.objects.exists()

    def test_a_box_is_loaded_on_the_train_it_is_planned_for(self, lyg, train):
        with pytest.raises(trains.NotPlannedOnThisTrain):
            trains.load(train, [VisitFactory(in_yard=True)], by=BY, at=CAME)

    def test_a_wagon_takes_two_small_boxes_or_one_long_one_and_no_more(self, lyg, train, track):
        domestic_is_free(lyg)
        trains.receive_consist(train, Consist([wagon(1)]), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        pair = trains.load(train, [ready_box(train), ready_box(train)], by=BY, at=CAME + HOUR)
        assert [load.place for load in pair] == [1, 2]
        with pytest.raises(trains.NoWagonPlace):
            trains.load(train, [ready_box(train)], by=BY, at=CAME + HOUR)

    def test_a_wagon_is_not_loaded_beyond_72_tonnes(self, lyg, train, track):
        domestic_is_free(lyg)
        trains.receive_consist(train, Consist([wagon(1)]), by=BY, at=CAME)
        trains.arrive_train(train, by=BY, at=CAME)
        heavy = [ready_box(train), ready_box(train)]
        Visit.objects.filter(pk__in=[visit.pk for visit in heavy]).update(gross_kg=25_001)
        heavy = list(Visit.objects.filter(pk__in=[visit.pk for visit in heavy]))
        with pytest.raises(trains.NoWagonPlace):
            trains.load(train, heavy, by=BY, at=CAME + HOUR)
        assert Visit.objects.filter(position=Position.ON_CARRIER).count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_trains_that_want_one_track_at_once_one_gets_it(lyg):
    track = TrackFactory(terminal=lyg)
    pair, outcomes, start = [TrainVisitFactory(call__terminal=lyg) for _ in range(2)], [], threading.Barrier(2)

    def arrive(train):
        start.wait()
        try:
            trains.arrive_train(train, track=track, by=BY, at=CAME)
            outcomes.append("stands")
        except trains.TrackTaken:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive, args=(train,)) for train in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "stands"]


@pytest.mark.django_db(transaction=True)
def test_two_trains_that_come_at_once_with_two_tracks_free_both_find_one(lyg):
    TrackFactory.create_batch(2, terminal=lyg)
    pair, outcomes, start = [TrainVisitFactory(call__terminal=lyg) for _ in range(2)], [], threading.Barrier(2)

    def arrive(train):
        start.wait()
        try:
            outcomes.append(trains.arrive_train(train, by=BY, at=CAME).track_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive, args=(train,)) for train in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(outcomes)) == 2
