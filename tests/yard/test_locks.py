"""Locks are taken in one order everywhere, or two who are both right wait for each other for ever."""

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.containers import services as containers
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import Standing
from apps.yard.services import counting
from apps.yard.services.counting import Seen
from terminal.lifecycle import Phase
from terminal.readiness import Step
from terminal.work import Work
from tests.factories.calls import CallFactory
from tests.factories.containers import PermissionFactory, VisitFactory
from tests.factories.yard import BlockFactory

BY = Actor.itself("test")
NOW = timezone.now()
NOW_BY = {"by": BY, "at": NOW}


def stacked(lyg, tiers=1, **more):
    """Boxes on top of each other, the lowest first, which may be loaded."""
    block = BlockFactory(terminal=lyg, code="A")
    boxes = [VisitFactory(terminal=lyg, active=True, **more) for _ in range(tiers)]
    for tier, visit in enumerate(boxes, start=1):
        PermissionFactory(visit=visit, step=Step.LOAD.value)
        yard.place(visit, block, 1, 1, tier, **NOW_BY)
    return block, boxes


def moved(lyg):
    block, (visit,) = stacked(lyg)
    return lambda: yard.move(Standing.objects.get(visit=visit), block, 3, 1, 1, **NOW_BY)


def corrected(lyg):
    block, _boxes = stacked(lyg)
    count = counting.start_count(block, **NOW_BY)
    counting.note_seen(count, [Seen(1, 1, 1)], **NOW_BY)
    cases = counting.close_count(count, **NOW_BY)
    return lambda: counting.correct(cases, **NOW_BY)


def put_away(lyg):
    BlockFactory(terminal=lyg, code="A")
    visit = VisitFactory(terminal=lyg, active=True)
    return lambda: yard.ground([visit], **NOW_BY)


def cleared(lyg):
    train = CallFactory(terminal=lyg, phase=Phase.ARRIVED.value, arrived_at=NOW)
    _block, (lowest, _top) = stacked(lyg, 2, departure_call=train)
    yard.plan_orders([yard.NewOrder(kind=Work.LOAD, visit=lowest, call=train)], **NOW_BY)
    return lambda: containers.leave_visits([lowest], step=Step.LOAD, **NOW_BY)


@pytest.mark.django_db
@pytest.mark.parametrize("prepared", [moved, corrected, put_away, cleared])
def test_boxes_and_orders_are_locked_before_blocks(lyg, prepared):
    act = prepared(lyg)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        act()
    tables = ("containers_visit", "yard_workorder", "yard_block")
    locked = [
        next(table for table in tables if f'FROM "{table}"' in query["sql"])
        for query in queries
        if " FOR " in query["sql"] and any(f'FROM "{table}"' in query["sql"] for table in tables)
    ]
    first_block = locked.index("yard_block")
    boxes = sum(table == "containers_visit" for table in locked[:first_block])
    assert boxes == (2 if prepared is cleared else 1), locked
    assert "yard_workorder" in locked[:first_block] or prepared is not cleared


@pytest.mark.django_db(transaction=True)
def test_whoever_hands_out_does_not_wait_for_a_box_on_top_that_somebody_has(lyg):
    _block, (lowest, top) = stacked(lyg, 2)
    order = yard.plan_orders([yard.NewOrder(kind=Work.SHIFT, visit=lowest)], **NOW_BY)[0]
    has_it, let_go = threading.Event(), threading.Event()

    def somebody():
        with transaction.atomic():
            Visit.objects.select_for_update().get(pk=top.pk)
            has_it.set()
            let_go.wait(20)
        connection.close()

    thread = threading.Thread(target=somebody)
    thread.start()
    has_it.wait(20)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
            with pytest.raises(yard.WaitsForDigging):
                yard.hand_out(order, equipment=None, **NOW_BY)
    finally:
        let_go.set()
        thread.join()
    assert yard.hand_out(order, equipment=None, **NOW_BY).visit == top
