"""What every step of a cargo order shares: who may, the locked row, and the journal."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from apps.common.locks import lock_then_read
from apps.common.steps import take_step
from apps.containers.models import Visit
from apps.containers.services.rows import lock_visits
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party
from apps.warehouse.models import CargoOrder, Lot, Reservation
from terminal.cargo import BoxToStuff, Load, require_stuffing
from terminal.errors import Malformed, gettext_noop
from terminal.events import Audience, EventKind
from terminal.lifecycle import CARGO_ORDER, CargoOrderStatus
from terminal.stock import Amount, CustomsStatus

RIGHT: Final = "warehouse.change_cargoorder"
STATUS_KIND: Final = {status: EventKind(f"cargo-order-{status.value.replace('_', '-')}") for status in CargoOrderStatus}


class NotThatKind(Malformed):
    """Unpacking is no stuffing."""

    message = gettext_noop("%(order)s is an order of another kind (%(kind)s): this cannot be done with it.")


def require_party(by: Actor, party: Party, terminal: Terminal) -> None:
    """Raise ``NotYours`` unless the party's own program asks, or staff with the right."""
    if by.party is None:
        by.require(RIGHT, terminal)
    elif by.party.pk != party.pk:
        raise NotYours(right=RIGHT, terminal=terminal.name)


def lock_order(order: CargoOrder) -> CargoOrder:
    """Lock the box's visit, then the order; as it is now, with all it names."""
    if order.visit_id is not None:
        lock_visits([Visit(pk=order.visit_id)])
    rows = CargoOrder.objects.select_related("terminal", "party", "zone", "booking", "visit__container")
    return lock_then_read(rows.filter(pk=order.pk)).get()


def require_kind(order: CargoOrder, *kinds: str) -> None:
    """Raise ``NotThatKind`` for an order of another kind."""
    if order.kind not in kinds:
        raise NotThatKind(order=order.number, kind=order.kind)


def step(order: CargoOrder, wanted: CargoOrderStatus, by: Actor, at: datetime, **also: Any) -> CargoOrder:
    """Take a step of a locked order and journal it."""
    take_step(order, CARGO_ORDER, wanted.value, **also)
    reason = also.get("reason", "")
    journal(order, by, at, **({"reason": reason} if reason else {}))
    return order


def journal(order: CargoOrder, by: Actor, at: datetime, **more: Any) -> None:
    """Remember that the order came to its present status; for the eyes of its party and of staff."""
    tell(order, STATUS_KIND[CargoOrderStatus(order.status)], by=by, at=at, **more)


def tell(order: CargoOrder, kind: EventKind, *, by: Actor, at: datetime, **more: Any) -> None:
    """Journal something of an order."""
    zone = {"zone": order.zone.code} if order.zone else {}
    record(
        Happening(
            kind=kind,
            terminal_id=order.terminal_id,
            at=at,
            actor=by.label,
            visit_id=order.visit_id,
            container_number=order.visit.container.number if order.visit else "",
            booking_id=order.booking_id,
            audience=Audience.OWNER,
            payload={"number": order.number, "work": order.kind, "party": order.party.code, **zone, **more},
        )
    )


def figures(amount: Amount) -> dict[str, Any]:
    """An amount as the journal tells it."""
    return {"packages": amount.packages, "gross_kg": str(amount.gross_kg), "volume_m3": str(amount.volume_m3)}


def require_goes_in(order: CargoOrder, loads: Iterable[tuple[Lot, Amount]]) -> None:
    """Raise what ``terminal.cargo.require_stuffing`` does unless the goods may go into the order's box together."""
    visit = order.visit
    if visit is None:
        return
    box = BoxToStuff(
        number=visit.container.number,
        size_type=visit.size_type,
        tare_kg=visit.container.tare_kg or (visit.gross_kg if visit.laden is False else None),
    )
    goods = [
        Load(
            lot=lot.number,
            gross_kg=amount.gross_kg,
            customs_status=CustomsStatus(lot.customs_status),
            chilled=lot.chilled,
            imdg_class=lot.imdg_class,
        )
        for lot, amount in loads
    ]
    require_stuffing(box, goods, mixes_customs=order.mixes_customs)


def planned_of(order: CargoOrder) -> Sequence[Reservation]:
    """What is reserved for the order, in the order in which it was planned."""
    return list(Reservation.objects.filter(order=order).order_by("pk"))


def bring_up_to_date(order: CargoOrder, row: CargoOrder) -> None:
    """Give the caller's own order what was written."""
    for field in CargoOrder._meta.concrete_fields:
        setattr(order, field.attname, getattr(row, field.attname))
