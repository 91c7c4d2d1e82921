"""Watching capacity, telling those who want to know, and the morning digest."""

from apps.alerts.services.acknowledging import AlertIsOver, AlreadyAcknowledged, acknowledge
from apps.alerts.services.digesting import send_digests
from apps.alerts.services.watching import watch_capacity

__all__ = ["AlertIsOver", "AlreadyAcknowledged", "acknowledge", "send_digests", "watch_capacity"]
