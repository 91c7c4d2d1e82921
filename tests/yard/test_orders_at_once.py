"""Real threads: an order goes to one dispatcher, a place to one box, and a move is confirmed once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from apps.containers import services as containers
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import HeldCell, WorkOrder
from terminal.errors import Refused
from terminal.events import EventKind
from terminal.lifecycle import Phase
from terminal.readiness import Step
from terminal.stacking import Place
from terminal.work import Work
from tests.factories.calls import CallFactory
from tests.factories.containers import PermissionFactory, VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.yard import BlockFactory, EquipmentFactory

pytestmark = pytest.mark.django_db(transaction=True)

BY = Actor.itself("test")
NOW = timezone.now()
LATER = NOW + timedelta(minutes=5)


def at_once(*tasks: Callable[[], object]) -> list[str]:
    """What became of tasks that start together: ``done``, or the code of the refusal."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> str:
        try:
            start.wait(timeout=10)
            task()
        except Refused as refusal:
            return refusal.code()
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(tasks)) as pool:
        return sorted(pool.map(run, tasks))


@pytest.fixture
def train():
    return CallFactory(terminal=TerminalFactory(), phase=Phase.IN_PROCESSING.value, arrived_at=NOW)


def loads(train, many):
    visits = [VisitFactory(in_yard=True, terminal=train.terminal, departure_call=train) for _ in range(many)]
    for visit in visits:
        PermissionFactory(visit=visit, step=Step.LOAD.value)
    return yard.plan_orders([yard.NewOrder(kind=Work.LOAD, visit=each, call=train) for each in visits], by=BY, at=NOW)


def stands(block, bay, tier=1, **more):
    visit = VisitFactory(in_yard=True, terminal=block.terminal, **more)
    yard.place(visit, block, bay, 1, tier, by=BY, at=NOW)
    return visit


def shift(visit, place):
    return yard.plan_orders([yard.NewOrder(kind=Work.SHIFT, visit=visit, place=place)], by=BY, at=NOW)[0]


def test_two_dispatchers_who_ask_at_once_never_get_the_same_order(train):
    orders = loads(train, 24)
    given: list[int] = []

    def dispatcher():
        while order := yard.hand_out_next(train.terminal, equipment=None, by=BY, at=NOW):
            given.append(order.pk)

    assert at_once(dispatcher, dispatcher) == ["done", "done"]
    assert Counter(given) == Counter(order.pk for order in orders)


def test_one_machine_asked_for_twice_at_once_gets_one_order(train):
    loads(train, 4)
    machine = EquipmentFactory(terminal=train.terminal)

    def ask():
        yard.hand_out_next(train.terminal, equipment=machine, by=BY, at=NOW)

    assert at_once(ask, ask) == ["done", "machine-busy"]
    assert WorkOrder.objects.in_hand().count() == 1


def test_a_move_confirmed_twice_at_once_is_made_once(train):
    order = loads(train, 1)[0]
    yard.hand_out(order, equipment=None, by=BY, at=NOW)
    mine, yours = (WorkOrder.objects.get(pk=order.pk) for _ in range(2))
    answers = at_once(*(lambda each=each: yard.confirm(each, by=BY, at=LATER) for each in (mine, yours)))
    assert answers == ["already-confirmed", "done"]
    assert Entry.objects.filter(kind=EventKind.CONTAINER_LOADED.value).count() == 1


def test_a_place_two_boxes_want_at_once_is_kept_for_one(train):
    block = BlockFactory(terminal=train.terminal)
    first, second = stands(block, 1), stands(block, 2)
    place = Place(block.pk, 5, 1, 1)
    assert at_once(lambda: shift(first, place), lambda: shift(second, place)) == ["done", "place-held"]
    assert HeldCell.objects.count() == 1


def test_two_moves_into_one_cell_at_once_leave_one_box_there(train):
    block = BlockFactory(terminal=train.terminal)
    orders = [shift(stands(block, bay), Place(block.pk, bay + 2, 1, 1)) for bay in (1, 2)]
    for order in orders:
        yard.hand_out(order, equipment=None, by=BY, at=NOW)
    HeldCell.objects.all().delete()
    there = Place(block.pk, 6, 1, 1)
    answers = at_once(
        *(lambda each=each: yard.confirm(each, by=BY, at=LATER, place=there, place_reason="near") for each in orders)
    )
    assert answers == ["cell-taken", "done"]


def test_a_command_and_a_confirmation_of_the_same_box_do_not_lock_each_other_out(train):
    for _ in range(3):
        order = loads(train, 1)[0]
        yard.hand_out(order, equipment=None, by=BY, at=NOW)

        def by_command(visit=order.visit):
            containers.leave_visits([visit], step=Step.LOAD, by=BY, at=LATER)

        answers = at_once(by_command, lambda order=order: yard.confirm(order, by=BY, at=LATER))
        assert "done" in answers
        assert WorkOrder.objects.filter(visit=order.visit, state="done").count() == 1
