"""The dispatcher as a real process: events told, killed, stopped, without database."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from apps.notices.models import Heartbeat
from apps.parties.actors import Actor
from apps.webhooks import services
from apps.webhooks.models import Delivery
from tests.factories.webhooks import BOX, OTHER_BOX, box_of, grain, happens, webhook_of

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def dispatch(receiver):
    """Start a dispatcher on the test's database; every one is ended with the test."""
    running = []

    def start() -> subprocess.Popen:
        database = f"{os.environ['DATABASE_OWNER_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.testing",
            "DATABASE_URL": database,
            "DATABASE_OWNER_URL": database,
            "MESSAGES_MAY_STAY_INSIDE": "true",
        }
        command = [sys.executable, str(ROOT / "manage.py"), "dispatch_webhooks"]
        running.append(subprocess.Popen(command, env=environment, cwd=ROOT))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def is_up() -> bool:
    return Heartbeat.objects.filter(process="webhooks").exists()


def waiting() -> int:
    return Delivery.objects.on_their_way().count()


def test_what_happens_is_told_within_seconds_and_sigterm_finishes_what_is_in_hand(lyg, receiver, dispatch, eventually):
    box = box_of(grain())
    webhook_of(grain(), receiver.url())
    process = dispatch()
    eventually(is_up)
    entry, began = happens(box), time.monotonic()
    eventually(lambda: receiver.got)
    assert time.monotonic() - began < 5
    assert receiver.ids == [str(entry.public_id)]
    eventually(lambda: waiting() == 0)
    receiver.answer = lambda got: (time.sleep(1.5), 204)[1]
    happens(box)
    eventually(lambda: Delivery.objects.filter(attempts=1, state="waiting").exists())
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert (len(receiver.got), waiting()) == (2, 0)


def test_killed_in_the_middle_another_one_tells_all_in_order(lyg, receiver, dispatch, eventually, monkeypatch):
    boxes = [box_of(grain(), number) for number in (BOX, OTHER_BOX)]
    webhook_of(grain(), receiver.url())
    receiver.answer = lambda got: (time.sleep(0.05), 204)[1]
    told = [happens(box) for _ in range(15) for box in boxes]
    first = dispatch()
    dispatch()
    eventually(lambda: len(receiver.got) > 6)
    first.send_signal(signal.SIGKILL)
    eventually(lambda: waiting() == 0 or _free_the_dead_ones(), seconds=60)
    for box in boxes:
        mine = [str(each.public_id) for each in told if each.visit_id == box.pk]
        came = [got.id for got in receiver.got if got.json["container"] == box.container.number]
        assert list(dict.fromkeys(came)) == mine
        assert len(came) <= len(mine) + 1


def _free_the_dead_ones() -> bool:
    """Let leases end that have ten seconds left, so that the test does not wait a minute."""
    over = timezone.now() + services.LEASE
    Delivery.objects.on_their_way().filter(
        next_attempt_at__gt=timezone.now(), next_attempt_at__lt=over - services.LEASE / 6
    ).update(next_attempt_at=timezone.now())
    return False


def test_it_outlives_the_loss_of_its_database_connection(lyg, receiver, dispatch, eventually):
    box = box_of(grain())
    webhook, _secret = webhook_of(grain(), receiver.url())
    process = dispatch()
    eventually(is_up)
    receiver.answer = lambda got: (time.sleep(1), 204)[1]
    entry = happens(box)
    eventually(lambda: Delivery.objects.filter(attempts=1).exists())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    eventually(lambda: waiting() == 0)
    assert receiver.ids == [str(entry.public_id)]
    receiver.answer = lambda got: 204
    services.test_webhook(webhook, by=Actor.itself("test"), at=timezone.now())
    eventually(lambda: waiting() == 0)
    assert receiver.got[-1].json["type"] == "test"
    assert process.poll() is None


def test_a_slow_address_holds_up_no_other(lyg, receiver, dispatch, eventually):
    boxes = [box_of(grain(), f"{n}") for n in ("CSQU3054383", "TCLU5088040")]
    webhook_of(grain(), receiver.url("/slow"))
    webhook_of(grain(), receiver.url("/quick"))
    receiver.answer = lambda got: (time.sleep(8 if got.path == "/slow" else 0), 204)[1]
    dispatch()
    eventually(is_up)
    for _ in range(5):
        [happens(box) for box in boxes]
    eventually(lambda: sum(got.path == "/quick" for got in receiver.got) == 10, seconds=6)
    assert not [got for got in receiver.got if got.path == "/slow"]
