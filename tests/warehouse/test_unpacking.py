"""A box is unpacked: ordered by its packing list, counted, its goods stock, and the box empty."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.common.models import Attachment
from apps.containers.models import Visit
from apps.containers.services import join_number, leave_visits
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.warehouse.models import CargoOrder, DeclaredLot, Lot
from apps.warehouse.services import orders
from apps.warehouse.services.orders import LineCount, Place
from apps.warehouse.services.wishes import NoSuchContainer
from terminal.cargo import MoreThanTheBoxHolds
from terminal.lifecycle import StepNotAllowed
from terminal.readiness import NotReady, Step
from terminal.stock import CustomsStatus, TooMuch, WrongZone
from tests.factories.cargo import bales
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    PermissionFactory,
    PermissionRuleFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.parties import PartyFactory, staff
from tests.factories.pictures import photo, png
from tests.factories.warehouse import APRIL_1, ZoneFactory

pytestmark = pytest.mark.django_db
GANG = Actor.itself("gang 3")
NOW = {"by": GANG, "at": APRIL_1}
LATER = {"by": GANG, "at": APRIL_1 + timedelta(hours=3)}


@pytest.fixture
def shipper():
    return PartyFactory(code="almaty-cotton", name="Almaty Cotton")


@pytest.fixture
def box(lyg, shipper):
    """A laden box of Almaty Cotton in the yard; unpacking it needs nobody's yes."""
    PermissionRuleFactory(terminal=lyg, step=Step.STRIP.value, required=False)
    PermissionRuleFactory(terminal=lyg, step=Step.GATE_OUT.value, required=False)
    visit = VisitFactory(terminal=lyg, active=True, container=ContainerFactory(tare_kg=2_300), gross_kg=22_300)
    VisitRoleFactory(visit=visit, party=shipper, role="consignee")
    return visit


def ordered(box, shipper, *lines, **more):
    wish = {"zone": ZoneFactory(), "lines": lines or (bales(),), **NOW, **more}
    return orders.order_unpacking(visit=box, party=shipper, **wish)


def in_work(box, shipper, *lines, **more):
    order = ordered(box, shipper, *lines, **more)
    orders.accept_order(order, **NOW)
    return orders.start_order(order, gang="gang 3", gang_size=4, equipment="forklift", **NOW)


def count(order, *packages, **more):
    counts = [
        LineCount(line=line, packages=found, **more) for line, found in zip(order.lines.all(), packages, strict=False)
    ]
    return orders.count_lines(order, counts, **LATER)


def told(kind):
    return [entry.payload for entry in Entry.objects.filter(kind=kind).order_by("id")]


def test_what_was_counted_is_stock_of_the_party_and_the_box_begins_an_empty_stay(box, shipper):
    order = in_work(box, shipper, bales(100), bales(50, line=2, goods="Dried apricots", hs_code="08131000"))
    count(order, 100, 50)
    lots = orders.finish_unpacking(order, places={2: Place(position="B-04")}, **LATER)
    assert [(lot.packages, lot.gross_kg, lot.position) for lot in lots] == [(100, 1_000, ""), (50, 500, "B-04")]
    assert {(lot.owner, lot.zone.code, lot.visit) for lot in lots} == {(shipper, "A", box)}
    order = CargoOrder.objects.get()
    assert (order.status, order.next_visit.laden, order.next_visit.container) == ("done", False, box.container)
    assert [each["packages"] for each in told("lot-received")] == [100, 50]
    assert told("goods-differ") == []


def test_a_lot_tells_which_movement_brought_it_and_by_which_order(box, shipper):
    order = in_work(box, shipper)
    count(order, 100)
    lot = orders.finish_unpacking(order, **LATER)[0]
    moved = lot.movements.get()
    assert (moved.kind, moved.packages, moved.order, moved.owner) == ("received", 100, order, shipper)


def test_a_difference_is_an_event_and_never_an_edit_of_what_was_declared(box, shipper):
    order = in_work(box, shipper)
    count(order, 97, seen="three bales wet")
    line = order.lines.get()
    assert (line.packages, line.gross_kg, line.counted_packages, line.counted_kg) == (100, 1_000, 97, 970)
    (differs,) = told("goods-differ")
    assert (differs["declared"], differs["counted"], differs["packages"]) == (100, 97, -3)
    assert (differs["gross_kg"], differs["remark"]) == ("-30.000", "three bales wet")


