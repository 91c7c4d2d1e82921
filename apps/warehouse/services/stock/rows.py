"""What every change of stock shares: locked lots, the movement with its lot, and the journal's row."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.dispatch import Signal

from apps.common.integrity import refusals
from apps.common.locks import lock_then_read
from apps.common.numbers import next_number
from apps.journal.services import Happening, record
from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party
from apps.warehouse.models import CargoOrder, DeclaredLot, Lot, LotMovement, Zone
from terminal.errors import Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.moments import require_zone
from terminal.stock import Amount, CustomsStatus, LotMove, MoreThanIsThere, require_holdable, require_place

RIGHT: Final = "warehouse.change_lot"
LEAVES: Final = frozenset({LotMove.WITHDRAWN, LotMove.STUFFED, LotMove.PROCESSED, LotMove.DESTROYED})
"""Movements after which goods are not there to be looked at any more."""

moved = Signal()
"""Sent inside the transaction when something came to a lot or went from it: ``lot`` (locked, as it is now),
``movement``, ``by``, ``at``. Who keeps a ledger of the lot writes it here."""

stopping = Signal()
"""Asked, with the locked ``lot``, before goods of it leave: who keeps them here answers with the refusal, or None."""


class BeforeItMoved(Refused):
    """Stock has one past: what was told of a moment stays told."""

    message = gettext_noop("%(lot)s last moved at %(moved_at)s: nothing can be entered before that.")


def lock_lots(lots: Iterable[int]) -> dict[int, Lot]:
    """Lock lots in the order of their numbers, after calls, visits and orders; as they are now, by number."""
    rows = Lot.objects.filter(pk__in=set(lots)).order_by("pk")
    told = rows.select_related("terminal", "zone", "owner", "visit__container")
    return {row.pk: row for row in lock_then_read(told)}


def locked(lot: Lot, at: datetime) -> Lot:
    """One lot, locked. Raises ``BeforeItMoved``, ``NaiveTime``."""
    require_zone(at)
    row = lock_lots([lot.pk])[lot.pk]
    require_after(row, at)
    return row


def require_after(lot: Lot, at: datetime) -> None:
    """Raise ``BeforeItMoved`` for a moment before the lot's latest movement."""
    if at < lot.moved_at:
        raise BeforeItMoved(lot=lot.number, moved_at=lot.moved_at.isoformat())


def require_may(by: Actor, lot: Lot, right: str = RIGHT, *, owner_too: bool = False) -> None:
    """Raise ``NotYours`` unless staff with the right asks, or, where that is enough, the owner's program."""
    if by.party is None:
        by.require(right, lot.terminal)
    elif not owner_too or by.party.pk != lot.owner_id:
        raise NotYours(right=right, terminal=lot.terminal.name)


def receive_lot(
    *,
    owner: Party,
    zone: Zone,
    amount: Amount,
    goods: dict[str, Any],
    by: Actor,
    at: datetime,
    move: LotMove = LotMove.RECEIVED,
    order: CargoOrder | None = None,
    line: DeclaredLot | None = None,
    visit_id: int | None = None,
    parent: Lot | None = None,
    position: str = "",
    reference: str = "",
) -> Lot:
    """Goods become a lot of the owner in the zone, within a transaction. ``goods``: what stands of them in the lot.

    Raises ``WrongZone``, ``TooMuch``.
    """
    _require_place(zone, goods)
    require_holdable(amount)
    lot = Lot.objects.create(
        terminal=zone.terminal,
        number=next_number("LOT", at),
        owner=owner,
        zone=zone,
        position=position,
        packages=amount.packages,
        gross_kg=amount.gross_kg,
        volume_m3=amount.volume_m3,
        visit_id=visit_id,
        line=line,
        parent=parent,
        received_at=at,
        moved_at=at,
        **goods,
    )
    _note(lot, move, amount, by=by, at=at, order=order, reference=reference)
    return lot


