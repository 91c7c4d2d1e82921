"""Calls that were told leave behind what calls that came here leave behind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apps.calls import services
from apps.calls.models import Call
from apps.calls.services import ReportedCall, take_in_calls
from apps.common.bulk import ask
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.throughput import Mode
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db
SISTER = Actor.itself("sister")


def hours(n):
    return MARCH_14 + timedelta(hours=n)


NOW = hours(100)
ESTIMATES = (
    (hours(-30), "arrival", hours(2)),
    (hours(-20), "arrival", hours(3)),
    (hours(-20), "departure", hours(13)),
    (hours(-10), "arrival", hours(3)),
    (hours(-5), "departure", hours(12)),
)
TRAIN = ReportedCall(
    reference="TRN2023-00012",
    mode="rail",
    number="X9014",
    carrier="KTZ Express",
    announced_at=hours(-48),
    scheduled_arrival_at=hours(0),
    scheduled_departure_at=hours(9),
    cut_off_at=hours(7),
    estimates=ESTIMATES,
    arrived_at=hours(3),
    work_started_at=hours(4),
    ready_at=hours(11),
    departed_at=hours(12),
    closed_at=hours(12),
)
EXPECTED = replace(
    TRAIN,
    estimates=(),
    **dict.fromkeys(("arrived_at", "work_started_at", "ready_at", "departed_at", "closed_at")),
)


def take_in(*calls, terminal=None, by=SISTER, at=NOW):
    return take_in_calls(iter(calls), terminal=terminal or TerminalFactory(), source="sister", by=by, at=at)


def said(call):
    columns = ("kind", "classifier", "audience", "happened_at", "payload", "container_number", "visit_id")
    return list(Entry.objects.filter(call_id=call.pk).order_by("id").values(*columns))


def kinds(reference=TRAIN.reference):
    call = Call.objects.get(source_ref=reference)
    return list(Entry.objects.filter(call_id=call.pk).order_by("id").values_list("kind", flat=True))


def worked_here(terminal):
    """The same train, by the terminal's own services."""
    new = services.NewCall(
        terminal=terminal,
        mode=Mode.RAIL,
        number="X9014",
        scheduled_arrival_at=hours(0),
        scheduled_departure_at=hours(9),
        cut_off_at=hours(7),
    )
    [call] = services.announce_calls([new], by=SISTER, at=hours(-48))
    services.change_times(call, by=SISTER, at=hours(-30), estimated_arrival_at=hours(2))
    both = {"estimated_arrival_at": hours(3), "estimated_departure_at": hours(13)}
    services.change_times(call, by=SISTER, at=hours(-20), **both)
    services.change_times(call, by=SISTER, at=hours(-10), estimated_arrival_at=hours(3))
    services.change_times(call, by=SISTER, at=hours(-5), estimated_departure_at=hours(12))
    services.arrive(call, by=SISTER, at=hours(3))
    services.start_work(call, by=SISTER, at=hours(4))
    services.finish_work(call, by=SISTER, at=hours(11))
    services.depart(call, by=SISTER, at=hours(12))
    services.close(call, by=SISTER, at=hours(12))
    return call


def test_a_train_that_was_told_says_what_the_same_train_here_says(lyg):
    assert take_in(TRAIN) == 1
    told, ours = Call.objects.get(source="sister"), worked_here(lyg)
    assert said(told) == said(ours)
    same = ("mode", "number", "phase", "scheduled_arrival_at", "estimated_arrival_at", "estimated_departure_at")
    for name in (*same, "arrived_at", "departed_at", "cut_off_at", "cancelled_at", "cancel_reason"):
        assert getattr(told, name) == getattr(ours, name), name
    assert (told.source_ref, told.carrier) == ("TRN2023-00012", "KTZ Express")


def test_each_step_became_known_when_it_was_taken_but_never_later_than_now(lyg):
    take_in(TRAIN, at=hours(5))
    entries = Entry.objects.filter(source="sister")
    known = dict(entries.exclude(kind="call-time-changed").values_list("kind", "recorded_at"))
    assert known["call-announced"] == hours(-48)
    assert known["call-arrived"] == hours(3)
    assert known["call-departed"] == hours(5)
    estimated = entries.filter(kind="call-time-changed").order_by("id").values_list("recorded_at", flat=True)
    assert list(estimated) == [hours(-30), hours(-20), hours(-5)]
    assert {(entry.authority, entry.actor) for entry in entries} == {("reported", "terminal:sister")}


