"""Goods that go: handed out, split, moved to another place or owner; and what customs says of them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse.models import CargoOrder, Lot, LotMovement, Zone
from apps.warehouse.services.stock.rows import (
    locked,
    move,
    receive_lot,
    require_may,
    require_zone_for,
    tell,
    write,
)
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.stock import CustomsStatus, LotMove, require_free, share

KEPT = (
    "goods", "package_kind", "hs_code", "marks", "origin", "customs_status", "customs_reference", "chilled",
    "imdg_class",
)  # fmt: skip
"""What a part has of the lot it was split off."""


class CustomsHasNotReleased(Refused):
    """Goods that are not free leave the terminal on customs' word alone."""

    message = gettext_noop(
        "%(lot)s is not free of customs (%(status)s): customs releases it first, and the release is noted."
    )


class NothingChanges(Malformed):
    """A transfer to where and whose the lot is."""

    message = gettext_noop("%(lot)s is there already and belongs to that party: name another zone, position or owner.")


class IsReserved(Refused):
    """What is promised to an order is not given to somebody else."""

    message = gettext_noop(
        "%(reserved)s packages of %(lot)s are reserved: end the reservations before it changes hands."
    )


class NeedsCustomsYes(Refused):
    """Who is liable for goods in bond changes only where customs allows it."""

    message = gettext_noop(
        "%(lot)s is in bond under %(entry)s: it changes hands with customs' yes. Name the document that allows it."
    )


class AnotherTerminals(Malformed):
    """Goods change zones of one terminal."""

    message = gettext_noop("%(zone)s is a zone of another terminal.")


def require_released(lot: Lot) -> None:
    """Raise ``CustomsHasNotReleased`` unless the goods are free."""
    if lot.customs_status != CustomsStatus.FREE:
        raise CustomsHasNotReleased(lot=lot.number, status=lot.customs_status)


@transaction.atomic
def withdraw(
    lot: Lot,
    packages: int,
    *,
    by: Actor,
    at: datetime,
    gross_kg: Decimal | None = None,
    volume_m3: Decimal | None = None,
    reference: str = "",
) -> LotMovement:
    """Hand goods out, without an order: ``packages`` of what nobody reserved, with what they weigh or their share.

    Raises ``NothingToMove``, ``MoreThanIsThere``, ``NotItsWeight``, ``CustomsHasNotReleased``, ``BeforeItMoved``,
    ``NotYours``.
    """
    row = locked(lot, at)
    require_may(by, row)
    require_free(row.number, row.packages, row.reserved_packages, packages)
    require_released(row)
    amount = share(row.amount, packages, gross_kg=gross_kg, volume_m3=volume_m3)
    movement = move(row, LotMove.WITHDRAWN, -amount, by=by, at=at, reference=reference)
    tell(row, EventKind.LOT_WITHDRAWN, amount=amount, by=by, at=at, reference=reference)
    bring_up_to_date(lot, row)
    return movement


@transaction.atomic
def split_lot(
    lot: Lot,
    packages: int,
    *,
    by: Actor,
    at: datetime,
    gross_kg: Decimal | None = None,
    volume_m3: Decimal | None = None,
    position: str | None = None,
    order: CargoOrder | None = None,
) -> Lot:
    """Make ``packages`` that nobody reserved a lot of their own, for staff or the owner's program. The new lot.

    Raises ``NothingToMove``, ``MoreThanIsThere`` (also for all of them: then there is nothing to split), and as
    ``withdraw``, save for customs' word.
    """
    row = locked(lot, at)
    require_may(by, row, owner_too=True)
    require_free(row.number, row.packages - 1, row.reserved_packages, packages)
    part = _split(row, packages, gross_kg, volume_m3, row.position if position is None else position, by, at)
    bring_up_to_date(lot, row)
    return part


def _split(
    row: Lot, packages: int, kilograms: Decimal | None, volume: Decimal | None, position: str, by: Actor, at: datetime
) -> Lot:
    amount = share(row.amount, packages, gross_kg=kilograms, volume_m3=volume)
    move(row, LotMove.SPLIT_OFF, -amount, by=by, at=at)
    part = receive_lot(
        owner=row.owner,
        zone=row.zone,
        amount=amount,
        goods={name: getattr(row, name) for name in KEPT},
        by=by,
        at=at,
        move=LotMove.SPLIT_FROM,
        visit_id=row.visit_id,
        parent=row,
        position=position,
    )
    tell(row, EventKind.LOT_SPLIT, amount=amount, by=by, at=at, part=part.number)
    return part


