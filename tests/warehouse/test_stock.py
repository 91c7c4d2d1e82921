"""Stock: what comes and goes, what is reserved, and what there was at any moment."""

import contextlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.warehouse.models import Lot, Reservation
from apps.warehouse.selectors.stock import stock_at
from apps.warehouse.services import stock
from apps.warehouse.services.stock import Counted
from terminal.errors import Refused
from terminal.stock import CustomsStatus, MoreThanIsThere, NothingToMove, NotItsWeight, TooMuch, WrongZone
from tests.factories.cargo import OrderFactory, stocked
from tests.factories.parties import PartyFactory, staff
from tests.factories.warehouse import APRIL_1, ZoneFactory

pytestmark = pytest.mark.django_db
BEAT = Actor.itself("test")
LATER = APRIL_1 + timedelta(hours=1)
NOW = {"by": BEAT, "at": LATER}


def there(lot):
    lot = Lot.objects.get(pk=lot.pk)
    return lot.packages, lot.gross_kg, lot.volume_m3


def test_goods_handed_out_take_their_share_and_the_last_of_them_all_that_is_left(lyg):
    lot = stocked(3, gross_kg=Decimal(100), volume_m3=Decimal(1))
    stock.withdraw(lot, 1, **NOW)
    assert there(lot) == (2, Decimal("66.667"), Decimal("0.667"))
    stock.withdraw(lot, 2, **NOW)
    assert there(lot) == (0, 0, 0)
    assert [entry.payload["packages"] for entry in Entry.objects.filter(kind="lot-withdrawn")] == [1, 2]


def test_a_lot_withdrawn_twice_is_refused_with_what_is_there(lyg):
    lot = stocked()
    stock.withdraw(lot, 100, **NOW)
    with pytest.raises(MoreThanIsThere, match="0 of 0 packages are free, not 100"):
        stock.withdraw(lot, 100, **NOW)


def test_more_than_is_there_is_refused_with_what_is_there(lyg):
    with pytest.raises(MoreThanIsThere, match="100 of 100 packages are free, not 101"):
        stock.withdraw(stocked(), 101, **NOW)


def test_what_is_reserved_for_another_is_refused_with_what_is_free(lyg):
    lot = stocked()
    stock.reserve(lot, 70, **NOW)
    with pytest.raises(MoreThanIsThere, match="30 of 100 packages are free, not 31"):
        stock.withdraw(lot, 31, **NOW)
    stock.withdraw(lot, 30, **NOW)


@pytest.mark.parametrize("packages", [0, -5])
@pytest.mark.parametrize("act", [stock.withdraw, stock.split_lot, stock.reserve])
def test_no_packages_and_less_than_none_are_refused(lyg, act, packages):
    lot = stocked()
    with pytest.raises(NothingToMove):
        act(lot, packages, **NOW)
    assert there(lot)[0] == 100


def test_a_weighed_part_weighs_what_the_scales_say_and_no_more_than_the_lot(lyg):
    lot = stocked()
    stock.withdraw(lot, 10, gross_kg=Decimal(120), **NOW)
    assert there(lot)[1] == 880
    with pytest.raises(NotItsWeight):
        stock.withdraw(lot, 10, gross_kg=Decimal(881), **NOW)


@pytest.mark.parametrize("kilograms", [0, 1_000])
def test_a_part_does_not_weigh_nothing_nor_all_of_it(lyg, kilograms):
    lot = stocked()
    with pytest.raises(NotItsWeight):
        stock.split_lot(lot, 1, gross_kg=Decimal(kilograms), **NOW)
    assert there(lot)[:2] == (100, 1_000)


@pytest.mark.parametrize("status", ["bonded", "in_transit", "unknown"])
def test_goods_that_customs_has_not_released_are_not_handed_out(lyg, status):
    lot = stocked(customs_status=status)
    with pytest.raises(stock.CustomsHasNotReleased):
        stock.withdraw(lot, 1, **NOW)
    stock.release_lot(lot, CustomsStatus.FREE, reference="CD-2026-7", **NOW)
    stock.withdraw(lot, 1, **NOW)