def move(
    lot: Lot,
    kind: LotMove,
    amount: Amount,
    *,
    by: Actor,
    at: datetime,
    order: CargoOrder | None = None,
    reference: str = "",
    reason: str = "",
    promised: int = 0,
) -> LotMovement:
    """Add a signed amount to a locked lot, of which ``promised`` packages were reserved and are no more.

    Raises ``BeforeItMoved``, ``TooMuch`` and ``MoreThanIsThere``, the last also where others have reserved what would
    go; where goods leave, what whoever keeps them here refuses (``stopping``).
    """
    require_after(lot, at)
    if kind in LEAVES:
        require_unstopped([lot])
    there = lot.amount + amount
    require_holdable(there)
    values = {"packages": there.packages, "gross_kg": there.gross_kg, "volume_m3": there.volume_m3, "moved_at": at}
    values["reserved_packages"] = lot.reserved_packages - promised
    too_many = MoreThanIsThere(
        lot=lot.number, free=lot.free_packages + promised, packages=lot.packages, wanted=-amount.packages
    )
    with refusals(a_lot_gives_no_more_than_it_has=too_many, a_lot_promises_no_more_than_it_has=too_many):
        write(lot, **values)
    return _note(lot, kind, amount, by=by, at=at, order=order, reference=reference, reason=reason)


def stops(lot: Lot) -> list[Refused]:
    """Why goods of the lot may not leave now, whatever customs' status says; empty where nobody keeps them here."""
    answers: list[Any] = [answer for _receiver, answer in stopping.send(sender=Lot, lot=lot)]
    return [answer for answer in answers if isinstance(answer, Refused)]


def require_unstopped(lots: Iterable[Lot]) -> None:
    """Raise what whoever keeps goods of the lots here refuses."""
    for refusal in (each for lot in lots for each in stops(lot)):
        raise refusal


def write(lot: Lot, **values: Any) -> None:
    """Write columns of a locked lot and bring the one in hand up to date."""
    Lot.objects.filter(pk=lot.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(lot, name, value)
    lot.version += 1


def _note(
    lot: Lot,
    kind: LotMove,
    amount: Amount,
    *,
    by: Actor,
    at: datetime,
    order: CargoOrder | None = None,
    reference: str = "",
    reason: str = "",
) -> LotMovement:
    movement = LotMovement.objects.create(
        lot=lot,
        kind=kind.value,
        packages=amount.packages,
        gross_kg=amount.gross_kg,
        volume_m3=amount.volume_m3,
        owner_id=lot.owner_id,
        zone_id=lot.zone_id,
        position=lot.position,
        order=order,
        reference=reference[:60],
        reason=reason[:200],
        happened_at=at,
        by=by.label[:120],
    )
    moved.send(sender=Lot, lot=lot, movement=movement, by=by, at=at)
    return movement


def _require_place(zone: Zone, goods: dict[str, Any]) -> None:
    status = CustomsStatus(goods.get("customs_status", CustomsStatus.UNKNOWN))
    require_place(
        zone.code,
        zone.kind,
        bonded=status is CustomsStatus.BONDED,
        chilled=bool(goods.get("chilled")),
        dangerous=bool(goods.get("imdg_class")),
    )


def require_zone_for(lot: Lot, zone: Zone) -> None:
    """Raise ``WrongZone`` unless the lot may lie in the zone."""
    _require_place(zone, {name: getattr(lot, name) for name in ("customs_status", "chilled", "imdg_class")})


def tell(
    lot: Lot,
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    amount: Amount | None = None,
    order: CargoOrder | None = None,
    **more: Any,
) -> None:
    """Journal something of a lot, for the eyes of its owner and of staff."""
    said = {"order": order.number if order else "", **_figures(amount), **more}
    payload = {"lot": lot.number, "owner": lot.owner.code, "zone": lot.zone.code}
    payload |= {name: value for name, value in said.items() if value not in (None, "")}
    record(
        Happening(
            kind=kind,
            terminal_id=lot.terminal_id,
            at=at,
            actor=by.label,
            lot_id=lot.pk,
            visit_id=lot.visit_id,
            container_number=lot.visit.container.number if lot.visit else "",
            booking_id=order.booking_id if order else None,
            audience=Audience.OWNER,
            payload=payload,
        )
    )


def _figures(amount: Amount | None) -> dict[str, Any]:
    if amount is None:
        return {}
    return {"packages": amount.packages, "gross_kg": str(amount.gross_kg), "volume_m3": str(amount.volume_m3)}
