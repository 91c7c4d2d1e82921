"""The delivery desk as a real process: killed, stopped, without mail server, without database."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from apps.notices import services
from apps.notices.desk import Desk
from apps.notices.models import Heartbeat, Notice
from apps.notices.services import NewNotice
from apps.notices.silence import report_silence
from apps.notices.tallies import tally
from tests.factories.parties import UserFactory

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def open_desk(server):
    """Start a desk on the test's database and mail server; every one is ended with the test."""
    desks = []

    def start() -> subprocess.Popen:
        database = f"{os.environ['DATABASE_OWNER_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.testing",
            "DATABASE_URL": database,
            "DATABASE_OWNER_URL": database,
            "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        }
        command = [sys.executable, str(ROOT / "manage.py"), "deliver"]
        desks.append(subprocess.Popen(command, env=environment, cwd=ROOT))
        return desks[-1]

    yield start
    for desk in desks:
        desk.kill()
        desk.wait()


def write(lyg, count: int = 1) -> list[Notice]:
    to = [f"reader{n}@terminal.example" for n in range(count)]
    facts = {"terminal": lyg, "language": "en", "about": "test", "subject": "Yard full", "text": "-", "html": "-"}
    return services.write([NewNotice(recipient=each, **facts) for each in to], timezone.now())


def waiting() -> int:
    return Notice.objects.filter(state=Notice.State.WAITING).count()


def test_killed_between_acceptance_and_stamp_it_repeats_under_the_same_message_id(lyg, server, open_desk, eventually):
    server.pause_s = 3.0
    (notice,) = write(lyg)
    desk = open_desk()
    eventually(lambda: server.taken)
    desk.send_signal(signal.SIGKILL)
    desk.wait()
    server.pause_s = 0.0
    notice.refresh_from_db()
    assert notice.state == Notice.State.WAITING
    open_desk()
    eventually(lambda: waiting() == 0)
    assert server.message_ids == [notice.message_id, notice.message_id]


def test_a_written_mail_wakes_it_at_once_and_sigterm_finishes_the_mail_in_hand(lyg, server, open_desk, eventually):
    desk = open_desk()
    eventually(lambda: Heartbeat.objects.filter(process="desk").exists())
    server.pause_s = 1.0
    write(lyg, 3)
    eventually(lambda: server.taken, seconds=3)
    desk.terminate()
    assert desk.wait(timeout=10) == 0
    assert len(server.taken) == 1
    assert Notice.objects.filter(state=Notice.State.SENT).count() == 1
    assert waiting() == 2


def test_it_outlives_a_mail_server_that_is_down_and_one_refused_reader(lyg, server, open_desk, eventually):
    server.stop()
    server.refused = {"reader1@terminal.example"}
    write(lyg, 4)
    open_desk()
    eventually(lambda: Notice.objects.filter(attempts__gt=0).exists())
    server.start()
    eventually(lambda: waiting() == 1, seconds=40)
    assert Notice.objects.get(state=Notice.State.WAITING).recipient == "reader1@terminal.example"
    assert sorted(server.recipients) == [f"reader{n}@terminal.example" for n in (0, 2, 3)]


def test_it_outlives_the_loss_of_its_database_connection(lyg, server, open_desk, eventually):
    desk = open_desk()
    eventually(lambda: Heartbeat.objects.filter(process="desk").exists())
    server.pause_s = 1.5
    (notice,) = write(lyg)
    eventually(lambda: server.taken)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    eventually(lambda: waiting() == 0)
    assert server.message_ids == [notice.message_id]
    server.pause_s = 0.0
    write(lyg)
    eventually(lambda: waiting() == 0)
    assert desk.poll() is None


def test_a_second_desk_stands_by_and_takes_over(lyg, server, open_desk, eventually):
    first = open_desk()
    eventually(lambda: Heartbeat.objects.filter(process="desk").exists())
    open_desk()
    server.pause_s = 0.3
    write(lyg, 4)
    eventually(lambda: len(server.taken) >= 2)
    first.kill()
    first.wait()
    eventually(lambda: waiting() == 0)
    assert len(set(server.message_ids)) == 4
    assert len(server.taken) <= 5


def test_administrators_hear_once_of_a_worker_that_died(lyg, server, open_desk, eventually):
    UserFactory(username="root", is_superuser=True)
    services.beat("beat", timezone.now())
    for living in ("webhooks", "heavy worker", "broker"):
        services.beat(living, timezone.now() + timedelta(hours=1))
    services.beat("worker", timezone.now() - timedelta(minutes=5))

    long_ago, now = timezone.now() - timedelta(hours=1), timezone.now()
    told = [report_silence(long_ago, now + timedelta(seconds=n)) for n in (0, 5, 30)]
    assert [len(each) for each in told] == [1, 0, 0]
    assert told[0][0].subject == "The process “worker” is silent – Landbridge"
    services.beat("worker", now)
    assert report_silence(long_ago, now + timedelta(seconds=80)) == []
    services.beat("beat", now + timedelta(seconds=90))
    assert len(report_silence(long_ago, now + timedelta(seconds=100))) == 1


def test_the_desk_asks_the_broker_which_cannot_report_its_own_death(lyg, settings):
    UserFactory(username="root", is_superuser=True)
    desk = Desk()
    now = timezone.now()
    desk._ask_broker(now)
    seen = Heartbeat.objects.get(process="broker").seen_at
    assert seen == now
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/valkey.sock"
    desk._ask_broker(now + timedelta(seconds=5))
    desk._ask_broker(now + timedelta(seconds=30))
    assert Heartbeat.objects.get(process="broker").seen_at == now
    for living in ("worker", "beat", "webhooks", "heavy worker"):
        services.beat(living, now + timedelta(hours=1))
    assert [each.about for each in report_silence(now - timedelta(hours=1), now + timedelta(seconds=95))] == [
        "silent:broker"
    ]


def test_administrators_hear_once_of_a_task_that_only_fails(lyg):
    UserFactory(username="root", is_superuser=True, language="en")
    now, task = timezone.now(), "apps.reports.tasks.fold_journal"
    for living in ("worker", "beat", "webhooks", "heavy worker", "broker"):
        services.beat(living, now + timedelta(hours=1))
    tally(task, seconds=1, at=now - timedelta(minutes=11), failure=ValueError("no such day"))
    assert report_silence(now, now) == []
    tally(task, seconds=1, at=now - timedelta(minutes=1), failure=ValueError("no such day"))
    (told,) = report_silence(now, now)
    assert told.subject == "The task “apps.reports.tasks.fold_journal” fails – Landbridge"
    assert "ValueError: no such day" in told.text
    assert "ValueError: no such day" in told.html
    assert report_silence(now, now) == []
    tally(task, seconds=1, at=now)
    tally(task, seconds=1, at=now + timedelta(minutes=1), failure=ValueError("another day"))
    assert report_silence(now, now + timedelta(minutes=5)) == []
