"""Goods in bond: whatever is done with them stands in the ledger of their entry, and nothing else is done with them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from apps.journal.models import Entry
from apps.notices.models import Notice
from apps.parties.actors import Actor, NotYours
from apps.warehouse.models import BondedEntry, LedgerRow, Lot, PeriodWarning, ProcessingRun
from apps.warehouse.services import bonded, stock
from apps.warehouse.services.bonded.handling import NoWords, SampleTooLarge
from apps.warehouse.services.bonded.processing import NotForProcessing, UsedTwice
from terminal.bonded import (
    AmendsTooMuch,
    MassOutOfBalance,
    NoDocument,
    NotAmended,
    NothingMade,
    PeriodNotLonger,
    PeriodOver,
    WrongSign,
)
from terminal.identifiers import MalformedHsCode
from terminal.stock import CustomsStatus, MoreThanIsThere, NothingToMove, TooMuch, WrongZone
from tests.factories.bonded import A_YEAR_ON, KEEPER, a_run, an_entry, bonded_lot, bonded_zone, in_bond
from tests.factories.cargo import stocked
from tests.factories.parties import PartyFactory, staff
from tests.factories.warehouse import APRIL_1

HOUR = timedelta(hours=1)
LATER = APRIL_1 + HOUR
TOO_LATE = datetime(2027, 4, 1, 1, 0, tzinfo=UTC)
"""The day after the last day of the period."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return in_bond(100)


