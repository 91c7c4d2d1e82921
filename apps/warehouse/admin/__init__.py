"""The warehouse's pages."""

from apps.warehouse.admin.bookings import BookingAdmin
from apps.warehouse.admin.ledger import BondedEntryAdmin
from apps.warehouse.admin.zones import ClosureAdmin, DockDoorAdmin, ZoneAdmin

__all__ = ["BondedEntryAdmin", "BookingAdmin", "ClosureAdmin", "DockDoorAdmin", "ZoneAdmin"]