def test_an_estimate_made_after_now_is_known_now(lyg):
    take_in(replace(EXPECTED, estimates=((hours(2), "arrival", hours(6)),)), at=hours(1))
    assert Entry.objects.get(kind="call-time-changed").recorded_at == hours(1)


PHASES = {
    "scheduled": EXPECTED,
    "announced": replace(EXPECTED, estimates=ESTIMATES[:1]),
    "arrived": replace(TRAIN, work_started_at=None, ready_at=None, departed_at=None, closed_at=None),
    "in_processing": replace(TRAIN, ready_at=None, departed_at=None, closed_at=None),
    "ready": replace(TRAIN, departed_at=None, closed_at=None),
    "departed": replace(TRAIN, closed_at=None),
    "closed": TRAIN,
    "cancelled": replace(EXPECTED, estimates=ESTIMATES[:1], cancelled_at=hours(-3), cancel_reason="no wagons"),
}


@pytest.mark.parametrize("phase", PHASES)
def test_a_calls_phase_follows_from_the_times_that_are_there(lyg, phase):
    take_in(PHASES[phase])
    assert Call.objects.get().phase == phase


def test_a_cancelled_call_says_why(lyg):
    take_in(replace(EXPECTED, cancelled_at=hours(-3), cancel_reason="no wagons"))
    call = Call.objects.get()
    assert (call.cancelled_at, call.cancel_reason) == (hours(-3), "no wagons")
    entry = Entry.objects.get(kind="call-cancelled")
    assert entry.payload == {"mode": "rail", "number": "X9014", "reason": "no wagons"}
    assert (entry.audience, entry.happened_at) == ("staff", hours(-3))


def test_times_nobody_planned_are_not_said(lyg):
    take_in(replace(EXPECTED, scheduled_arrival_at=None, scheduled_departure_at=None, cut_off_at=None))
    payload = Entry.objects.get(kind="call-announced").payload
    assert payload == {"mode": "rail", "number": "X9014", "phase": "scheduled"}


def test_a_reason_too_long_for_its_column_is_cut_there(lyg):
    take_in(replace(EXPECTED, cancelled_at=hours(-3), cancel_reason="x" * 300))
    assert Call.objects.get().cancel_reason == "x" * 200


def test_a_call_told_again_is_left_alone(lyg):
    assert take_in(EXPECTED) == 1
    assert take_in(replace(TRAIN, number="X1"), replace(TRAIN, reference="TRN2023-00013")) == 1
    known = Call.objects.get(source_ref="TRN2023-00012")
    assert (known.number, known.phase) == ("X9014", "scheduled")
    assert kinds() == ["call-announced"]


def test_the_first_of_two_calls_of_one_name_stands(lyg):
    assert take_in(EXPECTED, replace(TRAIN, number="X1")) == 1
    assert Call.objects.get().number == "X9014"
    assert kinds() == ["call-announced"]


def test_what_another_source_or_terminal_calls_the_same_is_another_call(lyg):
    CallFactory(terminal=lyg, source="other", source_ref=TRAIN.reference)
    CallFactory(terminal=TerminalFactory(khorgos=True), source="sister", source_ref=TRAIN.reference)
    assert take_in(TRAIN) == 1
    told = Call.objects.get(terminal=lyg, source="sister")
    assert {entry.call_id for entry in Entry.objects.all()} == {told.pk}


def test_a_service_that_runs_every_week_has_one_number_and_many_calls(lyg):
    assert take_in(TRAIN, replace(TRAIN, reference="TRN2023-00099")) == 2
    assert set(Call.objects.values_list("number", flat=True)) == {"X9014"}


def test_who_may_not_change_calls_does_not_take_them_in(lyg):
    clerk = Actor.person(staff("calls.view_call", username="zhao", terminal=lyg))
    with pytest.raises(NotYours):
        take_in(TRAIN, by=clerk)


def test_who_may_change_calls_takes_them_in(lyg):
    planner = Actor.person(staff("calls.change_call", username="zhao", terminal=lyg))
    assert take_in(TRAIN, by=planner) == 1


def test_nothing_told_is_nothing_written(lyg):
    assert take_in() == 0
    assert not Entry.objects.exists()


def test_nobody_else_takes_in_the_source_until_it_is_done(lyg):
    take_in(TRAIN)
    held = ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted")
    assert held == [(1,)]
