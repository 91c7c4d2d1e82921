"""What the worker does for trains."""

from celery import shared_task
from django.utils import timezone

from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.services.timetabling import run_timetable


@shared_task
def run_timetables() -> int:
    """Have the trains of the next four weeks; how many are new."""
    by, at = Actor.itself("timetable"), timezone.now()
    return sum(len(run_timetable(terminal, by=by, at=at).made) for terminal in Terminal.objects.order_by("pk"))
