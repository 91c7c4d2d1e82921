"""The Celery application. What runs when stands in ``CELERY_BEAT_SCHEDULE``."""

import os

from celery import Celery

from config.environment import prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
prepare()

app = Celery("landbridge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
