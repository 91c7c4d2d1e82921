"""The best places for a box: never an impossible one, always explained, and as many rehandles as are to be expected."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.regimes import Goods
from terminal.stacking import TOLERANCE_KG, Box, homes_of
from terminal.stacking.placement import (
    Known,
    Newcomer,
    Plot,
    Settled,
    Stacks,
    pulls_of,
    suggest,
    weigh,
    why_not,
)
from terminal.stacking.placement.outlook import STAY_H, STAY_SHAPE, leaves_first
from terminal.stacking.placement.weighing import USUAL

GENERAL = Plot(1, "A", "general", 6, 3, 4)
OTHER = Plot(2, "B", "general", 4, 2, 4)
EMPTIES = Plot(3, "M", "empties", 4, 2, 3)
SITE = (GENERAL, OTHER, EMPTIES)


def pull(*, due_h=np.nan, spread_h=4.0, age_h=0.0):
    known = (np.array([value], dtype=float) for value in (age_h, STAY_H, STAY_SHAPE, due_h, spread_h))
    return pulls_of(Known(*known))[0]


def newcomer(ident, bays=1, kg=20_000, goods=Goods.STANDARD, **told):
    planned = {name: told.pop(name) for name in ("due_h", "spread_h", "age_h") if name in told}
    box = Box(bays, kg, goods)
    homes = told.pop("homes", homes_of(goods))
    laden = told.pop("laden", goods is not Goods.EMPTY)
    return Newcomer(ident, box, pull(**planned), homes, laden=laden, **told)


@st.composite
def boxes(draw, most=40):
    count = draw(st.integers(0, most))
    return [
        newcomer(
            number,
            bays=draw(st.sampled_from([1, 2, 2])),
            kg=draw(st.none() | st.integers(2_000, 32_000)),
            goods=draw(st.sampled_from([Goods.STANDARD, Goods.STANDARD, Goods.EMPTY])),
            due_h=draw(st.sampled_from([np.nan, np.nan, 2.0, 20.0, 90.0])),
            call=draw(st.integers(0, 2)),
            bound=draw(st.integers(0, 3)),
        )
        for number in range(1, count + 1)
    ]


def settle(stacks, arriving, choices):
    """Each box at a random one of the places it has; where it went."""
    cells = {}
    for new in arriving:
        lower = weigh(stacks, new).spots.lower
        if len(lower):
            stack = int(lower[choices.randrange(len(lower))])
            place = stacks.place(stack)
            stacks.put(new, stack)
            for bay in range(place.bay, place.bay + new.box.bays):
                cells[place.block_id, bay, place.row, place.tier] = new
    return cells


def may_stand(new, place, cells, plots):
    """The rules anew, cell by cell."""
    plot = next(each for each in plots if each.block_id == place.block_id)
    here = [(place.block_id, bay, place.row) for bay in range(place.bay, place.bay + new.box.bays)]
    below = [cells.get((*stack, place.tier - 1)) for stack in here]
    return (
        plot.kind in new.homes
        and 1 <= place.bay <= plot.bays - new.box.bays + 1
        and place.tier <= plot.tiers
        and not any((*stack, tier) in cells for stack in here for tier in range(place.tier, plot.tiers + 1))
        and (place.tier == 1 or all(below))
        and all(new.box.bays >= other.box.bays for other in below if other)
        and (len({id(other) for other in below}) == 1 or not any(other.box.bays > 1 for other in below if other))
        and all((new.box.gross_kg or 0) <= (other.box.gross_kg or 99_000) + TOLERANCE_KG for other in below if other)
        and (
            plot.kind == "empties"
            or all(
                other.laden is new.laden for stack in here for tier in range(5) if (other := cells.get((*stack, tier)))
            )
        )
    )


@settings(max_examples=20, deadline=None)
@given(
    boxes(),
    boxes(most=3),
    st.randoms(use_true_random=False),
    st.sets(st.sampled_from([(1, 1, 1), (1, 4, 2), (2, 3, 1)])),
)
def test_no_place_is_suggested_where_the_box_cannot_or_must_not_stand(standing, coming, choices, closed):
    stacks = Stacks(SITE)
    cells = settle(stacks, standing, choices)
    stacks.close(closed)
    for new in coming:
        for each in suggest(stacks, new):
            assert may_stand(new, each.place, cells, SITE)
            covered = range(each.place.bay, each.place.bay + new.box.bays)
            assert closed.isdisjoint((each.place.block_id, bay, each.place.row) for bay in covered)


@settings(max_examples=12, deadline=None)
@given(boxes(), boxes(most=3), st.randoms(use_true_random=False))
def test_the_points_of_the_reasons_add_up_to_the_score(standing, coming, choices):
    stacks = Stacks(SITE)
    settle(stacks, standing, choices)
    for new in coming:
        found = suggest(stacks, new)
        assert all(sum(reason.points for reason in each.reasons) == each.points for each in found)
        assert all(str(reason) for each in found for reason in each.reasons)


@settings(max_examples=12, deadline=None)
@given(boxes(), boxes(most=3), st.randoms(use_true_random=False))
def test_what_is_suggested_does_not_hang_on_the_order_in_which_things_are_told(standing, coming, choices):
    stacks, shuffled = Stacks(SITE), Stacks(SITE[::-1])
    settle(stacks, standing, choices)
    order = list(stacks.slots)
    choices.shuffle(order)
    shuffled.fill(columns(stacks, order))
    for new in coming:
        assert suggest(stacks, new) == suggest(shuffled, new)


def columns(stacks, order):
    kept = stacks.boxes
    slots = np.array([stacks.slots[ident] for ident in order], dtype=np.int64)
    under = kept.stack[slots]
    facts = (kept.bays, kept.kg, kept.laden, kept.call, kept.bound)
    place = (stacks.plot[under], stacks.bay[under], stacks.row[under], kept.tier[slots])
    idents = np.array(order, dtype=np.int64)
    return Settled(idents, *place, *(each[slots] for each in facts), kept.pull[slots])


@settings(max_examples=12, deadline=None)
@given(boxes(), st.randoms(use_true_random=False))
def test_a_box_that_is_lifted_leaves_the_yard_as_if_it_had_never_stood_there(standing, choices):
    stacks, untouched = Stacks(SITE), Stacks(SITE)
    settle(stacks, standing, choices)
    untouched.fill(columns(stacks, list(stacks.slots)))
    new = newcomer(999, bays=2)
    for stack in weigh(stacks, new).spots.lower.tolist():
        stacks.put(new, stack)
        assert stacks.above(new.ident) == []
        stacks.lift(new.ident)
    for name in ("height", "top_kg", "top_long", "empties", "ladens"):
        assert (getattr(stacks, name) == getattr(untouched, name)).all()
    assert np.allclose(stacks.pull, untouched.pull)
    assert np.allclose(stacks.long_pull, untouched.long_pull)


@pytest.mark.parametrize(("high", "relocations"), [(2, 0.50), (3, 1.17), (4, 1.92), (5, 2.72)])
def test_a_stack_of_boxes_of_which_nothing_is_known_costs_h_less_its_harmonic_number(high, relocations):
    stacks = Stacks([Plot(1, "A", "general", 1, 1, high)])
    expected = 0.0
    for number in range(high):
        new = newcomer(number)
        expected += suggest(stacks, new)[0].rehandles
        stacks.put(new, 0)
    assert expected == pytest.approx(high - sum(1 / n for n in range(1, high + 1)), abs=1e-9)
    assert round(expected, 2) == relocations


def test_a_long_box_over_two_stacks_reckons_with_every_box_below_once():
    stacks = Stacks([Plot(1, "A", "general", 2, 1, 4)])
    for number, bays in enumerate([1, 1, 2], start=1):
        stacks.put(newcomer(number, bays=bays), int(np.argmin(stacks.height)))
    assert suggest(stacks, newcomer(9, bays=2))[0].rehandles == pytest.approx(3 / 4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1, 200), min_size=1, max_size=6), st.floats(1, 200), st.floats(0.5, 30))
def test_a_chance_is_a_chance_and_grows_with_every_box_below(due, own, spread_h):
    mine = pull(due_h=own, spread_h=spread_h)
    below = np.cumsum([pull(due_h=each, spread_h=spread_h) for each in due], axis=0)
    chances = leaves_first(mine, below)
    assert ((chances >= 0) & (chances <= 1)).all()
    assert all(later <= earlier + 1e-12 for earlier, later in pairwise(chances))


def test_a_box_planned_sooner_by_far_more_than_the_plans_are_vague_is_not_in_the_way():
    soon, late = pull(due_h=6, spread_h=2), pull(due_h=60, spread_h=6)
    assert leaves_first(soon, late[None])[0] > 0.99
    assert leaves_first(late, soon[None])[0] < 0.01


def test_the_vaguer_the_plans_the_nearer_the_chance_comes_to_one_half():
    chances = [leaves_first(pull(due_h=10, spread_h=s), pull(due_h=30, spread_h=s)[None])[0] for s in (2, 12, 60)]
    assert chances == sorted(chances, reverse=True)
    assert 0.5 < chances[-1] < 0.75


def test_of_boxes_of_one_carrier_none_is_in_the_way_of_another():
    stacks = Stacks([Plot(1, "A", "general", 1, 1, 4)])
    stacks.put(newcomer(1, due_h=5.0, call=7), 0)
    assert suggest(stacks, newcomer(2, due_h=5.0, call=7))[0].rehandles == 0
    assert suggest(stacks, newcomer(2, due_h=5.0, call=8))[0].rehandles == pytest.approx(0.5)


def test_an_early_leaver_is_not_buried_while_there_is_another_place():
    stacks = Stacks([Plot(1, "A", "general", 1, 2, 4)])
    stacks.put(newcomer(1, due_h=4.0), 0)
    stacks.put(newcomer(2, due_h=150.0), 1)
    assert suggest(stacks, newcomer(3, due_h=60.0))[0].place.row == 2


def test_a_short_stayer_does_not_take_ground_when_it_can_stand_on_a_long_stayer():
    stacks = Stacks([Plot(1, "A", "general", 1, 2, 4)])
    stacks.put(newcomer(1, kg=30_000, due_h=200.0), 1)
    assert suggest(stacks, newcomer(2, kg=30_000, due_h=3.0))[0].place == stacks.place(1)


def test_alternatives_stand_in_other_bays_and_in_another_block_when_it_is_as_good():
    first, second, third = suggest(Stacks(SITE), newcomer(1, bays=2))
    assert first.place.block_id != second.place.block_id
    assert len({(each.place.block_id, (each.place.bay + 1) // 2) for each in (first, second, third)}) == 3


def test_empties_come_to_the_general_blocks_only_for_a_price():
    first, *others = suggest(Stacks(SITE), newcomer(1, goods=Goods.EMPTY))
    assert first.block == "M"
    dearer = [each for each in others if each.block != "M"]
    assert all(any(reason.rule == "home" and reason.points > 0 for reason in each.reasons) for each in dearer)


def test_goods_in_bond_go_to_the_bonded_block_first():
    bonded = Plot(4, "S", "bonded", 2, 1, 4)
    inside = newcomer(1, homes=homes_of(Goods.STANDARD, bonded=True))
    assert suggest(Stacks([*SITE, bonded]), inside)[0].block == "S"
    assert suggest(Stacks([*SITE, bonded]), newcomer(1))[0].block != "S"
    assert homes_of(Goods.REEFER, bonded=True) == ("reefer",)


@settings(max_examples=12, deadline=None)
@given(boxes(), boxes(most=3), st.randoms(use_true_random=False))
def test_every_place_that_is_not_free_is_ruled_out_by_one_rule(standing, coming, choices):
    stacks = Stacks(SITE)
    settle(stacks, standing, choices)
    for new in coming:
        every = sum(len(stacks.spots(kind, new.box.bays).lower) for kind in new.homes)
        assert sum(each.places for each in why_not(stacks, new)) == every - len(weigh(stacks, new).total)


def test_who_finds_no_place_is_told_which_rule_ruled_out_how_many():
    stacks = Stacks([Plot(1, "A", "general", 2, 1, 1)])
    stacks.put(newcomer(1), 0)
    stacks.close([(1, 2, 1)])
    new = newcomer(2)
    assert suggest(stacks, new) == []
    assert [(each.rule, each.places) for each in why_not(stacks, new)] == [("full", 1), ("shut", 1)]
    nowhere = why_not(stacks, newcomer(3, goods=Goods.REEFER))
    assert [str(each) for each in nowhere] == ["There is no block for such boxes (reefer), or none long enough."]


def test_nothing_known_of_a_box_pulls_it_as_the_usual_stay_does():
    assert (pull() == USUAL).all()


def test_a_lighter_box_does_not_take_a_place_that_bears_more_when_there_is_another():
    stacks = Stacks([Plot(1, "A", "general", 1, 2, 4)])
    stacks.put(newcomer(1, kg=24_000, due_h=200.0), 0)
    stacks.put(newcomer(2, kg=8_000, due_h=200.0), 1)
    assert suggest(stacks, newcomer(3, kg=6_000, due_h=10.0))[0].place.row == 2


def test_the_site_says_how_much_heavier_a_box_may_be():
    plots = [Plot(1, "A", "general", 1, 1, 4)]
    lenient, strict = Stacks(plots, 9_000), Stacks(plots, 0)
    for stacks in (lenient, strict):
        stacks.put(newcomer(1, kg=10_000), 0)
    assert suggest(lenient, newcomer(2, kg=19_000))
    assert not suggest(strict, newcomer(2, kg=10_001))


def one_row(bays=4, tiers=3, standing=()):
    """A block of one row, and boxes (size in bays, bay) put into it one after the other."""
    stacks = Stacks([Plot(1, "A", "general", bays, 1, tiers)])
    for ident, (size, bay) in enumerate(standing, start=100):
        stacks.put(newcomer(ident, bays=size), stacks.stack_of(1, bay, 1))
    return stacks


def where(stacks, bays):
    """The cells (bay, tier) such a box is offered."""
    return {(each.place.bay, each.place.tier) for each in suggest(stacks, newcomer(1, bays=bays), most=20)}


def test_a_long_box_does_not_bridge_stacks_of_different_height():
    assert where(one_row(bays=2, standing=[(1, 1)]), bays=2) == set()
    assert where(one_row(bays=2, standing=[(1, 1), (1, 2)]), bays=2) == {(1, 2)}


def test_a_long_box_finds_no_room_in_one_bay():
    assert where(one_row(bays=1), bays=2) == set()


def test_long_boxes_keep_to_pairs_of_bays_so_that_they_stand_on_one_another():
    assert where(one_row(bays=6, standing=[(1, 1)]), bays=2) == {(3, 1), (5, 1)}
    assert where(one_row(bays=5), bays=2) == {(1, 1), (3, 1)}


def test_a_short_box_does_not_stand_on_a_long_one():
    assert where(one_row(bays=2, standing=[(2, 1)]), bays=1) == set()


def test_a_full_stack_is_full():
    assert where(one_row(bays=1, tiers=2, standing=[(1, 1), (1, 1)]), bays=1) == set()


def test_in_a_yard_without_blocks_there_is_no_place():
    assert suggest(Stacks([]), newcomer(1)) == []
    assert [each.rule for each in why_not(Stacks([]), newcomer(1))] == ["no-block"]


def test_a_box_under_others_is_dug_out_from_the_top():
    stacks = one_row(bays=2, tiers=4, standing=[(1, 1), (1, 2), (2, 1), (2, 1)])
    assert stacks.above(100) == [103, 102]
    assert stacks.above(103) == []
