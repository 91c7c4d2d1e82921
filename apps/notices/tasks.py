"""Signs of life of the worker and of beat, and mail that came back."""

from celery import shared_task
from celery.signals import after_task_publish
from django.utils import timezone

from apps.notices import services
from apps.notices.returned import read_returned


@shared_task
def beat_heart() -> None:
    """Show that a worker works; beat sends it."""
    services.beat("worker", timezone.now())


@after_task_publish.connect(sender="apps.notices.tasks.beat_heart")
def note_beat(**unused: object) -> None:
    """Show that beat reached the broker: nobody else sends ``beat_heart``."""
    services.beat("beat", timezone.now())


@shared_task
def read_returned_mail() -> None:
    """Note what came back to the site's box; nothing where none is named."""
    read_returned(timezone.now())
