"""The warehouse: zones, their half-days, dock doors and their appointments, bookings, cargo orders,
stock, and the ledger of what is in bond."""

from apps.warehouse.models.bookings import BookedBox, Booking, BookingQuerySet
from apps.warehouse.models.docks import DockAppointment, DockAppointmentQuerySet, DockDoor, DockDuration
from apps.warehouse.models.ledger import BondedEntry, BondedEntryQuerySet, LedgerRow, PeriodWarning, ProcessingRun
from apps.warehouse.models.orders import CargoOrder, CargoOrderQuerySet, DeclaredLot
from apps.warehouse.models.series import BookingSeries
from apps.warehouse.models.stock import (
    CountedLot,
    Lot,
    LotMovement,
    LotMovementQuerySet,
    LotQuerySet,
    Reservation,
    StockCount,
)
from apps.warehouse.models.work import BookingWork
from apps.warehouse.models.zones import Closure, HalfDay, PartyInZone, Zone, ZoneEquipment

__all__ = [
    "BondedEntry",
    "BondedEntryQuerySet",
    "BookedBox",
    "Booking",
    "BookingQuerySet",
    "BookingSeries",
    "BookingWork",
    "CargoOrder",
    "CargoOrderQuerySet",
    "Closure",
    "CountedLot",
    "DeclaredLot",
    "DockAppointment",
    "DockAppointmentQuerySet",
    "DockDoor",
    "DockDuration",
    "HalfDay",
    "LedgerRow",
    "Lot",
    "LotMovement",
    "LotMovementQuerySet",
    "LotQuerySet",
    "PartyInZone",
    "PeriodWarning",
    "ProcessingRun",
    "Reservation",
    "StockCount",
    "Zone",
    "ZoneEquipment",
]
