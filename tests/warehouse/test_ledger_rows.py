"""The ledger of goods in bond, whoever writes to it: the database counts, numbers and refuses by itself."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from apps.warehouse.models import BondedEntry, LedgerRow, Lot, LotMovement
from terminal.bonded import LedgerKind
from tests.factories.cargo import LotFactory

AT = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    """200 packages of 4,000 kg under an entry, as their ledger says."""
    lot = LotFactory(packages=200, gross_kg=Decimal(4000), customs_status="bonded")
    entry = BondedEntry.objects.create(
        terminal=lot.terminal,
        number="BE-1",
        document="5230-2026-1",
        owner=lot.owner,
        opened_at=AT,
        ends_on=date(2027, 5, 3),
    )
    Lot.objects.filter(pk=lot.pk).update(entry=entry)
    lot.refresh_from_db()
    write(lot, LedgerKind.RECEIPT, 200, 4000)
    return lot


def write(lot, kind, packages, gross_kg, **more):
    row = LedgerRow(
        entry=lot.entry, lot=lot, kind=kind, packages=packages, gross_kg=gross_kg, happened_at=AT, by="test", **more
    )
    row.save()
    row.refresh_from_db()
    return row


def move(lot, packages, gross_kg, kind="withdrawn"):
    where = {"owner": lot.owner, "zone": lot.zone}
    amount = {"packages": packages, "gross_kg": gross_kg, "volume_m3": 0}
    return LotMovement.objects.create(lot=lot, kind=kind, happened_at=AT, by="test", **amount, **where)


def settle():
    """What the database asks at the end of a transaction, asked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def test_rows_are_numbered_and_counted_by_the_database(lot):
    row = write(lot, LedgerKind.HANDLING, 0, 0, number=77, packages_after=9999)
    entry = BondedEntry.objects.get()
    assert (row.number, row.packages_after, row.gross_kg_after, row.lot_packages_after) == (2, 200, 4000, 200)
    assert (entry.rows_written, entry.packages, entry.gross_kg) == (2, 200, 4000)


@pytest.mark.parametrize(("packages", "gross_kg"), [(-201, -4000), (-1, Decimal("-4000.001"))])
def test_no_row_takes_more_than_is_there(lot, packages, gross_kg):
    with refused("cannot give more than it holds"), transaction.atomic():
        write(lot, LedgerKind.REMOVAL, packages, gross_kg)


def test_a_lot_gives_nothing_that_another_lot_of_its_entry_has(lot):
    other = LotFactory(packages=5, gross_kg=Decimal(100), terminal=lot.terminal, owner=lot.owner)
    Lot.objects.filter(pk=other.pk).update(entry=lot.entry)
    other.refresh_from_db()
    write(other, LedgerKind.RECEIPT, 5, 100)
    with refused("cannot give more than it holds"), transaction.atomic():
        write(other, LedgerKind.REMOVAL, -6, -100)


@pytest.mark.parametrize(
    "statement", ["UPDATE warehouse_ledgerrow SET packages = 1", "DELETE FROM warehouse_ledgerrow"]
)
def test_no_row_is_changed_or_deleted(lot, statement):
    with refused("never edited"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("column", ["packages", "gross_kg", "rows_written"])
def test_nobody_but_the_ledger_counts(lot, column):
    with refused("counted by its ledger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE warehouse_bondedentry SET {column} = 77")


def test_an_entry_that_holds_something_is_not_closed(lot):
    with refused("a_closed_entry_holds_nothing"), transaction.atomic():
        BondedEntry.objects.update(closed_at=AT)


def test_a_closed_ledger_is_written_no_more(lot):
    Lot.objects.update(packages=0, gross_kg=0, volume_m3=0)
    write(lot, LedgerKind.REMOVAL, -200, -4000)
    BondedEntry.objects.update(closed_at=AT)
    with refused("is closed"), transaction.atomic():
        write(lot, LedgerKind.HANDLING, 0, 0)


def test_goods_in_bond_do_not_move_past_their_ledger(lot):
    with refused("the ledger says 200 packages"), transaction.atomic():
        Lot.objects.update(packages=150, gross_kg=3000)
        move(lot, -50, -1000)
        settle()
    movement = move(lot, -50, -1000)
    Lot.objects.update(packages=150, gross_kg=3000)
    write(lot, LedgerKind.REMOVAL, -50, -1000, movement=movement)
    settle()


def test_a_transfer_that_leaves_the_figures_as_they_are_is_written_down_too(lot):
    def transfer():
        return [move(lot, -200, -4000, "transferred_out"), move(lot, 200, 4000, "transferred_in")]

    with refused("no row of their ledger"), transaction.atomic():
        transfer()
        settle()
    for movement in transfer():
        write(lot, LedgerKind.TRANSFER, movement.packages, movement.gross_kg, movement=movement)
    settle()


def test_a_row_tells_its_movement_as_it_was(lot):
    with refused("no row of their ledger"), transaction.atomic():
        write(lot, LedgerKind.REMOVAL, -40, -800, movement=move(lot, -50, -1000))
        write(lot, LedgerKind.DIFFERENCE, -10, -200)
        Lot.objects.update(packages=150, gross_kg=3000)
        settle()


def test_the_ledger_says_what_is_in_stock(lot):
    with refused("the ledger says 197 packages"), transaction.atomic():
        write(lot, LedgerKind.DIFFERENCE, -3, -60)
        settle()
    write(lot, LedgerKind.DIFFERENCE, -3, -60)
    Lot.objects.update(packages=197, gross_kg=3940)
    settle()
