"""Trains made from the timetable, kept in step with it, and left alone once somebody counts on them."""

from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from apps.calls import services as calls
from apps.calls.models import Call
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.trains.models import ServiceQuota, TimetableLine, TrackPlan, TrainQuota, TrainService, TrainVisit
from apps.trains.services import receive_consist, run_timetable, timetabling
from apps.trains.tasks import run_timetables
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import UserFactory
from tests.factories.trains import TrackFactory, WagonFactory

BEAT = Actor.itself("test")
SUNDAY = datetime(2026, 5, 3, 4, tzinfo=UTC)
"""Noon at Lianyungang on a Sunday."""
MONDAY = date(2026, 5, 4)
TWO_WEEKS = timedelta(days=14)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lyg():
    return TerminalFactory()


def service(terminal, code="X9014", **more):
    return TrainService.objects.create(
        terminal=terminal, code=code, name="Almaty", route=["CNLYG", "CNHRS", "KZALA"], **more
    )


def line(of, weekdays=(1, 4), **more):
    said = {"arrives_at": time(10, 15), "departs_at": time(19, 15), "valid_from": date(2026, 1, 1)} | more
    return TimetableLine.objects.create(service=of, weekdays=list(weekdays), **said)


def run(terminal, at=SUNDAY, ahead=TWO_WEEKS):
    return run_timetable(terminal, by=BEAT, at=at, ahead=ahead)


def days(trains):
    return [train.runs_on for train in trains]


def test_every_running_day_of_the_next_weeks_has_a_train(lyg):
    line(service(lyg, cut_off_minutes=180, eta_threshold_minutes=45))
    done = run(lyg)
    assert days(done.made) == [MONDAY + timedelta(days=n) for n in (0, 3, 7, 10)]
    call = done.made[0].call
    assert (call.number, call.phase, call.mode) == ("X9014", "scheduled", "rail")
    assert call.scheduled_arrival_at == datetime(2026, 5, 4, 2, 15, tzinfo=UTC)
    assert call.scheduled_departure_at == datetime(2026, 5, 4, 11, 15, tzinfo=UTC)
    assert call.cut_off_at == call.scheduled_departure_at - timedelta(hours=3)
    assert call.tell_from_minutes == 45
    assert Entry.objects.filter(kind="call-announced").count() == 4


def test_run_again_it_makes_nothing_twice(lyg):
    line(service(lyg))
    run(lyg)
    again = run(lyg)
    assert (again.made, again.moved, again.cancelled, again.left_alone) == ([], [], [], [])
    later = run(lyg, at=SUNDAY + timedelta(days=7))
    assert days(later.made) == [MONDAY + timedelta(days=n) for n in (14, 17)]


def test_two_runs_of_one_day_are_refused_by_the_database(lyg):
    train = next(iter(_with_one_train(lyg).made))
    twin = TrainVisit(call=calls.announce_calls([_any_call(lyg)], by=BEAT, at=SUNDAY)[0])
    twin.line, twin.runs_on = train.line, train.runs_on
    with pytest.raises(IntegrityError, match="a_timetable_runs_once_a_day"), transaction.atomic():
        twin.save()


def _any_call(terminal):
    return calls.NewCall(terminal=terminal, mode="rail", number="X1")


def _with_one_train(terminal, **more):
    line(service(terminal, **more), weekdays=[1], valid_until=MONDAY)
    return run(terminal)


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_make_each_train_once(lyg):
    line(service(lyg))
    gate, made = Barrier(2), []

    def beat():
        gate.wait()
        made.append(len(run(lyg).made))
        connection.close()

    both = [Thread(target=beat) for _ in range(2)]
    [each.start() for each in both]
    [each.join() for each in both]
    assert sorted(made) == [0, 4]


def test_a_change_of_times_moves_the_trains_nobody_has_touched(lyg):
    its_line = line(service(lyg))
    run(lyg)
    its_line.arrives_at = time(12, 0)
    its_line.save()
    done = run(lyg)
    assert len(done.moved) == 4
    call = Call.objects.get(train__runs_on=MONDAY)
    assert call.scheduled_arrival_at == datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
    assert Entry.objects.filter(kind="call-time-changed", call_id=call.pk).count() == 1
    assert run(lyg).moved == []


