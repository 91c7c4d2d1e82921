"""Wagons as visitors of their own: set out, emptied, mended, and taken by another train."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.calls import services as calls
from apps.calls.services import CallIsOver
from apps.containers import services as containers
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.trains import services as trains
from apps.trains.models import Wagon
from apps.trains.selectors import free_from, track_use, usable_m
from apps.trains.selectors.leaving import what_keeps
from apps.trains.services import (
    NotHere,
    NothingOnIt,
    NotMended,
    NotOnThisTrain,
    NotStanding,
    StandsElsewhere,
    StillOnIt,
    TrackElsewhere,
    TrackOfAnotherGauge,
    WagonIsGone,
    WagonOfAnotherGauge,
    WagonThere,
)
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import UserFactory, staff
from tests.factories.trains import TrackFactory, TrainVisitFactory, WagonFactory
from tests.locking import locked_tables
from tests.trains.test_a_train_from_papers_to_departure import unspoken

BY = Actor.itself("test")
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lyg():
    return TerminalFactory()


@pytest.fixture
def track(lyg):
    return TrackFactory(terminal=lyg, code="T1")


def here(lyg, **facts):
    return TrainVisitFactory(call__terminal=lyg, call__phase="in_processing", call__arrived_at=MARCH_14, **facts)


@pytest.fixture
def train(lyg):
    return here(lyg)


@pytest.fixture
def other(lyg):
    return here(lyg)


@pytest.fixture
def at(train):
    return train.call.scheduled_arrival_at


@pytest.fixture
def wagon(train):
    return WagonFactory(train=train, length_m="13.4", wagon_type="X70")


@pytest.fixture
def brought(wagon):
    visit = VisitFactory(terminal=wagon.train.call.terminal, arrival_call=wagon.train.call)
    wagon.loads.create(visit=visit, leg="arriving")
    return visit


def leave(train, at):
    calls.finish_work(train.call, by=BY, at=at)
    trains.depart_train(train, by=BY, at=at)


def told(kind):
    return Entry.objects.get(kind=kind).payload


class TestSetOut:
    def test_it_stands_on_a_track_for_a_reason(self, wagon, track, at):
        trains.set_out(wagon, track=track, note="hot box", by=BY, at=at)
        wagon.refresh_from_db()
        assert (wagon.set_out_at, wagon.set_out_for, wagon.stands_on) == (at, "defective", track)
        said = told("wagon-set-out")
        assert (said["wagon"], said["reason"], said["track"], said["note"]) == (
            wagon.number,
            "defective",
            "T1",
            "hot box",
        )

    def test_a_train_that_has_not_come_has_none_to_set_out(self, lyg, at):
        with pytest.raises(NotHere):
            trains.set_out(WagonFactory(train__call__terminal=lyg), by=BY, at=at)

    def test_of_a_train_that_has_left_none_is_set_out(self, wagon, train, at):
        calls.finish_work(train.call, by=BY, at=at)
        trains.depart_train(train, by=BY, at=at)
        with pytest.raises(NotHere):
            trains.set_out(wagon, by=BY, at=at)
        calls.close(train.call, by=BY, at=at)
        with pytest.raises(CallIsOver):
            trains.set_out(wagon, by=BY, at=at)

    def test_it_stands_on_a_track_of_its_terminal(self, wagon, at):
        with pytest.raises(TrackElsewhere):
            trains.set_out(wagon, track=TrackFactory(terminal=TerminalFactory(code="kzhor")), by=BY, at=at)
        assert not Entry.objects.filter(kind="wagon-set-out").exists()

    def test_what_stands_on_a_track_leaves_trains_less_of_it(self, wagon, track, train, at):
        trains.set_out(wagon, track=track, by=BY, at=at)
        trains.set_out(WagonFactory(train=train), track=track, by=BY, at=at)
        assert usable_m(track) == 950 - 28
        assert free_from(track, 922, at) == 0
        assert free_from(track, 923, at) is None

    def test_only_staff_of_the_terminal_set_wagons_out(self, wagon, at):
        with pytest.raises(NotYours):
            trains.set_out(wagon, by=Actor.person(UserFactory()), at=at)


class TestEmptied:
    def test_what_is_on_it_comes_off_when_its_train_has_left(self, wagon, brought, train, at):
        trains.set_out(wagon, by=BY, at=at)
        leave(train, at)
        assert trains.empty(wagon, by=BY, at=at + HOUR) == [brought]
        brought.refresh_from_db()
        assert (brought.state, brought.position, brought.arrival_call) == ("active", "in_yard", train.call)
        assert wagon.loads.get().done_at == at + HOUR
        with pytest.raises(NothingOnIt):
            trains.empty(wagon, by=BY, at=at + HOUR)

    def test_boxes_of_a_train_that_has_left_come_only_off_wagons_that_stayed(self, wagon, brought, train, at):
        with pytest.raises(NotStanding):
            trains.empty(wagon, by=BY, at=at)
        trains.set_out(wagon, by=BY, at=at)
        leave(train, at)
        with pytest.raises(containers.CallIsNotWorked):
            containers.arrive_visits([containers.Arrived(brought, call=train.call)], by=BY, at=at)

    def test_only_staff_of_the_terminal_empty_it(self, wagon, brought, at):
        trains.set_out(wagon, by=BY, at=at)
        with pytest.raises(NotYours):
            trains.empty(wagon, by=Actor.person(staff("containers.change_visit", username="gate")), at=at)


class TestTaken:
    def test_another_train_takes_it_as_its_last(self, wagon, track, other, at):
        WagonFactory(train=other, sequence=7)
        trains.set_out(wagon, reason="stored", track=track, by=BY, at=at)
        taken = trains.take(wagon, other, by=BY, at=at + HOUR)
        wagon.refresh_from_db()
        assert (taken.train, taken.sequence, taken.number, taken.wagon_type) == (other, 8, wagon.number, "X70")
        assert (wagon.taken_at, wagon.taken_as, wagon.stands_on) == (at + HOUR, taken, None)
        assert told("wagon-taken")["came_with"] == wagon.train.call.number
        assert usable_m(track) == 950
        with pytest.raises(NotStanding):
            trains.take(wagon, other, by=BY, at=at + HOUR)

    def test_a_rake_that_was_left_to_stand_goes_in_its_order(self, train, other, at):
        rake = [WagonFactory(train=train) for _ in range(3)]
        for each in rake:
            trains.set_out(each, reason="stored", by=BY, at=at)
        leave(train, at)
        for each in rake:
            trains.take(each, other, by=BY, at=at + HOUR)
        assert list(other.wagons.values_list("number", flat=True)) == [each.number for each in rake]

    def test_a_defective_one_is_mended_first(self, wagon, other, at):
        trains.set_out(wagon, by=BY, at=at)
        with pytest.raises(NotMended):
            trains.take(wagon, other, by=BY, at=at)
        trains.mend(wagon, by=BY, at=at + HOUR)
        assert trains.take(wagon, other, by=BY, at=at + HOUR).train == other
        assert told("wagon-mended")["wagon"] == wagon.number

    def test_one_with_boxes_for_this_terminal_does_not_leave_it(self, wagon, brought, other, at):
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        with pytest.raises(StillOnIt, match=brought.container.number):
            trains.take(wagon, other, by=BY, at=at)

    def test_its_own_train_takes_it_back_with_what_is_on_it(self, wagon, brought, train, at):
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        assert what_keeps(train, at) == []
        assert trains.take(wagon, train, by=BY, at=at) == wagon
        wagon.refresh_from_db()
        assert (wagon.set_out_at, wagon.set_out_for, wagon.taken_at) == (None, "", None)
        assert [each.visit for each in trains.loads_to_discharge(train)] == [brought]

    def test_where_the_trains_papers_name_it_it_is_that_wagon(self, wagon, other, at):
        named = WagonFactory(train=other, scheme=wagon.scheme, number=wagon.number)
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        assert trains.take(wagon, other, by=BY, at=at) == named

    def test_the_consist_of_the_train_that_takes_it_is_to_be_sent_again(self, wagon, other, at):
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        trains.send_consist(other, by=BY, at=at)
        trains.take(wagon, other, by=BY, at=at)
        other.refresh_from_db()
        assert other.consist_sent_at is None

    def test_wheels_fit_one_gauge(self, wagon, other, at):
        WagonFactory(train=other, scheme="CIS8", number="24548885")
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        with pytest.raises(WagonOfAnotherGauge, match="1435 mm"):
            trains.take(wagon, other, by=BY, at=at)

    def test_a_train_takes_wagons_where_it_stands(self, wagon, at):
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        with pytest.raises(StandsElsewhere):
            trains.take(wagon, here(TerminalFactory(code="kzhor")), by=BY, at=at)

    def test_a_train_that_is_to_come_takes_none(self, wagon, lyg, at):
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        with pytest.raises(NotHere):
            trains.take(wagon, TrainVisitFactory(call__terminal=lyg), by=BY, at=at)


class TestThereAndBack:
    """A wagon another train took goes back, and on, and is in one train all the time."""

    def set_out(self, wagon, at):
        return trains.set_out(wagon, reason="stored", by=BY, at=at)

    def in_train(self, *rows):
        return [Wagon.objects.get(pk=row.pk).set_out_at is None for row in rows]

    def test_its_first_train_takes_it_back_from_the_other(self, wagon, train, other, at):
        there = trains.take(self.set_out(wagon, at), other, by=BY, at=at)
        assert trains.take(self.set_out(there, at), train, by=BY, at=at) == wagon
        wagon.refresh_from_db()
        there.refresh_from_db()
        assert (wagon.set_out_at, wagon.taken_at, wagon.taken_as) == (None, None, None)
        assert (there.taken_as, there.taken_at) == (wagon, at)

    def test_a_train_takes_back_what_it_had_from_a_third(self, wagon, other, lyg, at):
        third = here(lyg)
        there = trains.take(self.set_out(wagon, at), other, by=BY, at=at)
        on = trains.take(self.set_out(there, at), third, by=BY, at=at)
        assert trains.take(self.set_out(on, at), other, by=BY, at=at) == there
        assert self.in_train(wagon, there, on) == [False, True, False]

    def test_a_second_entry_of_a_wagon_that_is_in_the_train_is_refused(self, wagon, other, lyg, at):
        double = WagonFactory(train=here(lyg), scheme=wagon.scheme, number=wagon.number)
        trains.take(self.set_out(wagon, at), other, by=BY, at=at)
        with pytest.raises(WagonThere):
            trains.take(self.set_out(double, at), other, by=BY, at=at)


class TestBoxesOnIt:
    def discharged(self, brought):
        return Entry.objects.get(kind="container-discharged", visit_id=brought.pk).public_id

    def test_a_discharge_is_not_taken_back_onto_a_wagon_that_is_gone(self, wagon, brought, other, at):
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        trains.empty(wagon, by=BY, at=at)
        trains.take(wagon, other, by=BY, at=at)
        with pytest.raises(WagonIsGone, match=other.call.number):
            containers.retract(self.discharged(brought), reason="another box", by=BY, at=at)
        assert wagon.loads.get().done_at == at

    def test_a_discharge_is_taken_back_onto_a_wagon_that_stands(self, wagon, brought, at):
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        trains.empty(wagon, by=BY, at=at)
        containers.retract(self.discharged(brought), reason="another box", by=BY, at=at)
        assert wagon.loads.get().done_at is None

    def test_a_box_that_was_not_on_it_after_all_is_cancelled_and_holds_nobody(self, wagon, brought, at):
        second = VisitFactory(terminal=brought.terminal, arrival_call=brought.arrival_call)
        wagon.loads.create(visit=second, leg="arriving", place=2)
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        containers.cancel_visit(second, by=BY, at=at)
        assert trains.empty(wagon, by=BY, at=at) == [brought]

    def test_a_box_that_came_under_a_wrong_number_is_off_it(self, wagon, brought, train, at):
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        seen = VisitFactory(terminal=brought.terminal)
        containers.arrive_visits([containers.Arrived(seen, call=train.call)], by=BY, at=at)
        containers.join_number(seen, brought.container.number, reason="misread", by=BY, at=at)
        assert (wagon.loads.get().visit, wagon.loads.get().done_at) == (seen, at)

    def test_papers_that_take_a_box_away_meanwhile_keep_it_from_being_discharged(self, wagon, brought, train, at):
        [load] = trains.loads_to_discharge(train)
        wagon.loads.all().delete()
        with pytest.raises(NotOnThisTrain):
            trains.discharge(train, [load], by=BY, at=at)


class TestGauge:
    def test_it_does_not_stand_on_a_track_of_another_gauge(self, wagon, lyg, at):
        with pytest.raises(TrackOfAnotherGauge, match=wagon.number):
            trains.set_out(wagon, track=TrackFactory(terminal=lyg, gauge_mm=1520), by=BY, at=at)

    def test_a_train_without_wagons_runs_on_the_gauge_of_its_track(self, wagon, lyg, at):
        train = TrainVisitFactory(call__terminal=lyg)
        trains.arrive_train(train, track=TrackFactory(terminal=lyg, gauge_mm=1520), by=BY, at=at)
        trains.set_out(wagon, reason="stored", by=BY, at=at)
        with pytest.raises(WagonOfAnotherGauge):
            trains.take(wagon, train, by=BY, at=at)


def test_wagons_that_stand_on_a_track_take_a_place_from_trains(wagon, train, track, at):
    assert (track_use(train.call.terminal, at).places, track_use(train.call.terminal, at).metres) == (1, 950)
    for turn in range(11):
        trains.set_out(WagonFactory(train=train, sequence=50 + turn), track=track, by=BY, at=at)
    assert (track_use(train.call.terminal, at).places, track_use(train.call.terminal, at).metres) == (0, 796)


def test_emptying_a_wagon_waits_for_whoever_works_its_train(wagon, brought, train, at):
    """The call first, as everybody who works the train: else two wait for each other."""
    trains.set_out(wagon, reason="stored", by=BY, at=at)
    with locked_tables("calls_call", "trains_wagon") as asked:
        trains.empty(wagon, by=BY, at=at)
    assert asked.index("calls_call") < asked.index("trains_wagon")


def test_only_a_wagon_that_stands_is_mended(wagon, at):
    with pytest.raises(NotStanding):
        trains.mend(wagon, by=BY, at=at)


def test_wagons_are_set_out_mended_and_taken_on_the_screen(client, wagon, brought, track, other):
    rights = ("trains.view_wagon", "trains.change_trainvisit", "containers.change_visit")
    client.force_login(staff(*rights, username="planner"))

    def do(action, **answers):
        page = reverse("admin:trains_wagon_do", args=[wagon.pk, action])
        return client.post(page, {"answered": "1", **answers}, follow=True).content.decode()

    do("set_out", reason="defective", track=track.pk, note="flat wheel")
    listed = client.get(reverse("admin:trains_wagon_changelist"), {"standing": "defective"}).content.decode()
    assert wagon.number in listed
    assert "defective · T1" in listed
    assert other.call.number in client.get(reverse("admin:trains_wagon_do", args=[wagon.pk, "take"])).content.decode()
    assert "note first that it is mended" in do("take", train=other.pk)
    do("mend")
    assert "Discharge it first" in do("take", train=other.pk)
    do("empty")
    do("take", train=other.pk)
    assert Wagon.objects.get(pk=wagon.pk).taken_as.train == other
    assert unspoken() == set()
    listed = client.get(reverse("admin:trains_wagon_changelist"), {"standing": "yes"}).content.decode()
    assert wagon.number not in listed