def ledger(entry):
    """The rows of an entry's ledger: what, packages, kg; the database's own checks are asked as at a commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return [(row.kind, row.packages, row.gross_kg) for row in entry.rows.order_by("number")]


def told(*kinds):
    return list(Entry.objects.filter(kind__in=kinds).order_by("pk").values_list("kind", flat=True))


class TestOpening:
    def test_a_receipt_stands_for_every_lot_that_is_taken_in(self):
        entry, lots = an_entry(), [bonded_lot(100), bonded_lot(40)]
        rows = bonded.take_into_bond(entry, lots, by=KEEPER, at=LATER)
        entry.refresh_from_db()
        assert ledger(entry) == [("receipt", 100, 1000), ("receipt", 40, 400)]
        assert (entry.packages, entry.gross_kg, entry.rows_written) == (140, 1400, 2)
        assert [row.document for row in rows] == ["5230-2026-1"] * 2
        assert (
            told("bonded-entry-opened", "bonded-goods-taken-in")
            == ["bonded-entry-opened"] + ["bonded-goods-taken-in"] * 2
        )

    def test_goods_nobody_knows_the_status_of_are_bonded_from_then_on(self):
        lot = stocked(10, zone=bonded_zone(), customs_status="unknown")
        bonded.take_into_bond(an_entry(), [lot], by=KEEPER, at=LATER)
        lot.refresh_from_db()
        assert lot.customs_status == CustomsStatus.BONDED

    def test_goods_come_into_bond_where_bonded_goods_lie(self):
        lot = stocked(10, customs_status="unknown")
        with pytest.raises(WrongZone):
            bonded.take_into_bond(an_entry(), [lot], by=KEEPER, at=LATER)
        lot.refresh_from_db()
        assert (lot.customs_status, lot.entry) == ("unknown", None)

    def test_a_document_of_customs_opens_one_entry(self):
        an_entry()
        with pytest.raises(bonded.EntryKnown, match="5230-2026-1"):
            an_entry(" 5230-2026-1 ")

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"document": " "}, NoDocument),
            ({"ends_on": APRIL_1.date() - timedelta(days=1)}, bonded.PeriodOverAlready),
            ({"least_yield_percent": Decimal(90), "most_yield_percent": Decimal(80)}, bonded.YieldBackwards),
        ],
    )
    def test_what_cannot_be_is_refused(self, wrong, refusal):
        with pytest.raises(refusal):
            an_entry(**wrong)

    def test_a_lot_is_under_one_entry(self, lot):
        with pytest.raises(bonded.AlreadyInBond):
            bonded.take_into_bond(an_entry("5230-2026-2"), [lot], by=KEEPER, at=LATER)

    def test_free_goods_and_those_of_others_do_not_come_under_an_entry(self):
        entry, free = an_entry(), stocked(10, zone=bonded_zone())
        theirs = bonded_lot(10, owner=PartyFactory(code="urumqi-steel"))
        for lot in (free, theirs):
            with pytest.raises(bonded.NotBonded):
                bonded.take_into_bond(entry, [bonded_lot(), lot], by=KEEPER, at=LATER)
        assert not LedgerRow.objects.exists()

    def test_of_nothing_there_is_no_receipt(self):
        entry, gone = an_entry(), bonded_lot(10)
        Lot.objects.filter(pk=gone.pk).update(packages=0, gross_kg=0, volume_m3=0)
        for lots in ([], [gone]):
            with pytest.raises(bonded.NothingToTakeIn):
                bonded.take_into_bond(entry, lots, by=KEEPER, at=LATER)


class TestMoving:
    def test_nothing_leaves_without_customs_word_and_the_word_stands_in_the_ledger(self, lot):
        with pytest.raises(stock.CustomsHasNotReleased):
            stock.withdraw(lot, 30, by=KEEPER, at=LATER)
        part = stock.split_lot(lot, 30, by=KEEPER, at=LATER)
        stock.release_lot(part, CustomsStatus.FREE, reference="REL-77", by=KEEPER, at=LATER)
        stock.withdraw(part, 30, by=KEEPER, at=LATER)
        assert ledger(lot.entry)[1:] == [("split", -30, -300), ("split", 30, 300), ("removal", -30, -300)]
        removal = LedgerRow.objects.get(kind="removal")
        assert (removal.document, removal.packages_after, removal.gross_kg_after) == ("REL-77", 70, 700)

    def test_goods_that_are_free_by_nobodys_word_do_not_leave(self, lot):
        Lot.objects.filter(pk=lot.pk).update(customs_status="free", customs_reference="")
        with pytest.raises(NoDocument, match="names the customs document"):
            stock.withdraw(lot, 30, by=KEEPER, at=LATER)
        lot.refresh_from_db()
        assert lot.packages == 100

    def test_a_part_that_is_split_off_stays_under_the_entry(self, lot):
        part = stock.split_lot(lot, 30, by=KEEPER, at=LATER)
        part.refresh_from_db()
        assert part.entry == lot.entry
        smaller = stock.split_lot(part, 10, by=KEEPER, at=LATER)
        assert Lot.objects.get(pk=smaller.pk).entry == lot.entry
        assert sum(packages for _kind, packages, _kg in ledger(lot.entry)) == 100

    def test_a_change_of_place_or_hands_is_written_down(self, lot):
        stock.transfer(lot, by=KEEPER, at=LATER, position="R-04-2")
        stock.transfer(lot, by=KEEPER, at=LATER, owner=PartyFactory(code="urumqi-steel"), document="T-1")
        assert ledger(lot.entry)[1:] == [("transfer", -100, -1000), ("transfer", 100, 1000)] * 2

    def test_what_a_count_finds_is_written_down_with_its_reason(self, lot):
        found = stock.Counted(lot=lot, packages=98, reason="two bales missing")
        stock.count_stock(lot.zone, [found], began_at=LATER, by=KEEPER, at=LATER + HOUR)
        assert ledger(lot.entry)[1:] == [("difference", -2, -20)]
        assert LedgerRow.objects.get(kind="difference").note == "two bales missing"

    def test_goods_that_are_not_in_bond_have_no_ledger(self, lot):
        stock.withdraw(stocked(10), 4, by=KEEPER, at=LATER)
        assert len(ledger(lot.entry)) == 1


class TestHandling:
    def test_what_was_done_to_goods_is_told_and_changes_nothing(self, lot):
        bonded.note_handling(lot, note="sorted and labelled", by=KEEPER, at=LATER)
        with pytest.raises(NoWords):
            bonded.note_handling(lot, note=" ", by=KEEPER, at=LATER)
        assert ledger(lot.entry)[1:] == [("handling", 0, 0)]

    def test_other_packages_weigh_the_same(self, lot):
        bonded.repack(lot, packages=4, package_kind="pallet", by=KEEPER, at=LATER)
        assert (lot.packages, lot.gross_kg, lot.package_kind) == (4, 1000, "pallet")
        assert ledger(lot.entry)[1:] == [("handling", -96, 0)]
        with pytest.raises(NothingToMove):
            bonded.repack(lot, packages=0, package_kind="pallet", by=KEEPER, at=LATER)

    def test_more_packages_than_anybody_packs_are_refused(self, lot):
        with pytest.raises(TooMuch):
            bonded.repack(lot, packages=10**10, package_kind="bag", by=KEEPER, at=LATER)
        with pytest.raises(MoreThanIsThere):
            bonded.destroy(lot, 10**30, document="DES-1", by=KEEPER, at=LATER)

    def test_packages_that_are_promised_are_not_packed_away(self, lot):
        stock.reserve(lot, 50, by=KEEPER, at=LATER)
        with pytest.raises(MoreThanIsThere):
            bonded.repack(lot, packages=4, package_kind="pallet", by=KEEPER, at=LATER)

    def test_a_sample_takes_a_little_as_customs_ordered(self, lot):
        bonded.take_sample(lot, gross_kg=Decimal("0.250"), document="LAB-9", by=KEEPER, at=LATER)
        assert (lot.packages, lot.gross_kg) == (100, Decimal("999.750"))
        assert ledger(lot.entry)[1:] == [("sampling", 0, Decimal("-0.250"))]

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"document": ""}, NoDocument),
            ({"gross_kg": Decimal(0)}, WrongSign),
            ({"gross_kg": Decimal(1000)}, SampleTooLarge),
            ({"packages": 100}, MoreThanIsThere),
            ({"packages": -1}, WrongSign),
        ],
    )
    def test_a_sample_is_a_part_and_has_its_order(self, lot, wrong, refusal):
        values = {"gross_kg": Decimal(1), "document": "LAB-9", **wrong}
        with pytest.raises(refusal):
            bonded.take_sample(lot, by=KEEPER, at=LATER, **values)
        assert len(ledger(lot.entry)) == 1

    def test_what_is_destroyed_is_gone_under_its_document(self, lot):
        bonded.destroy(lot, 100, document="DES-1", by=KEEPER, at=LATER, note="mould")
        assert (lot.packages, lot.gross_kg, lot.volume_m3) == (0, 0, 0)
        assert ledger(lot.entry)[1:] == [("destruction", -100, -1000)]

    @pytest.mark.parametrize(
        ("packages", "document", "refusal"), [(101, "D", MoreThanIsThere), (0, "D", NothingToMove), (5, "", NoDocument)]
    )
    def test_not_more_is_destroyed_than_there_is_nor_without_customs(self, lot, packages, document, refusal):
        with pytest.raises(refusal):
            bonded.destroy(lot, packages, document=document, by=KEEPER, at=LATER)

    @pytest.mark.parametrize(
        "do",
        [
            lambda lot: bonded.note_handling(lot, note="aired", by=KEEPER, at=LATER),
            lambda lot: bonded.repack(lot, packages=1, package_kind="pallet", by=KEEPER, at=LATER),
            lambda lot: bonded.take_sample(lot, gross_kg=Decimal(1), document="D", by=KEEPER, at=LATER),
            lambda lot: bonded.destroy(lot, 1, document="D", by=KEEPER, at=LATER),
        ],
    )
    def test_goods_outside_bond_are_not_handled_as_goods_in_bond(self, do):
        with pytest.raises(bonded.NotInBond):
            do(bonded_lot())


class TestAmending:
    def test_a_wrong_row_stays_and_the_stock_follows_the_amendment(self, lot):
        receipt = LedgerRow.objects.get()
        row = bonded.amend_row(
            receipt, packages=-2, gross_kg=Decimal(-20), note="98 by the waybill", by=KEEPER, at=LATER
        )
        lot.refresh_from_db()
        assert (lot.packages, lot.gross_kg) == (98, 980)
        assert ledger(lot.entry) == [("receipt", 100, 1000), ("amendment", -2, -20)]
        assert (row.amends, row.note, row.number) == (receipt, "98 by the waybill", 2)

    def test_amendments_add_up(self, lot):
        receipt = LedgerRow.objects.get()
        for _ in range(2):
            bonded.amend_row(receipt, packages=-50, gross_kg=Decimal(-500), note="wrong", by=KEEPER, at=LATER)
        lot.refresh_from_db()
        assert (lot.packages, lot.gross_kg, lot.volume_m3) == (0, 0, 0)
        with pytest.raises(AmendsTooMuch):
            bonded.amend_row(receipt, gross_kg=Decimal(-1), note="wrong", by=KEEPER, at=LATER)

    def test_a_removal_is_amended_back_into_stock(self, lot):
        destroyed = bonded.destroy(lot, 40, document="DES-1", by=KEEPER, at=LATER)
        bonded.amend_row(destroyed, packages=10, gross_kg=Decimal(100), note="ten were kept", by=KEEPER, at=LATER)
        lot.refresh_from_db()
        assert (lot.packages, lot.gross_kg) == (70, 700)
        ledger(lot.entry)

    def test_not_more_is_amended_away_than_is_left(self, lot):
        receipt = LedgerRow.objects.get()
        bonded.destroy(lot, 60, document="DES-1", by=KEEPER, at=LATER)
        for packages, gross_kg in ((-60, -600), (0, -500)):
            with pytest.raises(bonded.LeavesWeightOfNothing):
                bonded.amend_row(
                    receipt, packages=packages, gross_kg=Decimal(gross_kg), note="wrong", by=KEEPER, at=LATER
                )

    def test_no_weight_is_left_of_no_packages(self, lot):
        receipt = LedgerRow.objects.get()
        with pytest.raises(bonded.LeavesWeightOfNothing):
            bonded.amend_row(receipt, packages=-100, gross_kg=Decimal(-999), note="wrong", by=KEEPER, at=LATER)

    @pytest.mark.parametrize("by", [{"packages": 10**10}, {"gross_kg": Decimal(999_999_999)}])
    def test_an_amendment_by_a_slip_of_the_pen_is_refused(self, lot, by):
        with pytest.raises(TooMuch):
            bonded.amend_row(lot.entry.rows.get(), note="mistyped", by=KEEPER, at=LATER, **by)

    def test_an_amendment_says_why(self, lot):
        with pytest.raises(NoWords):
            bonded.amend_row(LedgerRow.objects.get(), packages=1, note="", by=KEEPER, at=LATER)

    def test_a_split_is_not_amended_on_one_side(self, lot):
        stock.split_lot(lot, 30, by=KEEPER, at=LATER)
        with pytest.raises(NotAmended):
            bonded.amend_row(LedgerRow.objects.filter(kind="split")[0], packages=1, note="x", by=KEEPER, at=LATER)

    def test_an_extension_is_no_figure(self, lot):
        row = bonded.extend_period(
            lot.entry, ends_on=A_YEAR_ON + timedelta(days=30), document="EXT-1", by=KEEPER, at=LATER
        )
        with pytest.raises(NotAmended):
            bonded.amend_row(row, packages=1, note="x", by=KEEPER, at=LATER)


class TestPeriod:
    def test_when_it_is_over_goods_only_leave(self, lot):
        with pytest.raises(PeriodOver, match="ended on 2027-03-31"):
            stock.split_lot(lot, 30, by=KEEPER, at=TOO_LATE)
        with pytest.raises(PeriodOver):
            bonded.note_handling(lot, note="aired", by=KEEPER, at=TOO_LATE)
        bonded.destroy(lot, 10, document="DES-1", by=KEEPER, at=TOO_LATE)
        assert ledger(lot.entry)[1:] == [("destruction", -10, -100)]

    def test_the_days_are_those_of_the_site(self, lot):
        last_minute = datetime(2027, 3, 31, 15, 59, tzinfo=UTC)
        bonded.note_handling(lot, note="aired", by=KEEPER, at=last_minute)
        with pytest.raises(PeriodOver):
            bonded.note_handling(lot, note="aired", by=KEEPER, at=last_minute + timedelta(minutes=1))

    def test_an_extension_is_a_row_and_lets_work_go_on(self, lot):
        entry, longer = lot.entry, A_YEAR_ON + timedelta(days=90)
        bonded.extend_period(entry, ends_on=longer, document="EXT-1", by=KEEPER, at=TOO_LATE)
        assert entry.ends_on == longer
        assert LedgerRow.objects.get(kind="extension").ends_on == longer
        stock.split_lot(lot, 30, by=KEEPER, at=TOO_LATE)
        with pytest.raises(PeriodNotLonger):
            bonded.extend_period(entry, ends_on=longer, document="EXT-2", by=KEEPER, at=TOO_LATE)
        with pytest.raises(NoDocument):
            bonded.extend_period(entry, ends_on=longer + HOUR * 24, document="", by=KEEPER, at=TOO_LATE)

    def test_warnings_go_to_the_owner_and_to_who_keeps_the_ledger_each_once(self, lot):
        staff("warehouse.change_bondedentry", username="keeper")
        staff("warehouse.view_bondedentry", username="looker")
        days_ahead = [
            datetime(2027, 3, 31, 4, 0, tzinfo=UTC) - timedelta(days=n) for n in (31, 30, 29, 14, 7, 1, 0, -1, -2)
        ]
        written = [len(bonded.warn_of_periods(at=at)) for at in days_ahead]
        assert written == [0, 2, 0, 2, 2, 2, 0, 2, 0]
        assert set(Notice.objects.values_list("recipient", flat=True)) == {
            "keeper@terminal.example",
            "desk@almaty-cotton.example",
        }
        assert PeriodWarning.objects.count() == 5
        first = Notice.objects.order_by("pk")[0]
        assert first.subject == f"Goods in bond: the period of {lot.entry.number} ends on 2027-03-31"
        assert "in 30 days" in first.text
        assert "5230-2026-1" in first.html

    def test_one_mail_tells_a_reader_of_all_that_is_due(self):
        for n in range(3):
            lot = bonded_lot()
            bonded.take_into_bond(an_entry(f"DOC-{n}"), [lot], by=KEEPER, at=LATER)
        assert [each.subject for each in bonded.warn_of_periods(at=TOO_LATE)] == [
            "Goods in bond: the period of 3 entries is over"
        ]

    def test_an_owner_reads_of_its_own_goods_alone(self, lot):
        steel = PartyFactory(code="urumqi-steel")
        bonded.take_into_bond(an_entry("OTHER", owner=steel), [bonded_lot(5, owner=steel)], by=KEEPER, at=LATER)
        mails = {each.recipient: each.text for each in bonded.warn_of_periods(at=TOO_LATE)}
        assert "OTHER" not in mails["desk@almaty-cotton.example"]
        assert "5230-2026-1" not in mails["desk@urumqi-steel.example"]

    def test_an_extension_begins_the_warnings_anew(self, lot):
        at = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
        assert len(bonded.warn_of_periods(at=at)) == 1
        bonded.extend_period(lot.entry, ends_on=A_YEAR_ON + timedelta(days=90), document="EXT-1", by=KEEPER, at=at)
        assert bonded.warn_of_periods(at=at) == []
        assert len(bonded.warn_of_periods(at=at + timedelta(days=90))) == 1

    def test_an_entry_that_holds_nothing_is_nobodys_worry(self, lot):
        bonded.destroy(lot, 100, document="DES-1", by=KEEPER, at=LATER)
        assert bonded.warn_of_periods(at=TOO_LATE) == []


class TestClosing:
    def test_an_entry_is_closed_when_nothing_is_left_and_written_no_more(self, lot):
        entry = lot.entry
        with pytest.raises(bonded.StillInBond, match="100 packages and 1000"):
            bonded.close_entry(entry, by=KEEPER, at=LATER)
        bonded.destroy(lot, 100, document="DES-1", by=KEEPER, at=LATER)
        bonded.close_entry(entry, by=KEEPER, at=LATER)
        assert entry.closed_at == LATER
        bonded.close_entry(entry, by=KEEPER, at=LATER + HOUR)
        assert entry.closed_at == LATER
        with pytest.raises(bonded.LedgerClosed):
            bonded.take_into_bond(entry, [bonded_lot()], by=KEEPER, at=LATER)
        with pytest.raises(bonded.LedgerClosed):
            bonded.extend_period(entry, ends_on=A_YEAR_ON + HOUR * 24, document="EXT-1", by=KEEPER, at=LATER)


class TestProcessing:
    def test_what_went_in_and_what_came_of_it_stand_in_one_ledger(self):
        run = a_run()
        entry = BondedEntry.objects.get()
        assert ledger(entry) == [
            ("receipt", 100, 1000),
            ("into-processing", -100, -1000),
            ("made", 20, 830),
            ("waste", 3, 120),
        ]
        assert (entry.packages, entry.gross_kg) == (23, 950)
        assert (run.yield_percent, run.in_norm) == (Decimal("83.00"), True)
        assert set(run.rows.values_list("kind", flat=True)) == {"into-processing", "made", "waste"}
        made = Lot.objects.get(goods="Cotton cloth")
        assert (made.entry, made.customs_status, made.owner) == (entry, CustomsStatus.BONDED, entry.owner)

    def test_a_yield_beside_what_customs_approved_is_written_as_it_is_and_told(self):
        cloth = bonded.Product(
            goods="Cotton cloth", hs_code="520811", packages=20, package_kind="roll", gross_kg=Decimal(700)
        )
        run = a_run(made=[cloth], loss_kg=Decimal(300))
        assert (run.yield_percent, run.in_norm) == (Decimal("70.00"), False)
        assert Entry.objects.get(kind="bonded-processing-done").payload["in_norm"] is False

    @pytest.mark.parametrize("wrong", [{"loss_kg": Decimal(49)}, {"added_kg": Decimal(1)}])
    def test_nothing_is_written_of_a_run_that_does_not_add_up(self, wrong):
        with pytest.raises(MassOutOfBalance):
            a_run(**wrong)
        assert not ProcessingRun.objects.exists()
        assert LedgerRow.objects.count() == 1

    def test_a_run_makes_something_of_something(self):
        with pytest.raises(NothingMade):
            a_run(made=[])
        entry = BondedEntry.objects.get()
        with pytest.raises(NothingMade):
            bonded.process(entry, used=[], made=[], zone=bonded_zone(), by=KEEPER, at=LATER)

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"packages": 0}, NothingToMove),
            ({"packages": -1}, NothingToMove),
            ({"packages": 10**10}, TooMuch),
            ({"gross_kg": Decimal(-10)}, NothingMade),
        ],
    )
    def test_a_product_is_some_packages_of_some_kg(self, wrong, refusal):
        cloth = {"goods": "Cloth", "hs_code": "520811", "packages": 1, "package_kind": "roll", "gross_kg": Decimal(10)}
        rest = bonded.Product(**cloth | {"gross_kg": 940 - (wrong | cloth)["gross_kg"]})
        with pytest.raises(refusal):
            a_run(made=[bonded.Product(**cloth | wrong), rest])
        assert not ProcessingRun.objects.exists()

    def test_where_hardly_anything_came_from_the_lots_the_yield_has_an_end(self):
        lot = in_bond(100, regime="bonded-processing")
        used = [bonded.Used(lot=lot, packages=1, gross_kg=Decimal("0.001"))]
        cloth = bonded.Product(
            goods="Cloth", hs_code="520811", packages=1, package_kind="roll", gross_kg=Decimal("2000.001")
        )
        more = {"zone": bonded_zone(), "added_kg": Decimal(2000), "by": KEEPER, "at": LATER}
        assert bonded.process(lot.entry, used=used, made=[cloth], **more).yield_percent == Decimal("999999.99")

    def test_goods_that_are_only_stored_are_not_processed(self, lot):
        with pytest.raises(NotForProcessing):
            a_run_of(lot)

    def test_a_lot_goes_in_once_and_not_with_more_than_it_has(self):
        lot = in_bond(100, regime="bonded-processing")
        with pytest.raises(UsedTwice):
            a_run_of(lot, 50, 50)
        with pytest.raises(MoreThanIsThere):
            a_run_of(lot, 101)
        stranger = bonded_lot()
        with pytest.raises(bonded.NotInBond):
            a_run_of(stranger, entry=lot.entry)

    def test_products_have_a_code_of_goods(self):
        lot = in_bond(100, regime="bonded-processing")
        with pytest.raises(MalformedHsCode):
            a_run_of(lot, hs_code="52o811")


def a_run_of(lot, *packages, entry=None, hs_code="520811"):
    packages = packages or (100,)
    cloth = bonded.Product(
        goods="Cloth", hs_code=hs_code, packages=1, package_kind="roll", gross_kg=Decimal(10 * sum(packages))
    )
    used = [bonded.Used(lot=lot, packages=each) for each in packages]
    return bonded.process(entry or lot.entry, used=used, made=[cloth], zone=bonded_zone(), by=KEEPER, at=LATER)


def test_a_shippers_program_does_not_write_a_ledger(lot):
    program = Actor.program(lot.owner, "erp")
    receipt, entry = LedgerRow.objects.get(), lot.entry
    acts = [
        lambda **who: bonded.open_entry(terminal=lot.terminal, document="X", owner=lot.owner, ends_on=A_YEAR_ON, **who),
        lambda **who: bonded.take_into_bond(entry, [lot], **who),
        lambda **who: bonded.extend_period(entry, ends_on=A_YEAR_ON + HOUR * 24, document="X", **who),
        lambda **who: bonded.close_entry(entry, **who),
        lambda **who: bonded.note_handling(lot, note="x", **who),
        lambda **who: bonded.repack(lot, packages=1, package_kind="x", **who),
        lambda **who: bonded.take_sample(lot, gross_kg=Decimal(1), document="x", **who),
        lambda **who: bonded.destroy(lot, 1, document="x", **who),
        lambda **who: bonded.amend_row(receipt, packages=1, note="x", **who),
        lambda **who: bonded.process(entry, used=[], made=[], zone=lot.zone, **who),
    ]
    for act in acts:
        with pytest.raises(NotYours):
            act(by=program, at=LATER)