def test_a_day_that_no_longer_runs_is_cancelled_and_can_come_back(lyg):
    its_line = line(service(lyg))
    run(lyg)
    its_line.weekdays = [4]
    its_line.save()
    assert days(run(lyg).cancelled) == [MONDAY, MONDAY + timedelta(days=7)]
    assert Call.objects.filter(phase="cancelled", cancel_reason="not in the timetable any more").count() == 2
    its_line.weekdays = [1, 4]
    its_line.save()
    assert days(run(lyg).made) == [MONDAY, MONDAY + timedelta(days=7)]


def test_a_service_that_stops_takes_its_trains_with_it(lyg):
    its = service(lyg)
    line(its)
    run(lyg)
    its.active = False
    its.save()
    assert len(run(lyg).cancelled) == 4


def test_a_train_that_staff_cancelled_is_not_made_again(lyg):
    train = _with_one_train(lyg).made[0]
    calls.cancel(train.call, by=BEAT, at=SUNDAY, reason="no wagons")
    assert run(lyg).made == []


def test_trains_of_a_line_that_was_deleted_are_cancelled_unless_touched(lyg):
    its_line = line(service(lyg))
    first = run(lyg).made[0]
    _estimated(first)
    its_line.delete()
    done = run(lyg)
    assert (len(done.cancelled), days(done.left_alone)) == (3, [MONDAY])


def test_a_new_cut_off_reaches_the_trains_nobody_has_touched(lyg):
    train = _with_one_train(lyg).made[0]
    TrainService.objects.update(cut_off_minutes=600, eta_threshold_minutes=5)
    assert days(run(lyg).moved) == [MONDAY]
    call = Call.objects.get(pk=train.call_id)
    assert call.cut_off_at == call.scheduled_departure_at - timedelta(hours=10)
    assert call.tell_from_minutes == 5
    assert run(lyg).moved == []


def test_a_train_somebody_counts_on_since_it_was_looked_at_is_left_alone(lyg, monkeypatch):
    train = _with_one_train(lyg).made[0]
    TimetableLine.objects.update(arrives_at=time(13, 0))
    looked = timetabling._to_come

    def then_somebody_comes(*said):
        seen = list(looked(*said))
        WagonFactory(train=train)
        return seen

    monkeypatch.setattr(timetabling, "_to_come", then_somebody_comes)
    assert days(run(lyg).left_alone) == [MONDAY]


def _estimated(train):
    calls.change_times(train.call, by=BEAT, at=SUNDAY, estimated_arrival_at=train.call.scheduled_arrival_at)


def _moved_by_hand(train):
    moved = train.call.scheduled_arrival_at + timedelta(hours=1)
    calls.change_times(train.call, by=BEAT, at=SUNDAY, scheduled_arrival_at=moved)


def _planned_on_a_track(train):
    said = {"starts_at": train.call.scheduled_arrival_at, "ends_at": train.call.scheduled_departure_at}
    track = TrackFactory(terminal=train.call.terminal)
    TrackPlan.objects.create(track=track, train=train, to_m=800, by_hand=True, **said)


