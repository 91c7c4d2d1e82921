"""Orders that a party places: to unpack a box by its packing list, to stuff one, to hand goods out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.common.integrity import refusals
from apps.common.numbers import next_number
from apps.containers.models import Visit, VisitRole
from apps.containers.services.ownership import CARGO_SIDE
from apps.containers.services.rows import lock_visits
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse.models import Booking, CargoOrder, DeclaredLot, Lot, Zone
from apps.warehouse.selectors import visits_worth_a_booking
from apps.warehouse.selectors.stock import NoSuchLot
from apps.warehouse.services.orders.rows import figures, journal, require_goes_in, require_party
from apps.warehouse.services.stock.reserving import promise
from apps.warehouse.services.stock.rows import lock_lots
from apps.warehouse.services.wishes import NoSuchContainer
from terminal.cargo import OrderKind, PackingLine, require_in_the_box
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.moments import require_zone
from terminal.stock import Amount, require_free, require_place, share, total


class NotItsGoods(Refused):
    """A box is unpacked for those whose goods are in it."""

    kind = "forbidden"
    message = gettext_noop("Only the shipper, consignee or forwarder of what is in %(number)s has it unpacked.")


class OrderUnderWay(Refused):
    """One box, one order at a time."""

    message = gettext_noop("There is an open order for %(number)s already (%(order)s): cancel or finish it first.")


class NothingPlanned(Malformed):
    """An order of no goods."""

    message = gettext_noop("Name at least one lot, and how many packages of it.")


class LotNamedTwice(Malformed):
    """One lot, told of twice in one order."""

    message = gettext_noop("%(lot)s is named twice: name each lot of an order once.")


class NotItsBooking(Malformed):
    """A booking of somebody else, or elsewhere."""

    message = gettext_noop("There is no booking %(booking)s of yours here.")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """So many packages of a lot, with what they weigh where somebody knows it."""

    lot: Lot
    packages: int
    gross_kg: Decimal | None = None


@transaction.atomic
def order_unpacking(
    *,
    visit: Visit,
    party: Party,
    zone: Zone,
    lines: Sequence[PackingLine],
    by: Actor,
    at: datetime,
    booking: Booking | None = None,
    planned_at: datetime | None = None,
    reference: str = "",
    remark: str = "",
) -> CargoOrder:
    """Ask to have a box that is here or announced unpacked into a zone, by its packing list.

    Raises ``NoSuchContainer``, ``NotItsGoods``,
    ``OrderUnderWay``, ``MoreThanTheBoxHolds``, ``WrongZone``, ``NothingPlanned``, ``NotItsBooking``, ``NotYours``,
    ``NaiveTime``.
    """
    require_zone(at, planned_at)
    require_party(by, party, zone.terminal)
    if not lines:
        raise NothingPlanned
    row = _box(visit, party, zone.terminal, at)
    if not VisitRole.objects.filter(visit=row, party=party, role__in=CARGO_SIDE).in_force(at).exists():
        raise NotItsGoods(number=row.container.number)
    require_in_the_box(row.container.number, lines, row.gross_kg, row.container.tare_kg)
    for line in lines:
        require_place(
            zone.code,
            zone.kind,
            bonded=line.customs_status == "bonded",
            chilled=line.chilled,
            dangerous=bool(line.imdg_class),
        )
    wish = _wish(OrderKind.STRIP, zone.terminal, party, booking, planned_at, reference, remark)
    order = _write(wish, row, zone, by, at)
    DeclaredLot.objects.bulk_create(_declared(order, line) for line in lines)
    journal(order, by, at, lots=len(lines), **figures(total(line.amount for line in lines)))
    return order


@transaction.atomic
def order_stuffing(
    *,
    visit: Visit,
    party: Party,
    planned: Sequence[Planned],
    by: Actor,
    at: datetime,
    booking: Booking | None = None,
    planned_at: datetime | None = None,
    reference: str = "",
    remark: str = "",
    mixes_customs: bool = False,
) -> CargoOrder:
    """Ask to have goods of the party's stock stuffed into a box; they are reserved for it at once.

    ``mixes_customs`` is the terminal's to allow. Raises ``NoSuchContainer``, ``OrderUnderWay``, ``NothingPlanned``,
    ``LotNamedTwice``, ``NoSuchLot``, ``MoreThanIsThere``, ``NotItsWeight``, ``NeedsAReefer``, ``CustomsNotMixed``,
    ``KeptApart``, ``TooHeavyForTheBox``, ``NotItsBooking``, ``NotYours``, ``NaiveTime``.
    """
    require_zone(at, planned_at)
    require_party(by, party, visit.terminal)
    row = _box(visit, party, visit.terminal, at)
    wish = _wish(OrderKind.STUFF, visit.terminal, party, booking, planned_at, reference, remark)
    wish.mixes_customs = mixes_customs and by.party is None
    return _plan(_write(wish, row, None, by, at), planned, by, at)


@transaction.atomic
def order_withdrawal(
    *,
    terminal: Terminal,
    party: Party,
    planned: Sequence[Planned],
    by: Actor,
    at: datetime,
    planned_at: datetime | None = None,
    reference: str = "",
    remark: str = "",
) -> CargoOrder:
    """Ask to have goods of the party's stock handed out; they are reserved for it at once.

    Raises ``NothingPlanned``, ``LotNamedTwice``, ``NoSuchLot``, ``MoreThanIsThere``, ``NotItsWeight``, ``NotYours``,
    ``NaiveTime``.
    """
    require_zone(at, planned_at)
    require_party(by, party, terminal)
    wish = _wish(OrderKind.WITHDRAW, terminal, party, None, planned_at, reference, remark)
    return _plan(_write(wish, None, None, by, at), planned, by, at)


def _box(visit: Visit, party: Party, terminal: Terminal, at: datetime) -> Visit:
    """The party's box, locked."""
    lock_visits([visit])
    found = visits_worth_a_booking(party, terminal, at).select_related("container", "terminal")
    row = found.filter(pk=visit.pk).first()
    if row is None:
        raise NoSuchContainer
    return row


