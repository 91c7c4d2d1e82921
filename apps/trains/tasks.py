"""What the worker does for trains."""

from celery import shared_task
from django.utils import timezone

from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.services.booking import release_slots, serve_waiting_lists
from apps.trains.services.timetabling import run_timetable
from apps.trains.services.tracks import plan_tracks


@shared_task
def run_timetables() -> int:
    """Have the trains of the next four weeks; how many are new."""
    by, at = Actor.itself("timetable"), timezone.now()
    return sum(
        len(run_timetable(terminal, by=by, at=at).made) for terminal in Terminal.objects.in_earnest().order_by("pk")
    )


@shared_task
def plan_coming_tracks() -> int:
    """Have a track in the plan for every train of the next two days; how many plans changed."""
    by, at = Actor.itself("track plan"), timezone.now()
    return sum(len(plan_tracks(terminal, by=by, at=at)) for terminal in Terminal.objects.in_earnest().order_by("pk"))


@shared_task
def release_places() -> int:
    """Give back booked places that nobody uses at the cut-off, and end the bookings of trains that are gone."""
    return len(release_slots(at=timezone.now()))


@shared_task
def serve_waiting_for_places() -> int:
    """Give places on trains to those who wait for them, should anybody have been missed."""
    return len(serve_waiting_lists(at=timezone.now()))
