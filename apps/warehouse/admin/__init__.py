"""The warehouse's pages."""

from apps.warehouse.admin.bookings import BookingAdmin
from apps.warehouse.admin.zones import ClosureAdmin, DockDoorAdmin, ZoneAdmin

__all__ = ["BookingAdmin", "ClosureAdmin", "DockDoorAdmin", "ZoneAdmin"]
