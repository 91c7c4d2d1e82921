"""What a release does to goods in the warehouse: they come into bond, they may leave, or they are under way.

# Note [The ledger stays the book]
A release over lots changes the warehouse only by what the warehouse itself does: it opens the entry with the
declaration's number as customs' document and takes the lots in, or notes the release under that number, so that the
removal, when the goods go, names it in the ledger. All of it in the transaction of the release: where the warehouse
refuses, nothing is released. Of a lot of which only a part is declared, that part becomes a lot of its own.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from apps.customs.models import Declaration, DeclaredLot, RegimeTerms
from apps.parties.actors import Actor
from apps.warehouse.models import BondedEntry, Lot, Zone
from apps.warehouse.services import bonded, stock
from terminal.customs.bond import EFFECT, ENTRY, STATUS, BondEffect, require_fits
from terminal.customs.guarantee import PERIOD_DAYS
from terminal.regimes import Regime
from terminal.stock import CustomsStatus, LotMove, require_free
from terminal.throughput import site_day


def require_fit(declaration: Declaration, lots: Iterable[Lot]) -> None:
    """Raise ``EntersTwice``, ``EntersFree``, ``EntersElsewhere`` or ``NothingToRemove`` for a lot that does not fit."""
    for lot in lots:
        require_fits(
            Regime(declaration.regime),
            lot.number,
            entry=lot.entry.number if lot.entry else "",
            status=CustomsStatus(lot.customs_status),
            bonded_zone=lot.zone.kind == Zone.Kind.BONDED,
        )


def take_effect(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """Let the release of a declaration have its effect in the warehouse. See Note [The ledger stays the book].

    Raises ``MoreThanIsThere``, ``AlreadyInBond``, ``NotBonded``, ``WrongZone``, ``BeforeItMoved``; of a lot that is
    inspected or seized, ``GoodsAreInspected``, ``GoodsAreSeized``.
    """
    regime, clerk = Regime(declaration.regime), by.entrusted()
    _set_period(declaration, regime, at)
    effect = EFFECT.get(regime)
    if effect is None:
        return
    lots = _declared(declaration, clerk, at)
    if effect is BondEffect.ENTERS:
        entry = _open_entry(declaration, regime, clerk, at)
        if lots:
            bonded.take_into_bond(entry, lots, by=clerk, at=at)
    else:
        for lot in lots:
            stock.release_lot(lot, STATUS[effect], reference=declaration.number, by=clerk, at=at)


def take_back(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """What the release of a declaration freed and is still here is free no more; what is in bond stays there."""
    freed = [status.value for status in STATUS.values()]
    lots = Lot.objects.in_stock().filter(customs_reference=declaration.number, customs_status__in=freed)
    for lot in lots.filter(terminal=declaration.terminal_id).select_related("zone").order_by("pk"):
        bonds = lot.entry_id is not None and lot.zone.kind == Zone.Kind.BONDED
        status = CustomsStatus.BONDED if bonds else CustomsStatus.UNKNOWN
        stock.release_lot(lot, status, reference=declaration.number, by=by.entrusted(), at=max(at, lot.moved_at))


def receive(*, lot: Lot, movement: Any, by: Actor, at: datetime, **_signal: Any) -> None:
    """Goods that were unpacked under a release that frees none are not free: they are in bond, or under way.

    Released into bond they come under the declaration's entry where they lie in a bonded zone; else nobody knows, and
    they are taken in by hand once they do.
    """
    if movement.kind != LotMove.RECEIVED or not lot.customs_reference or lot.entry_id is not None:
        return
    declaration = Declaration.objects.filter(number=lot.customs_reference, terminal=lot.terminal_id).first()
    if declaration is None:
        return
    effect, clerk = EFFECT.get(Regime(declaration.regime)), by.entrusted()
    if effect is BondEffect.ENTERS:
        _keep_in_bond(declaration, lot, clerk, at)
    elif effect is BondEffect.GOES_ON:
        stock.release_lot(lot, STATUS[effect], reference=declaration.number, by=clerk, at=at)


def _keep_in_bond(declaration: Declaration, lot: Lot, by: Actor, at: datetime) -> None:
    entries = BondedEntry.objects.open().filter(terminal=lot.terminal_id, document=declaration.number)
    entry = entries.select_related("terminal", "owner").filter(owner=lot.owner_id).first()
    stock.release_lot(lot, CustomsStatus.UNKNOWN, reference=declaration.number, by=by, at=at)
    if entry is not None and lot.zone.kind == Zone.Kind.BONDED:
        bonded.take_into_bond(entry, [lot], by=by, at=at)
    lot.refresh_from_db()


def _set_period(declaration: Declaration, regime: Regime, at: datetime) -> None:
    terms = RegimeTerms.objects.filter(terminal=declaration.terminal_id, regime=regime.value).first()
    usual = terms.period_days if terms else PERIOD_DAYS.get(regime)
    if regime not in PERIOD_DAYS or not (days := declaration.period_days or usual):
        return
    declaration.ends_on = site_day(at, declaration.terminal.zone) + timedelta(days=days)
    Declaration.objects.filter(pk=declaration.pk).update(ends_on=declaration.ends_on, version=F("version") + 1)
    declaration.version += 1


def _open_entry(declaration: Declaration, regime: Regime, by: Actor, at: datetime) -> BondedEntry:
    return bonded.open_entry(
        terminal=declaration.terminal,
        document=declaration.number,
        owner=declaration.declarant,
        ends_on=declaration.ends_on or site_day(at, declaration.terminal.zone) + timedelta(days=PERIOD_DAYS[regime]),
        regime=ENTRY[regime].value,
        goods=declaration.goods,
        least_yield_percent=declaration.least_yield_percent,
        most_yield_percent=declaration.most_yield_percent,
        by=by,
        at=at,
    )


def _declared(declaration: Declaration, by: Actor, at: datetime) -> list[Lot]:
    """The declared lots, locked; of those of which a part is declared, that part, which the declaration names now."""
    rows = list(declaration.declared_lots.order_by("lot_id"))
    lots = stock.lock_lots(each.lot_id for each in rows)
    stock.require_unstopped(lots.values())
    return [_part(row, lots[row.lot_id], by, at) for row in rows]


def _part(row: DeclaredLot, lot: Lot, by: Actor, at: datetime) -> Lot:
    if row.packages == lot.packages:
        return lot
    require_free(lot.number, lot.packages, lot.reserved_packages, row.packages)
    part = stock.split_lot(lot, row.packages, by=by, at=at)
    DeclaredLot.objects.filter(pk=row.pk).update(lot=part)
    return part
