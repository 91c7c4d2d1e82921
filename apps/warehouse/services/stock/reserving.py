"""Packages that are promised: to an order, or kept back by their owner under a reference."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from apps.parties.actors import Actor
from apps.warehouse.models import CargoOrder, Lot, Reservation
from apps.warehouse.services.stock.moving import bring_up_to_date
from apps.warehouse.services.stock.rows import RIGHT, lock_lots, require_may, tell, write
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.moments import require_zone
from terminal.stock import require_free


class OrderHasIt(Refused):
    """What an order needs it gives back itself."""

    message = gettext_noop("These packages are reserved for %(order)s: cancel or finish the order instead.")


@transaction.atomic
def reserve(lot: Lot, packages: int, *, by: Actor, at: datetime, reference: str = "") -> Reservation:
    """Keep packages of a lot back that nobody else reserved, for staff or the owner's program.

    Raises ``NothingToMove``, ``MoreThanIsThere`` with how many are free, ``NotYours``, ``NaiveTime``.
    """
    require_zone(at)
    row = lock_lots([lot.pk])[lot.pk]
    require_may(by, row, owner_too=True)
    made = promise(row, packages, by=by, at=at, reference=reference)
    bring_up_to_date(lot, row)
    return made


def promise(
    lot: Lot,
    packages: int,
    *,
    by: Actor,
    at: datetime,
    order: CargoOrder | None = None,
    gross_kg: Decimal | None = None,
    reference: str = "",
) -> Reservation:
    """Promise packages of a locked lot. Raises ``NothingToMove``, ``MoreThanIsThere``."""
    require_free(lot.number, lot.packages, lot.reserved_packages, packages)
    write(lot, reserved_packages=lot.reserved_packages + packages)
    made = Reservation.objects.create(
        lot=lot,
        order=order,
        wanted=packages,
        packages=packages,
        gross_kg=gross_kg,
        reference=reference[:60],
        made_at=at,
        made_by=by.label[:120],
    )
    tell(lot, EventKind.LOT_RESERVED, by=by, at=at, order=order, packages=packages, reference=reference)
    return made


@transaction.atomic
def end_reservation(reservation: Reservation, *, by: Actor, at: datetime) -> Reservation:
    """Free what the owner kept back. Ended already: nothing more happens. Raises ``OrderHasIt``, ``NotYours``."""
    row = lock_lots([reservation.lot_id])[reservation.lot_id]
    require_may(by, row, RIGHT, owner_too=True)
    reservation.refresh_from_db()
    if reservation.order is not None:
        raise OrderHasIt(order=reservation.order.number)
    free([reservation], {row.pk: row}, by=by, at=at)
    return reservation


def free(reservations: Iterable[Reservation], lots: dict[int, Lot], *, by: Actor, at: datetime) -> None:
    """Give back what is left of reservations; their lots are locked."""
    for each in reservations:
        if each.packages:
            lot, left = lots[each.lot_id], each.packages
            write(lot, reserved_packages=lot.reserved_packages - left)
            lower(each, left)
            tell(lot, EventKind.LOT_RESERVATION_ENDED, by=by, at=at, order=each.order, packages=left)


def lower(reservation: Reservation, packages: int) -> None:
    """So many of its packages are promised no more: used, or given back."""
    Reservation.objects.filter(pk=reservation.pk).update(packages=F("packages") - packages, version=F("version") + 1)
    reservation.packages -= packages
    reservation.version += 1
