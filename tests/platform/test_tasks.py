"""Tasks of the workers: in the right queue, within limits, tried again, counted, and safe to run twice at once."""

import threading
from datetime import timedelta
from importlib import import_module

import pytest
from celery import current_app
from celery.exceptions import Retry
from django.conf import settings
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.notices.models import TaskTally
from apps.notices.tallies import tally
from config.beat import KeptSchedule
from config.celery import Persistent, app, task_begins, task_ends
from config.settings import tasks as rules
from config.supervisor import family

SCHEDULED = sorted({entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()})
NOW = timezone.now()


def task_of(name):
    import_module(name.rpartition(".")[0])
    return current_app.tasks[name]


@pytest.mark.parametrize("name", SCHEDULED)
def test_every_scheduled_task_exists_and_is_tried_again(name):
    task = task_of(name)
    assert isinstance(task, Persistent)
    assert task.max_retries == 6


def test_every_name_that_is_routed_is_a_task_on_the_schedule():
    assert set(rules.URGENT) | set(rules.HEAVY) <= set(SCHEDULED)
    assert not set(rules.URGENT) & set(rules.HEAVY)


def test_every_queue_has_a_worker():
    listened = ",".join(
        command[command.index("--queues") + 1] for command in (family.WORKER, family.HEAVY_WORKER)
    ).split(",")
    assert sorted(listened) == sorted(rules.QUEUES)
    assert app.conf.task_default_queue in listened


@pytest.mark.parametrize(
    ("name", "queue"),
    [("apps.alerts.tasks.watch_capacity", "urgent"), ("apps.billing.tasks.issue_statements", "heavy")],
)
def test_a_task_goes_to_its_queue(name, queue):
    assert app.amqp.router.route({}, name)["queue"].name == queue


def test_nothing_is_given_to_a_second_worker_before_the_first_must_have_ended():
    longest = max(rules.HEAVY_LIMIT_S, app.conf.task_time_limit)
    assert app.conf.broker_transport_options["visibility_timeout"] > longest
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit
    assert task_of("apps.billing.tasks.issue_statements").time_limit == rules.HEAVY_LIMIT_S


def test_a_server_that_is_away_is_a_reason_to_try_again(monkeypatch):
    task = task_of("apps.notices.tasks.beat_heart")

    def away(*unused):
        raise OperationalError("the server is away")

    monkeypatch.setattr("apps.notices.services.beat", away)
    monkeypatch.setattr(task, "apply_async", lambda *args, **more: None)
    with pytest.raises((Retry, OperationalError)):
        task.apply(throw=True)
    task.push_request(called_directly=False, retries=2, id="a", delivery_info={})
    try:
        with pytest.raises(Retry) as again:
            task.run()
        assert again.value.when is not None
    finally:
        task.pop_request()


STATEMENTS, LOOK = "issue last month's statements", "watch capacity"


@pytest.mark.django_db(transaction=True)
class TestBeat:
    """Beat with its schedule in the database."""

    def every(self, name=LOOK):
        return KeptSchedule(app=app).schedule[name].schedule.run_every

    def test_what_comes_again_soon_is_worth_nothing_after_three_turns(self):
        KeptSchedule(app=app)
        assert PeriodicTask.objects.get(name=LOOK).expire_seconds == 60
        assert PeriodicTask.objects.get(name=STATEMENTS).expire_seconds is None

    def test_a_turn_that_was_missed_is_caught_up_on_restart_and_once(self):
        KeptSchedule(app=app)
        PeriodicTask.objects.update(last_run_at=NOW - timedelta(days=2))
        beat = KeptSchedule(app=app)
        entry = beat.schedule[STATEMENTS]
        assert entry.is_due().is_due
        assert not beat.reserve(entry).is_due().is_due

    def test_a_turn_that_staff_changed_stays_so_over_restarts(self):
        assert self.every() == timedelta(seconds=20)
        often, _made = IntervalSchedule.objects.get_or_create(every=7, period="seconds")
        PeriodicTask.objects.filter(name=LOOK).update(interval=often)
        assert self.every() == timedelta(seconds=7)

    def test_a_turn_that_a_release_changed_is_as_shipped(self):
        KeptSchedule(app=app)
        often, _made = IntervalSchedule.objects.get_or_create(every=7, period="seconds")
        PeriodicTask.objects.filter(name=LOOK).update(interval=often, description="As shipped: otherwise")
        assert self.every() == timedelta(seconds=20)

    def test_a_turn_that_staff_switched_off_stays_off(self):
        KeptSchedule(app=app)
        PeriodicTask.objects.filter(name=LOOK).update(enabled=False)
        assert LOOK not in KeptSchedule(app=app).schedule


@pytest.mark.django_db
class TestTally:
    """Each run is counted as it ends."""

    def ends(self, state="SUCCESS", retval=None):
        task_begins(task_id="1")
        task_ends(task_id="1", task=task_of("apps.notices.tasks.beat_heart"), state=state, retval=retval)
        return TaskTally.objects.filter(pk="apps.notices.tasks.beat_heart").first()

    def test_a_run_is_counted_with_its_time(self):
        seen = self.ends()
        assert (seen.runs, seen.failures, seen.failing_since) == (1, 0, None)
        assert self.ends().runs == 2

    def test_failures_in_a_row_are_known_by_the_first(self):
        first = self.ends("FAILURE", ValueError("no \0 such office"))
        assert (first.failures, first.last_failure) == (1, "ValueError: no  such office")
        second = self.ends("FAILURE", ValueError("again"))
        assert (second.failing_since, second.last_failure) == (first.failing_since, "ValueError: again")
        well = self.ends()
        assert (well.failing_since, well.failures, well.last_failure) == (None, 2, "ValueError: again")

    def test_a_retry_is_no_end(self):
        assert self.ends("RETRY") is None


@pytest.mark.django_db(transaction=True)
def test_runs_that_end_at_once_are_all_counted():
    def count():
        for _ in range(20):
            tally("a", seconds=0.5, at=NOW)
        connection.close()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (TaskTally.objects.get(pk="a").runs, TaskTally.objects.get(pk="a").seconds) == (80, 40)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [name for name in SCHEDULED if "edi" not in name])
def test_a_task_runs_twice_at_once(name, lyg):
    task, trouble = task_of(name), []

    def run():
        try:
            task.run()
        except Exception as failure:
            trouble.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    close_old_connections()
    assert trouble == []
