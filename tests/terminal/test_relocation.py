"""Taking a bay apart: legal plans, never worse than the min-max rule, the best there is where that can be checked."""

import random
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from terminal.stacking import Move, NoPlan, retrieval_plan
from terminal.stacking.relocation import (
    IllegalMove,
    NoPlanInTime,
    NotABay,
    check_plan,
    lower_bound,
    min_max_plan,
    planned,
    planning,
    relocations,
)


@st.composite
def bays(draw, stacks=4, tiers=3, equal=False):
    """Small bays with a height limit: priorities all different, or some equal."""
    heights = draw(st.lists(st.integers(0, tiers), min_size=1, max_size=stacks))
    many = sum(heights)
    numbers = draw(st.lists(st.integers(1, 4), min_size=many, max_size=many)) if equal else None
    order = numbers or draw(st.permutations(range(1, many + 1)))
    left = iter(order)
    return [[next(left) for _ in range(height)] for height in heights], draw(st.integers(max([1, *heights]), tiers + 2))


def fewest(stacks, limit):
    """The fewest relocations by trying everything; None where the bay cannot be emptied."""
    layer, seen, steps = {(_settled(stacks), None)}, set(), 0
    while layer:
        if any(not any(bay) for bay, _dug in layer):
            return steps
        seen |= layer
        layer = {each for bay, dug in layer for each in _relocated(bay, dug, limit)} - seen
        steps += 1
    return None


def _settled(stacks):
    bay = [list(stack) for stack in stacks]
    while boxes := [box for stack in bay for box in stack]:
        free = next((stack for stack in bay if stack and stack[-1] == min(boxes)), None)
        if free is None:
            break
        free.pop()
    return tuple(map(tuple, bay))


def _relocated(bay, dug, limit):
    """Each bay after one relocation more, and the stack that is still being dug out then."""
    first = min(box for stack in bay for box in stack)
    sources = [n for n, stack in enumerate(bay) if first in stack] if dug is None else [dug]
    for source in sources:
        for target, other in enumerate(bay):
            if target != source and len(other) < limit:
                moved = [list(each) for each in bay]
                moved[target].append(moved[source].pop())
                done = moved[source][-1] == first
                yield (_settled(moved), None) if done else (tuple(map(tuple, moved)), source)


@settings(max_examples=120, deadline=None)
@given(bays() | bays(equal=True))
@example(([[1, 2], [2]], 2))
@example(([[1, 2, 1], [4, 1, 3]], 3))
@example(([[2, 2], [1, 4, 3], [1, 4, 4], [1]], 3))
@example(([[5, 6], [3, 1, 7], [2, 9, 4, 8]], 4))
def test_a_small_bay_is_emptied_with_as_few_relocations_as_can_be(bay):
    stacks, limit = bay
    best = fewest(stacks, limit)
    if best is None:
        with pytest.raises(NoPlan) as refused:
            planned(stacks, limit, 1e9, clock=lambda: 0.0)
        assert not isinstance(refused.value, NoPlanInTime)
        return
    found, at_least = planned(stacks, limit, 1e9, clock=lambda: 0.0)
    check_plan(stacks, limit, found)
    assert relocations(found) == best == at_least
    assert lower_bound(stacks, limit) <= best <= relocations(min_max_plan(stacks, limit))


def full_bay(width, height, seed):
    order = list(range(1, width * height + 1))
    random.Random(seed).shuffle(order)
    return [order[n * height : (n + 1) * height] for n in range(width)]


@pytest.mark.parametrize(("width", "height"), [(4, 4), (6, 6), (10, 6), (10, 10)])
def test_no_time_is_enough_for_a_plan_as_good_as_the_rule(width, height):
    stacks = full_bay(width, height, 7)
    found = retrieval_plan(stacks, height + 2, 0)
    check_plan(stacks, height + 2, found)
    assert relocations(found) == relocations(min_max_plan(stacks, height + 2))


def test_more_steps_of_the_clock_find_fewer_relocations_and_it_ends_when_the_time_is_over():
    stacks = full_bay(8, 8, 3)
    found = []
    for ticks in (0, 60, 400):
        clock = count()
        found.append(relocations(planned(stacks, 10, ticks, clock=lambda clock=clock: next(clock)).moves))
        assert next(clock) <= ticks + 10
    assert found[0] > found[1] >= found[2]


