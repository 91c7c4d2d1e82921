"""What a supervisor or a load balancer is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.notices.models import Heartbeat
from apps.notices.services import beat

HEARTS = "worker", "heavy worker", "beat", "desk", "webhooks"


@pytest.fixture
def all_live(db):
    for process in HEARTS:
        beat(process, timezone.now())


def test_alive_asks_nothing_else(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_ready_when_every_part_is(client, all_live):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready"} | dict.fromkeys(("database", "broker", *HEARTS, "migrations"), "ok")


@pytest.mark.parametrize("process", HEARTS)
def test_a_silent_process_is_named_and_nothing_is_ready(client, all_live, process):
    Heartbeat.objects.filter(process=process).update(seen_at=timezone.now() - timedelta(seconds=100))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert {name for name, said in answer.json().items() if said not in ("ok", "not ready")} == {process}
    assert "silent for 100 s" in answer.json()[process]


@pytest.mark.parametrize("process", HEARTS)
def test_a_process_that_never_ran_is_named(client, all_live, process):
    Heartbeat.objects.filter(process=process).delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()[process]) == (503, f"no {process} has reported yet")


def test_a_broker_that_is_away_is_told_as_json(client, all_live, settings):
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/valkey.sock"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "Error" in answer.json()["broker"]
