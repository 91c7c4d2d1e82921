"""Locks are taken in one order everywhere, or two who are both right wait for each other for ever."""

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import Standing, WorkOrder
from apps.yard.services import counting
from apps.yard.services.counting import Seen
from terminal.errors import Refused
from terminal.lifecycle import OrderState, Phase
from terminal.readiness import Step
from terminal.work import Work
from tests.factories.calls import CallFactory
from tests.factories.containers import PermissionFactory, VisitFactory
from tests.factories.yard import BlockFactory
from tests.locking import locked_tables

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
    with locked_tables("containers_visit", "yard_workorder", "yard_block") as locked:
        act()
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


@contextmanager
def meanwhile(act):
    """Somebody else does it at the same time, once begun; what came of it: done, or the code of the refusal."""
    came = []

    def somebody():
        try:
            act()
            came.append("done")
        except Refused as refusal:
            came.append(refusal.code())
        finally:
            connection.close()

    thread = threading.Thread(target=somebody)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
        yield thread, came
    thread.join(20)


def begin(thread):
    """Let the other one start, and go on when it waits for something of ours (or is through)."""
    thread.start()
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0] or not thread.is_alive():
                return
        time.sleep(0.02)


def have(model, row):
    return model.objects.select_for_update(no_key=True).get(pk=row.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["move", "carry_out"])
def test_a_move_by_command_takes_the_carrier_before_the_box_as_whoever_loads_it_does(lyg, way):
    train = CallFactory(terminal=lyg, phase=Phase.IN_PROCESSING.value, arrived_at=NOW)
    block, (visit,) = stacked(lyg, departure_call=train)

    def act():
        if way == "move":
            yard.move(Standing.objects.get(visit=visit), block, 3, 1, 1, **NOW_BY)
        else:
            yard.carry_out_at_once([yard.NewOrder(kind=Work.LOAD, visit=visit, call=train)], **NOW_BY)

    with meanwhile(act) as (thread, came):
        have(Call, train)
        begin(thread)
        have(Visit, visit)
    assert came == ["done"]


class TestABoxOnTopThatSomebodyElseHas:
    @pytest.fixture
    def boxes(self, lyg):
        """A box on which one with a lower number stands."""
        train = CallFactory(terminal=lyg, phase=Phase.ARRIVED.value, arrived_at=NOW)
        top = VisitFactory(terminal=lyg, active=True)
        block, (lowest,) = stacked(lyg, departure_call=train)
        yard.place(top, block, 1, 1, 2, **NOW_BY)
        return lowest, top

    @pytest.mark.django_db(transaction=True)
    def test_whoever_wants_the_lower_one_too_does_not_wait_for_ever(self, boxes):
        lowest, top = boxes
        with meanwhile(lambda: containers.leave_visits([lowest], step=Step.LOAD, **NOW_BY)) as (thread, came):
            have(Visit, top)
            begin(thread)
            have(Visit, lowest)
        assert came == ["in-other-hands"]

    @pytest.mark.django_db(transaction=True)
    def test_it_is_waited_for_a_moment(self, boxes):
        lowest, top = boxes
        with meanwhile(lambda: containers.leave_visits([lowest], step=Step.LOAD, **NOW_BY)) as (thread, came):
            have(Visit, top)
            begin(thread)
        assert came == ["done"]


@pytest.mark.django_db(transaction=True)
def test_a_second_order_for_a_box_is_refused_at_once_while_the_first_is_being_confirmed(lyg):
    _block, (visit,) = stacked(lyg)
    asked = [yard.NewOrder(kind=kind, visit=visit) for kind in (Work.SHIFT, Work.REHANDLE)]
    first, second = yard.plan_orders(asked, **NOW_BY)
    yard.hand_out(first, equipment=None, **NOW_BY)
    with meanwhile(lambda: yard.hand_out(second, equipment=None, **NOW_BY)) as (thread, came):
        WorkOrder.objects.filter(pk=first.pk).update(state=OrderState.DONE.value, done_at=NOW)
        begin(thread)
        have(WorkOrder, second)
    assert came == ["box-busy"]


@pytest.mark.django_db(transaction=True)
def test_a_box_that_is_put_down_while_its_lock_is_waited_for_is_passed_over(lyg):
    block, visit = BlockFactory(terminal=lyg, code="A"), VisitFactory(terminal=lyg, active=True)
    with meanwhile(lambda: yard.ground([visit], **NOW_BY)) as (thread, came):
        yard.place(visit, block, 1, 1, 1, **NOW_BY)
        begin(thread)
    assert (came, Standing.objects.count()) == (["done"], 1)
