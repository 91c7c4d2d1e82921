"""The warehouse's pages."""

from apps.warehouse.admin.bookings import BookingAdmin
from apps.warehouse.admin.counts import StockCountAdmin
from apps.warehouse.admin.docks import BookingSeriesAdmin, DockAppointmentAdmin, DockDurationAdmin
from apps.warehouse.admin.ledger import BondedEntryAdmin
from apps.warehouse.admin.orders import CargoOrderAdmin
from apps.warehouse.admin.stock import LotAdmin
from apps.warehouse.admin.zones import ClosureAdmin, DockDoorAdmin, ZoneAdmin

__all__ = [
    "BondedEntryAdmin",
    "BookingAdmin",
    "BookingSeriesAdmin",
    "CargoOrderAdmin",
    "ClosureAdmin",
    "DockAppointmentAdmin",
    "DockDoorAdmin",
    "DockDurationAdmin",
    "LotAdmin",
    "StockCountAdmin",
    "ZoneAdmin",
]
