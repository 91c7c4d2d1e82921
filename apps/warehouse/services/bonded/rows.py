"""Rows of the ledger: written as goods in bond move, whoever moves them.

# Note [Goods in bond do not move past their ledger]
Stock tells of every movement (``stock.moved``); what moved in bond becomes a row here, within the same transaction.
Should anybody move goods by another way, the database refuses the transaction at its end: a movement in bond without
its row, and a ledger that says another figure than the stock, cannot be committed.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.dispatch import Signal

from apps.common.integrity import refusals
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from apps.warehouse.models import BondedEntry, LedgerRow, Lot, LotMovement
from apps.warehouse.services.stock.rows import write
from terminal.bonded import LedgerKind, require_period, require_row
from terminal.errors import Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.stock import LotMove
from terminal.throughput import site_day

RIGHT: Final = "warehouse.change_bondedentry"
NOTHING: Final = Decimal(0)

written = Signal()
"""Sent inside the transaction when a row was added: ``entry`` (locked), ``row`` as the database numbered it, ``by``,
``at``. Who stands for the duty of what is in bond follows it here."""

TOLD_AS: Final = {
    LotMove.WITHDRAWN: LedgerKind.REMOVAL,
    LotMove.STUFFED: LedgerKind.REMOVAL,
    LotMove.SPLIT_OFF: LedgerKind.SPLIT,
    LotMove.SPLIT_FROM: LedgerKind.SPLIT,
    LotMove.TRANSFERRED_OUT: LedgerKind.TRANSFER,
    LotMove.TRANSFERRED_IN: LedgerKind.TRANSFER,
    LotMove.COUNTED: LedgerKind.DIFFERENCE,
}
"""What the ledger calls a movement of stock. Those of bond alone are written where they are done."""


class LedgerClosed(Refused):
    """Nothing follows the last row."""

    message = gettext_noop("The ledger of %(entry)s is closed: nothing more is written in it.")


class MoreThanInBond(Refused):
    """The ledger cannot give what it does not hold."""

    message = gettext_noop(
        "Under %(entry)s the ledger holds %(packages)s packages and %(gross_kg)s kg of %(lot)s: not enough for this."
    )


def keep_ledger(*, lot: Lot, movement: LotMovement, by: Actor, at: datetime, **_signal: Any) -> None:
    """Write down what moved in bond; a part that is split off stays under the entry of its lot.

    Raises ``PeriodOver``, ``NoDocument``, ``LedgerClosed``, ``MoreThanInBond``.
    """
    kind = TOLD_AS.get(LotMove(movement.kind))
    if kind is not None and movement.kind == LotMove.SPLIT_FROM and lot.parent is not None:
        write(lot, entry=lot.parent.entry)
    if kind is not None and lot.entry is not None:
        # A removal goes by customs' document; the terminal's own order or reference is none.
        own = "" if kind is LedgerKind.REMOVAL else movement.reference
        document = own if kind is LedgerKind.TRANSFER else lot.customs_reference or own
        write_row(lot, kind, movement, by=by, at=at, document=document[:40], note=movement.reason)


def write_row(
    lot: Lot,
    kind: LedgerKind,
    movement: LotMovement | None,
    *,
    by: Actor,
    at: datetime,
    document: str = "",
    note: str = "",
    packages: int = 0,
    gross_kg: Decimal = NOTHING,
    **more: Any,
) -> LedgerRow:
    """Add a row about a locked lot, of the figures of its ``movement`` or of those given; as the database numbered it.

    Raises as ``keep_ledger``, and ``WrongSign``.
    """
    if movement is not None:
        packages, gross_kg = movement.packages, movement.gross_kg
    if lot.entry is None:
        raise ValueError("only goods in bond have a ledger")
    require_row(kind, packages, gross_kg, document)
    row = LedgerRow(
        entry=lot.entry, lot=lot, kind=kind.value, movement=movement, packages=packages, gross_kg=gross_kg, **more
    )
    return add_row(row, by=by, at=at, document=document, note=note)


def add_row(row: LedgerRow, *, by: Actor, at: datetime, document: str, note: str) -> LedgerRow:
    """Write a row; as the database numbered it. Raises ``PeriodOver``, ``LedgerClosed`` and ``MoreThanInBond``."""
    entry = lock_entry(row.entry)
    require_period(LedgerKind(row.kind), entry.number, entry.ends_on, site_day(at, entry.terminal.zone))
    row.document, row.note, row.happened_at, row.by = document.strip(), note.strip()[:200], at, by.label[:120]
    with refusals(
        a_closed_ledger_is_written_no_more=LedgerClosed(entry=entry.number),
        a_bonded_balance_is_never_negative=lambda: _too_much(row),
    ):
        row.save(force_insert=True)
    row.refresh_from_db()
    written.send(sender=LedgerRow, entry=entry, row=row, by=by, at=at)
    return row


def lock_entry(entry: BondedEntry) -> BondedEntry:
    """The entry as it is now, locked; after the lots whose rows are to be written."""
    # Joined: an entry keeps its owner. See Note [Locked alone].
    return BondedEntry.objects.select_related("terminal", "owner").select_for_update(of=("self",)).get(pk=entry.pk)


def _too_much(row: LedgerRow) -> MoreThanInBond:
    last = LedgerRow.objects.filter(entry=row.entry, lot=row.lot).order_by("number").last()
    return MoreThanInBond(
        entry=row.entry.number,
        lot=row.lot.number if row.lot else "",
        packages=last.lot_packages_after if last else 0,
        gross_kg=str(last.lot_gross_kg_after if last else NOTHING),
    )


def tell_bond(
    entry: BondedEntry, kind: EventKind, *, by: Actor, at: datetime, lot: Lot | None = None, **more: Any
) -> None:
    """Journal something of an entry, for the eyes of its owner and of staff."""
    said = {name: value for name, value in more.items() if value not in (None, "")}
    record(
        Happening(
            kind=kind,
            terminal_id=entry.terminal_id,
            at=at,
            actor=by.label,
            lot_id=lot.pk if lot else None,
            audience=Audience.OWNER,
            payload={"entry": entry.number, "owner": entry.owner.code, **({"lot": lot.number} if lot else {}), **said},
        )
    )
