"""Entries: opened with customs' document, goods taken in, the period extended, and closed when nothing is left."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from apps.common.integrity import refusals
from apps.common.numbers import next_number
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse.models import BondedEntry, LedgerRow, Lot
from apps.warehouse.services.bonded.rows import RIGHT, add_row, lock_entry, tell_bond, write_row
from apps.warehouse.services.stock.rows import lock_lots, require_after, require_zone_for, write
from terminal.bonded import BondedRegime, LedgerKind, require_longer, require_row
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.stock import CustomsStatus
from terminal.throughput import site_day


class EntryKnown(Refused):
    """One document of customs is one entry."""

    message = gettext_noop("There is an entry under %(document)s already.")


class PeriodOverAlready(Malformed):
    """A period that ended before the entry begins."""

    message = gettext_noop("A period that ends on %(ends_on)s is over: the last day is today or later.")


class YieldBackwards(Malformed):
    """The approved yield ends before it begins."""

    message = gettext_noop(
        "The approved yield goes from the lower to the higher percentage, not from %(least)s to %(most)s."
    )


class NothingToTakeIn(Malformed):
    """No lot, or one of which nothing is left."""

    message = gettext_noop("Name at least one lot of which something is there; nothing is left of: %(lots)s.")


class AlreadyInBond(Refused):
    """A lot is under one entry."""

    message = gettext_noop("%(lot)s is in bond under %(entry)s already.")


class NotBonded(Refused):
    """Goods of another owner, or that customs know otherwise."""

    message = gettext_noop(
        "%(lot)s belongs to %(owner)s and is %(status)s with customs: under %(entry)s come bonded goods of its owner."
    )


class StillInBond(Refused):
    """Goods are there."""

    message = gettext_noop(
        "%(packages)s packages and %(gross_kg)s kg are in bond under %(entry)s: it is closed when nothing is left."
    )


@transaction.atomic
def open_entry(
    *,
    terminal: Terminal,
    document: str,
    owner: Party,
    ends_on: date,
    by: Actor,
    at: datetime,
    regime: str = BondedRegime.STORAGE.value,
    goods: str = "",
    least_yield_percent: Decimal | None = None,
    most_yield_percent: Decimal | None = None,
) -> BondedEntry:
    """Open the ledger of an entry under customs' ``document``; ``ends_on`` is the last day of its period.

    Raises ``NoDocument``, ``EntryKnown``, ``PeriodOverAlready``, ``YieldBackwards``, ``NotYours``.
    """
    by.require(RIGHT, terminal)
    require_row(LedgerKind.EXTENSION, 0, Decimal(0), document)
    if ends_on < site_day(at, terminal.zone):
        raise PeriodOverAlready(ends_on=str(ends_on))
    entry = BondedEntry(
        terminal=terminal,
        number=next_number("BE", at),
        document=document.strip(),
        owner=owner,
        regime=str(regime),
        goods=goods,
        opened_at=at,
        ends_on=ends_on,
        least_yield_percent=least_yield_percent,
        most_yield_percent=most_yield_percent,
    )
    with refusals(
        an_entry_is_opened_once=EntryKnown(document=entry.document),
        an_approved_yield_has_its_ends_in_order=YieldBackwards(
            least=str(least_yield_percent), most=str(most_yield_percent)
        ),
    ):
        entry.save(force_insert=True)
    tell_bond(entry, EventKind.BONDED_ENTRY_OPENED, by=by, at=at, document=entry.document, ends_on=str(ends_on))
    return entry


@transaction.atomic
def take_into_bond(entry: BondedEntry, lots: Iterable[Lot], *, by: Actor, at: datetime) -> list[LedgerRow]:
    """Take lots of the entry's owner in, with what is there of them: a receipt each. All or none.

    Lots of which nobody knows how they stand with customs are bonded from now on, and lie where bonded goods do.
    Raises ``NothingToTakeIn``, ``AlreadyInBond``, ``NotBonded``, ``WrongZone``, ``BeforeItMoved``, ``PeriodOver``,
    ``LedgerClosed``, ``NotYours``.
    """
    by.require(RIGHT, entry.terminal)
    rows = list(lock_lots(lot.pk for lot in lots).values())
    empty = [lot.number for lot in rows if not lot.packages]
    if empty or not rows:
        raise NothingToTakeIn(lots=", ".join(empty) or "—")
    return [_take_in(entry, lot, by, at) for lot in rows]


def _take_in(entry: BondedEntry, lot: Lot, by: Actor, at: datetime) -> LedgerRow:
    require_after(lot, at)
    if lot.entry is not None:
        raise AlreadyInBond(lot=lot.number, entry=lot.entry.number)
    fits = lot.customs_status in (CustomsStatus.BONDED, CustomsStatus.UNKNOWN)
    if not fits or (lot.owner_id, lot.terminal_id) != (entry.owner_id, entry.terminal_id):
        raise NotBonded(lot=lot.number, owner=lot.owner.name, status=lot.customs_status, entry=entry.number)
    lot.customs_status = CustomsStatus.BONDED.value
    require_zone_for(lot, lot.zone)
    write(lot, entry=entry, customs_status=lot.customs_status)
    row = write_row(
        lot,
        LedgerKind.RECEIPT,
        None,
        by=by,
        at=at,
        document=entry.document,
        packages=lot.packages,
        gross_kg=lot.gross_kg,
    )
    tell_bond(entry, EventKind.BONDED_GOODS_TAKEN_IN, by=by, at=at, lot=lot, row=row.number, packages=lot.packages)
    return row


@transaction.atomic
def extend_period(entry: BondedEntry, *, ends_on: date, document: str, by: Actor, at: datetime) -> LedgerRow:
    """Let the goods be in bond until a later day, as customs allowed under ``document``; also when the period is over.

    Raises ``PeriodNotLonger``, ``NoDocument``, ``LedgerClosed``, ``NotYours``.
    """
    by.require(RIGHT, entry.terminal)
    locked = lock_entry(entry)
    require_longer(locked.ends_on, ends_on)
    require_row(LedgerKind.EXTENSION, 0, Decimal(0), document)
    row = LedgerRow(entry=locked, kind=LedgerKind.EXTENSION.value, ends_on=ends_on)
    add_row(row, by=by, at=at, document=document, note="")
    BondedEntry.objects.filter(pk=entry.pk).update(ends_on=ends_on, version=F("version") + 1)
    changed = {"from": str(locked.ends_on), "to": str(ends_on)}
    tell_bond(locked, EventKind.BONDED_PERIOD_EXTENDED, by=by, at=at, ends_on=changed, document=document)
    entry.refresh_from_db()
    return row


@transaction.atomic
def close_entry(entry: BondedEntry, *, by: Actor, at: datetime) -> BondedEntry:
    """End the ledger of an entry of which nothing is left. Closed already: nothing happens. Raises ``StillInBond``."""
    by.require(RIGHT, entry.terminal)
    locked = lock_entry(entry)
    if locked.closed_at is not None:
        return entry
    told = {"packages": locked.packages, "gross_kg": str(locked.gross_kg)}
    with refusals(a_closed_entry_holds_nothing=StillInBond(entry=locked.number, **told)):
        BondedEntry.objects.filter(pk=entry.pk).update(closed_at=at, version=F("version") + 1)
    tell_bond(locked, EventKind.BONDED_ENTRY_CLOSED, by=by, at=at, rows=locked.rows_written)
    entry.refresh_from_db()
    return entry