def test_a_difference_of_weight_alone_is_one_too(box, shipper):
    count(in_work(box, shipper), 100, gross_kg=Decimal(990))
    assert [each["gross_kg"] for each in told("goods-differ")] == ["-10.000"]


def test_photos_of_what_was_seen_are_kept_with_the_line(box, shipper):
    order = in_work(box, shipper)
    count(order, 97, photos=[photo(png())])
    kept = Attachment.objects.get()
    assert (kept.subject_kind, kept.subject_id) == ("warehouse.declaredlot", order.lines.get().pk)
    assert told("goods-differ")[0]["photos"] == 1


def test_what_is_in_the_box_and_on_no_list_is_a_further_line(box, shipper):
    order = in_work(box, shipper)
    count(order, 100)
    orders.add_found(order, bales(5, goods="Raisins", hs_code="080620"), seen="behind the bales", **LATER)
    lots = orders.finish_unpacking(order, **LATER)
    assert [(lot.goods, lot.packages) for lot in lots] == [("Cotton yarn", 100), ("Raisins", 5)]
    assert [(each["declared"], each["counted"]) for each in told("goods-differ")] == [(0, 5)]


def test_a_box_is_not_empty_before_every_line_was_counted(box, shipper):
    order = in_work(box, shipper, bales(100), bales(50, line=2))
    count(order, 100)
    with pytest.raises(orders.NotAllCounted, match="lines 2"):
        orders.finish_unpacking(order, **LATER)
    assert not Lot.objects.exists()


def test_what_was_not_there_becomes_no_lot(box, shipper):
    order = in_work(box, shipper, bales(100), bales(50, line=2))
    count(order, 100, 0)
    assert len(orders.finish_unpacking(order, **LATER)) == 1


def test_unpacking_that_is_stopped_leaves_the_rest_in_the_laden_box(box, shipper):
    order = in_work(box, shipper, bales(100), bales(50, line=2))
    count(order, 100)
    lots = orders.stop_unpacking(order, reason="the forklift broke", **LATER)
    box.refresh_from_db()
    assert [lot.packages for lot in lots] == [100]
    assert (box.state, box.laden, box.gross_kg) == ("active", True, 21_300)
    assert (order.status, order.reason) == ("stopped", "the forklift broke")
    assert ordered(box, shipper, bales(50)).status == "requested", "the rest can be ordered"


@pytest.mark.parametrize(
    ("packages", "kilograms", "refusal"),
    [
        (-1, None, orders.CountedNegative),
        (5, Decimal(0), orders.NoWeightFound),
        (0, Decimal(5), orders.NoWeightFound),
    ],
)
def test_nobody_counts_less_than_nothing_or_something_that_weighs_nothing(box, shipper, packages, kilograms, refusal):
    order = in_work(box, shipper)
    with pytest.raises(refusal):
        count(order, packages, gross_kg=kilograms)
    assert order.lines.get().counted is None


def test_a_count_that_nobody_can_have_meant_is_refused(box, shipper):
    order = in_work(box, shipper)
    with pytest.raises(TooMuch):
        count(order, 10**30)
    with pytest.raises(TooMuch):
        orders.add_found(order, bales(3 * 10**9, goods="Raisins", hs_code="080620"), **LATER)
    assert order.lines.get().counted is None


def test_goods_are_counted_while_the_box_stands_open_and_not_after(box, shipper):
    order = ordered(box, shipper)
    with pytest.raises(orders.NotInWork):
        count(order, 100)


def test_a_line_of_another_order_is_not_counted_here(box, shipper):
    order = in_work(box, shipper)
    stranger = DeclaredLot(pk=0, line=7)
    with pytest.raises(orders.NotOnTheList):
        orders.count_lines(order, [LineCount(line=stranger, packages=1)], **LATER)