def test_a_plan_never_needs_more_than_the_rule_and_together_a_tenth_less():
    ours = theirs = 0
    for seed in range(5):
        stacks, clock = full_bay(6, 6, seed), count()
        found = relocations(planned(stacks, 8, 250, clock=lambda clock=clock: next(clock)).moves)
        rule = relocations(min_max_plan(stacks, 8))
        assert found <= rule
        ours, theirs = ours + found, theirs + rule
    assert ours <= 0.9 * theirs


def test_a_bay_that_cannot_be_emptied_is_refused_and_said_why():
    with pytest.raises(NoPlan, match="nowhere to go"):
        retrieval_plan([[1, 2], [3, 4]], 2, 0.1)


STUCK = ([[1, 3, 2], [3, 2, 3, 1], [3, 2, 2, 3], [1, 1, 3, 2]], 4)
"""Where the rule has to take a choice back."""


@pytest.mark.parametrize("seconds", [0, 1])
def test_where_the_rule_gets_stuck_a_way_is_found(seconds):
    stacks, limit = STUCK
    check_plan(stacks, limit, min_max_plan(stacks, limit))
    check_plan(stacks, limit, retrieval_plan(stacks, limit, seconds))


def test_what_was_not_found_in_time_is_not_said_to_be_impossible(monkeypatch):
    monkeypatch.setattr(planning, "PATIENCE", 0)
    stacks, limit = STUCK
    with pytest.raises(NoPlanInTime, match="Allow more time"):
        retrieval_plan(stacks, limit, 0)
    check_plan(stacks, limit, retrieval_plan(stacks, limit, 5))


def test_a_bay_of_equal_boxes_is_not_given_up_for_the_one_that_cannot_be_dug_out():
    stacks = [[1, 2, 1], [4, 1, 3]]
    found = retrieval_plan(stacks, 3, 0)
    check_plan(stacks, 3, found)
    assert relocations(found) == 3


def test_the_bay_that_was_given_is_left_as_it_was():
    stacks = [[1, 2], [3], []]
    retrieval_plan(stacks, 3, 0.1)
    assert stacks == [[1, 2], [3], []]


def test_an_empty_bay_needs_no_move():
    assert retrieval_plan([], 3, 0) == retrieval_plan([[], []], 3, 1) == []


def test_a_box_that_stands_on_the_next_is_moved_and_all_leave_in_order():
    assert retrieval_plan([[1, 2], []], 2, 1) == [Move(0, 1), Move(0, None), Move(1, None)]


@pytest.mark.parametrize(
    ("stacks", "limit", "seconds", "told"),
    [
        ([[1, 2, 3]], 2, 1, "stack 0 holds 3 boxes"),
        ([[1], [0]], 2, 1, "stack 1, tier 1"),
        ([[1, True]], 2, 1, "stack 0, tier 2"),
        ([["1"]], 2, 1, "whole number"),
        ([[1]], 0, 1, "height limit"),
        ([[1]], 2, -1, "seconds"),
        ([[1]], 2, float("nan"), "seconds"),
    ],
)
def test_what_is_no_bay_is_refused_with_the_place(stacks, limit, seconds, told):
    with pytest.raises(NotABay, match=told):
        retrieval_plan(stacks, limit, seconds)


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ([Move(1, None)], "would leave before"),
        ([Move(0, 0)], "no other stack"),
        ([Move(0, 2)], "is full"),
        ([Move(1, 3)], "does not hide"),
        ([Move(3, None)], "has no box"),
        ([Move(0, 3)], "are left"),
    ],
)
def test_the_examiner_finds_every_illegal_move(moves, told):
    with pytest.raises(IllegalMove, match=told):
        check_plan([[1, 2], [3], [5, 4], []], 2, moves)


def test_of_equal_boxes_any_is_dug_out_next_but_one_at_a_time():
    stacks, out = [[1, 3, 4], [1, 5], [], []], None
    moves = [(1, 2), (1, out), (0, 1), (0, 3), (0, out), (3, out), (1, out), (2, out)]
    check_plan(stacks, 3, [Move(*move) for move in moves])
    with pytest.raises(IllegalMove, match="dug out of stack 0"):
        check_plan(stacks, 3, [Move(0, 2), Move(1, 3)])
