"""Goods leave stock: stuffed into a box, or handed out at a door."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.containers.models import Visit
from apps.containers.services import NotEmpty, NotSealed
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.warehouse.models import CargoOrder, LedgerRow, Lot, Reservation
from apps.warehouse.selectors.stock import NoSuchLot
from apps.warehouse.services import orders, stock
from apps.warehouse.services.orders import Loaded, Planned, SealOn
from terminal.bonded import NoDocument
from terminal.cargo import CustomsNotMixed, KeptApart, NeedsAReefer, TooHeavyForTheBox
from terminal.readiness import NotReady
from terminal.stock import CustomsStatus, MoreThanIsThere, NotItsWeight
from tests.factories.bonded import in_bond
from tests.factories.cargo import stocked
from tests.factories.containers import ContainerFactory, HoldFactory, VisitFactory, VisitRoleFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1, ZoneFactory

pytestmark = pytest.mark.django_db
NOW = {"by": Actor.itself("gang 3"), "at": APRIL_1}
LATER = {"by": Actor.itself("gang 3"), "at": APRIL_1 + timedelta(hours=3)}
SEAL = [SealOn(number="KZ0001")]


@pytest.fixture
def shipper():
    return PartyFactory(code="almaty-cotton", name="Almaty Cotton")


@pytest.fixture
def empty(lyg, shipper):
    return a_box(lyg, shipper)


def a_box(terminal, shipper, size_type="22G1"):
    box = ContainerFactory(tare_kg=2_300, size_type=size_type)
    visit = VisitFactory(terminal=terminal, active=True, laden=False, gross_kg=2_300, goods="empty", container=box)
    VisitRoleFactory(visit=visit, party=shipper, role="shipper")
    return visit


def ordered(visit, *planned, **more):
    lots = [Planned(lot=lot, packages=packages) for lot, packages in planned]
    party = PartyFactory(code="almaty-cotton")
    return orders.order_stuffing(visit=visit, party=party, planned=lots, **{**NOW, **more})


def in_work(visit, *planned, **more):
    order = ordered(visit, *planned, **more)
    orders.accept_order(order, **NOW)
    return orders.start_order(order, **NOW)


def handed_out(terminal, *planned):
    lots = [Planned(lot=lot, packages=packages) for lot, packages in planned]
    party = PartyFactory(code="almaty-cotton")
    order = orders.order_withdrawal(terminal=terminal, party=party, planned=lots, **NOW)
    orders.accept_order(order, **NOW)
    return orders.start_order(order, **NOW)


def test_a_box_is_laden_with_what_left_stock_and_weighs_its_tare_and_the_goods(empty):
    lot, other = stocked(100), stocked(50)
    order = in_work(empty, (lot, 60), (other, 50))
    orders.finish_stuffing(order, seals=SEAL, **LATER)
    box = Visit.objects.get(pk=empty.pk)
    assert (box.laden, box.gross_kg, box.goods) == (True, 2_300 + 600 + 500, "standard")
    assert list(Lot.objects.order_by("pk").values_list("packages", "reserved_packages")) == [(40, 0), (0, 0)]
    assert (CargoOrder.objects.get().status, lot.movements.get(kind="stuffed").order) == ("done", order)
    assert [seal.number for seal in box.seals.all()] == ["KZ0001"]


def test_what_is_planned_is_reserved_at_once_and_free_again_when_the_order_is_given_up(empty):
    lot = stocked()
    order = ordered(empty, (lot, 60))
    with pytest.raises(MoreThanIsThere, match="40 of 100 packages are free, not 41"):
        stock.withdraw(lot, 41, **NOW)
    orders.cancel_order(order, **NOW)
    assert Lot.objects.get().reserved_packages == 0
    stock.withdraw(lot, 100, **NOW)


def test_a_lot_is_not_promised_to_two_orders(empty, shipper, lyg):
    lot = stocked()
    ordered(empty, (lot, 60))
    with pytest.raises(MoreThanIsThere):
        ordered(a_box(lyg, shipper), (lot, 41))
    assert CargoOrder.objects.count() == 1


def test_stuffing_is_not_finished_without_a_seal_and_nothing_is_half_done(empty):
    lot = stocked()
    order = in_work(empty, (lot, 60))
    with pytest.raises(NotSealed):
        orders.finish_stuffing(order, **LATER)
    assert (Lot.objects.get().packages, Visit.objects.get().laden) == (100, False)


def test_chilled_goods_go_into_reefers_only(empty, shipper, lyg):
    cold = ZoneFactory(code="cold", name="Chilled", kind="chilled")
    lot = stocked(zone=cold, chilled=True)
    with pytest.raises(NeedsAReefer, match="22G1"):
        ordered(empty, (lot, 1))
    reefer = a_box(lyg, shipper, "22R1")
    orders.finish_stuffing(in_work(reefer, (lot, 1)), seals=SEAL, **LATER)
    assert Visit.objects.get(pk=reefer.pk).goods == "reefer"


def test_bonded_and_free_goods_share_a_box_only_where_the_terminal_allows_it(empty, shipper):
    bond = ZoneFactory(code="bond", name="Bond", kind="bonded")
    free, bonded = stocked(), stocked(zone=bond, customs_status="bonded")
    with pytest.raises(CustomsNotMixed, match="bonded, free"):
        ordered(empty, (free, 1), (bonded, 1))
    with pytest.raises(CustomsNotMixed):
        ordered(empty, (free, 1), (bonded, 1), by=Actor.program(shipper, "erp"), mixes_customs=True)
    assert ordered(empty, (free, 1), (bonded, 1), mixes_customs=True).mixes_customs


def test_a_domestic_box_with_goods_customs_has_not_freed_is_domestic_no_more(empty, shipper, lyg):
    other = a_box(lyg, shipper)
    Visit.objects.update(regime="domestic", direction="outbound")
    orders.finish_stuffing(in_work(empty, (stocked(customs_status="unknown"), 1)), seals=SEAL, **LATER)
    orders.finish_stuffing(in_work(other, (stocked(), 1)), seals=[SealOn(number="KZ0002")], **LATER)
    assert [Visit.objects.get(pk=each.pk).regime for each in (empty, other)] == ["unknown", "domestic"]


def test_goods_in_bond_are_not_stuffed_away_under_the_number_of_an_order(empty):
    lot = in_bond()
    order = in_work(empty, (lot, 60))
    with pytest.raises(NoDocument):
        orders.finish_stuffing(order, seals=SEAL, **LATER)
    assert (Lot.objects.get().packages, Visit.objects.get().laden) == (100, False)
    stock.release_lot(lot, CustomsStatus.FREE, reference="REL-77", **NOW)
    orders.finish_stuffing(order, seals=SEAL, **LATER)
    assert LedgerRow.objects.get(kind="removal").document == "REL-77"


def test_dangerous_goods_that_do_not_get_on_do_not_share_a_box(empty):
    dg = ZoneFactory(code="dg", name="DG", kind="dangerous_goods")
    acid, paint = stocked(zone=dg, imdg_class="8"), stocked(zone=dg, imdg_class="3")
    with pytest.raises(KeptApart):
        ordered(empty, (acid, 1), (paint, 1))
    orders.finish_stuffing(in_work(empty, (acid, 1)), seals=SEAL, **LATER)
    assert Visit.objects.get(pk=empty.pk).goods == "dangerous_goods"


def test_more_than_the_box_may_weigh_is_refused(empty):
    with pytest.raises(TooHeavyForTheBox, match="30480"):
        ordered(empty, (stocked(3_000), 2_819))


def test_what_did_not_go_in_is_free_again_and_told(empty):
    lot = stocked()
    order = in_work(empty, (lot, 60))
    planned = Reservation.objects.get()
    orders.finish_stuffing(order, seals=SEAL, loaded={planned.pk: Loaded(packages=50, gross_kg=Decimal(510))}, **LATER)
    lot.refresh_from_db()
    assert (lot.packages, lot.gross_kg, lot.reserved_packages) == (50, 490, 0)
    told = Entry.objects.get(kind="goods-differ").payload
    assert (told["declared"], told["counted"], told["packages"]) == (60, 50, -10)


@pytest.mark.parametrize(("packages", "refusal"), [(61, orders.MoreThanPlanned), (-1, orders.MoreThanPlanned),
                                                   (0, orders.NothingLoaded)])  # fmt: skip
def test_no_more_is_loaded_than_was_planned_and_something_is(empty, packages, refusal):
    order = in_work(empty, (stocked(), 60))
    with pytest.raises(refusal):
        orders.finish_stuffing(
            order, seals=SEAL, loaded={Reservation.objects.get().pk: Loaded(packages=packages)}, **LATER
        )


def test_a_laden_box_is_not_stuffed_and_a_held_one_not_opened(empty):
    lot = stocked()
    order = ordered(empty, (lot, 1))
    orders.accept_order(order, **NOW)
    Visit.objects.update(laden=None)
    with pytest.raises(NotEmpty):
        orders.start_order(order, **NOW)
    Visit.objects.update(laden=False)
    HoldFactory(visit=empty)
    with pytest.raises(NotReady):
        orders.start_order(order, **NOW)


def test_a_weight_that_no_scales_show_is_refused(empty, shipper):
    lots = [Planned(lot=stocked(), packages=1, gross_kg=Decimal("1e400"))]
    with pytest.raises(NotItsWeight):
        orders.order_stuffing(visit=empty, party=shipper, planned=lots, **NOW)


def test_others_goods_are_not_in_ones_stock(empty):
    with pytest.raises(NoSuchLot):
        ordered(empty, (stocked(owner=PartyFactory(code="stranger")), 1))


def test_an_order_names_some_goods_and_each_lot_once(empty):
    lot = stocked()
    with pytest.raises(orders.NothingPlanned):
        ordered(empty)
    with pytest.raises(orders.LotNamedTwice):
        ordered(empty, (lot, 1), (lot, 2))


def test_handed_out_goods_leave_stock_for_good(lyg):
    lot = stocked()
    order = handed_out(lyg, (lot, 60))
    orders.finish_withdrawal(order, **LATER)
    assert Lot.objects.get().packages == 40
    assert Entry.objects.get(kind="lot-withdrawn").payload["order"] == order.number


def test_goods_customs_has_not_released_may_be_asked_for_and_are_not_handed_out(lyg):
    lot = stocked(customs_status="unknown")
    order = handed_out(lyg, (lot, 60))
    with pytest.raises(stock.CustomsHasNotReleased):
        orders.finish_withdrawal(order, **LATER)
    assert Lot.objects.get().packages == 100


def test_an_order_that_is_stopped_frees_what_it_had(lyg):
    order = handed_out(lyg, (stocked(), 60))
    orders.stop_order(order, reason="the truck left", **LATER)
    assert (order.status, Lot.objects.get().reserved_packages) == ("stopped", 0)


def test_unpacking_is_not_finished_as_stuffing(lyg):
    order = handed_out(lyg, (stocked(), 60))
    with pytest.raises(orders.NotThatKind):
        orders.finish_stuffing(order, seals=SEAL, **LATER)