class TestCustoms:
    """Whether unpacked goods are free."""

    def unpacked(self, box, shipper, **more):
        order = in_work(box, shipper, bales(**more), zone=ZoneFactory(code="B", name="B", kind="bonded"))
        count(order, 100)
        lot = orders.finish_unpacking(order, **LATER)[0]
        return lot.customs_status, lot.customs_reference

    def test_a_packing_list_that_calls_goods_free_frees_nothing(self, box, shipper):
        assert self.unpacked(box, shipper, customs_status=CustomsStatus.FREE) == ("unknown", "")

    def test_what_customs_lets_out_by_the_gate_is_free_under_its_reference(self, box, shipper):
        PermissionFactory(visit=box, step="gate_out", reference="CD-7")
        assert self.unpacked(box, shipper) == ("free", "CD-7")

    def test_a_permission_that_was_revoked_frees_nothing(self, box, shipper):
        PermissionFactory(visit=box, step="gate_out", revoked_at=APRIL_1)
        assert self.unpacked(box, shipper) == ("unknown", "")

    def test_what_is_known_to_be_domestic_is_free_and_what_is_only_called_so_is_not(self, box, shipper):
        PermissionRuleFactory(terminal=box.terminal, regime="domestic", step=Step.STRIP.value, required=False)
        Visit.objects.update(regime="domestic")
        assert self.unpacked(box, shipper) == ("free", "")

    def test_a_claim_of_the_regime_frees_nothing(self, box, shipper):
        PermissionFactory(visit=box, step="strip")
        Visit.objects.update(regime="domestic", claimed=["regime"])
        assert self.unpacked(box, shipper) == ("unknown", "")

    @pytest.mark.parametrize("regime", ["transit", "domestic"])
    def test_nothing_is_free_while_customs_holds_the_box_back_from_the_gate(self, box, shipper, regime):
        PermissionRuleFactory(terminal=box.terminal, regime="domestic", step=Step.STRIP.value, required=False)
        Visit.objects.update(regime=regime)
        PermissionFactory(visit=box, step="gate_out", reference="CD-7")
        HoldFactory(visit=box, owner="customs", step="gate_out")
        assert self.unpacked(box, shipper) == ("unknown", "")

    def test_a_hold_of_the_terminals_keeps_the_box_and_says_nothing_of_customs(self, box, shipper):
        PermissionFactory(visit=box, step="gate_out", reference="CD-7")
        HoldFactory(visit=box, step="gate_out")
        assert self.unpacked(box, shipper) == ("free", "CD-7")

    @pytest.mark.parametrize("status", ["bonded", "in_transit"])
    def test_what_a_list_keeps_back_stays_back(self, box, shipper, status):
        PermissionFactory(visit=box, step="gate_out")
        assert self.unpacked(box, shipper, customs_status=CustomsStatus(status))[0] == status


