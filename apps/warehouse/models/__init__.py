"""The warehouse: zones, their half-days, dock doors and their appointments, bookings, cargo orders and stock."""

from apps.warehouse.models.bookings import BookedBox, Booking, BookingQuerySet
from apps.warehouse.models.docks import DockAppointment, DockAppointmentQuerySet, DockDoor, DockDuration
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
    "Lot",
    "LotMovement",
    "LotMovementQuerySet",
    "LotQuerySet",
    "PartyInZone",
    "Reservation",
    "StockCount",
    "Zone",
    "ZoneEquipment",
]
