"""Calls on the screen, as the gate and the train planner work with them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.calls.models import Call
from apps.journal.models import Entry
from terminal.events import EventKind
from terminal.lifecycle import Phase
from tests.factories.calls import CallFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db

LIST = reverse("admin:calls_call_changelist")


def page(call: Call) -> str:
    return reverse("admin:calls_call_change", args=[call.pk])


def do(client, call, action, **answers):
    where = reverse("admin:calls_call_do", args=[call.pk, action])
    return client.post(where, {"answered": "1", **answers}, follow=True)


@pytest.fixture
def clerk(client, lyg):
    user = staff("calls.view_call", "calls.change_call", username="aigerim", terminal=lyg)
    client.force_login(user)
    return user


def test_a_truck_goes_through_its_whole_call(client, clerk, lyg):
    truck = CallFactory(terminal=lyg, truck=True)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    do(client, truck, "arrive", happened_at=an_hour_ago.astimezone(lyg.zone).strftime("%Y-%m-%dT%H:%M"))
    truck.refresh_from_db()
    assert truck.arrived_at == an_hour_ago.replace(second=0, microsecond=0), "typed in the site's time"
    for action in ("start_work", "finish_work", "depart", "close"):
        do(client, truck, action)
    truck.refresh_from_db()
    assert truck.phase == Phase.CLOSED
    assert set(Entry.objects.filter(call_id=truck.pk).values_list("actor", flat=True)) == {"user:aigerim"}


def test_only_the_steps_that_fit_are_offered(client, clerk, lyg):
    shown = client.get(page(CallFactory(terminal=lyg, working=True))).content.decode()
    assert "/do/finish_work/" in shown
    assert not any(f"/do/{step}/" in shown for step in ("arrive", "depart", "cancel", "start_work", "close"))


def test_a_new_estimate_changes_that_and_nothing_else(client, clerk, lyg):
    call = CallFactory(terminal=lyg)
    asked = client.get(reverse("admin:calls_call_do", args=[call.pk, "change_times"])).context["form"]
    answers = {name: asked[name].value().astimezone(lyg.zone).strftime("%Y-%m-%dT%H:%M") if asked[name].value() else ""
               for name in asked.fields}  # fmt: skip
    do(client, call, "change_times", **answers | {"estimated_arrival_at": "2023-03-14T12:30"})
    (told,) = Entry.objects.filter(call_id=call.pk)
    assert told.kind == EventKind.CALL_TIME_CHANGED
    assert set(told.payload) == {"mode", "number", "estimated_arrival_at"}
    assert "estimated arrival" in client.get(page(call)).content.decode()


def test_one_estimate_for_several_calls_leaves_their_other_times(client, clerk, lyg):
    both = [CallFactory(terminal=lyg) for _ in range(2)]
    answers = {"action": "change_times", "_selected_action": [call.pk for call in both], "answered": "1"}
    client.post(LIST, answers | {"estimated_departure_at": "2023-03-15T08:00"})
    kept = {(call.scheduled_arrival_at, call.scheduled_departure_at) for call in both}
    for call in Call.objects.all():
        assert call.estimated_departure_at is not None
        assert (call.scheduled_arrival_at, call.scheduled_departure_at) in kept


def test_a_cancelled_call_takes_no_further_message_but_remembers_it(client, clerk, lyg):
    call = CallFactory(terminal=lyg)
    do(client, call, "cancel", reason="no locomotive")
    told = do(client, call, "arrive", happened_at="").content.decode()
    assert "nothing more can be said about it" in told
    assert Entry.objects.filter(call_id=call.pk, kind=EventKind.CALL_MESSAGE_REFUSED).count() == 1


@pytest.mark.parametrize("typed", ["X9014", "x90 14", "X90"])
def test_a_train_is_found_by_the_beginning_of_its_number(client, clerk, lyg, typed):
    train = CallFactory(terminal=lyg, number="X9014")
    CallFactory(terminal=lyg, number="COSCO 042W", ship=True)
    assert list(client.get(LIST, {"q": typed}).context["cl"].result_list) == [train]


def test_the_list_costs_the_same_for_many_calls(client, clerk, lyg, django_assert_max_num_queries):
    for _ in range(40):
        CallFactory(terminal=lyg)
    with django_assert_max_num_queries(20):
        client.get(LIST, {"phase__exact": "scheduled"})


def test_another_sites_calls_are_not_there(client, clerk):
    elsewhere = CallFactory(terminal=TerminalFactory(khorgos=True))
    assert client.get(page(elsewhere)).status_code == 302
    assert do(client, elsewhere, "arrive").status_code == 404
