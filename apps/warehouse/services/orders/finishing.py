"""Work that is over: unpacked goods become stock, stuffed and handed out goods leave it, boxes change their load."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Decimal

from django.db import transaction

from apps.containers.models import Visit
from apps.containers.services import NewSeal, NewWeight, empty_visits, stuff_visit
from apps.containers.services.notes.writing import write_notes
from apps.containers.services.rows import lock_visits
from apps.parties.actors import Actor
from apps.warehouse.models import CargoOrder, DeclaredLot, Lot, Reservation, Zone
from apps.warehouse.services.orders.customs import Word, let_out, status_of
from apps.warehouse.services.orders.rows import (
    RIGHT,
    bring_up_to_date,
    lock_order,
    planned_of,
    require_goes_in,
    require_kind,
    step,
    tell,
)
from apps.warehouse.services.stock.moving import KEPT, AnotherTerminals, require_released
from apps.warehouse.services.stock.reserving import free, lower
from apps.warehouse.services.stock.rows import lock_lots, move, receive_lot
from apps.warehouse.services.stock.rows import tell as tell_lot
from terminal.cargo import OrderKind
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import CARGO_ORDER, CargoOrderStatus
from terminal.moments import require_zone
from terminal.regimes import Goods
from terminal.seals import SealOwner
from terminal.stock import EMPTY, Amount, CustomsStatus, LotMove, share, total
from terminal.weights import Weighing


class NotAllCounted(Refused):
    """What was not counted cannot become stock, and a box is not empty before all of it is counted."""

    message = gettext_noop("Not counted yet, so that %(order)s cannot be finished: lines %(lines)s. Count 0 for none.")


class MoreThanPlanned(Malformed):
    """More was loaded than was reserved."""

    message = gettext_noop("Of %(lot)s %(planned)s packages were planned, not %(loaded)s.")


class NothingLoaded(Malformed):
    """An order that is done with nothing done."""

    message = gettext_noop("Nothing was loaded: cancel or stop the order instead.")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the goods of a line were put."""

    zone: Zone | None = None
    position: str = ""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What really went of a reservation; a weight where it was measured."""

    packages: int
    gross_kg: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class SealOn:
    """A seal that was put on the doors."""

    number: str
    owner: SealOwner = SealOwner.SHIPPER


@transaction.atomic
def finish_unpacking(
    order: CargoOrder, *, by: Actor, at: datetime, places: Mapping[int, Place] | None = None
) -> list[Lot]:
    """The box is empty: what was counted becomes the party's stock, and the box begins an empty stay. The lots.

    ``places``: where goods were put, by the line's number in the list; else in the order's zone. Raises
    ``NotAllCounted``, ``NotReady`` (a hold placed meanwhile), ``WrongZone``, ``StillPlanned``, ``StepNotAllowed``,
    ``NotYours``, ``NaiveTime``.
    """
    row = _begin(order, OrderKind.STRIP, CargoOrderStatus.DONE, by, at)
    lines = list(row.lines.all())
    if open_lines := [str(each.line) for each in lines if each.counted is None]:
        raise NotAllCounted(order=row.number, lines=", ".join(open_lines))
    lots = _take_in(row, lines, places or {}, by, at)
    empty = empty_visits([row.visit], by=by.entrusted(), at=at)[0] if row.visit else None
    step(row, CargoOrderStatus.DONE, by, at, done_at=at, next_visit=empty)
    bring_up_to_date(order, row)
    return lots


@transaction.atomic
def stop_unpacking(
    order: CargoOrder, *, reason: str, by: Actor, at: datetime, places: Mapping[int, Place] | None = None
) -> list[Lot]:
    """Unpacking ends before the box is empty: what was counted becomes stock, the rest stays, and the box laden.

    Its weight is lowered by what came out, where it is known. Raises as ``finish_unpacking``, save ``NotAllCounted``.
    """
    row = _begin(order, OrderKind.STRIP, CargoOrderStatus.STOPPED, by, at)
    counted = [each for each in row.lines.all() if each.counted is not None]
    lots = _take_in(row, counted, places or {}, by, at)
    _lighten(row.visit, total(lot.amount for lot in lots), by, at)
    step(row, CargoOrderStatus.STOPPED, by, at, done_at=at, reason=reason[:200])
    bring_up_to_date(order, row)
    return lots


@transaction.atomic
def finish_stuffing(
    order: CargoOrder,
    *,
    by: Actor,
    at: datetime,
    seals: Sequence[SealOn] = (),
    loaded: Mapping[int, Loaded] | None = None,
) -> CargoOrder:
    """The box is stuffed and sealed: the goods leave stock, and the box is laden with them and its tare.

    ``loaded``: what really went in, by the reservation's number (``pk``); else all that was planned. What did not go
    in is free again. Raises ``NotSealed``, ``NotReady``, ``NotEmpty``, ``MoreThanPlanned``, ``NothingLoaded``,
    ``NotItsWeight``, what ``order_stuffing`` refuses of goods in one box, ``NoDocument`` (goods in bond that customs
    has not released), ``StepNotAllowed``, ``NotYours``, ``NaiveTime``.
    """
    row = _begin(order, OrderKind.STUFF, CargoOrderStatus.DONE, by, at)
    loads = _loads(row, loaded or {})
    require_goes_in(row, [(lot, amount) for _, lot, amount in loads])
    if row.visit is None:
        raise NothingLoaded
    box, net = row.visit, total(amount for _, _, amount in loads)
    _send(row, loads, LotMove.STUFFED, by, at)
    on = [NewSeal(visit=box, number=each.number, owner=each.owner) for each in seals]
    lots = [lot for _, lot, amount in loads if amount.packages]
    freed = all(lot.customs_status == CustomsStatus.FREE for lot in lots)
    what = _goods(lots)
    stuff_visit(box, net_kg=net.gross_kg, party=row.party, seals=on, goods=what, free=freed, by=by.entrusted(), at=at)
    return _done(order, row, by, at)


@transaction.atomic
def finish_withdrawal(
    order: CargoOrder, *, by: Actor, at: datetime, loaded: Mapping[int, Loaded] | None = None
) -> CargoOrder:
    """The goods were handed out: they leave stock. ``loaded`` as in ``finish_stuffing``.

    Raises ``CustomsHasNotReleased``, ``MoreThanPlanned``, ``NothingLoaded``, ``NotItsWeight``, ``StepNotAllowed``,
    ``NotYours``, ``NaiveTime``.
    """
    row = _begin(order, OrderKind.WITHDRAW, CargoOrderStatus.DONE, by, at)
    loads = _loads(row, loaded or {})
    for _, lot, _amount in loads:
        require_released(lot)
    _send(row, loads, LotMove.WITHDRAWN, by, at)
    return _done(order, row, by, at)


@transaction.atomic
def stop_order(order: CargoOrder, *, reason: str, by: Actor, at: datetime) -> CargoOrder:
    """Stuffing or handing out ends with nothing done; what was reserved is free. Raises as ``finish_withdrawal``."""
    require_zone(at)
    row = lock_order(order)
    by.require(RIGHT, row.terminal)
    require_kind(row, OrderKind.STUFF, OrderKind.WITHDRAW)
    step(row, CargoOrderStatus.STOPPED, by, at, done_at=at, reason=reason[:200])
    planned = planned_of(row)
    free(planned, lock_lots(each.lot_id for each in planned), by=by, at=at)
    bring_up_to_date(order, row)
    return order


def _begin(order: CargoOrder, kind: OrderKind, wanted: CargoOrderStatus, by: Actor, at: datetime) -> CargoOrder:
    require_zone(at)
    row = lock_order(order)
    by.require(RIGHT, row.terminal)
    require_kind(row, kind)
    CARGO_ORDER.require_step(row.status, wanted.value)
    return row


def _done(order: CargoOrder, row: CargoOrder, by: Actor, at: datetime) -> CargoOrder:
    step(row, CargoOrderStatus.DONE, by, at, done_at=at)
    bring_up_to_date(order, row)
    return order


def _take_in(
    order: CargoOrder, lines: Sequence[DeclaredLot], places: Mapping[int, Place], by: Actor, at: datetime
) -> list[Lot]:
    found = [(line, line.counted) for line in lines if line.counted is not None and line.counted.packages]
    known = let_out(order, at)
    return [
        _lot(order, line, amount, places.get(line.line, Place()), status_of(line, known), by, at)
        for line, amount in found
    ]


def _lot(
    order: CargoOrder, line: DeclaredLot, amount: Amount, place: Place, customs: Word, by: Actor, at: datetime
) -> Lot:
    zone = place.zone or order.zone
    if zone is None or zone.terminal_id != order.terminal_id:
        raise AnotherTerminals(zone=zone.code if zone else "—")
    goods = {name: getattr(line, name) for name in KEPT if name != "customs_reference"}
    goods |= {"customs_status": customs[0].value, "customs_reference": customs[1]}
    lot = receive_lot(
        owner=order.party,
        zone=zone,
        amount=amount,
        goods=goods,
        by=by,
        at=at,
        order=order,
        line=line,
        visit_id=order.visit_id,
        position=place.position[:40],
        reference=order.number,
    )
    tell_lot(lot, EventKind.LOT_RECEIVED, amount=amount, by=by, at=at, order=order, line=line.line)
    return lot


def _lighten(visit: Visit | None, taken: Amount, by: Actor, at: datetime) -> None:
    if visit is None or visit.gross_kg is None or not taken.packages:
        return
    row = lock_visits([visit])[0]
    left = max(1, (row.gross_kg or 0) - int(taken.gross_kg.quantize(Decimal(1), ROUND_UP)))
    weight = NewWeight(visit=row, gross_kg=left, how=Weighing.DECLARED, remark="partly unpacked")
    write_notes([weight], {row.pk: row}, by=by, at=at)


Going = tuple[Reservation, Lot, Amount]
"""What is reserved, its lot, and how much of it really goes."""


def _loads(order: CargoOrder, loaded: Mapping[int, Loaded]) -> list[Going]:
    planned = planned_of(order)
    lots = lock_lots(each.lot_id for each in planned)
    going = [(each, lots[each.lot_id], _amount(each, lots[each.lot_id], loaded.get(each.pk))) for each in planned]
    if not total(amount for _, _, amount in going).packages:
        raise NothingLoaded
    return going


def _amount(reservation: Reservation, lot: Lot, loaded: Loaded | None) -> Amount:
    packages = reservation.packages if loaded is None else loaded.packages
    if not 0 <= packages <= reservation.packages:
        raise MoreThanPlanned(lot=lot.number, planned=reservation.packages, loaded=packages)
    if not packages:
        return EMPTY
    said = reservation.gross_kg if loaded is None else loaded.gross_kg
    whole = packages == lot.packages
    return share(lot.amount, packages, gross_kg=None if whole else said)


def _send(order: CargoOrder, loads: Sequence[Going], kind: LotMove, by: Actor, at: datetime) -> None:
    """The goods leave stock; what was planned and did not go is free, and told as a difference."""
    told = EventKind.LOT_STUFFED if kind is LotMove.STUFFED else EventKind.LOT_WITHDRAWN
    for reservation, lot, amount in loads:
        short = reservation.packages - amount.packages
        if amount.packages:
            move(lot, kind, -amount, by=by, at=at, order=order, reference=order.number, promised=amount.packages)
            lower(reservation, amount.packages)
            tell_lot(lot, told, amount=amount, by=by, at=at, order=order)
        if short:
            free([reservation], {lot.pk: lot}, by=by, at=at)
            both = {"lot": lot.number, "declared": reservation.wanted, "counted": amount.packages}
            tell(order, EventKind.GOODS_DIFFER, by=by, at=at, packages=-short, **both)


def _goods(lots: Sequence[Lot]) -> Goods:
    if any(lot.imdg_class for lot in lots):
        return Goods.DANGEROUS_GOODS
    return Goods.REEFER if any(lot.chilled for lot in lots) else Goods.STANDARD