def _wish(
    kind: OrderKind,
    terminal: Terminal,
    party: Party,
    booking: Booking | None,
    planned_at: datetime | None,
    reference: str,
    remark: str,
) -> CargoOrder:
    if booking is not None and (booking.party_id, booking.terminal_id) != (party.pk, terminal.pk):
        raise NotItsBooking(booking=booking.number)
    said: dict[str, Any] = {"booking": booking, "planned_at": planned_at, "reference": reference, "remark": remark}
    return CargoOrder(kind=kind.value, terminal=terminal, party=party, **said)


def _write(order: CargoOrder, visit: Visit | None, zone: Zone | None, by: Actor, at: datetime) -> CargoOrder:
    order.visit, order.zone = visit, zone
    order.number, order.requested_at, order.requested_by = next_number("CO", at), at, by.label[:120]

    def under_way() -> Refused:
        other = CargoOrder.objects.open().filter(visit=visit).values_list("number", flat=True).first()
        return OrderUnderWay(number=visit.container.number if visit else "", order=other or "—")

    with refusals(a_box_has_one_open_order=under_way):
        order.save(force_insert=True)
    return order


def _declared(order: CargoOrder, line: PackingLine) -> DeclaredLot:
    values = {name: getattr(line, name) for name in line.__dataclass_fields__}
    return DeclaredLot(order=order, **values | {"customs_status": line.customs_status.value})


def _plan(order: CargoOrder, planned: Sequence[Planned], by: Actor, at: datetime) -> CargoOrder:
    """Reserve what is planned, all or none."""
    _require_planned(planned)
    lots = lock_lots(each.lot.pk for each in planned)
    loads: list[tuple[Lot, Amount]] = []
    for each in planned:
        lot = lots[each.lot.pk]
        if (lot.owner_id, lot.terminal_id) != (order.party_id, order.terminal_id):
            raise NoSuchLot(lot=str(each.lot.public_id))
        require_free(lot.number, lot.packages, lot.reserved_packages, each.packages)
        loads.append((lot, share(lot.amount, each.packages, gross_kg=each.gross_kg)))
        promise(lot, each.packages, by=by, at=at, order=order, gross_kg=each.gross_kg)
    require_goes_in(order, loads)
    journal(order, by, at, lots=len(loads), **figures(total(amount for _, amount in loads)))
    return order


def _require_planned(planned: Sequence[Planned]) -> None:
    if not planned:
        raise NothingPlanned
    numbers = [each.lot.number for each in planned]
    if twice := next((number for number in numbers if numbers.count(number) > 1), None):
        raise LotNamedTwice(lot=twice)
