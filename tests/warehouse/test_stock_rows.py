"""What the database itself keeps of orders and stock, whoever writes."""

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from apps.common.integrity import violated_constraint
from apps.warehouse.models import CountedLot, DeclaredLot, Lot, LotMovement, StockCount
from tests.factories.cargo import LotFactory, OrderFactory, declared, moved
from tests.factories.warehouse import APRIL_1

pytestmark = pytest.mark.django_db


def refused(act):
    """The name of the constraint that refuses it."""
    with pytest.raises(IntegrityError) as violation, transaction.atomic():
        act()
    return violated_constraint(violation.value)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"packages": -1}, "a_lot_gives_no_more_than_it_has"),
        ({"gross_kg": -1}, "a_lot_weighs_no_less_than_nothing"),
        ({"volume_m3": -1}, "a_lot_weighs_no_less_than_nothing"),
        ({"packages": 0, "reserved_packages": 0}, "no_packages_weigh_nothing"),
        ({"reserved_packages": 101}, "a_lot_promises_no_more_than_it_has"),
        ({"customs_status": "no idea"}, "lot_customs_status_is_known"),
    ],
)
def test_no_statement_makes_a_lot_that_cannot_be(values, constraint):
    lot = LotFactory(packages=100)
    assert refused(lambda: Lot.objects.filter(pk=lot.pk).update(**values)) == constraint


def test_what_moved_is_never_edited_not_even_by_hand():
    lot = LotFactory()
    moved(lot, 5)
    assert refused(lambda: LotMovement.objects.update(packages=1)) == "stock_is_only_added_to"
    assert refused(lambda: LotMovement.objects.all().delete()) == "stock_is_only_added_to"


def test_what_was_counted_in_stock_is_never_edited():
    lot = LotFactory()
    count = StockCount.objects.create(
        terminal=lot.terminal, number="SC-1", zone=lot.zone, began_at=APRIL_1, ended_at=APRIL_1, counted_by="test"
    )
    CountedLot.objects.create(count=count, lot=lot, expected=5, counted=5)
    assert refused(lambda: CountedLot.objects.update(counted=4)) == "stock_is_only_added_to"
    assert refused(lambda: StockCount.objects.update(counted_by="me")) == "stock_is_only_added_to"


def test_a_difference_in_stock_says_why():
    lot = LotFactory()
    count = StockCount.objects.create(
        terminal=lot.terminal, number="SC-1", zone=lot.zone, began_at=APRIL_1, ended_at=APRIL_1, counted_by="test"
    )
    silent = CountedLot(count=count, lot=lot, expected=5, counted=4)
    assert refused(silent.save) == "a_difference_has_a_reason"


@pytest.mark.parametrize("name", ["packages", "gross_kg", "hs_code", "marks", "customs_status"])
def test_what_was_declared_is_never_edited(name):
    line = declared(OrderFactory())
    act = DeclaredLot.objects.filter(pk=line.pk)
    assert refused(lambda: act.update(**{name: getattr(line, name)})) == "what_was_declared_stays"


def test_what_was_counted_stands_beside_what_was_declared():
    line = declared(OrderFactory(), packages=10)
    DeclaredLot.objects.filter(pk=line.pk).update(counted_packages=9, counted_kg=90, counted_m3=0)
    line.refresh_from_db()
    assert (line.packages, line.counted.packages) == (10, 9)


def test_one_box_has_one_order_at_a_time():
    order = OrderFactory()
    assert refused(lambda: OrderFactory(visit=order.visit)) == "a_box_has_one_open_order"
    order.status = "rejected"
    order.save()
    assert OrderFactory(visit=order.visit).visit == order.visit


def test_goods_are_handed_out_without_a_box_and_unpacked_from_one():
    assert refused(lambda: OrderFactory(visit=None)) == "a_box_is_unpacked_or_stuffed"
    assert refused(lambda: OrderFactory(kind="withdraw")) == "a_box_is_unpacked_or_stuffed"


@pytest.mark.parametrize("table", ["lotmovement", "stockcount", "countedlot"])
def test_the_application_may_not_even_try(table):
    with connection.cursor() as cursor:
        asked = [settings.APPLICATION_ROLE, f"warehouse_{table}"]
        cursor.execute("SELECT has_table_privilege(%s, %s, 'UPDATE'), has_table_privilege(%s, %s, 'DELETE')", asked * 2)
        assert cursor.fetchone() == (False, False)
