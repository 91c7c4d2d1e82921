"""Where a box may stand. The yard here is a grid of cells, kept apart from the tops that the rules keep."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.regimes import Goods
from terminal.stacking import (
    GROUND,
    HOMES,
    TOLERANCE_KG,
    BlockGround,
    Box,
    HeavierOnLighter,
    NoCornersBelow,
    Place,
    Top,
    WrongBlock,
    find_place,
    require_home,
    require_stands_well,
    stands_well,
)

KINDS = ("general", "reefer", "dangerous_goods", "empties", "bonded", "inspection")
WHEAT = Box(bays=1, gross_kg=24_000, goods=Goods.STANDARD)
CARS = Box(bays=2, gross_kg=18_000, goods=Goods.STANDARD)
EMPTY = Box(bays=1, gross_kg=2_200, goods=Goods.EMPTY)

boxes = st.builds(
    Box,
    bays=st.sampled_from([1, 1, 2]),
    gross_kg=st.none() | st.integers(2_000, 32_000),
    goods=st.sampled_from(list(Goods)),
)
shapes = st.tuples(st.sampled_from(KINDS), st.integers(1, 5), st.integers(1, 2), st.integers(1, 4))
yards = st.lists(shapes, min_size=1, max_size=4)


def ground(kind="general", bays=4, rows=1, tiers=3, block_id=1):
    return BlockGround(block_id=block_id, kind=kind, bays=bays, rows=rows, tiers=tiers)


def laid_out(yard):
    return [ground(kind, bays, rows, tiers, number) for number, (kind, bays, rows, tiers) in enumerate(yard, 1)]


def filled(yard, arriving):
    """The blocks after each box went where it was sent, what stands in every cell, and each box with its place."""
    grounds, cells, placed = laid_out(yard), {}, []
    for box in arriving:
        place = find_place(box, grounds)
        placed.append((box, place, dict(cells)))
        if place is None:
            continue
        block = grounds[place.block_id - 1]
        assert block.take(box, place.bay, place.row) == place.tier
        for bay in covered(box, place):
            cells[place.block_id, bay, place.row, place.tier] = box
    return grounds, cells, placed


def covered(box, place):
    return range(place.bay, place.bay + box.bays)


def below(box, place, cells):
    return [cells.get((place.block_id, bay, place.row, place.tier - 1)) for bay in covered(box, place)]


def may_stand(box, place, cells, block):
    """The rules anew, cell by cell: inside, free, on ground or on boxes without a gap, no short one on a long one."""
    here = [(place.block_id, bay, place.row, place.tier) for bay in covered(box, place)]
    under = below(box, place, cells)
    return (
        place.bay + box.bays - 1 <= block.bays
        and not any(cell in cells for cell in here)
        and (place.tier == 1 or all(under))
        and all(box.bays >= other.bays for other in under if other)
        and all(light_enough(box, other) for other in under if other)
    )


def light_enough(box, other):
    return not box.gross_kg or not other.gross_kg or box.gross_kg <= other.gross_kg + TOLERANCE_KG


@given(yards, st.lists(boxes, max_size=30))
def test_no_box_is_sent_where_it_floats_sticks_out_or_stands_badly(yard, arriving):
    grounds, _, placed = filled(yard, arriving)
    for box, place, before in placed:
        if place is not None:
            block = grounds[place.block_id - 1]
            assert may_stand(box, place, before, block)
            assert 1 <= place.bay <= block.bays
            assert 1 <= place.row <= block.rows
            assert 1 <= place.tier <= block.tiers


@given(yards, st.lists(boxes, max_size=30))
def test_no_box_is_sent_into_a_block_of_another_kind(yard, arriving):
    grounds, _, placed = filled(yard, arriving)
    for box, place, _before in placed:
        if place is not None:
            require_home(box.goods, grounds[place.block_id - 1].kind)


@given(yards, st.lists(boxes, max_size=20))
def test_a_second_best_kind_of_block_is_taken_only_when_the_best_is_full(yard, arriving):
    grounds, _, placed = filled(yard, arriving)
    for box, place, before in placed:
        if place is not None and (kind := grounds[place.block_id - 1].kind) != HOMES[box.goods][0]:
            better = HOMES[box.goods][: HOMES[box.goods].index(kind)]
            assert not any(fitting(box, grounds, before, better))


@settings(max_examples=50)
@given(yards, st.lists(boxes, max_size=20))
def test_no_place_lies_lower_than_the_one_found(yard, arriving):
    grounds, _, placed = filled(yard, arriving)
    for box, place, before in placed:
        kinds = HOMES[box.goods] if place is None else (grounds[place.block_id - 1].kind,)
        found = [other.tier for other in fitting(box, grounds, before, kinds)]
        assert min(found, default=None) == (place.tier if place else None)


def fitting(box, grounds, cells, kinds):
    """Every place in blocks of these kinds where the box may stand and no pair of bays is broken."""
    for block in (each for each in grounds if each.kind in kinds):
        starts = range(1, block.bays + 1, box.bays)
        for bay, row, tier in product(starts, range(1, block.rows + 1), range(1, block.tiers + 1)):
            place = Place(block.block_id, bay, row, tier)
            if may_stand(box, place, cells, block) and not beside_a_long_one(box, place, cells, block):
                yield place


def beside_a_long_one(box, place, cells, block):
    """Whether the other bay of the pair ends in a long box, on which nothing could stand once this one is higher."""
    partner = place.bay + 1 if place.bay % 2 else place.bay - 1
    stack = [cells.get((place.block_id, partner, place.row, tier)) for tier in range(1, block.tiers + 1)]
    top = next((other for other in reversed(stack) if other), None)
    return box.bays == 1 and top is not None and top.bays > 1


@given(st.integers(0, 32_000), st.integers(1, 32_000))
def test_a_box_may_be_heavier_than_the_one_below_by_the_tolerance_and_no_more(above, under):
    well = stands_well(Box(1, above, Goods.STANDARD), [Top(1, 1, under)])
    assert well == (above <= under + TOLERANCE_KG)


def test_the_refusal_of_a_heavy_box_on_a_light_one_says_by_how_much():
    with pytest.raises(HeavierOnLighter) as refused:
        require_stands_well(WHEAT, [Top(1, 1, 20_999)])
    assert refused.value.facts == {"gross_kg": 24_000, "below_kg": 20_999, "tolerance_kg": 3_000}


@pytest.mark.parametrize(("above", "under"), [(None, 2_200), (24_000, None), (None, None)])
def test_a_weight_nobody_told_stands_in_nobodys_way(above, under):
    require_stands_well(Box(1, above, Goods.STANDARD), [Top(1, 1, under)])


def test_a_short_box_does_not_stand_on_a_long_one():
    with pytest.raises(NoCornersBelow):
        require_stands_well(EMPTY, [Top(1, 2, 18_000)])


def test_a_long_box_stands_on_two_short_ones_when_neither_is_too_light():
    require_stands_well(CARS, [Top(1, 1, 24_000), Top(1, 1, 16_000)])
    with pytest.raises(HeavierOnLighter):
        require_stands_well(CARS, [Top(1, 1, 24_000), Top(1, 1, 2_200)])


def test_on_the_ground_everything_stands():
    require_stands_well(WHEAT, [GROUND])
    require_stands_well(CARS, [GROUND, GROUND])


@pytest.mark.parametrize(("goods", "kind"), [(goods, kind) for goods in Goods for kind in ("bonded", "inspection")])
def test_bonded_and_inspection_blocks_take_all_goods(goods, kind):
    require_home(goods, kind)


@pytest.mark.parametrize(
    ("goods", "kind"),
    [
        (Goods.REEFER, "general"),
        (Goods.DANGEROUS_GOODS, "general"),
        (Goods.DANGEROUS_GOODS, "reefer"),
        (Goods.STANDARD, "empties"),
        (Goods.STANDARD, "reefer"),
        (Goods.EMPTY, "dangerous_goods"),
    ],
)
def test_a_box_outside_its_kind_of_block_is_refused_and_told_where_it_belongs(goods, kind):
    with pytest.raises(WrongBlock) as refused:
        require_home(goods, kind)
    assert refused.value.facts == {"goods": goods.value, "homes": " / ".join(HOMES[goods]), "kind": kind}


@pytest.mark.parametrize("goods", [Goods.REEFER, Goods.DANGEROUS_GOODS])
def test_where_a_box_has_no_home_no_place_is_found(goods):
    assert find_place(Box(1, 20_000, goods), [ground("general"), ground("empties"), ground("bonded")]) is None


def test_nothing_is_sent_to_a_bonded_block_by_itself():
    assert find_place(WHEAT, [ground("bonded"), ground("inspection")]) is None


def test_empties_go_among_empties_first_and_among_others_when_there_is_no_room():
    apart, among = ground("empties", bays=1, tiers=1, block_id=2), ground("general", block_id=1)
    first = find_place(EMPTY, [among, apart])
    assert first == Place(block_id=2, bay=1, row=1, tier=1)
    apart.take(EMPTY, 1, 1)
    assert find_place(EMPTY, [among, apart]).block_id == 1


def test_the_ground_is_taken_before_a_second_tier():
    block = ground(bays=2)
    block.take(WHEAT, 1, 1)
    assert find_place(WHEAT, [block]) == Place(block_id=1, bay=2, row=1, tier=1)


def test_a_long_box_does_not_bridge_stacks_of_different_height():
    block = ground(bays=2)
    block.take(WHEAT, 1, 1)
    assert find_place(CARS, [block]) is None
    block.take(WHEAT, 2, 1)
    assert find_place(CARS, [block]) == Place(block_id=1, bay=1, row=1, tier=2)


def test_a_long_box_finds_no_room_in_one_bay():
    assert find_place(CARS, [ground(bays=1)]) is None


def test_long_boxes_keep_to_pairs_of_bays_so_that_they_stand_on_one_another():
    block = ground(bays=6)
    block.take(WHEAT, 1, 1)
    assert find_place(CARS, [block]) == Place(block_id=1, bay=3, row=1, tier=1)


def test_a_full_stack_is_full():
    block = ground(bays=1, tiers=2)
    assert [block.take(WHEAT, 1, 1), block.take(WHEAT, 1, 1)] == [1, 2]
    assert find_place(WHEAT, [block]) is None


def test_without_blocks_there_is_no_place():
    assert find_place(WHEAT, []) is None
