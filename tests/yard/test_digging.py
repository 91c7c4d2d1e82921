"""In which order boxes are best taken out, and what digging that costs."""

import pytest
from django.utils import timezone

from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.selectors import retrieval_order
from tests.factories.containers import VisitFactory
from tests.factories.yard import BlockFactory

BY = Actor.itself("test")
NOW = timezone.now()


@pytest.fixture
def block(lyg):
    return BlockFactory(terminal=lyg, code="A")


def stands(block, bay, row, tier, size_type="22G1"):
    visit = VisitFactory(in_yard=True, terminal=block.terminal, container__size_type=size_type)
    yard.place(visit, block, bay, row, tier, by=BY, at=NOW)
    return visit


def told(*visits):
    return [(each.visit_id, each.turn, each.digging) for each in retrieval_order(visit.pk for visit in visits)]


def test_of_boxes_in_one_stack_the_upper_comes_first_and_neither_digs(block):
    below, top = stands(block, 1, 1, 1), stands(block, 1, 1, 2)
    assert told(below, top) == [(top.pk, 1, 0), (below.pk, 2, 0)]


def test_a_box_pays_for_what_stands_on_it_and_stays(block):
    below = stands(block, 1, 1, 1)
    stands(block, 1, 1, 2), stands(block, 1, 1, 3)
    assert told(below) == [(below.pk, 1, 2)]


def test_a_box_moved_aside_is_not_put_where_it_would_be_in_the_way_again(block):
    first, _on_it, second = stands(block, 1, 1, 1), stands(block, 1, 1, 2), stands(block, 1, 2, 1)
    assert sum(digging for _visit, _turn, digging in told(first, second)) == 1


def test_long_boxes_over_short_ones_are_priced_by_what_stands_on_them(block):
    below, _other = stands(block, 1, 1, 1), stands(block, 2, 1, 1)
    stands(block, 1, 1, 2, "42G1")
    assert told(below) == [(below.pk, 1, 1)]


def test_a_box_without_a_cell_has_no_turn(block):
    assert told(VisitFactory(in_yard=True, terminal=block.terminal)) == []


def test_a_list_costs_two_queries(block, django_assert_num_queries):
    visits = [stands(block, bay, 1, 1) for bay in (1, 2, 3, 4)]
    with django_assert_num_queries(2):
        assert len(retrieval_order(visit.pk for visit in visits)) == 4