def test_customs_word_has_a_reference_and_is_noted_by_those_who_may(lyg):
    lot = stocked(customs_status="unknown")
    with pytest.raises(stock.NoReference):
        stock.release_lot(lot, CustomsStatus.FREE, reference=" ", **NOW)
    clerk = Actor.person(staff("warehouse.change_lot", username="clerk"))
    for by in (clerk, Actor.program(lot.owner, "erp")):
        with pytest.raises(NotYours):
            stock.release_lot(lot, CustomsStatus.FREE, reference="CD-1", by=by, at=LATER)


def test_a_part_becomes_a_lot_of_its_own_that_knows_where_it_comes_from(lyg):
    lot = stocked(marks="ALM 1-100", origin="UZ")
    part = stock.split_lot(lot, 40, position="C-01", **NOW)
    assert (there(lot), there(part)) == ((60, 600, Decimal("1.2")), (40, 400, Decimal("0.8")))
    assert (part.parent, part.marks, part.origin, part.position) == (lot, "ALM 1-100", "UZ", "C-01")


def test_all_of_a_lot_is_no_part(lyg):
    with pytest.raises(MoreThanIsThere):
        stock.split_lot(stocked(), 100, **NOW)


def test_goods_change_hands_and_place_in_two_movements_that_are_nothing_together(lyg):
    lot, buyer, zone = stocked(), PartyFactory(code="buyer"), ZoneFactory(code="B", name="B")
    stock.transfer(lot, owner=buyer, zone=zone, position="B-1", **NOW)
    assert (lot.owner, lot.zone, lot.position, lot.packages) == (buyer, zone, "B-1", 100)
    out, into = lot.movements.filter(kind__startswith="transferred").order_by("pk")
    assert (out.packages, out.zone.code, into.packages, into.owner) == (-100, "A", 100, buyer)
    told = Entry.objects.get(kind="lot-transferred").payload
    assert (told["packages"], told["owner"]) == (100, {"from": "almaty-cotton", "to": "buyer"})


def test_a_part_that_changes_hands_is_a_lot_of_its_own(lyg):
    lot, buyer = stocked(), PartyFactory(code="buyer")
    sold = stock.transfer(lot, owner=buyer, packages=25, **NOW)
    assert (sold.owner, sold.packages, sold.parent) == (buyer, 25, lot)
    assert (lot.owner.code, lot.packages) == ("almaty-cotton", 75)


def test_what_is_promised_moves_with_its_promise_and_is_not_given_to_another(lyg):
    lot = stocked()
    stock.reserve(lot, 10, **NOW)
    with pytest.raises(stock.IsReserved):
        stock.transfer(lot, owner=PartyFactory(code="buyer"), **NOW)
    stock.transfer(lot, position="Z-9", **NOW)
    assert (lot.position, lot.reserved_packages) == ("Z-9", 10)


def test_a_transfer_that_changes_nothing_is_none(lyg):
    with pytest.raises(stock.NothingChanges):
        stock.transfer(stocked(), **NOW)


def test_bonded_goods_lie_in_bonded_zones(lyg):
    bond = ZoneFactory(code="bond", name="Bond", kind="bonded")
    lot = stocked(zone=bond, customs_status="bonded")
    with pytest.raises(WrongZone):
        stock.transfer(lot, zone=ZoneFactory(), **NOW)
    with pytest.raises(WrongZone):
        stock.release_lot(stocked(), CustomsStatus.BONDED, reference="CD-1", **NOW)


def test_stock_has_one_past(lyg):
    lot = stocked()
    stock.withdraw(lot, 1, **NOW)
    with pytest.raises(stock.BeforeItMoved):
        stock.withdraw(lot, 1, by=BEAT, at=APRIL_1)


