"""Cargo orders that are entered by staff: what stands in the form becomes the order it asks for."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from apps.common.attachments import keep
from apps.parties.actors import Actor
from apps.warehouse import services
from apps.warehouse.models import CargoOrder, Lot
from apps.warehouse.packing import read_packing_list
from apps.warehouse.selectors import visits_worth_a_booking
from apps.warehouse.selectors.stock import NoSuchLot
from apps.warehouse.services import orders
from terminal.cargo import OrderKind
from terminal.errors import Malformed, gettext_noop

MORE: Final = ("planned_at", "reference", "remark")


class NotALotLine(Malformed):
    """A line that names no lot and packages."""

    message = gettext_noop("“%(line)s” does not name a lot and how many packages: write LOT-2026-000123 40.")


class FieldEmpty(Malformed):
    """An order of this kind needs more."""

    message = gettext_noop("To unpack a container, give its number, a zone and its packing list.")


def place_order(said: dict[str, Any], *, by: Actor, at: datetime) -> CargoOrder:
    """The order that was entered. Raises what the order's kind refuses."""
    return PLACE[OrderKind(said["kind"])](said, by, at)


def _unpack(said: dict[str, Any], by: Actor, at: datetime) -> CargoOrder:
    if not (said["zone"] and said["sheet"]):
        raise FieldEmpty
    lines = read_packing_list(said["sheet"].read())
    more = _more(said, by, at)
    order = orders.order_unpacking(visit=_box(said, at), zone=said["zone"], lines=lines, **more)
    said["sheet"].seek(0)
    keep(said["sheet"], name=said["sheet"].name, by=by, terminal=order.terminal, subject=order)
    return order


def _stuff(said: dict[str, Any], by: Actor, at: datetime) -> CargoOrder:
    return orders.order_stuffing(visit=_box(said, at), planned=_planned(said), **_more(said, by, at))


def _withdraw(said: dict[str, Any], by: Actor, at: datetime) -> CargoOrder:
    return orders.order_withdrawal(terminal=said["terminal"], planned=_planned(said), **_more(said, by, at))


PLACE: Final[dict[OrderKind, Callable[[dict[str, Any], Actor, datetime], CargoOrder]]] = {
    OrderKind.STRIP: _unpack,
    OrderKind.STUFF: _stuff,
    OrderKind.WITHDRAW: _withdraw,
}


def _more(said: dict[str, Any], by: Actor, at: datetime) -> dict[str, Any]:
    return {"party": said["party"], "by": by, "at": at, **{name: said[name] for name in MORE}}


def _box(said: dict[str, Any], at: datetime) -> Any:
    number = said["number"].replace(" ", "").upper()
    found = visits_worth_a_booking(said["party"], said["terminal"], at).filter(container__number=number).first()
    if found is None:
        raise services.NoSuchContainer
    return found


def _planned(said: dict[str, Any]) -> list[orders.Planned]:
    return [_plan(line, said) for line in said["stock"].splitlines() if line.strip()]


def _plan(line: str, said: dict[str, Any]) -> orders.Planned:
    number, packages, kilograms = [*line.split(), "", ""][:3]
    try:
        wanted, weight = int(packages), Decimal(kilograms.replace(",", ".")) if kilograms else None
    except (ValueError, InvalidOperation):
        raise NotALotLine(line=line.strip()[:60]) from None
    if weight is not None and not weight.is_finite():
        raise NotALotLine(line=line.strip()[:60])
    lot = Lot.objects.filter(terminal=said["terminal"], owner=said["party"], number=number.upper()).first()
    if lot is None:
        raise NoSuchLot(lot=number[:30])
    return orders.Planned(lot=lot, packages=wanted, gross_kg=weight)
