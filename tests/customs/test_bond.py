"""What a release does to goods in the warehouse, with the ledger as the book, and to the declarant's guarantee."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from apps.containers.models import Permission
from apps.customs import services
from apps.customs.models import Declaration, Guarantee, GuaranteeCharge, RegimeTerms
from apps.customs.services import guarantees
from apps.parties.actors import Actor, NotYours
from apps.warehouse.models import BondedEntry, LedgerRow, Lot
from apps.warehouse.services import bonded, stock
from terminal.bonded import PeriodOver
from terminal.customs.guarantee import GuaranteeTooSmall
from terminal.errors import Refused
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.regimes import Direction, Regime
from terminal.stock import Amount, LotMove, MoreThanIsThere
from tests.factories.bonded import KEEPER, bonded_lot, bonded_zone, in_bond
from tests.factories.calls import MARCH_14
from tests.factories.cargo import stocked
from tests.factories.containers import VisitFactory
from tests.factories.customs import OfficeFactory, declarant_of, officer_of, submitted
from tests.factories.declaring import YARN, cotton, guarantee, let_go, over_lots
from tests.factories.parties import PartyFactory, staff
from tests.factories.warehouse import APRIL_1, ZoneFactory

pytestmark = pytest.mark.django_db
NEEDED = 300_000  # of 1,000,000 in value
LATER = APRIL_1 + timedelta(hours=1)


@pytest.fixture
def security():
    return guarantee()


def ready(declaration, at=APRIL_1):
    """Everything but released."""
    by = officer_of(declaration.office)
    services.register(declaration, by=by, at=at)
    services.assign_channel(declaration, Channel.YELLOW, by=by, at=at)
    for wanted in (DeclarationStatus.ASSESSED, DeclarationStatus.PAID):
        services.move(declaration, wanted, by=by, at=at)
    return declaration


def release(declaration, at=APRIL_1):
    return services.release(declaration, by=officer_of(declaration.office), at=at)


def test_a_release_into_bond_opens_the_entry_and_takes_the_lots_in(security):
    lot = bonded_lot(100)
    row = let_go(over_lots((lot, 100), period_days=30))
    entry, lot = BondedEntry.objects.get(), Lot.objects.get()
    assert (entry.document, entry.owner, entry.ends_on) == (row.number, cotton(), date(2026, 5, 1))
    assert (lot.entry, lot.customs_status, entry.packages) == (entry, "bonded", 100)
    assert (LedgerRow.objects.get().kind, LedgerRow.objects.get().document) == ("receipt", row.number)
    assert row.ends_on == entry.ends_on


def test_of_a_part_that_is_declared_that_part_comes_into_bond(security):
    lot = bonded_lot(100)
    row = let_go(over_lots((lot, 40)))
    part = row.lots.get()
    assert (part.packages, part.parent, part.entry.document) == (40, lot, row.number)
    lot.refresh_from_db()
    assert (lot.packages, lot.entry) == (60, None)


def test_processing_is_entered_with_the_yield_customs_approved(security):
    over = {"regime": Regime.BONDED_PROCESSING, "least_yield_percent": Decimal(80), "most_yield_percent": Decimal(92)}
    let_go(over_lots((bonded_lot(100), 100), **over))
    entry = BondedEntry.objects.get()
    assert (entry.regime, entry.least_yield_percent, entry.most_yield_percent) == (
        "bonded-processing", Decimal(80), Decimal(92),
    )  # fmt: skip


def test_the_period_is_the_declarations_own_or_the_regimes(security):
    RegimeTerms.objects.create(terminal=security.terminal, regime="bonded_entry", period_days=10, guarantee_percent=0)
    assert let_go(over_lots((bonded_lot(10), 10))).ends_on == date(2026, 4, 11)
    assert let_go(over_lots((bonded_lot(10), 10), period_days=3)).ends_on == date(2026, 4, 4)
    RegimeTerms.objects.all().delete()
    assert let_go(over_lots((bonded_lot(10), 10))).ends_on == date(2027, 4, 1)


@pytest.mark.parametrize("regime", [Regime.BONDED_REMOVAL, Regime.IMPORT, Regime.EXPORT, Regime.RETURN])
def test_a_release_out_of_bond_frees_what_it_is_about_and_the_ledger_names_it(regime):
    lot = in_bond(100)
    with pytest.raises(stock.CustomsHasNotReleased):
        stock.withdraw(lot, 40, by=KEEPER, at=APRIL_1)
    row = let_go(over_lots((lot, 40), regime=regime))
    part = row.lots.get()
    stock.withdraw(part, 40, by=KEEPER, at=LATER)
    removal = LedgerRow.objects.get(kind="removal")
    assert (removal.document, removal.packages, removal.packages_after) == (row.number, -40, 60)
    with pytest.raises(stock.CustomsHasNotReleased):
        stock.withdraw(lot, 1, by=KEEPER, at=LATER)


def test_goods_released_for_transit_are_under_way_and_not_free():
    lot = stocked(100, customs_status="unknown")
    let_go(over_lots((lot, 100), regime=Regime.TRANSIT, lines=[]))
    lot.refresh_from_db()
    assert lot.customs_status == "in_transit"
    with pytest.raises(stock.CustomsHasNotReleased):
        stock.withdraw(lot, 1, by=KEEPER, at=LATER)


def test_where_the_warehouse_refuses_nothing_is_released():
    lot = in_bond(100)
    row = ready(over_lots((lot, 60), regime=Regime.BONDED_REMOVAL))
    stock.reserve(lot, 50, by=KEEPER, at=APRIL_1)
    with pytest.raises(MoreThanIsThere):
        release(row)
    row.refresh_from_db()
    assert (row.status, row.released_at, Lot.objects.count()) == ("paid", None, 1)


def test_where_the_guarantee_does_not_suffice_nothing_is_released_and_nothing_is_in_bond():
    guarantee(NEEDED - 1)
    lot = bonded_lot(100)
    row = ready(over_lots((lot, 40)))
    with pytest.raises(GuaranteeTooSmall) as refused:
        release(row)
    assert (refused.value.facts["needed_minor"], refused.value.facts["free_minor"]) == (NEEDED, NEEDED - 1)
    row.refresh_from_db()
    assert (row.status, BondedEntry.objects.count(), Lot.objects.count()) == ("paid", 0, 1)
    assert not GuaranteeCharge.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"currency": "USD"}, {"valid_until": date(2026, 3, 31)}, {"valid_from": date(2026, 4, 2)}]
)
def test_a_guarantee_in_another_currency_or_of_other_days_stands_for_nothing(wrong):
    guarantee(**wrong)
    with pytest.raises(GuaranteeTooSmall):
        release(ready(over_lots((bonded_lot(100), 40))))


def test_a_strangers_guarantee_stands_for_nothing():
    guarantee(party=PartyFactory(code="wheat"))
    with pytest.raises(GuaranteeTooSmall):
        release(ready(over_lots((bonded_lot(100), 40))))


def test_a_boxs_release_under_transit_takes_a_guarantee_too_and_grants_nothing_without():
    row = submitted()
    services.amend(row, services.DeclarationChange(lines=[YARN]), reason="goods", by=declarant_of(row), at=MARCH_14)
    services.register(row, by=officer_of(row.office), at=MARCH_14)
    with pytest.raises(GuaranteeTooSmall):
        services.assign_channel(row, Channel.GREEN, by=officer_of(row.office), at=MARCH_14)
    assert not Permission.objects.exists()
    guarantee()
    row.refresh_from_db()
    services.assign_channel(row, Channel.GREEN, by=officer_of(row.office), at=MARCH_14)
    assert Permission.objects.exists()
    assert Guarantee.objects.get().taken_minor == NEEDED
    stranger = officer_of(OfficeFactory(code="rail"), "officer-of-rail")
    with pytest.raises(services.AnotherOffice):
        services.discharge(row, reference="T-1", by=stranger, at=LATER)
    services.discharge(row, reference="T-1", by=officer_of(row.office), at=LATER)
    assert Guarantee.objects.get().taken_minor == 0
    with pytest.raises(services.NothingGuaranteed):
        services.discharge(row, reference="T-1", by=officer_of(row.office), at=LATER)


def test_the_duty_that_was_assessed_is_what_is_guaranteed(security):
    row = over_lots((bonded_lot(100), 100))
    by = officer_of(row.office)
    services.register(row, by=by, at=APRIL_1)
    services.assign_channel(row, Channel.YELLOW, by=by, at=APRIL_1)
    with pytest.raises(services.NotADuty):
        services.assess(row, by=by, at=APRIL_1, duty_minor=-1, currency="CNY")
    row.refresh_from_db()
    services.assess(row, by=by, at=APRIL_1, duty_minor=77_000, currency="cny")
    services.pay(row, by=by, at=APRIL_1)
    release(row)
    security.refresh_from_db()
    assert security.taken_minor == 77_000


def test_the_smallest_guarantee_that_suffices_is_taken():
    guarantee(NEEDED - 1, "G-small"), guarantee(NEEDED, "G-fits"), guarantee(10 * NEEDED, "G-large")
    let_go(over_lots((bonded_lot(100), 40)))
    assert Guarantee.objects.get(taken_minor__gt=0).reference == "G-fits"


def test_what_an_entry_takes_is_free_when_its_last_package_has_left_bond_and_not_before(security):
    let_go(over_lots((bonded_lot(100), 100)))
    lot = Lot.objects.get()
    for packages, taken in ((40, NEEDED), (60, 0)):
        part = let_go(over_lots((lot, packages), regime=Regime.BONDED_REMOVAL)).lots.get()
        stock.withdraw(part, packages, by=KEEPER, at=LATER)
        security.refresh_from_db()
        assert security.taken_minor == taken


def test_a_removal_that_was_written_wrong_takes_the_guarantee_again_or_is_not_put_right(security):
    let_go(over_lots((bonded_lot(100), 100)))
    lot = let_go(over_lots((Lot.objects.get(), 100), regime=Regime.BONDED_REMOVAL)).lots.get()
    stock.withdraw(lot, 100, by=KEEPER, at=LATER)
    row = LedgerRow.objects.get(kind="removal")
    right = {"packages": 10, "gross_kg": Decimal(100), "note": "ten stayed", "by": KEEPER, "at": LATER}
    Guarantee.objects.update(amount_minor=1)
    with pytest.raises(GuaranteeTooSmall):
        bonded.amend_row(row, **right)
    Guarantee.objects.update(amount_minor=NEEDED)
    bonded.amend_row(row, **right)
    assert Guarantee.objects.get().taken_minor == NEEDED


def test_a_temporary_stay_is_free_of_its_guarantee_when_all_of_it_came_back(security):
    lot = stocked(100, customs_status="unknown")
    stay = let_go(over_lots((lot, 100), regime=Regime.TEMPORARY, period_days=90))
    lot.refresh_from_db()
    assert (lot.customs_status, stay.ends_on) == ("free", date(2026, 6, 30))
    for packages, taken in ((60, NEEDED), (40, 0)):
        back = [replace(YARN, packages=packages)]
        let_go(over_lots((lot, 1), regime=Regime.RETURN, earlier=stay, lines=back))
        security.refresh_from_db()
        assert security.taken_minor == taken


def test_a_release_that_is_revoked_frees_no_goods_that_are_still_here_and_no_guarantee(security):
    let_go(over_lots((bonded_lot(100), 100)))
    row = let_go(over_lots((Lot.objects.get(), 100), regime=Regime.BONDED_REMOVAL))
    services.revoke_release(row, by=officer_of(row.office), at=LATER, reason="forged invoice")
    lot, entered = Lot.objects.get(), Declaration.objects.get(regime="bonded_entry")
    assert lot.customs_status == "bonded"
    with pytest.raises(stock.CustomsHasNotReleased):
        stock.withdraw(lot, 1, by=KEEPER, at=LATER)
    services.revoke_release(entered, by=officer_of(row.office), at=LATER, reason="forged invoice")
    security.refresh_from_db()
    assert security.taken_minor == NEEDED


@pytest.mark.parametrize(("zone", "under_entry"), [("bonded", True), ("general", False)])
def test_goods_unpacked_under_a_release_into_bond_are_not_free(security, zone, under_entry):
    row = let_go(over_lots((bonded_lot(1), 1)))
    place = bonded_zone() if zone == "bonded" else ZoneFactory()
    goods = {"goods": "yarn", "package_kind": "bale", "hs_code": "520512", "customs_status": "free"}
    lot = stock.receive_lot(
        owner=row.declarant, zone=place, amount=Amount(10, Decimal(100)), by=KEEPER,
        goods={**goods, "customs_reference": row.number}, at=LATER, move=LotMove.RECEIVED, visit_id=VisitFactory().pk,
    )  # fmt: skip
    lot.refresh_from_db()
    assert lot.customs_status == ("bonded" if under_entry else "unknown")
    assert (lot.entry is not None) == under_entry
    with pytest.raises(Refused):
        stock.withdraw(lot, 1, by=KEEPER, at=LATER)


def test_goods_unpacked_under_a_release_for_transit_are_under_way_and_not_free():
    row = let_go(over_lots((stocked(1, customs_status="unknown"), 1), regime=Regime.TRANSIT, lines=[]))
    goods = {"goods": "yarn", "package_kind": "bale", "hs_code": "520512", "customs_status": "free"}
    lot = stock.receive_lot(
        owner=row.declarant, zone=ZoneFactory(), amount=Amount(10, Decimal(100)), by=KEEPER,
        goods={**goods, "customs_reference": row.number}, at=LATER, move=LotMove.RECEIVED, visit_id=VisitFactory().pk,
    )  # fmt: skip
    with pytest.raises(stock.CustomsHasNotReleased):
        stock.withdraw(lot, 1, by=KEEPER, at=LATER)
    lot.refresh_from_db()
    assert (lot.customs_status, lot.customs_reference) == ("in_transit", row.number)


def test_goods_in_bond_change_hands_only_with_customs_yes_and_move_between_bonded_zones_without():
    lot = in_bond(100)
    other = ZoneFactory(code="bond-2", name="Bonded store 2", kind="bonded")
    stock.transfer(lot, zone=other, by=KEEPER, at=LATER)
    with pytest.raises(stock.NeedsCustomsYes):
        stock.transfer(lot, owner=PartyFactory(code="buyer"), by=KEEPER, at=LATER)
    stock.transfer(lot, owner=PartyFactory(code="buyer"), by=KEEPER, at=LATER, document="T-2026-1")
    assert set(LedgerRow.objects.filter(kind="transfer").values_list("document", flat=True)) == {"", "T-2026-1"}


def test_a_guarantee_is_not_lowered_below_what_stands_on_it_and_staff_without_the_right_put_up_none(security):
    let_go(over_lots((bonded_lot(100), 40)))
    by = Actor.itself("test")
    with pytest.raises(services.TakenAlready):
        services.change_guarantee(security, amount_minor=NEEDED - 1, by=by, at=LATER)
    services.change_guarantee(security, amount_minor=NEEDED, by=by, at=LATER)
    with pytest.raises(services.GuaranteeKnown):
        guarantee()
    for wrong in ({"amount_minor": 0}, {"currency": "C1"}, {"valid_until": date(2019, 1, 1)}):
        with pytest.raises(services.NotAGuarantee):
            guarantee(**{"reference": "G-9", **wrong})
    clerk = Actor.person(staff("customs.view_guarantee", username="reader"))
    with pytest.raises(NotYours):
        services.change_guarantee(security, amount_minor=10 * NEEDED, by=clerk, at=LATER)


def test_goods_whose_period_is_over_are_still_removed_under_a_release():
    lot = in_bond(100, ends_on=date(2026, 4, 1))
    late = APRIL_1 + timedelta(days=3)
    row = let_go(over_lots((lot, 100), regime=Regime.BONDED_REMOVAL, at=late), at=late)
    stock.withdraw(lot, 100, by=KEEPER, at=late)
    assert LedgerRow.objects.get(kind="removal").document == row.number
    with pytest.raises(PeriodOver):
        bonded.note_handling(lot, note="aired", by=KEEPER, at=late)


@pytest.mark.django_db(transaction=True)
def test_two_releases_at_once_never_take_more_of_a_guarantee_than_there_is():
    guarantee(NEEDED + NEEDED // 2)
    rows = [over_lots((bonded_lot(10), 10)) for _ in range(2)]
    start, answers = threading.Barrier(2), []

    def take(row):
        start.wait()
        try:
            with transaction.atomic():
                guarantees.charge(Declaration.objects.get(pk=row.pk), by=Actor.itself("test"), at=APRIL_1)
            answers.append("taken")
        except GuaranteeTooSmall:
            answers.append("refused")
        finally:
            connection.close()

    crew = [threading.Thread(target=take, args=(row,)) for row in rows]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    assert sorted(answers) == ["refused", "taken"]
    assert Guarantee.objects.get().taken_minor == NEEDED


def test_the_direction_of_a_declaration_over_lots_says_nothing_of_the_effect(security):
    let_go(over_lots((bonded_lot(10), 10), direction=Direction.THROUGH))
    assert BondedEntry.objects.get().packages == 10
