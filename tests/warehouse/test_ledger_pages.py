"""The ledgers of goods in bond on the screen, and as customs take them along."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.common.xlsx import rows_of_workbook
from apps.warehouse.models import BondedEntry, LedgerRow, Lot
from apps.warehouse.services import bonded
from tests.factories.bonded import KEEPER, a_run, an_entry, bonded_lot
from tests.factories.parties import PartyFactory, staff

RIGHTS = ["warehouse.view_bondedentry", "warehouse.change_bondedentry"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client):
    client.force_login(staff(*RIGHTS, username="keeper"))
    return client


@pytest.fixture
def lot():
    """100 bales under an entry whose period lasts a year from now."""
    lot, at = bonded_lot(100), timezone.now()
    entry = an_entry(at=at, ends_on=at.date() + timedelta(days=365), regime="bonded-processing")
    bonded.take_into_bond(entry, [lot], by=KEEPER, at=at)
    lot.refresh_from_db()
    return lot


def do(client, entry, action, **answers):
    """Fill in an action's form and send it; the page that comes back."""
    where = reverse("admin:warehouse_bondedentry_do", args=[entry.pk, action])
    assert client.get(where).status_code == 200
    return client.post(where, {"answered": "1", **answers}, follow=True).content.decode()


def test_an_entry_is_opened_on_the_page_and_lots_are_taken_in(keeper):
    owner = PartyFactory(code="almaty-cotton", name="Almaty Cotton")
    lot, page = bonded_lot(100), reverse("admin:warehouse_bondedentry_add")
    said = {"terminal": lot.terminal.pk, "document": "5230-1", "owner": owner.pk, "regime": "bonded-storage"}
    answer = keeper.post(page, {**said, "ends_on": "2099-12-31"}, follow=True)
    entry = BondedEntry.objects.get()
    assert f"{entry} is open." in answer.content.decode()
    do(keeper, entry, "take_in", lots=[lot.pk])
    assert LedgerRow.objects.get().kind == "receipt"
    again = keeper.post(page, {**said, "ends_on": "2099-12-31"})
    assert "There is an entry under 5230-1 already." in again.content.decode()


def test_only_lots_that_could_come_under_an_entry_are_offered(keeper, lot):
    other = bonded_lot(5, owner=PartyFactory(code="urumqi-steel"))
    mine = bonded_lot(6)
    page = keeper.get(reverse("admin:warehouse_bondedentry_do", args=[lot.entry.pk, "take_in"])).content.decode()
    assert mine.number in page
    assert other.number not in page
    assert lot.number not in page


@pytest.mark.parametrize(
    ("action", "answers", "kind"),
    [
        ("handling", {"note": "aired"}, "handling"),
        ("repack", {"packages": 4, "package_kind": "pallet"}, "handling"),
        ("sample", {"gross_kg": "0.5", "packages": 0, "document": "LAB-9"}, "sampling"),
        ("destroy", {"packages": 3, "document": "DES-1"}, "destruction"),
    ],
)
def test_what_is_done_with_a_lot_is_done_on_its_entrys_page(keeper, lot, action, answers, kind):
    do(keeper, lot.entry, action, lot=lot.pk, **answers)
    assert LedgerRow.objects.order_by("number").last().kind == kind


def test_a_row_is_amended_the_period_extended_and_an_empty_entry_closed(keeper, lot):
    entry, receipt = lot.entry, LedgerRow.objects.get()
    do(keeper, entry, "amend", wrong=receipt.pk, packages=-100, gross_kg="-1000", note="never came")
    do(keeper, entry, "extend", ends_on="2099-12-31", document="EXT-1")
    do(keeper, entry, "close")
    entry.refresh_from_db()
    assert [row.kind for row in entry.rows.all()] == ["receipt", "amendment", "extension"]
    assert entry.closed_at is not None


def test_a_run_with_its_waste_is_entered_on_one_page(keeper, lot):
    answers = {
        "lots": [lot.pk],
        "zone": lot.zone.pk,
        "goods": "Cloth",
        "hs_code": "520811",
        "packages": 20,
        "package_kind": "roll",
        "output_kg": "830",
        "waste_kg": "120",
        "loss_kg": "50",
        "added_kg": "0",
    }
    page = do(keeper, lot.entry, "process", **answers)
    assert "Of waste, give the goods" in page
    do(keeper, lot.entry, "process", **answers, waste_goods="Waste", waste_hs_code="520299", waste_packages=3)
    assert list(Lot.objects.in_stock().order_by("pk").values_list("goods", "packages")) == [("Cloth", 20), ("Waste", 3)]


def test_a_refusal_is_told_and_nothing_is_done(keeper, lot):
    page = do(keeper, lot.entry, "destroy", lot=lot.pk, packages=101, document="DES-1")
    assert "100 of 100 packages are free, not 101" in page
    assert LedgerRow.objects.count() == 1


class TestCopies:
    def copy(self, client, kind):
        entry = BondedEntry.objects.get()
        return client.get(reverse(f"admin:bonded_ledger_{kind}", args=[entry.pk]))

    def test_customs_take_the_ledger_along_row_by_row(self, keeper):
        a_run()
        answer = self.copy(keeper, "csv").content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(answer)))
        assert [row["what"] for row in rows] == ["receipt", "into-processing", "made", "waste"]
        assert [row["gross_kg_after"] for row in rows] == ["1000.000", "0.000", "830.000", "950.000"]
        assert rows[0]["happened_at"] == "2026-04-01T09:00:00+08:00"
        assert len({row["processing"] for row in rows}) == 2

    def test_what_a_party_called_its_goods_is_no_formula_in_customs_spreadsheet(self, keeper, lot):
        Lot.objects.update(goods='=HYPERLINK("http://example.org")')
        answer = self.copy(keeper, "csv").content.decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(answer))
        assert (row["goods"], row["packages"]) == ('\'=HYPERLINK("http://example.org")', "100")

    def test_a_workbook_says_the_same(self, keeper):
        a_run()
        rows = [row for _number, row in rows_of_workbook(self.copy(keeper, "xlsx").content)]
        assert rows[2][7:9] == ["-100", "-1000.000"]

    def test_paper_is_for_whoever_may_see_the_entry(self, keeper, client):
        a_run()
        assert self.copy(keeper, "pdf").content.startswith(b"%PDF-")
        client.force_login(staff("warehouse.view_zone", username="stranger"))
        assert self.copy(client, "pdf").status_code in (403, 404)


def test_the_list_says_how_each_period_stands_in_words(keeper, lot):
    empty = an_entry("5230-2", ends_on=timezone.now().date() + timedelta(days=3))
    bonded.close_entry(an_entry("5230-3"), by=KEEPER, at=timezone.now())
    page = keeper.get(reverse("admin:warehouse_bondedentry_changelist")).content.decode()
    assert f"{empty.ends_on}" in page
    assert not [code for code in ("soon", "runs", "empty") if f">{code}<" in page.replace("\n", "").replace(" ", "")]
    assert "closed" in page
