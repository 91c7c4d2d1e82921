"""The warehouse: zones, their half-days, dock doors and bookings."""

from apps.warehouse.models.bookings import BookedBox, Booking, BookingQuerySet
from apps.warehouse.models.docks import DockDoor
from apps.warehouse.models.zones import Closure, HalfDay, Zone

__all__ = ["BookedBox", "Booking", "BookingQuerySet", "Closure", "DockDoor", "HalfDay", "Zone"]
