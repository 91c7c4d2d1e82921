"""Machines, downtimes and closures: what cannot be is told where it was typed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.yard.models import BlockClosure, Downtime
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.yard import BlockFactory, EquipmentFactory

SINCE = {"since_0": "2026-05-04", "since_1": "08:00:00"}


def until(day="", hour=""):
    return {"until_0": day, "until_1": hour}


@pytest.fixture
def planner(client, lyg):
    verbs = [f"yard.{verb}_{model}" for model in ("downtime", "blockclosure") for verb in ("view", "add", "change")]
    client.force_login(staff(*verbs, "yard.view_block", "yard.view_equipment", username="li"))
    return client


def errors(client, page, **facts):
    """What the form says, by field; nothing when it was taken."""
    answer = client.post(reverse(f"admin:yard_{page}_add"), {**SINCE, "reason": "wind", **facts})
    return dict(answer.context["adminform"].errors) if answer.status_code == 200 else {}


def test_a_downtime_is_told_once(planner):
    machine = EquipmentFactory()
    assert errors(planner, "downtime", equipment=machine.pk, **until("2026-05-05", "08:00:00")) == {}
    again = errors(planner, "downtime", equipment=machine.pk, **until())
    assert "told for that time already" in again["since"][0]
    assert Downtime.objects.count() == 1


@pytest.mark.parametrize("hour", ["08:00:00", "07:00:00"])
def test_nothing_ends_before_it_began(planner, hour):
    machine, block = EquipmentFactory(), BlockFactory()
    span = until("2026-05-04", hour)
    assert "ends after it began" in errors(planner, "downtime", equipment=machine.pk, **span)["until"][0]
    assert "ends after it began" in errors(planner, "blockclosure", block=block.pk, **span)["until"][0]


@pytest.mark.parametrize(
    ("first", "last", "field", "words"),
    [
        (2, "", "last_bay", "both ends"),
        ("", 2, "first_bay", "both ends"),
        (4, 2, "last_bay", "not before the first"),
        (5, 7, "last_bay", "the bays 1 to 6"),
        (0, 2, "last_bay", "the bays 1 to 6"),
    ],
)
def test_bays_are_closed_from_one_to_another_of_the_block(planner, first, last, field, words):
    block = BlockFactory(bays=6)
    said = errors(planner, "blockclosure", block=block.pk, first_bay=first, last_bay=last, **until())
    assert words in said[field][0]
    assert not BlockClosure.objects.exists()


def test_a_whole_block_is_closed_by_naming_no_bay(planner):
    assert errors(planner, "blockclosure", block=BlockFactory().pk, first_bay="", last_bay="", **until()) == {}


def test_another_terminals_machine_is_not_offered(planner):
    there = EquipmentFactory(terminal=TerminalFactory(khorgos=True))
    assert "equipment" in errors(planner, "downtime", equipment=there.pk, **until())


def test_the_list_of_machines_tells_what_stops_them(client, lyg, django_assert_max_num_queries):
    client.force_login(staff("yard.view_equipment", username="li"))
    for _ in range(3):
        Downtime.objects.create(equipment=EquipmentFactory(), since=timezone.now(), reason="new tyres")
    with django_assert_max_num_queries(14):
        assert client.get(reverse("admin:yard_equipment_changelist")).content.decode().count("new tyres") == 3
