"""The Celery application. What runs when stands in ``CELERY_BEAT_SCHEDULE``."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

from config.environment import prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
prepare()

app = Celery("landbridge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def report_for_duty(**_: Any) -> None:
    """A worker that has just come up says so at once instead of at the next beat."""
    app.send_task("apps.notices.tasks.beat_heart")
