"""Closed bays take nothing in and machines that are down take no orders, whoever asks and in whatever way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import BlockClosure, Downtime
from apps.yard.services.making_room import vacate
from terminal.stacking import Place
from terminal.work import Work
from tests.factories.containers import VisitFactory
from tests.factories.yard import BlockClosureFactory, BlockFactory, EquipmentFactory

BY = Actor.itself("test")
NOW = timezone.now()
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def block(lyg):
    """Bays 2 to 4 are closed for three hours; 1, 5 and 6 are open."""
    found = BlockFactory(terminal=lyg, code="A", rows=1, tiers=2)
    BlockClosureFactory(block=found, first_bay=2, last_bay=4, since=NOW - timedelta(hours=1), until=LATER)
    return found


def comes(block, **more):
    return VisitFactory(in_yard=True, terminal=block.terminal, **more)


def stands(block, bay, tier=1):
    visit = comes(block)
    yard.place(visit, block, bay, 1, tier, by=BY, at=NOW)
    return visit


def ask(visit, **more):
    return yard.plan_orders([yard.NewOrder(kind=Work.SHIFT, visit=visit, **more)], by=BY, at=NOW)[0]


def test_no_command_puts_a_box_into_a_closed_bay(block):
    standing = stands(block, 1).standing
    with pytest.raises(yard.BlockClosed, match="new surface"):
        yard.place(comes(block), block, 3, 1, 1, by=BY, at=NOW)
    with pytest.raises(yard.BlockClosed):
        yard.move(standing, block, 4, 1, 1, by=BY, at=NOW)


def test_a_long_box_is_not_put_half_into_a_closed_bay(block):
    with pytest.raises(yard.BlockClosed):
        yard.place(comes(block, container__size_type="42G1"), block, 1, 1, 1, by=BY, at=NOW)


def test_a_bay_is_open_again_when_its_closure_is_over(block):
    yard.place(comes(block), block, 3, 1, 1, by=BY, at=LATER)


def test_no_closed_bay_is_suggested_until_it_is_open(block):
    for bay in (1, 5, 6):
        stands(block, bay)
        stands(block, bay, tier=2)
    assert yard.suggest(comes(block), at=NOW) is None
    assert yard.suggest(comes(block), at=LATER).bay in (2, 3, 4)


def test_arrivals_are_not_grounded_in_closed_bays(block):
    standings = yard.ground([comes(block) for _ in range(8)], by=BY, at=NOW)
    assert len(standings) == 6
    assert {standing.bay for standing in standings} == {1, 5, 6}


def test_what_makes_way_is_not_put_into_closed_bays(block):
    below = stands(block, 1)
    stands(block, 1, tier=2)
    vacate([below.pk], work=Work.LOAD, by=BY, at=NOW)
    assert set(block.standings.values_list("bay", flat=True)) <= {1, 5, 6}


def test_a_place_that_was_closed_meanwhile_is_replaced_by_another(block):
    order = ask(stands(block, 1), place=Place(block.pk, 5, 1, 1))
    BlockClosureFactory(block=block, first_bay=5, last_bay=5)
    yard.hand_out(order, equipment=None, by=BY, at=NOW)
    assert order.bay == 6


def test_what_stands_in_a_closed_bay_may_leave_it(block):
    BlockClosure.objects.all().delete()
    standing = stands(block, 3).standing
    BlockClosureFactory(block=block, first_bay=3, last_bay=3)
    assert yard.move(standing, block, 1, 1, 1, by=BY, at=NOW).bay == 1


class TestDowntimes:
    @pytest.fixture
    def stacker(self, lyg):
        machine = EquipmentFactory(terminal=lyg, code="RS1")
        Downtime.objects.create(equipment=machine, since=NOW - timedelta(hours=1), until=LATER, reason="tyre")
        return machine

    def test_a_machine_that_is_down_is_given_nothing_in_either_way(self, block, stacker):
        order = ask(stands(block, 1))
        with pytest.raises(yard.MachineDown, match="tyre"):
            yard.hand_out(order, equipment=stacker, by=BY, at=NOW)
        with pytest.raises(yard.MachineDown, match="tyre"):
            yard.hand_out_next(block.terminal, equipment=stacker, by=BY, at=NOW)

    def test_it_works_again_when_its_downtime_is_over(self, block, stacker):
        order = ask(stands(block, 1))
        assert yard.hand_out_next(block.terminal, equipment=stacker, by=BY, at=LATER).pk == order.pk

    def test_other_machines_work_meanwhile(self, block, stacker):
        order = ask(stands(block, 1))
        yard.hand_out(order, equipment=EquipmentFactory(terminal=block.terminal), by=BY, at=NOW)
        assert order.state == "dispatched"
