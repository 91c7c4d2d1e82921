"""What is done to goods in bond that stay there: handling, repacking, samples; and destruction under customs' eyes."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from apps.parties.actors import Actor
from apps.warehouse.models import LedgerRow, Lot
from apps.warehouse.services.bonded.rows import RIGHT, tell_bond, write_row
from apps.warehouse.services.stock.moving import bring_up_to_date
from apps.warehouse.services.stock.rows import locked, move, write
from terminal.bonded import LedgerKind, require_row
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.stock import Amount, LotMove, NothingToMove, require_free, share

NOTHING = Decimal(0)


class NotInBond(Refused):
    """A lot without an entry."""

    message = gettext_noop("%(lot)s is not in bond: take it in under an entry first.")


class NoWords(Malformed):
    """Customs read what was done."""

    message = gettext_noop("Say what was done: customs read it in the ledger.")


class SampleTooLarge(Refused):
    """More than the lot weighs, or packages that are promised."""

    message = gettext_noop("%(lot)s weighs %(gross_kg)s kg; a sample takes less of it than that.")


def _in_bond(lot: Lot, by: Actor, at: datetime) -> Lot:
    by.require(RIGHT, lot.terminal)
    row = locked(lot, at)
    if row.entry is None:
        raise NotInBond(lot=lot.number)
    return row


@transaction.atomic
def note_handling(lot: Lot, *, note: str, by: Actor, at: datetime) -> LedgerRow:
    """Write down what was done to goods in bond that stay as many: sorted, labelled, aired.

    Raises ``NotInBond``, ``NoWords``, ``PeriodOver``, ``BeforeItMoved``, ``NotYours``.
    """
    row = _in_bond(lot, by, at)
    if not note.strip():
        raise NoWords
    written = write_row(row, LedgerKind.HANDLING, None, by=by, at=at, note=note)
    _tell(row, EventKind.BONDED_GOODS_HANDLED, written, by, at, note=note.strip())
    return written


@transaction.atomic
def repack(lot: Lot, *, packages: int, package_kind: str, by: Actor, at: datetime, note: str = "") -> LedgerRow:
    """Goods in bond are in other packages now, of the same weight: ``packages`` of ``package_kind``.

    Raises ``NothingToMove``, ``MoreThanIsThere`` (where more are reserved than there would be) and as
    ``note_handling``.
    """
    row = _in_bond(lot, by, at)
    if packages < 1:
        raise NothingToMove(packages=packages)
    movement = move(row, LotMove.REPACKED, Amount(packages - row.packages, NOTHING), by=by, at=at, reason=note)
    write(row, package_kind=package_kind)
    said = note.strip() or package_kind
    written = write_row(row, LedgerKind.HANDLING, movement, by=by, at=at, note=said)
    _tell(row, EventKind.BONDED_GOODS_HANDLED, written, by, at, note=said, packages=packages)
    bring_up_to_date(lot, row)
    return written


@transaction.atomic
def take_sample(
    lot: Lot, *, gross_kg: Decimal, document: str, by: Actor, at: datetime, packages: int = 0, note: str = ""
) -> LedgerRow:
    """A sample was taken as customs ordered under ``document``: some kg, and whole packages where it took any.

    Raises ``NotInBond``, ``NoDocument``, ``WrongSign``, ``SampleTooLarge``, ``MoreThanIsThere``, ``PeriodOver``,
    ``NotYours``.
    """
    row = _in_bond(lot, by, at)
    require_row(LedgerKind.SAMPLING, -packages, -gross_kg, document)
    if gross_kg >= row.gross_kg:
        raise SampleTooLarge(lot=row.number, gross_kg=str(row.gross_kg))
    if packages:
        require_free(row.number, row.packages - 1, row.reserved_packages, packages)
    amount = Amount(-packages, -gross_kg)
    movement = move(row, LotMove.SAMPLED, amount, by=by, at=at, reference=document, reason=note)
    written = write_row(row, LedgerKind.SAMPLING, movement, by=by, at=at, document=document, note=note)
    _tell(row, EventKind.BONDED_SAMPLE_TAKEN, written, by, at, gross_kg=str(gross_kg), document=document)
    bring_up_to_date(lot, row)
    return written


@transaction.atomic
def destroy(lot: Lot, packages: int, *, document: str, by: Actor, at: datetime, note: str = "") -> LedgerRow:
    """Packages were destroyed as customs allowed under ``document``; also when the period is over.

    Raises ``NotInBond``, ``NoDocument``, ``NothingToMove``, ``MoreThanIsThere``, ``NotYours``.
    """
    row = _in_bond(lot, by, at)
    require_free(row.number, row.packages, row.reserved_packages, packages)
    amount = share(row.amount, packages)
    require_row(LedgerKind.DESTRUCTION, -amount.packages, -amount.gross_kg, document)
    movement = move(row, LotMove.DESTROYED, -amount, by=by, at=at, reference=document, reason=note)
    written = write_row(row, LedgerKind.DESTRUCTION, movement, by=by, at=at, document=document, note=note)
    _tell(row, EventKind.BONDED_GOODS_DESTROYED, written, by, at, packages=packages, document=document)
    bring_up_to_date(lot, row)
    return written


def _tell(lot: Lot, kind: EventKind, written: LedgerRow, by: Actor, at: datetime, **more: object) -> None:
    tell_bond(written.entry, kind, by=by, at=at, lot=lot, row=written.number, **more)
