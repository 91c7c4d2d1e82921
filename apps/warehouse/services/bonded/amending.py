"""A row that was wrong stays; a further row says by how much, and the stock follows it."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from apps.parties.actors import Actor
from apps.warehouse.models import LedgerRow, Lot
from apps.warehouse.services.bonded.handling import NoWords
from apps.warehouse.services.bonded.rows import RIGHT, tell_bond, write_row
from apps.warehouse.services.stock.rows import locked, move
from terminal.bonded import LedgerKind, require_amendment
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.stock import Amount, LotMove

NOTHING = Decimal(0)


class LeavesWeightOfNothing(Refused):
    """No packages, and some kg left; or less than nothing."""

    message = gettext_noop(
        "%(lot)s would be %(packages)s packages and %(gross_kg)s kg: amend both so that both are left, or neither."
    )


@transaction.atomic
def amend_row(
    row: LedgerRow, *, packages: int = 0, gross_kg: Decimal = NOTHING, note: str, by: Actor, at: datetime
) -> LedgerRow:
    """Add so many packages and kg (signed) to what a row says, by a further row that says why; the stock follows.

    Raises ``NotAmended``, ``AmendsTooMuch``, ``WrongSign``, ``LeavesWeightOfNothing``, ``MoreThanIsThere``,
    ``NoWords``, ``BeforeItMoved``, ``LedgerClosed``, ``NotYours``.
    """
    by.require(RIGHT, row.entry.terminal)
    if not note.strip():
        raise NoWords
    lot = locked(row.lot, at) if row.lot else None
    require_amendment(row.number, LedgerKind(row.kind), _as_amended(row), (packages, gross_kg))
    assert lot is not None  # rows that can be amended are about a lot
    amount = _amount(lot, packages, gross_kg)
    movement = move(lot, LotMove.AMENDED, amount, by=by, at=at, reference=f"{row.entry.number} · {row.number}")
    written = write_row(lot, LedgerKind.AMENDMENT, movement, by=by, at=at, note=note, amends=row)
    facts = {"row": written.number, "amends": row.number, "packages": packages, "gross_kg": str(gross_kg)}
    tell_bond(row.entry, EventKind.BONDED_ROW_AMENDED, by=by, at=at, lot=lot, note=note.strip(), **facts)
    return written


def _as_amended(row: LedgerRow) -> tuple[int, Decimal]:
    by = row.amendments.aggregate(packages=Sum("packages"), gross_kg=Sum("gross_kg"))
    return row.packages + (by["packages"] or 0), row.gross_kg + (by["gross_kg"] or NOTHING)


def _amount(lot: Lot, packages: int, gross_kg: Decimal) -> Amount:
    """The change of the lot; its volume goes with its last package. Raises ``LeavesWeightOfNothing``."""
    left, kg = lot.packages + packages, lot.gross_kg + gross_kg
    if kg < 0 or (left <= 0 and kg != 0):
        raise LeavesWeightOfNothing(lot=lot.number, packages=left, gross_kg=str(kg))
    return Amount(packages, gross_kg, NOTHING if left else -lot.volume_m3)
