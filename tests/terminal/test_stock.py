"""Shares of a lot: nothing is lost, nothing is left of nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.stock import (
    EMPTY,
    Amount,
    MoreThanIsThere,
    NothingToMove,
    NotItsWeight,
    counted_as,
    require_free,
    share,
    total,
)

kilograms = st.decimals(min_value="0.001", max_value=30_000, places=3)
volumes = st.decimals(min_value=0, max_value=90, places=3)
lots = st.builds(Amount, st.integers(1, 5_000), kilograms, volumes)


@given(lots, st.data())
def test_parts_taken_one_by_one_take_all_there_was_and_leave_nothing(lot, data):
    left, taken = lot, []
    while left.packages:
        part = share(left, data.draw(st.integers(1, left.packages)))
        taken.append(part)
        left -= part
        assert left.packages > 0 or left == EMPTY
        assert min(left.gross_kg, left.volume_m3) >= 0
        if len(taken) == 5 and left.packages:
            taken.append(share(left, left.packages))
            left = EMPTY
    assert total(taken) == lot


def test_a_part_takes_kilograms_and_cubic_metres_as_it_takes_packages():
    assert share(Amount(3, Decimal(100), Decimal(1)), 1) == Amount(1, Decimal("33.333"), Decimal("0.333"))


def test_a_weighed_part_takes_what_the_scales_say():
    lot = Amount(10, Decimal(100), Decimal(2))
    assert share(lot, 4, gross_kg=Decimal(55), volume_m3=Decimal(1)) == Amount(4, Decimal(55), Decimal(1))


@pytest.mark.parametrize(
    ("packages", "told"),
    [
        (4, {"gross_kg": Decimal(101)}),
        (4, {"gross_kg": Decimal(-1)}),
        (4, {"volume_m3": Decimal(3)}),
        (10, {"gross_kg": Decimal(99)}),
        (10, {"volume_m3": Decimal(1)}),
    ],
)
def test_a_part_weighs_no_more_than_the_lot_and_the_whole_no_less(packages, told):
    with pytest.raises(NotItsWeight):
        share(Amount(10, Decimal(100), Decimal(2)), packages, **told)


@pytest.mark.parametrize("packages", [0, -1])
def test_no_packages_are_no_part(packages):
    with pytest.raises(NothingToMove):
        share(Amount(10, Decimal(100)), packages)
    with pytest.raises(NothingToMove):
        require_free("LOT-1", 10, 0, packages)


def test_what_is_reserved_is_not_free_and_the_refusal_says_how_much_is():
    require_free("LOT-1", 10, 4, 6)
    with pytest.raises(MoreThanIsThere, match="Of LOT-1, 6 of 10 packages are free, not 7"):
        require_free("LOT-1", 10, 4, 7)


@given(lots, st.integers(0, 6_000))
def test_a_count_leaves_what_was_counted(lot, found):
    after = lot + counted_as(lot, found)
    assert after.packages == found
    assert after.gross_kg >= 0
    assert found > 0 or after == EMPTY


def test_nobody_counts_less_than_nothing():
    with pytest.raises(NothingToMove):
        counted_as(Amount(10, Decimal(100)), -1)