def test_an_owners_program_reserves_and_splits_its_own_and_has_the_rest_done_for_it(lyg):
    lot = stocked()
    own, other = Actor.program(lot.owner, "erp"), Actor.program(PartyFactory(code="stranger"), "erp")
    stock.reserve(lot, 1, by=own, at=LATER)
    stock.split_lot(lot, 1, by=own, at=LATER)
    for act in (
        lambda: stock.withdraw(lot, 1, by=own, at=LATER),
        lambda: stock.transfer(lot, position="X", by=own, at=LATER),
        lambda: stock.reserve(lot, 1, by=other, at=LATER),
        lambda: stock.split_lot(lot, 1, by=other, at=LATER),
    ):
        with pytest.raises(NotYours):
            act()


def test_what_its_owner_kept_back_is_free_again_once(lyg):
    lot = stocked()
    kept = stock.reserve(lot, 30, reference="ALM-7", **NOW)
    stock.end_reservation(kept, **NOW)
    stock.end_reservation(kept, **NOW)
    assert (Lot.objects.get().reserved_packages, Reservation.objects.get().packages) == (0, 0)


def test_what_an_order_needs_only_the_order_gives_back(lyg):
    lot = stocked()
    kept = stock.reserve(lot, 30, **NOW)
    Reservation.objects.update(order=OrderFactory())
    with pytest.raises(stock.OrderHasIt):
        stock.end_reservation(kept, **NOW)


def test_the_stock_of_an_owner_at_a_moment_is_what_was_its_own_then(lyg):
    sold, kept, other = stocked(), stocked(50), stocked(7, owner=PartyFactory(code="stranger"))
    seller, buyer = sold.owner, PartyFactory(code="buyer")
    stock.transfer(sold, owner=buyer, **NOW)
    owned = {
        (party.code, at): [each.lot_id for each in stock_at(lyg, at, owner=party)]
        for party in (seller, buyer, other.owner)
        for at in (APRIL_1, LATER)
    }
    assert owned == {
        ("almaty-cotton", APRIL_1): [sold.pk, kept.pk],
        ("almaty-cotton", LATER): [kept.pk],
        ("buyer", APRIL_1): [],
        ("buyer", LATER): [sold.pk],
        ("stranger", APRIL_1): [other.pk],
        ("stranger", LATER): [other.pk],
    }


