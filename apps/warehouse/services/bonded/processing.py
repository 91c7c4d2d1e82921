"""Processing in bond: lots of an entry go in, lots of the same entry come of them, and every kg is accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.common.numbers import next_number
from apps.parties.actors import Actor
from apps.warehouse.models import BondedEntry, Lot, ProcessingRun, Zone
from apps.warehouse.services.bonded.handling import NotInBond
from apps.warehouse.services.bonded.rows import RIGHT, lock_entry, tell_bond, write_row
from apps.warehouse.services.stock.rows import lock_lots, move, receive_lot, write
from terminal.bonded import BondedRegime, LedgerKind, NothingMade, Processing
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.identifiers import require_commodity_code
from terminal.stock import Amount, CustomsStatus, LotMove, NothingToMove, require_free, require_holdable, share, total

NOTHING = Decimal(0)


class NotForProcessing(Refused):
    """Customs let the goods be stored, no more."""

    message = gettext_noop("The goods under %(entry)s are in bond to be stored, not to be processed.")


class UsedTwice(Malformed):
    """One lot, named twice."""

    message = gettext_noop("Name each lot once, with all that goes in of it; these stand twice: %(lots)s.")


@dataclass(frozen=True, kw_only=True)
class Used:
    """What goes in: packages of a lot, with what they weigh or their share."""

    lot: Lot
    packages: int
    gross_kg: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Product:
    """What comes out: packages of new goods. ``waste``: it stays in bond until it is removed or destroyed."""

    goods: str
    hs_code: str
    packages: int
    package_kind: str
    gross_kg: Decimal
    waste: bool = False
    volume_m3: Decimal = NOTHING

    @property
    def amount(self) -> Amount:
        return Amount(self.packages, self.gross_kg, self.volume_m3)


@transaction.atomic
def process(
    entry: BondedEntry,
    *,
    used: Sequence[Used],
    made: Sequence[Product],
    zone: Zone,
    by: Actor,
    at: datetime,
    added_kg: Decimal = NOTHING,
    loss_kg: Decimal = NOTHING,
    note: str = "",
) -> ProcessingRun:
    """Turn lots of an entry into others of the same entry, all or nothing: input + added = made + waste + lost, in kg.

    A yield outside of what customs approved is written as it is, and told (``in_norm`` of the run, the journal).
    Raises ``NotForProcessing``, ``UsedTwice``, ``NotInBond``, ``NothingMade``, ``MassOutOfBalance``,
    ``MoreThanIsThere``, ``NotItsWeight``, ``NothingToMove``, ``TooMuch``, ``WrongZone``, ``BeforeItMoved``,
    ``PeriodOver``, ``NotYours`` and what a HS code refuses.
    """
    by.require(RIGHT, entry.terminal)
    lots = _inputs(entry, used)
    takes = [_takes(lots[each.lot.pk], each) for each in used]
    made = [replace(each, hs_code=require_commodity_code(each.hs_code)) for each in made]
    _require_products(made)
    run = _run(entry, takes, made, added_kg, loss_kg, note, by, at)
    for each, amount in zip(used, takes, strict=True):
        lot = lots[each.lot.pk]
        movement = move(lot, LotMove.PROCESSED, -amount, by=by, at=at, reference=run.number)
        write_row(lot, LedgerKind.INTO_PROCESSING, movement, by=by, at=at, note=note, run=run)
    for product in made:
        _make(run, product, zone, by, at)
    facts: dict[str, Any] = {"number": run.number, "yield_percent": str(run.yield_percent), "in_norm": run.in_norm}
    tell_bond(entry, EventKind.BONDED_PROCESSING_DONE, by=by, at=at, **facts)
    return run


def _inputs(entry: BondedEntry, used: Sequence[Used]) -> dict[int, Lot]:
    if entry.regime != BondedRegime.PROCESSING:
        raise NotForProcessing(entry=entry.number)
    numbers = [each.lot.number for each in used]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise UsedTwice(lots=", ".join(twice))
    lots = lock_lots(each.lot.pk for each in used)
    if strange := next((lot for lot in lots.values() if lot.entry_id != entry.pk), None):
        raise NotInBond(lot=strange.number)
    return lots


def _require_products(made: Sequence[Product]) -> None:
    """Raise ``NothingToMove``, ``NothingMade`` or ``TooMuch`` unless each is some packages of some kg."""
    for each in made:
        if each.packages < 1:
            raise NothingToMove(packages=each.packages)
        if each.gross_kg <= 0:
            raise NothingMade
    require_holdable(total(each.amount for each in made))


def _takes(lot: Lot, each: Used) -> Amount:
    require_free(lot.number, lot.packages, lot.reserved_packages, each.packages)
    return share(lot.amount, each.packages, gross_kg=each.gross_kg)


def _run(
    entry: BondedEntry,
    takes: Sequence[Amount],
    made: Sequence[Product],
    added_kg: Decimal,
    loss_kg: Decimal,
    note: str,
    by: Actor,
    at: datetime,
) -> ProcessingRun:
    mass = Processing(
        input_kg=sum((each.gross_kg for each in takes), NOTHING),
        output_kg=sum((each.gross_kg for each in made if not each.waste), NOTHING),
        waste_kg=sum((each.gross_kg for each in made if each.waste), NOTHING),
        loss_kg=loss_kg,
        added_kg=added_kg,
    )
    locked = lock_entry(entry)
    return ProcessingRun.objects.create(
        entry=locked,
        number=next_number("PR", at),
        ran_at=at,
        ran_by=by.label[:120],
        input_kg=mass.input_kg,
        added_kg=added_kg,
        output_kg=mass.output_kg,
        waste_kg=mass.waste_kg,
        loss_kg=loss_kg,
        yield_percent=mass.yield_percent,
        in_norm=mass.keeps_to(locked.least_yield_percent, locked.most_yield_percent),
        note=note.strip()[:200],
    )


def _make(run: ProcessingRun, product: Product, zone: Zone, by: Actor, at: datetime) -> Lot:
    lot = receive_lot(
        owner=run.entry.owner,
        zone=zone,
        amount=product.amount,
        goods={
            "goods": product.goods,
            "package_kind": product.package_kind,
            "hs_code": product.hs_code,
            "customs_status": CustomsStatus.BONDED.value,
            "origin": zone.terminal.un_locode[:2],
        },
        by=by,
        at=at,
        move=LotMove.MADE,
        reference=run.number,
    )
    write(lot, entry=run.entry)
    kind = LedgerKind.WASTE if product.waste else LedgerKind.MADE
    write_row(lot, kind, lot.movements.get(), by=by, at=at, note=run.note, run=run)
    return lot