class TestWhoseAndWhere:
    """What may be ordered at all."""

    def test_an_announced_box_may_be_ordered_and_accepted_and_work_waits_until_it_is_here(self, box, shipper):
        box.state, box.position, box.arrived_at = "advised", "inbound", None
        box.save()
        order = ordered(box, shipper)
        orders.accept_order(order, **NOW)
        with pytest.raises(NotReady, match="not-arrived"):
            orders.start_order(order, **NOW)

    def test_a_box_under_customs_hold_is_not_opened(self, box, shipper):
        order = ordered(box, shipper)
        orders.accept_order(order, **NOW)
        HoldFactory(visit=box, owner="customs")
        with pytest.raises(NotReady, match="hold"):
            orders.start_order(order, **NOW)

    def test_a_hold_placed_during_the_work_keeps_the_box_from_being_emptied(self, box, shipper):
        order = in_work(box, shipper)
        count(order, 100)
        HoldFactory(visit=box, owner="customs")
        with pytest.raises(NotReady):
            orders.finish_unpacking(order, **LATER)
        assert not Lot.objects.exists()

    def test_a_stranger_does_not_learn_that_the_box_is_here(self, box):
        with pytest.raises(NoSuchContainer):
            ordered(box, PartyFactory(code="stranger"))

    def test_who_only_hauls_the_box_does_not_get_what_is_in_it(self, box):
        haulier = PartyFactory(code="suwei")
        VisitRoleFactory(visit=box, party=haulier, role="haulier")
        with pytest.raises(orders.NotItsGoods):
            ordered(box, haulier)

    def test_a_list_heavier_than_what_is_in_the_box_is_refused(self, box, shipper):
        with pytest.raises(MoreThanTheBoxHolds, match="20000"):
            ordered(box, shipper, bales(2_001))
        assert ordered(box, shipper, bales(2_000)).status == "requested"

    def test_goods_that_need_care_are_not_put_where_there_is_none(self, box, shipper):
        with pytest.raises(WrongZone, match="chilled"):
            ordered(box, shipper, bales(chilled=True))

    def test_one_box_has_one_order_at_a_time_and_the_other_is_named(self, box, shipper):
        order = ordered(box, shipper)
        with pytest.raises(orders.OrderUnderWay, match=order.number):
            ordered(box, shipper)

    def test_a_partys_program_orders_for_itself_alone(self, box, shipper):
        with pytest.raises(NotYours):
            ordered(box, shipper, by=Actor.program(PartyFactory(code="stranger"), "erp"))

    def test_the_terminal_answers_and_a_program_does_not(self, box, shipper):
        order = ordered(box, shipper)
        for answer in (orders.accept_order, orders.start_order):
            with pytest.raises(NotYours):
                answer(order, by=Actor.program(shipper, "erp"), at=APRIL_1)

    def test_who_may_not_change_orders_finishes_none(self, box, shipper):
        order = in_work(box, shipper)
        reader = Actor.person(staff("warehouse.view_cargoorder", username="reader"))
        for act in (lambda: orders.finish_unpacking(order, by=reader, at=APRIL_1),
                    lambda: orders.count_lines(order, [], by=reader, at=APRIL_1),
                    lambda: orders.stop_unpacking(order, reason="-", by=reader, at=APRIL_1)):  # fmt: skip
            with pytest.raises(NotYours):
                act()


class TestWhatBecomesOfTheBox:
    """An order follows its box."""

    def test_its_party_gives_an_order_up_until_work_has_begun(self, box, shipper):
        program = Actor.program(shipper, "erp")
        order = ordered(box, shipper)
        orders.cancel_order(order, by=program, at=APRIL_1)
        assert orders.cancel_order(order, by=program, at=APRIL_1).status == "cancelled"
        with pytest.raises(StepNotAllowed):
            orders.cancel_order(in_work(box, shipper), by=program, at=APRIL_1)

    def test_a_rejected_order_says_why(self, box, shipper):
        order = ordered(box, shipper)
        orders.reject_order(order, reason="no gang", **NOW)
        assert told("cargo-order-rejected")[0]["reason"] == "no gang"

    def test_a_box_that_is_worked_on_does_not_leave(self, box, shipper):
        in_work(box, shipper)
        with pytest.raises(orders.BeingWorked):
            leave_visits([box], step=Step.GATE_OUT, **NOW)

    def test_what_was_asked_for_a_box_that_leaves_is_called_off(self, box, shipper):
        ordered(box, shipper)
        leave_visits([box], step=Step.GATE_OUT, **NOW)
        assert CargoOrder.objects.get().status == "cancelled"

    def test_the_order_for_a_box_under_a_wrong_number_is_for_the_right_one(self, box, shipper):
        right = VisitFactory(terminal=box.terminal, container=ContainerFactory(number="CSQU3054383"))
        VisitRoleFactory(visit=right, party=shipper, role="consignee")
        order = ordered(right, shipper)
        join_number(box, "CSQU3054383", reason="misread", party=shipper, **NOW)
        order.refresh_from_db()
        assert (order.visit, order.status) == (box, "requested")

    def test_of_two_orders_for_one_box_the_one_of_the_visit_that_goes_on_stands(self, box, shipper):
        right = VisitFactory(terminal=box.terminal, container=ContainerFactory(number="CSQU3054383"))
        VisitRoleFactory(visit=right, party=shipper, role="consignee")
        other, own = ordered(right, shipper), ordered(box, shipper)
        join_number(box, "CSQU3054383", reason="misread", party=shipper, **NOW)
        assert dict(CargoOrder.objects.values_list("pk", "status")) == {other.pk: "cancelled", own.pk: "requested"}
