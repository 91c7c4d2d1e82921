"""The page of a train's load plan, driven as a planner does."""

import re

import pytest
from django.urls import reverse

from apps.trains.models import LoadPlan, Wagon
from apps.yard.models import WorkOrder
from tests.factories.containers import HoldFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.yard import BlockFactory
from tests.trains.loading import a_box, a_train, planned

RIGHTS = ["trains.view_trainvisit", "trains.change_trainvisit", "calls.view_call", "calls.change_call"]


@pytest.fixture
def planner(client, lyg):
    client.force_login(staff(*RIGHTS, username="planner"))
    return client


def address(train):
    return reverse("admin:train_load_plan", args=[train.pk])


def say(client, train, do, **answers):
    plan = LoadPlan.objects.exclude(state="replaced").filter(train=train).first()
    seen = {"plan": plan.public_id, "version": plan.version} if plan else {}
    return client.post(address(train), {"do": do, **seen, **answers}, follow=True).content.decode()


def test_a_planner_draws_up_looks_moves_and_approves(planner, lyg):
    BlockFactory(terminal=lyg)
    train = a_train(lyg, wagons=2)
    going, held, heavy = a_box(lyg, at=(1, 1, 1)), a_box(lyg), a_box(lyg, gross_kg=26_000)
    HoldFactory(visit=held, reason="damaged corner post")
    page = planner.get(address(train)).content.decode()
    assert "There is no plan yet" in page
    assert 'id="wait" hidden' in page
    page = say(planner, train, "draw_up", seconds=2)
    for shown in (going.container.number, "too heavy", "damaged corner post", "No plan can exceed 2"):
        assert shown in page
    wrong = say(planner, train, "put", visit=heavy.pk, wagon=Wagon.objects.last().pk, place=1)
    assert "weighs 26000 kg" in wrong
    second = Wagon.objects.get(train=train, sequence=2)
    assert "by hand" in say(planner, train, "put", visit=going.pk, wagon=second.pk, place=1)
    assert planned(LoadPlan.objects.get(state="draft")) == {going.container.number: (2, 1)}
    page = say(planner, train, "approve")
    assert "Approved by user:planner" in page
    assert "0 loaded, 1 approved" in page
    assert WorkOrder.objects.get().visit == going


def test_a_plan_that_changed_since_it_was_shown_is_not_changed_unseen(planner, lyg):
    train = a_train(lyg)
    visit = a_box(lyg)
    say(planner, train, "draw_up", seconds=2)
    plan = LoadPlan.objects.get()
    stale = {"plan": plan.public_id, "version": plan.version + 1}
    assert "has changed" in say(planner, train, "take_off", visit=visit.pk, **stale)
    assert planned(plan).keys() == {visit.container.number}


def test_a_train_tells_on_its_page_what_keeps_it_and_takes_consist_and_brake_test(planner, lyg):
    train = a_train(lyg)
    own = reverse("admin:trains_trainvisit_change", args=[train.pk])
    page = planner.get(own).content.decode()
    assert "does not have the consist" in page
    assert "brakes of" in page
    for step in ("send_consist", "note_brake_test"):
        planner.post(reverse("admin:trains_trainvisit_do", args=[train.pk, step]), {"answered": "1"})
    page = planner.get(own).content.decode()
    assert not re.search("does not have the consist|brakes of", page)


def test_who_may_only_look_changes_nothing_and_another_terminals_train_is_not_there(client, lyg):
    client.force_login(staff("trains.view_trainvisit", username="visitor"))
    train = a_train(lyg)
    page = client.get(address(train)).content.decode()
    assert 'value="draw_up"' not in page
    assert "does not include this" in say(client, train, "draw_up", seconds=2)
    assert not LoadPlan.objects.exists()
    other = a_train(TerminalFactory(khorgos=True))
    assert client.get(address(other)).status_code == 404
