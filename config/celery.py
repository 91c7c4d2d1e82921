"""The Celery application. What runs when stands in ``settings.schedule``, in which queue in ``settings.tasks``."""

import os
import time
from typing import Any, Final

from celery import Celery, Task
from celery.signals import beat_init, heartbeat_sent, task_postrun, task_prerun, worker_ready
from celery.utils.log import get_task_logger
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils import timezone

from config.environment import prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
prepare()

logger = get_task_logger(__name__)

HEAVY: Final = "heavy"
"""How the worker of the heavy queue is called: ``--hostname heavy@%h``."""

BETWEEN_HEARTS_S: Final = 15.0


class Persistent(Task):  # type: ignore[type-arg] # it takes none while it runs
    """A task that is tried again, later and later, when a server it needs was away: six times within ten minutes."""

    autoretry_for = (OperationalError, InterfaceError, ConnectionError)
    retry_backoff = 5
    retry_backoff_max = 300
    retry_jitter = True
    max_retries = 6


app = Celery("landbridge", task_cls=Persistent)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

_begun: dict[str, float] = {}
_last_heart = 0.0


@worker_ready.connect
def worker_reports_for_duty(sender: Any = None, **_: Any) -> None:
    """A worker that has just come up says so at once instead of at the next beat."""
    _report("heavy worker" if _is_heavy(sender) else "worker")


@heartbeat_sent.connect
def heavy_worker_lives(sender: Any = None, **_: Any) -> None:
    """The heavy worker says itself that it lives: a task that could say it would wait behind one that takes minutes."""
    global _last_heart
    if _is_heavy(sender) and time.monotonic() - _last_heart >= BETWEEN_HEARTS_S:
        _last_heart = time.monotonic()
        _report("heavy worker")


@beat_init.connect
def beat_reports_for_duty(**_: Any) -> None:
    """The same for beat, whose first task is sent only after a while."""
    _report("beat")


@task_prerun.connect
def task_begins(task_id: str = "", **_: Any) -> None:
    """Look at the clock."""
    _begun[task_id] = time.monotonic()


@task_postrun.connect
def task_ends(task_id: str = "", task: Any = None, state: str = "", retval: Any = None, **_: Any) -> None:
    """Count the run. A retry is no end; what cannot be counted must not fail what was done."""
    seconds = time.monotonic() - _begun.pop(task_id, time.monotonic())
    if state not in ("SUCCESS", "FAILURE"):
        return
    from apps.notices.tallies import tally  # the apps are loaded only after this module

    failure = retval if state == "FAILURE" and isinstance(retval, BaseException) else None
    try:
        tally(task.name, seconds=seconds, at=timezone.now(), failure=failure)
    except DatabaseError:
        logger.warning("A run of %s was not counted: the database is away.", task.name)


def _is_heavy(sender: Any) -> bool:
    name = getattr(sender, "hostname", None) or getattr(getattr(sender, "eventer", None), "hostname", "")
    return str(name).startswith(f"{HEAVY}@")


def _report(process: str) -> None:
    from apps.notices.services import beat  # the apps are loaded only after this module

    try:
        beat(process, timezone.now())
    except DatabaseError:
        logger.warning("The sign of life of the %s was not written: the database is away.", process)
    finally:
        connection.close()  # children that are forked later must not find it open
