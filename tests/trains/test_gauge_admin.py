"""The pages where the gauge changes: two trains side by side, the register, and a box's journeys."""

import pytest
from django.urls import reverse

from apps.trains.models import GaugeTransfer
from tests.factories.containers import VisitFactory
from tests.factories.parties import staff
from tests.factories.trains import WagonFactory
from tests.trains.test_gauge import BROAD, a_train, came, cross, goes, khorgos, stands_on  # noqa: F401

RIGHTS = (
    "trains.view_trainvisit", "trains.change_trainvisit", "trains.view_gaugetransfer", "containers.change_visit",
    "containers.view_visit", "containers.view_container", "calls.view_call", "calls.change_call",
)  # fmt: skip


@pytest.fixture
def planner(client, khorgos):  # noqa: F811
    client.force_login(staff(*RIGHTS, username="planner", terminal=khorgos))
    return client


@pytest.fixture
def broad(goes):  # noqa: F811
    return WagonFactory(train=goes, sequence=1, scheme="CIS8", number=BROAD)


def page(client, name, row):
    return client.get(reverse(f"admin:{name}", args=[row.pk])).content.decode()


def test_a_planner_sees_what_would_go_where_and_does_it(planner, came, broad):  # noqa: F811
    box, held = stands_on(came), stands_on(came, allowed=False)
    assert "Change gauge" in page(planner, "trains_trainvisit_change", came)
    shown = page(planner, "train_change_gauge", came)
    assert f"CIS8 {BROAD}/1" in shown
    assert held.visit.container.number in shown[shown.index('id="stay"') :]
    address = reverse("admin:train_change_gauge", args=[came.pk])
    after = planner.post(address, {"move": f"{box.pk}:{broad.pk}:1"}, follow=True).content.decode()
    assert "1 box has changed gauge." in after
    assert GaugeTransfer.objects.get().visit == box.visit


@pytest.mark.parametrize("move", ["0:0:1", "one:two", ""])
def test_what_is_not_there_any_more_changes_nothing(planner, came, broad, move):  # noqa: F811
    stands_on(came)
    planner.post(reverse("admin:train_change_gauge", args=[came.pk]), {"move": move}, follow=True)
    assert not GaugeTransfer.objects.exists()


def test_who_may_not_work_trains_here_changes_nothing(client, came, broad, khorgos):  # noqa: F811
    load = stands_on(came)
    client.force_login(staff("trains.view_trainvisit", username="clerk", terminal=khorgos))
    shown = page(client, "train_change_gauge", came)
    assert 'name="move"' not in shown
    address = reverse("admin:train_change_gauge", args=[came.pk])
    assert "does not include" in client.post(address, {"move": f"{load.pk}:{broad.pk}:1"}, follow=True).content.decode()
    assert not GaugeTransfer.objects.exists()


def test_a_train_of_another_terminal_is_not_there(client, came, broad, lyg):  # noqa: F811
    client.force_login(staff(*RIGHTS, username="away", terminal=lyg))
    assert client.get(reverse("admin:train_change_gauge", args=[came.pk])).status_code in (302, 404)


def test_the_note_is_said_on_the_register(planner, came, broad):  # noqa: F811
    row = cross(stands_on(came), broad)
    address = reverse("admin:trains_gaugetransfer_do", args=[row.pk, "note_papers"])
    planner.post(address, {"kind": "smgs", "number": "398-0114", "issued_on": "2023-03-10", "answered": "1"})
    row.refresh_from_db()
    assert (row.note_kind, row.note_number) == ("smgs", "398-0114")


def test_a_boxs_page_tells_its_journeys_at_the_terminals_its_reader_serves(client, planner, came, broad, lyg):  # noqa: F811
    load = stands_on(came)
    box = load.visit.container
    VisitFactory(terminal=lyg, container=box, departed=True)
    cross(load, broad)
    shown = page(client, "containers_container_change", box)
    assert f"CIS8 {BROAD}" in shown
    assert "Lianyungang" not in shown[shown.index("Journeys") :]
    client.force_login(staff(*RIGHTS, username="away", terminal=lyg))
    away = page(client, "containers_container_change", box)
    assert "Lianyungang" in away
    assert BROAD not in away
