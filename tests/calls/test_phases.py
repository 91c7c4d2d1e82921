from datetime import timedelta

import pytest

from apps.calls.models import Call
from apps.calls.services import (
    AlreadyHappened,
    CallIsOver,
    DepartureBeforeArrival,
    InTheFuture,
    NamelessCall,
    NewCall,
    announce_calls,
    arrive,
    cancel,
    change_times,
    close,
    depart,
    finish_work,
    messages_about,
    start_work,
)
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.events import EventKind
from terminal.lifecycle import CALL, Phase, StepNotAllowed
from terminal.moments import NaiveTime
from terminal.throughput import Mode
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff

pytestmark = pytest.mark.django_db

BEAT = Actor.itself("test")
NOON = MARCH_14 + timedelta(hours=2)
EVENING = MARCH_14 + timedelta(hours=9)


def kinds(call: Call) -> list[str]:
    return list(Entry.objects.filter(call_id=call.pk).order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("mode", list(Mode))
def test_a_carrier_of_any_mode_comes_is_worked_and_goes(lyg, mode):
    call = CallFactory(terminal=lyg, mode=mode.value)
    arrive(call, by=BEAT, at=MARCH_14)
    start_work(call, by=BEAT, at=NOON)
    finish_work(call, by=BEAT, at=EVENING)
    depart(call, by=BEAT, at=EVENING)
    close(call, by=BEAT, at=EVENING)
    call.refresh_from_db()
    assert (call.phase, call.arrived_at, call.departed_at, call.version) == (Phase.CLOSED, MARCH_14, EVENING, 6)
    assert kinds(call) == ["call-arrived", "call-work-started", "call-ready", "call-departed", "call-closed"]
    told = Entry.objects.get(call_id=call.pk, kind=EventKind.CALL_DEPARTED)
    assert told.payload == {"mode": mode.value, "number": call.number}


def test_work_may_go_on_after_a_train_was_ready(lyg):
    call = CallFactory(terminal=lyg, ready=True)
    start_work(call, by=BEAT, at=NOON)
    assert call.phase == Phase.IN_PROCESSING


STEPS = {
    Phase.ARRIVED: lambda call: arrive(call, by=BEAT, at=EVENING),
    Phase.IN_PROCESSING: lambda call: start_work(call, by=BEAT, at=EVENING),
    Phase.READY: lambda call: finish_work(call, by=BEAT, at=EVENING),
    Phase.DEPARTED: lambda call: depart(call, by=BEAT, at=EVENING),
    Phase.CLOSED: lambda call: close(call, by=BEAT, at=EVENING),
    Phase.CANCELLED: lambda call: cancel(call, by=BEAT, at=EVENING, reason="no path over Alashankou"),
}


def in_phase(phase: Phase, terminal) -> Call:
    here = phase in {Phase.ARRIVED, Phase.IN_PROCESSING, Phase.READY, Phase.DEPARTED, Phase.CLOSED}
    return CallFactory(terminal=terminal, phase=phase.value, arrived_at=MARCH_14 if here else None)


@pytest.mark.parametrize("present", list(Phase))
@pytest.mark.parametrize("wanted", list(STEPS))
def test_every_step_goes_exactly_where_the_lifecycle_says(lyg, present, wanted):
    call = in_phase(present, lyg)
    if CALL.can_step(present.value, wanted.value):
        STEPS[wanted](call)
        assert Call.objects.get(pk=call.pk).phase == wanted
        return
    with pytest.raises((StepNotAllowed, CallIsOver)):
        STEPS[wanted](call)
    assert Call.objects.get(pk=call.pk).phase == present


def test_an_arrival_cannot_lie_in_the_future(lyg):
    call = CallFactory(terminal=lyg)
    with pytest.raises(InTheFuture):
        arrive(call, by=BEAT, at=MARCH_14, happened_at=MARCH_14 + timedelta(seconds=1))
    assert kinds(call) == []


def test_an_arrival_may_be_told_late(lyg):
    call = CallFactory(terminal=lyg)
    arrive(call, by=BEAT, at=EVENING, happened_at=MARCH_14)
    assert Entry.objects.get(call_id=call.pk).happened_at == MARCH_14 == call.arrived_at


def test_a_time_without_a_zone_is_no_time(lyg):
    with pytest.raises(NaiveTime):
        arrive(CallFactory(terminal=lyg), by=BEAT, at=EVENING, happened_at=MARCH_14.replace(tzinfo=None))


def test_no_carrier_departs_before_it_arrived(lyg):
    call = CallFactory(terminal=lyg, ready=True)
    with pytest.raises(DepartureBeforeArrival):
        depart(call, by=BEAT, at=EVENING, happened_at=MARCH_14 - timedelta(minutes=1))
    assert Call.objects.get(pk=call.pk).phase == Phase.READY


def test_a_cancelled_call_keeps_its_reason(lyg):
    call = CallFactory(terminal=lyg)
    cancel(call, by=BEAT, at=MARCH_14, reason="locomotive failed at Zhengzhou")
    call.refresh_from_db()
    assert (call.cancelled_at, call.cancel_reason) == (MARCH_14, "locomotive failed at Zhengzhou")
    assert Entry.objects.get(call_id=call.pk).payload["reason"] == "locomotive failed at Zhengzhou"


@pytest.mark.parametrize("phase", [Phase.CANCELLED, Phase.CLOSED])
def test_a_message_about_a_call_that_is_over_is_refused_and_kept(lyg, phase):
    call = in_phase(phase, lyg)
    with pytest.raises(CallIsOver) as refused:
        change_times(call, by=BEAT, at=NOON, estimated_departure_at=EVENING)
    assert refused.value.facts == {"number": call.number, "phase": phase.value}
    kept = Entry.objects.get(call_id=call.pk)
    assert kept.kind == EventKind.CALL_MESSAGE_REFUSED
    assert kept.payload["message"] == "change times"
    assert phase.value in kept.payload["reason"]


def test_a_refused_message_is_kept_even_if_the_call_was_cancelled_behind_our_back(lyg):
    call = CallFactory(terminal=lyg)
    cancel(Call.objects.get(pk=call.pk), by=BEAT, at=MARCH_14, reason="cancelled by the railway")
    with pytest.raises(CallIsOver):
        arrive(call, by=BEAT, at=NOON)
    assert kinds(call) == ["call-cancelled", "call-message-refused"]


def receive_with_wagons(call: Call) -> None:
    with messages_about(call, message="arrive with consist", by=BEAT, at=NOON):
        CallFactory(terminal=call.terminal, number="X9999")
        arrive(call, by=BEAT, at=NOON)


def test_a_refused_message_is_kept_once_when_a_larger_service_is_rolled_back_around_it(lyg):
    call = in_phase(Phase.CANCELLED, lyg)
    with pytest.raises(CallIsOver):
        receive_with_wagons(call)
    assert not Call.objects.filter(number="X9999").exists()
    assert Entry.objects.get(call_id=call.pk).payload["message"] == "arrive with consist"


@pytest.mark.django_db(transaction=True)
def test_a_refused_message_is_committed_although_the_service_raises():
    call = in_phase(Phase.CLOSED, TerminalFactory())
    with pytest.raises(CallIsOver):
        start_work(call, by=BEAT, at=NOON)
    assert kinds(call) == ["call-message-refused"]


def test_every_change_of_time_is_kept_with_from_and_to(lyg):
    call = CallFactory(terminal=lyg)
    change_times(call, by=BEAT, at=NOON, estimated_arrival_at=EVENING)
    change_times(call, by=BEAT, at=NOON, estimated_arrival_at=None, scheduled_departure_at=None)
    rows = Entry.objects.filter(call_id=call.pk, kind=EventKind.CALL_TIME_CHANGED).order_by("pk")
    assert [row.classifier for row in rows] == ["estimated", "planned", "estimated"]
    assert rows[0].payload["estimated_arrival_at"] == {"from": None, "to": EVENING.isoformat()}
    assert rows[2].payload["estimated_arrival_at"] == {"from": EVENING.isoformat(), "to": None}
    call.refresh_from_db()
    assert (call.estimated_arrival_at, call.scheduled_departure_at, call.version) == (None, None, 3)


def test_the_same_time_again_changes_nothing(lyg):
    call = CallFactory(terminal=lyg)
    change_times(call, by=BEAT, at=NOON, scheduled_arrival_at=MARCH_14)
    assert (call.version, kinds(call)) == (1, [])


def test_an_arrival_that_happened_is_not_estimated_any_more(lyg):
    call = CallFactory(terminal=lyg, arrived=True)
    with pytest.raises(AlreadyHappened):
        change_times(call, by=BEAT, at=NOON, estimated_arrival_at=EVENING)
    change_times(call, by=BEAT, at=NOON, estimated_departure_at=EVENING)
    assert call.estimated_departure_at == EVENING


def test_a_plan_does_not_leave_before_it_comes(lyg):
    with pytest.raises(DepartureBeforeArrival):
        change_times(CallFactory(terminal=lyg), by=BEAT, at=NOON, scheduled_departure_at=MARCH_14 - timedelta(hours=1))


def test_calls_are_announced_together_and_told_to_the_journal(lyg):
    trains = [
        NewCall(terminal=lyg, mode=Mode.RAIL, number=f" X90{n} ", scheduled_arrival_at=NOON) for n in range(14, 17)
    ]
    made = announce_calls(trains, by=BEAT, at=MARCH_14)
    assert [call.number for call in made] == ["X9014", "X9015", "X9016"]
    assert Entry.objects.filter(kind=EventKind.CALL_ANNOUNCED).count() == 3


def test_a_hundred_calls_cost_as_many_queries_as_one(lyg, django_assert_num_queries):
    for count in (1, 100):
        trains = [NewCall(terminal=lyg, mode=Mode.RAIL, number=f"X{n}") for n in range(count)]
        with django_assert_num_queries(4):
            announce_calls(trains, by=BEAT, at=MARCH_14)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"number": "  "}, NamelessCall),
        ({"phase": Phase.ARRIVED}, StepNotAllowed),
        ({"scheduled_arrival_at": EVENING, "scheduled_departure_at": NOON}, DepartureBeforeArrival),
        ({"cut_off_at": NOON.replace(tzinfo=None)}, NaiveTime),
    ],
)
def test_one_wrong_call_announces_none(lyg, wrong, refusal):
    right = NewCall(terminal=lyg, mode=Mode.SEA, number="COSCO 042W")
    with pytest.raises(refusal):
        announce_calls([right, NewCall(**{"terminal": lyg, "mode": Mode.SEA, "number": "1"} | wrong)], by=BEAT, at=NOON)
    assert not Call.objects.exists()


def test_who_may_change_calls_at_one_terminal_may_not_at_another(lyg):
    clerk = Actor.person(staff("calls.change_call", username="aigerim", terminal=lyg))
    khorgos = TerminalFactory(khorgos=True)
    arrive(CallFactory(terminal=lyg), by=clerk, at=MARCH_14)
    for asked in (
        lambda: arrive(CallFactory(terminal=khorgos), by=clerk, at=MARCH_14),
        lambda: change_times(CallFactory(terminal=khorgos), by=clerk, at=NOON, estimated_arrival_at=EVENING),
        lambda: announce_calls([NewCall(terminal=khorgos, mode=Mode.RAIL, number="X1")], by=clerk, at=NOON),
    ):
        with pytest.raises(NotYours):
            asked()


def test_no_partys_program_moves_a_call(lyg):
    with pytest.raises(NotYours):
        arrive(CallFactory(terminal=lyg), by=Actor.program(PartyFactory(code="sinotrans"), "tms"), at=MARCH_14)
