"""Where trains are to stand: advised, chosen, clashing, and kept to when they come."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.calls import services as calls
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.trains.models import TrackPlan
from apps.trains.selectors.occupation import advise_track, expected_stay, planned_clashes
from apps.trains.services import TrackClosed, TrackTaken, TrackTooShort, arrive_train
from apps.trains.services import tracks as planning
from apps.trains.services.refusals import (
    HasCome,
    NoFreeTrack,
    NoTimeYet,
    TrackElsewhere,
)
from apps.trains.services.tracks import plan_track, plan_tracks
from tests.factories.network import TerminalFactory
from tests.factories.parties import UserFactory
from tests.factories.trains import TrackFactory, TrainVisitFactory

BEAT = Actor.itself("test")
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def hours(number):
    return NOON + timedelta(hours=number)


@pytest.fixture
def lyg():
    return TerminalFactory()


@pytest.fixture
def tracks(lyg):
    return [TrackFactory(terminal=lyg, code=code, usable_m=metres) for code, metres in (("T1", 950), ("T2", 850))]


def train(lyg, number, at, stay=9, length_m=800):
    times = {"scheduled_arrival_at": hours(at), "scheduled_departure_at": hours(at + stay)}
    return TrainVisitFactory(
        call__terminal=lyg,
        call__number=number,
        length_m=length_m,
        **{f"call__{name}": time for name, time in times.items()},
    )


def plan(of, track=None):
    return plan_track(of, by=BEAT, at=NOON, track=track)


def test_a_train_is_advised_the_shortest_track_that_takes_it(lyg, tracks):
    planned = plan(train(lyg, "X1", 2))
    assert (planned.track.code, planned.from_m, planned.to_m, planned.by_hand) == ("T2", 0, 800, False)
    assert (planned.starts_at, planned.ends_at) == (hours(2), hours(11))
    assert Entry.objects.get(kind="track-planned").payload["track"] == "T2"


def test_the_next_train_is_advised_the_other_track(lyg, tracks):
    plan(train(lyg, "X1", 2))
    assert plan(train(lyg, "X2", 4)).track.code == "T1"


def test_where_all_are_taken_it_is_advised_the_one_that_is_free_first(lyg, tracks):
    plan(train(lyg, "X1", 2, stay=9))
    plan(train(lyg, "X2", 3, stay=5))
    third = train(lyg, "X3", 4)
    advised = advise_track(third, NOON)
    assert (advised.track.code, advised.fit.starts_at, advised.waits) == ("T1", hours(8), True)


def test_a_train_that_stands_and_is_late_leaves_nobody_knows_when(lyg, tracks):
    late = train(lyg, "X1", -20, stay=9)
    arrive_train(late, by=BEAT, at=NOON, track=tracks[1], happened_at=hours(-20))
    assert plan(train(lyg, "X2", 4)).track.code == "T1"
    assert advise_track(train(lyg, "X3", 5), NOON).fit.starts_at == hours(13)


def test_a_train_that_comes_late_stays_as_long_as_planned_and_an_early_one_until_its_time(lyg, tracks):
    late, early = train(lyg, "X1", 2, stay=9), train(lyg, "X2", 12, stay=9)
    calls.change_times(late.call, by=BEAT, at=NOON, estimated_arrival_at=hours(10))
    calls.change_times(early.call, by=BEAT, at=NOON, estimated_arrival_at=hours(4))
    assert [expected_stay(each) for each in (late, early)] == [(hours(10), hours(19)), (hours(4), hours(21))]
    calls.change_times(late.call, by=BEAT, at=NOON, estimated_departure_at=hours(13))
    assert expected_stay(late) == (hours(10), hours(13))


def test_plans_that_clash_are_shown_with_who_is_in_the_way_and_what_fits(lyg, tracks):
    first, second = train(lyg, "X1", 2, stay=9), train(lyg, "X2", 4, stay=9)
    plan(first, tracks[0])
    plan(second, tracks[0])
    told = {clash.train.call.number: clash for clash in planned_clashes(lyg, NOON, hours(48))}
    assert set(told) == {"X1", "X2"}
    assert [other.call.number for other in told["X2"].others] == ["X1"]
    assert (told["X2"].advised.track.code, told["X2"].advised.fit.starts_at) == ("T2", hours(4))


def test_plans_that_do_not_meet_are_no_clash(lyg, tracks):
    plan(train(lyg, "X1", 2, stay=2), tracks[0])
    plan(train(lyg, "X2", 4, stay=2), tracks[0])
    assert planned_clashes(lyg, NOON, hours(48)) == []


def test_two_short_trains_share_a_track(lyg, tracks):
    plan(train(lyg, "X1", 2, length_m=400), tracks[0])
    second = plan(train(lyg, "X2", 2, length_m=400), tracks[0])
    assert (second.from_m, second.to_m) == (400, 800)
    assert planned_clashes(lyg, NOON, hours(48)) == []


def test_what_staff_chose_stays_and_the_rest_follows_the_estimates(lyg, tracks):
    chosen, free = train(lyg, "X1", 2), train(lyg, "X2", 2)
    plan(chosen, tracks[0])
    assert [each.train for each in plan_tracks(lyg, by=BEAT, at=NOON)] == [free]
    assert plan_tracks(lyg, by=BEAT, at=NOON) == []
    for each in (chosen, free):
        calls.change_times(each.call, by=BEAT, at=NOON, estimated_arrival_at=hours(5))
    assert [each.train for each in plan_tracks(lyg, by=BEAT, at=NOON)] == [free]
    assert TrackPlan.objects.get(train=free).starts_at == hours(5)


def test_a_track_that_staff_choose_while_plans_are_made_stays(lyg, tracks, monkeypatch):
    its = train(lyg, "X1", 2)
    asked = planning.lock_calls

    def after_staff(numbers):
        monkeypatch.setattr(planning, "lock_calls", asked)
        plan(its, tracks[0])
        return asked(numbers)

    monkeypatch.setattr(planning, "lock_calls", after_staff)
    assert plan_tracks(lyg, by=BEAT, at=NOON) == []
    assert TrackPlan.objects.get(train=its).track == tracks[0]


def test_trains_of_the_day_after_tomorrow_have_no_track_yet(lyg, tracks):
    train(lyg, "X1", 49)
    assert plan_tracks(lyg, by=BEAT, at=NOON) == []


def test_a_train_comes_to_its_planned_track(lyg, tracks):
    its = train(lyg, "X1", 2)
    plan(its, tracks[0])
    assert arrive_train(its, by=BEAT, at=hours(2)).track == tracks[0]


def test_where_its_planned_track_is_taken_it_gets_another(lyg, tracks):
    first, second = train(lyg, "X1", 1), train(lyg, "X2", 2)
    plan(second, tracks[0])
    arrive_train(first, by=BEAT, at=hours(1), track=tracks[0])
    assert arrive_train(second, by=BEAT, at=hours(2)).track == tracks[1]


def test_a_track_that_cannot_take_it_is_not_planned(lyg, tracks):
    its = train(lyg, "X1", 2, length_m=900)
    with pytest.raises(TrackTooShort):
        plan(its, tracks[1])
    with pytest.raises(TrackElsewhere):
        plan(its, TrackFactory(terminal=TerminalFactory(code="kzhor")))
    tracks[0].closed = True
    tracks[0].save()
    with pytest.raises(TrackClosed):
        plan(its, tracks[0])
    with pytest.raises(NoFreeTrack):
        plan(its)


def test_a_train_that_has_come_is_planned_no_more(lyg, tracks):
    its = train(lyg, "X1", -1)
    arrive_train(its, by=BEAT, at=NOON)
    with pytest.raises(HasCome):
        plan(its)


def test_a_train_of_which_nobody_said_when_it_comes_keeps_no_other_from_its_track(lyg, tracks):
    timeless = TrainVisitFactory(
        call__terminal=lyg, call__scheduled_arrival_at=None, call__scheduled_departure_at=None, length_m=800
    )
    other = train(lyg, "X2", 2)
    assert [each.train for each in plan_tracks(lyg, by=BEAT, at=NOON)] == [other]
    with pytest.raises(NoTimeYet):
        plan(timeless)


def test_who_may_not_change_trains_may_not_plan_them(lyg, tracks):
    with pytest.raises(NotYours):
        plan_track(train(lyg, "X1", 2), by=Actor.person(UserFactory()), at=NOON)


def test_two_trains_do_not_stand_on_the_same_metres(lyg, tracks):
    first, second = train(lyg, "X1", 0), train(lyg, "X2", 0)
    stay = arrive_train(first, by=BEAT, at=NOON, track=tracks[0])
    with pytest.raises(TrackTaken):
        arrive_train(second, by=BEAT, at=NOON, track=tracks[0])
    stay.pk, stay.train = None, second
    stay.public_id = second.public_id
    with pytest.raises(IntegrityError, match="track_metres_hold_one_train"), transaction.atomic():
        stay.save()