TOUCHES = {
    "announced": lambda train: Call.objects.filter(pk=train.call_id).update(phase="announced"),
    "estimated": _estimated,
    "moved by hand": _moved_by_hand,
    "papers": lambda train: TrainVisit.objects.filter(pk=train.pk).update(consist_received_at=SUNDAY),
    "wagons": lambda train: WagonFactory(train=train),
    "a box it brings": lambda train: VisitFactory(terminal=train.call.terminal, arrival_call=train.call),
    "a box it takes": lambda train: VisitFactory(terminal=train.call.terminal, departure_call=train.call),
    "a track": _planned_on_a_track,
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_a_train_that_somebody_counts_on_is_left_alone_and_said(lyg, touch):
    train = _with_one_train(lyg).made[0]
    TOUCHES[touch](train)
    before = Call.objects.values().get(pk=train.call_id)
    TimetableLine.objects.update(arrives_at=time(13, 0))
    done = run(lyg)
    assert days(done.left_alone) == [MONDAY]
    assert (done.moved, done.cancelled) == ([], [])
    assert Call.objects.values().get(pk=train.call_id) == before


def test_what_is_left_alone_as_the_timetable_has_it_is_not_spoken_of(lyg):
    train = _with_one_train(lyg).made[0]
    _estimated(train)
    assert run(lyg).left_alone == []


def test_a_train_that_brings_boxes_only_has_no_cut_off(lyg):
    assert _with_one_train(lyg, runs="arriving").made[0].call.cut_off_at is None


def test_its_places_are_those_of_the_service(lyg):
    its = service(lyg)
    ServiceQuota.objects.create(service=its, destination="KZALA", teu=40)
    line(its, weekdays=[1], valid_until=MONDAY)
    train = run(lyg).made[0]
    places = TrainQuota.objects.filter(train=train).order_by("destination").values_list("destination", "teu")
    assert list(places) == [("", 60), ("KZALA", 40)]


def test_who_may_not_change_trains_may_not_run_the_timetable(lyg):
    clerk = Actor.person(UserFactory())
    with pytest.raises(NotYours):
        run_timetable(lyg, by=clerk, at=SUNDAY)


def test_beat_runs_it_for_every_terminal(lyg):
    line(service(lyg), weekdays=range(1, 8))
    assert run_timetables() >= 27
    assert run_timetables() == 0


def test_a_timetabled_train_takes_its_consist_like_any_other(lyg):
    from apps.trains.consist import Consist, ConsistWagon
    from terminal.identifiers import WagonScheme

    train = _with_one_train(lyg).made[0]
    receive_consist(
        train, Consist([ConsistWagon(1, WagonScheme.CN7, "5270001", "X70", 22000, None)]), by=BEAT, at=SUNDAY
    )
    assert train.wagons.count() == 1


def test_small_changes_of_an_estimate_are_staffs_alone(lyg):
    call = _with_one_train(lyg, eta_threshold_minutes=30).made[0].call
    planned = call.scheduled_arrival_at
    for minutes in (60, 80, 95):
        calls.change_times(call, by=BEAT, at=SUNDAY, estimated_arrival_at=planned + timedelta(minutes=minutes))
    told = Entry.objects.filter(kind="call-time-changed").order_by("pk").values_list("audience", flat=True)
    assert list(told) == ["public", "staff", "public"]
    call.refresh_from_db()
    assert call.told_arrival_at == planned + timedelta(minutes=95)


def test_the_page_of_a_service_says_what_follows_and_what_does_not(lyg, admin_client):
    its = service(lyg)
    its_line = line(its, weekdays=[(datetime.now(UTC) + timedelta(days=3)).isoweekday()])
    page = reverse("admin:trains_trainservice_change", args=[its.pk])
    form = _filled_in(its, its_line)
    told = admin_client.post(page, form, follow=True).content.decode()
    assert "4 trains were made." in told
    _estimated(TrainVisit.objects.order_by("runs_on").first())
    told = admin_client.post(page, form | {"timetable-0-arrives_at": "12:30"}, follow=True).content.decode()
    assert "3 trains were moved." in told
    assert "do not follow the timetable" in told


def test_a_line_that_would_make_a_second_train_of_one_is_refused(lyg, admin_client):
    its = service(lyg)
    form = _filled_in(its, line(its, weekdays=[1, 4]))
    form |= {"timetable-TOTAL_FORMS": 2, "timetable-1-service": its.pk}
    second = {name.replace("-0-", "-1-"): value for name, value in form.items() if "-0-" in name and "-id" not in name}
    page = reverse("admin:trains_trainservice_change", args=[its.pk])
    told = admin_client.post(page, form | second | {"timetable-1-weekdays": [4, 5]}).content.decode()
    assert "two trains would be made" in told
    assert its.timetable.count() == 1
    admin_client.post(page, form | second | {"timetable-1-weekdays": [5]})
    assert its.timetable.count() == 2


def _filled_in(its, its_line):
    names = ("code", "name", "wagons", "length_m", "stay_hours", "runs", "cut_off_minutes", "eta_threshold_minutes")
    form = {name: getattr(its, name) for name in names} | {"terminal": its.terminal_id, "active": "on"}
    return form | {
        "route": '["CNLYG", "CNHRS", "KZALA"]',
        "timetable-TOTAL_FORMS": 1,
        "timetable-INITIAL_FORMS": 1,
        "timetable-0-id": its_line.pk,
        "timetable-0-service": its.pk,
        "timetable-0-weekdays": its_line.weekdays,
        "timetable-0-arrives_at": "10:15",
        "timetable-0-departs_at": "19:15",
        "timetable-0-departs_days_later": 0,
        "timetable-0-valid_from": "2026-01-01",
        "quotas-TOTAL_FORMS": 0,
        "quotas-INITIAL_FORMS": 0,
    }
