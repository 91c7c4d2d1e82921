"""The Celery application. What runs when stands in ``CELERY_BEAT_SCHEDULE``."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_ready
from django.utils import timezone

from config.environment import prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
prepare()

app = Celery("landbridge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def worker_reports_for_duty(**_: Any) -> None:
    """A worker that has just come up says so at once instead of at the next beat."""
    _report("worker")


@beat_init.connect
def beat_reports_for_duty(**_: Any) -> None:
    """The same for beat, whose first task is sent only after a while."""
    _report("beat")


def _report(process: str) -> None:
    from apps.notices.services import beat  # the apps are loaded only after this module

    beat(process, timezone.now())
