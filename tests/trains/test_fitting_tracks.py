"""Which tracks take a train: gauge, clear height and width, cranes."""

import pytest

from apps.trains.models import TrackPlan, TrainVisit
from apps.trains.selectors.fitting import fitting_tracks, profile
from apps.trains.selectors.occupation import advise_track
from apps.trains.services import TrackElsewhere, arrive_train
from apps.trains.services.refusals import NoFreeTrack, TrackOfAnotherGauge, TrackTooLow, TrackTooNarrow
from apps.trains.services.tracks import plan_track, plan_tracks
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.trains import TrackFactory, TrainVisitFactory, WagonFactory
from tests.trains.test_tracks import BEAT, NOON, hours

pytestmark = pytest.mark.django_db

HIGH_CUBE_MM = 1170 + 2896
BOTH = {
    "mode": "rail",
    "phase": "announced",
    "scheduled_arrival_at": hours(2),
    "scheduled_departure_at": hours(11),
}


@pytest.fixture
def lyg():
    return TerminalFactory()


@pytest.fixture
def train(lyg):
    return TrainVisitFactory(
        call__terminal=lyg, call__scheduled_arrival_at=hours(2), call__scheduled_departure_at=hours(11)
    )


def stands_on(train, size_type="45G1", **wagon):
    visit = VisitFactory(terminal=train.call.terminal, container__size_type=size_type, arrival_call=train.call)
    return WagonFactory(train=train, **wagon).loads.create(visit=visit, leg="arriving")


def track(lyg, **facts):
    return TrackFactory(terminal=lyg, **facts)


def arrive(train, on):
    return arrive_train(train, track=on, by=BEAT, at=hours(2))


def test_a_train_of_broad_gauge_wagons_does_not_stand_on_standard_gauge(lyg, train):
    WagonFactory(train=train, scheme="CIS8", number="24548885")
    standard, broad = track(lyg), track(lyg, gauge_mm=1520)
    with pytest.raises(TrackOfAnotherGauge, match=r"1520 mm; track .* has 1435 mm"):
        arrive(train, standard)
    assert arrive(train, None).track == broad


def test_a_wagon_that_was_set_out_says_nothing_of_the_trains_gauge(train):
    WagonFactory(train=train, scheme="CIS8", number="24548885", set_out_at=NOON)
    assert profile(train).gauge_mm is None


def test_a_train_does_not_stand_where_its_boxes_are_too_high(lyg, train):
    stands_on(train)
    low, clear = track(lyg, clear_height_mm=HIGH_CUBE_MM - 1), track(lyg, clear_height_mm=HIGH_CUBE_MM)
    with pytest.raises(TrackTooLow, match=f"{HIGH_CUBE_MM} mm high"):
        plan_track(train, by=BEAT, at=NOON, track=low)
    assert plan_track(train, by=BEAT, at=NOON).track == clear


def test_a_box_that_is_off_makes_the_train_no_higher(train):
    load = stands_on(train)
    load.done_at = NOON
    load.save()
    assert profile(train).height_mm is None


def test_a_train_does_not_stand_where_its_boxes_are_too_wide(lyg, train):
    stands_on(train, "2EG1")
    with pytest.raises(TrackTooNarrow, match="2500 mm wide"):
        arrive(train, track(lyg, clear_width_mm=2499))
    assert arrive(train, track(lyg, clear_width_mm=2500))


def test_where_nobody_measured_nothing_is_refused(lyg, train):
    stands_on(train)
    assert arrive(train, track(lyg))


def test_a_train_is_advised_a_track_that_cranes_reach(lyg, train):
    track(lyg, code="SIDING", usable_m=810, cranes=False)
    worked = track(lyg, code="T1")
    assert advise_track(train, NOON).track == worked


def test_an_empty_rake_that_takes_nothing_may_be_advised_a_siding(lyg, train):
    siding = track(lyg, code="SIDING", usable_m=810, cranes=False)
    track(lyg, code="T1")
    WagonFactory(train=train)
    TrainVisit.objects.filter(pk=train.pk).update(consist_received_at=NOON)
    train.refresh_from_db()
    assert advise_track(train, NOON).track == siding
    VisitFactory(terminal=lyg, departure_call=train.call)
    assert advise_track(train, NOON).track.code == "T1"


def test_staff_may_put_any_train_on_a_siding(lyg, train):
    siding = track(lyg, cranes=False)
    track(lyg)
    assert arrive(train, siding).track == siding


def test_a_siding_that_staff_chose_is_kept_to_on_arrival(lyg, train):
    siding = track(lyg, cranes=False)
    track(lyg)
    plan_track(train, by=BEAT, at=NOON, track=siding)
    assert arrive(train, None).track == siding


def test_a_train_planned_on_a_siding_as_an_empty_rake_is_planned_anew_when_it_is_to_take_boxes(lyg, train):
    siding, worked = track(lyg, usable_m=810, cranes=False), track(lyg)
    TrainVisit.objects.filter(pk=train.pk).update(consist_received_at=NOON)
    plan_tracks(lyg, by=BEAT, at=NOON)
    assert TrackPlan.objects.get(train=train).track == siding
    VisitFactory(terminal=lyg, departure_call=train.call)
    plan_tracks(lyg, by=BEAT, at=NOON)
    assert TrackPlan.objects.get(train=train).track == worked


def test_a_track_on_which_wagons_were_set_out_since_is_planned_anew(lyg, train):
    short, long = track(lyg, usable_m=810), track(lyg)
    plan_tracks(lyg, by=BEAT, at=NOON)
    assert TrackPlan.objects.get(train=train).track == short
    WagonFactory(train__call__terminal=lyg, set_out_at=NOON, stands_on=short)
    plan_tracks(lyg, by=BEAT, at=NOON)
    assert TrackPlan.objects.get(train=train).track == long


def test_a_plan_for_metres_on_which_wagons_stand_now_is_made_anew(lyg, train):
    only = track(lyg, usable_m=800)
    first = TrainVisitFactory(call=CallFactory(**BOTH, terminal=lyg), length_m=400)
    TrainVisit.objects.filter(pk=train.pk).update(length_m=400)
    plan_tracks(lyg, by=BEAT, at=NOON)
    assert {each.from_m for each in TrackPlan.objects.filter(train__in=[first, train])} == {0, 400}
    WagonFactory(train__call__terminal=lyg, set_out_at=NOON, stands_on=only)
    plan_tracks(lyg, by=BEAT, at=NOON)
    assert not TrackPlan.objects.filter(starts_at=hours(2), from_m=400).exists()


def test_where_cranes_reach_no_track_every_track_is_advised(lyg, train):
    siding = track(lyg, cranes=False)
    assert fitting_tracks(train) == [siding]


def test_a_planned_track_is_chosen_anew_when_the_papers_say_it_is_too_low(lyg, train):
    low, clear = track(lyg, usable_m=810, clear_height_mm=HIGH_CUBE_MM - 1), track(lyg)
    plan_tracks(lyg, by=BEAT, at=NOON)
    assert TrackPlan.objects.get(train=train).track == low
    stands_on(train)
    plan_tracks(lyg, by=BEAT, at=NOON)
    assert TrackPlan.objects.get(train=train).track == clear
    assert plan_tracks(lyg, by=BEAT, at=NOON) == []


def test_a_track_of_another_terminal_takes_no_train(lyg, train):
    with pytest.raises(TrackElsewhere):
        arrive(train, track(TerminalFactory(code="kzhor")))
    with pytest.raises(NoFreeTrack):
        arrive(train, None)
