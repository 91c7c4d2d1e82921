"""Signs of life of the worker and of beat."""

from celery import shared_task
from celery.signals import after_task_publish
from django.utils import timezone

from apps.notices import services


@shared_task
def beat_heart() -> None:
    """Show that a worker works; beat sends it."""
    services.beat("worker", timezone.now())


@after_task_publish.connect(sender="apps.notices.tasks.beat_heart")
def note_beat(**unused: object) -> None:
    """Show that beat reached the broker: nobody else sends ``beat_heart``."""
    services.beat("beat", timezone.now())
