"""Orders that are answered, given up, or overtaken by what became of their box."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.warehouse.models import CargoOrder, Lot
from apps.warehouse.services.orders.rows import (
    RIGHT,
    bring_up_to_date,
    lock_order,
    planned_of,
    require_party,
    step,
)
from apps.warehouse.services.stock.reserving import free
from apps.warehouse.services.stock.rows import lock_lots
from terminal.errors import Refused, gettext_noop
from terminal.lifecycle import CargoOrderStatus
from terminal.moments import require_zone


class BeingWorked(Refused):
    """A box stays where it is worked on."""

    message = gettext_noop("%(number)s is being worked on (%(order)s): finish or stop that first.")


@transaction.atomic
def accept_order(
    order: CargoOrder, *, by: Actor, at: datetime, planned_at: datetime | None = None, mixes_customs: bool = False
) -> CargoOrder:
    """Take an order on, planned for ``planned_at`` where that is said; its box may still be announced.

    ``mixes_customs``: goods of different customs status may share the box. People need
    ``warehouse.change_cargoorder``. Raises ``StepNotAllowed``, ``ChangedMeanwhile``, ``NotYours``, ``NaiveTime``.
    """
    require_zone(at, planned_at)
    row = lock_order(order)
    by.require(RIGHT, row.terminal)
    also = {"planned_at": planned_at or row.planned_at, "mixes_customs": mixes_customs or row.mixes_customs}
    step(row, CargoOrderStatus.ACCEPTED, by, at, **also)
    bring_up_to_date(order, row)
    return order


@transaction.atomic
def reject_order(order: CargoOrder, *, reason: str, by: Actor, at: datetime) -> CargoOrder:
    """Refuse an order and say why; what it had reserved is free. Raises as ``accept_order``."""
    row = lock_order(order)
    by.require(RIGHT, row.terminal)
    return _end(order, row, CargoOrderStatus.REJECTED, reason, by, at)


@transaction.atomic
def cancel_order(order: CargoOrder, *, by: Actor, at: datetime, reason: str = "") -> CargoOrder:
    """Give an order up before work on it starts, by its party or by staff; what it had reserved is free.

    Cancelled already: nothing more happens. Raises ``StepNotAllowed``, ``NotYours``.
    """
    row = lock_order(order)
    require_party(by, row.party, row.terminal)
    if row.status == CargoOrderStatus.CANCELLED:
        bring_up_to_date(order, row)
        return order
    return _end(order, row, CargoOrderStatus.CANCELLED, reason, by, at)


def _end(
    order: CargoOrder, row: CargoOrder, status: CargoOrderStatus, reason: str, by: Actor, at: datetime
) -> CargoOrder:
    step(row, status, by, at, reason=reason[:200])
    planned = planned_of(row)
    free(planned, lock_lots(each.lot_id for each in planned), by=by, at=at)
    bring_up_to_date(order, row)
    return order


def box_leaves(visits: Iterable[int], *, by: Actor, at: datetime) -> None:
    """What was asked for boxes that leave, or do not come, is called off. Raises ``BeingWorked``."""
    for order in CargoOrder.objects.open().filter(visit__in=list(visits)).select_related("visit__container"):
        if order.status == CargoOrderStatus.IN_PROGRESS and order.visit is not None:
            raise BeingWorked(number=order.visit.container.number, order=order.number)
        cancel_order(order, by=by.entrusted(), at=at, reason="the box has left, or does not come")


def require_not_worked(visit: Visit) -> None:
    """Raise ``BeingWorked`` while an order on the box is in progress."""
    at_work = CargoOrder.objects.filter(visit=visit, status=CargoOrderStatus.IN_PROGRESS.value)
    if order := at_work.first():
        raise BeingWorked(number=visit.container.number, order=order.number)


def is_wanted(visit: Visit) -> bool:
    """Whether an order counts on the box."""
    return CargoOrder.objects.open().filter(visit=visit).exists()


def join_visits(visit: Visit, merged: Visit, *, by: Actor, at: datetime) -> None:
    """What was ordered for a visit that was merged is ordered for the other; one order at a time, its own first."""
    if is_wanted(visit):
        box_leaves([merged.pk], by=by, at=at)
    CargoOrder.objects.filter(visit=merged).update(visit=visit, version=F("version") + 1)
    Lot.objects.filter(visit=merged).update(visit=visit, version=F("version") + 1)
