"""The sandbox's player."""

from celery import shared_task
from django.utils import timezone

from apps.sandbox import services


@shared_task
def play() -> int:
    """Enact what is due in every sandbox; how many cues. Safe to run twice, and at once."""
    return services.play(timezone.now())