class TestCounting:
    """Cycle counts."""

    def count(self, *figures, began_at=APRIL_1, **more):
        return stock.count_stock(ZoneFactory(), figures, **{"began_at": began_at, **NOW, **more})

    def test_a_difference_is_a_movement_with_its_reason_and_a_journal_row(self, lyg):
        lot, other = stocked(), stocked(50)
        found = [Counted(lot=lot, packages=98, reason="two torn open"), Counted(lot=other, packages=50)]
        count = self.count(*found)
        assert (there(lot), there(other)[0]) == ((98, 980, Decimal("1.96")), 50)
        assert [(each.expected, each.counted) for each in count.lots.all()] == [(100, 98), (50, 50)]
        moved = lot.movements.get(kind="counted")
        assert (moved.packages, moved.reason, moved.reference) == (-2, "two torn open", count.number)
        (told,) = Entry.objects.filter(kind="lot-counted")
        assert (told.payload["expected"], told.payload["counted"], told.lot_id) == (100, 98, lot.pk)
        assert Entry.objects.get(kind="stock-counted").payload["differing"] == 1

    def test_more_than_expected_is_found_too(self, lyg):
        lot = stocked()
        self.count(Counted(lot=lot, packages=105, reason="behind the pillar"))
        assert there(lot)[:2] == (105, 1_050)

    def test_what_nobody_can_have_counted_is_refused(self, lyg):
        lot, gone = stocked(), stocked()
        stock.withdraw(gone, 100, by=BEAT, at=APRIL_1)
        with pytest.raises(TooMuch):
            self.count(Counted(lot=lot, packages=10**30, reason="so it is"))
        with pytest.raises(stock.NotInTheZone, match=gone.number):
            self.count(Counted(lot=gone, packages=3, reason="behind the pillar"))

    def test_a_difference_is_explained(self, lyg):
        lot = stocked()
        with pytest.raises(stock.DifferenceUnexplained, match=lot.number):
            self.count(Counted(lot=lot, packages=99, reason=" "))

    def test_what_moved_during_the_count_is_counted_again(self, lyg):
        lot = stocked()
        stock.withdraw(lot, 1, by=BEAT, at=APRIL_1 + timedelta(minutes=5))
        with pytest.raises(stock.MovedDuringTheCount, match=lot.number):
            self.count(Counted(lot=lot, packages=100))

    def test_a_count_is_of_one_zone_and_one_position(self, lyg):
        lot = stocked(position="A-1")
        with pytest.raises(stock.NotInTheZone):
            self.count(Counted(lot=lot, packages=100), position="A-2")
        elsewhere = stocked(zone=ZoneFactory(code="B", name="B"))
        with pytest.raises(stock.NotInTheZone):
            self.count(Counted(lot=elsewhere, packages=100))

    def test_fewer_than_are_promised_are_not_booked(self, lyg):
        lot = stocked()
        stock.reserve(lot, 99, **NOW)
        with pytest.raises(stock.PromisedToOrders):
            self.count(Counted(lot=lot, packages=98, reason="gone"))

    def test_a_count_names_each_lot_once_and_at_least_one(self, lyg):
        lot = stocked()
        with pytest.raises(stock.CountedTwice):
            self.count(Counted(lot=lot, packages=100), Counted(lot=lot, packages=100))
        with pytest.raises(stock.NothingCounted):
            self.count()

    def test_counting_takes_its_own_right(self, lyg):
        clerk = Actor.person(staff("warehouse.change_lot", username="clerk"))
        with pytest.raises(NotYours):
            self.count(Counted(lot=stocked(), packages=100), by=clerk)


NAMES = ["withdraw", "split", "sell", "move", "count", "reserve"]
DEEDS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 9), st.integers(1, 40)), max_size=12)


def kept():
    """Who has how much of which lot where, kept naively: what the lots say just now."""
    return {(lot.pk, lot.owner_id, lot.zone_id): lot.amount for lot in Lot.objects.in_stock()}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_the_stock_at_any_past_moment_is_what_a_naive_replay_has(lyg, deeds):
    with transaction.atomic():
        stocked(60)
        stocked(7, gross_kg=Decimal("100.001"))
        replay = [(APRIL_1, kept())]
        for turn, (deed, which, many) in enumerate(deeds, 1):
            at = APRIL_1 + timedelta(minutes=turn)
            with contextlib.suppress(Refused):
                do(deed, which, many, at)
            replay.append((at, kept()))
        for moment, held in replay:
            found = stock_at(lyg, moment)
            assert {(each.lot_id, each.owner_id, each.zone_id): each.amount for each in found} == held
        transaction.set_rollback(True)


def do(deed, which, many, at):
    """One deed on one of the lots; refused where it cannot be."""
    lots = list(Lot.objects.in_stock().order_by("pk"))
    if not lots:
        return
    lot, by = lots[which % len(lots)], {"by": BEAT, "at": at}
    zone = ZoneFactory(code="AB"[which % 2], name="Zone")
    party = PartyFactory(code=["almaty-cotton", "buyer"][which % 2])
    counted = [Counted(lot=lot, packages=many, reason="so it is")]
    acts = {
        "withdraw": lambda: stock.withdraw(lot, many, **by),
        "split": lambda: stock.split_lot(lot, many, **by),
        "sell": lambda: stock.transfer(lot, owner=party, packages=min(many, lot.packages), **by),
        "move": lambda: stock.transfer(lot, zone=zone, **by),
        "count": lambda: stock.count_stock(lot.zone, counted, began_at=at, **by),
        "reserve": lambda: stock.reserve(lot, many, **by),
    }
    acts[deed]()
