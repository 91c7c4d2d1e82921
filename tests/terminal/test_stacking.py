"""What a box may stand on, and in which kind of block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.regimes import Goods
from terminal.stacking import (
    GROUND,
    HOMES,
    TOLERANCE_KG,
    Box,
    HeavierOnLighter,
    NoCornersBelow,
    Top,
    WrongBlock,
    require_home,
    require_stands_well,
    stands_well,
)

WHEAT = Box(bays=1, gross_kg=24_000, goods=Goods.STANDARD)
CARS = Box(bays=2, gross_kg=18_000, goods=Goods.STANDARD)
EMPTY = Box(bays=1, gross_kg=2_200, goods=Goods.EMPTY)


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
