"""What the worker does for the warehouse, every minute."""

from celery import shared_task
from django.utils import timezone

from apps.warehouse import services
from apps.warehouse.services import bonded


@shared_task
def expire_bookings() -> int:
    """Give back the area of requests nobody answered."""
    return len(services.expire_bookings(at=timezone.now()))


@shared_task
def note_no_shows() -> int:
    """Give back the area of bookings nobody came for."""
    return len(services.note_no_shows(at=timezone.now()))


@shared_task
def note_dock_no_shows() -> int:
    """Free the doors of appointments nobody came to."""
    return len(services.note_dock_no_shows(at=timezone.now()))


@shared_task
def serve_waiting_list() -> int:
    """Give room that has become free to those who wait for it."""
    return len(services.serve_waiting_list(at=timezone.now()))


@shared_task
def warn_of_bonded_periods() -> int:
    """Warn that goods may not be in bond much longer."""
    return len(bonded.warn_of_periods(at=timezone.now()))