@transaction.atomic
def transfer(
    lot: Lot,
    *,
    by: Actor,
    at: datetime,
    owner: Party | None = None,
    zone: Zone | None = None,
    position: str | None = None,
    packages: int | None = None,
    document: str = "",
) -> Lot:
    """Move a lot to another place or owner, or ``packages`` of it, which become a lot of their own. The moved lot.

    Goods in bond go from one bonded zone to another without more; to another owner under customs' ``document``, which
    stands in the ledger. Raises ``NothingChanges``, ``WrongZone``, ``AnotherTerminals``, ``IsReserved`` and
    ``NeedsCustomsYes`` (for another owner), and as ``split_lot``; people need ``warehouse.change_lot``.
    """
    row = locked(lot, at)
    require_may(by, row)
    to = _target(row, owner, zone, position)
    if row.entry is not None and to["owner"] != row.owner and not document.strip():
        raise NeedsCustomsYes(lot=row.number, entry=row.entry.number)
    moved = row
    if packages is not None and packages != row.packages:
        require_free(row.number, row.packages, row.reserved_packages, packages)
        moved = _split(row, packages, None, None, row.position, by, at)
    elif to["owner"] != row.owner and row.reserved_packages:
        raise IsReserved(lot=row.number, reserved=row.reserved_packages)
    _hand_over(moved, to, document.strip(), by, at)
    bring_up_to_date(lot, row)
    return lot if moved is row else moved


def _target(row: Lot, owner: Party | None, zone: Zone | None, position: str | None) -> dict[str, object]:
    to = {
        "owner": owner or row.owner,
        "zone": zone or row.zone,
        "position": position if position is not None else "" if zone and zone != row.zone else row.position,
    }
    if to == {name: getattr(row, name) for name in to}:
        raise NothingChanges(lot=row.number)
    if zone is not None:
        if zone.terminal_id != row.terminal_id:
            raise AnotherTerminals(zone=zone.code)
        require_zone_for(row, zone)
    return to


def _hand_over(row: Lot, to: dict[str, object], document: str, by: Actor, at: datetime) -> None:
    """Out of the one's hands and place, into the other's: two movements that are nothing together."""
    amount, promised = row.amount, row.reserved_packages
    was = {"owner": row.owner.code, "zone": row.zone.code, "position": row.position}
    move(row, LotMove.TRANSFERRED_OUT, -amount, by=by, at=at, reference=document, promised=promised)
    write(row, **to)
    move(row, LotMove.TRANSFERRED_IN, amount, by=by, at=at, reference=document, promised=-promised)
    changed: dict[str, Any] = {
        name: {"from": was[name], "to": _code(to[name])} for name in was if was[name] != _code(to[name])
    }
    tell(row, EventKind.LOT_TRANSFERRED, amount=amount, by=by, at=at, **changed)


def _code(value: object) -> str:
    return str(getattr(value, "code", value))


@transaction.atomic
def release_lot(lot: Lot, status: CustomsStatus, *, reference: str, by: Actor, at: datetime) -> Lot:
    """Note how the goods stand with customs from now on, under customs' ``reference``.

    People need ``warehouse.release_lot``. Raises ``NoReference``, ``WrongZone`` (bonded goods lie in bonded zones),
    ``BeforeItMoved``, ``NotYours``.
    """
    row = locked(lot, at)
    require_may(by, row, "warehouse.release_lot")
    if not reference.strip():
        raise NoReference(lot=row.number)
    was, row.customs_status = row.customs_status, CustomsStatus(status).value
    require_zone_for(row, row.zone)
    write(row, customs_status=row.customs_status, customs_reference=reference.strip()[:60])
    changed = {"from": was, "to": row.customs_status}
    tell(row, EventKind.LOT_RELEASED, by=by, at=at, customs_status=changed, reference=row.customs_reference)
    bring_up_to_date(lot, row)
    return lot


class NoReference(Malformed):
    """Customs' word has a number."""

    message = gettext_noop("Say under which reference customs knows what it decided of %(lot)s.")


def bring_up_to_date(lot: Lot, row: Lot) -> None:
    """Give the caller's own lot what was written."""
    for field in Lot._meta.concrete_fields:
        setattr(lot, field.attname, getattr(row, field.attname))
