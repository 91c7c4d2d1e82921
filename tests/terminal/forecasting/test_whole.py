"""A band of whole numbers holds the median, grows with what is asked of it, and covers what it was set to cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.forecasting.whole import band, chances, held_before, level_for

weights = st.lists(st.integers(0, 20), min_size=2, max_size=7).filter(any)


def of(weights):
    counted = np.array(weights, dtype=float)
    return (counted / counted.sum())[None]


def edges(chance, level):
    low, high = band(chance, np.full(len(chance), level))
    return int(low[0]), int(high[0])


def test_the_likelier_neighbour_comes_first_and_only_when_more_is_asked_than_is_in():
    chance = of([5, 10, 25, 60])
    assert edges(chance, 0.5) == (3, 3)
    assert edges(chance, 0.6) == (2, 3)
    assert edges(chance, 0.84) == (2, 3)
    assert edges(chance, 0.9) == (1, 3)
    assert edges(chance, 1.0) == (0, 3)


@given(weights, st.floats(0, 1))
def test_it_lies_within_the_possible_and_holds_the_median(weights, level):
    chance = of(weights)
    low, high = edges(chance, level)
    median = int(np.searchsorted(np.cumsum(chance[0]), 0.5 - 1e-9))
    assert 0 <= low <= median <= high < len(weights)


@given(weights, st.floats(0, 0.99))
def test_it_is_likelier_than_was_asked(weights, level):
    chance = of(weights)
    low, high = edges(chance, level)
    assert chance[0, low : high + 1].sum() > level - 1e-6


@given(weights, st.floats(0, 1), st.floats(0, 1))
def test_whoever_asks_for_more_gets_no_less(weights, one, other):
    less, more = (edges(of(weights), level) for level in sorted((one, other)))
    assert more[0] <= less[0]
    assert less[1] <= more[1]


@given(weights)
def test_what_came_is_in_the_band_exactly_when_no_more_was_held_before_it_than_asked(weights):
    chance = of(weights)
    before = held_before(chance)[0]
    for level in (0.0, 0.3, 0.6, 0.8, 1.0):
        low, high = edges(chance, level)
        assert [low <= number <= high for number in range(len(weights))] == (before <= level + 1e-9).tolist()


def test_chances_are_the_shares_of_what_was_played():
    played = np.array([[4, 3], [4, 4], [3, 0], [4, 4]])
    assert chances(played, 4).tolist() == [[0, 0, 0, 0.25, 0.75], [0.25, 0, 0, 0.25, 0.5]]


@pytest.mark.parametrize("seed", range(3))
def test_a_level_set_by_the_past_covers_four_of_five_hours_to_come(seed):
    """Four places of which all are taken in most hours: bands of 80 % by themselves would cover far more."""
    draw = np.random.Generator(np.random.PCG64(seed))
    full = draw.uniform(0.5, 0.95, (80, 48))
    chance = np.stack([(1 - full) * 0.1, (1 - full) * 0.9, full], axis=-1)
    came = (draw.random(full.shape)[..., None] > np.cumsum(chance, axis=-1)).sum(axis=-1)
    before = np.take_along_axis(held_before(chance), came[..., None], axis=-1)[..., 0]
    level, inside, plain = level_for(before[:40]), [], []
    for past in range(40, 80):
        low, high = band(chance[past], level)
        inside.append((low <= came[past]) & (came[past] <= high))
        low, high = band(chance[past], np.full(48, 0.8))
        plain.append((low <= came[past]) & (came[past] <= high))
    assert np.mean(plain) > 0.87
    assert 0.76 < np.mean(inside) < 0.84


def test_hours_of_which_too_little_has_come_take_the_level_of_the_last_that_has_enough():
    before = np.full((30, 60), 0.7)
    before[:, 20:] = np.nan
    assert level_for(before).tolist() == [0.7] * 60
    assert level_for(np.full((30, 4), np.nan)).tolist() == [1.0] * 4
