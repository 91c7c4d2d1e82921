"""Bands from errors that were left out cover what they say; those of what was fitted would cover less."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.forecasting.learning import band, errors, lines, needed
from terminal.forecasting.parameters import HORIZON, LEAST_PASTS

PASTS = 240


def slow(draw, many=2 * PASTS):
    """Errors that follow one another: each forecast is wrong about as the one before. ``[past, hour]``."""
    steps = draw.normal(0, 1, (many, 1))
    for past in range(1, many):
        steps[past] = 0.93 * steps[past - 1] + steps[past]
    return steps + draw.normal(0, 0.3, (many, HORIZON))


def features_of(draw, many=2 * PASTS):
    walk = np.cumsum(draw.normal(0, 1, (many, 1, 2)), axis=0)
    return np.concatenate((np.ones((many, HORIZON, 1)), np.broadcast_to(walk / walk.std(), (many, HORIZON, 2))), axis=2)


def share(miss, low, high):
    return float(((miss >= low) & (miss <= high)).mean())


def test_what_was_left_out_is_wronger_than_what_was_fitted_and_as_wrong_as_what_comes():
    fitted, left, came = [], [], []
    for seed in range(12):
        draw = np.random.Generator(np.random.PCG64(seed))
        miss, features = slow(draw), features_of(draw)
        learned = lines(miss[:PASTS], features[:PASTS], free=1)
        own = np.einsum("ohi,hi->oh", features, learned.factors)
        fitted.append(np.abs(miss - own)[:PASTS].mean())
        left.append(np.abs(miss[:PASTS] - learned.foretold).mean())
        came.append(np.abs(miss - own)[PASTS : PASTS + 40].mean())
    assert np.mean(fitted) < np.mean(left)
    assert abs(np.mean(left) - np.mean(came)) < abs(np.mean(fitted) - np.mean(came))


def test_on_errors_that_are_like_one_another_four_of_five_lie_within():
    inside = []
    for seed in range(6):
        miss = np.random.Generator(np.random.PCG64(seed)).normal(0, 2, (2 * PASTS, HORIZON))
        found = errors(miss[:PASTS], needed(miss[:PASTS]))
        inside.append(share(miss[PASTS:], found.low, found.high))
    assert 0.78 < np.mean(inside) < 0.82


def test_where_one_time_is_not_as_another_the_band_is_made_wider():
    draw = np.random.Generator(np.random.PCG64(5))
    shifts = np.repeat(draw.normal(0, 3, 8), PASTS // 8)[:, None]
    assert needed(draw.normal(0, 1, (PASTS, HORIZON)) + shifts).mean() > 1.1
    assert needed(draw.normal(0, 1, (PASTS, HORIZON))).mean() == pytest.approx(1, abs=0.1)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.3, 3), st.floats(0, 1))
def test_a_band_widens_about_its_middle_with_what_is_needed(wider, more):
    miss = np.random.Generator(np.random.PCG64(1)).normal(0, 1, (40, HORIZON))
    narrow, wide = errors(miss, wider), errors(miss, wider + more)
    assert np.array_equal(narrow.median, wide.median)
    assert (wide.low <= narrow.low + 1e-9).all()
    assert (wide.high >= narrow.high - 1e-9).all()


def test_errors_that_never_were_make_no_band_and_ask_for_none():
    nothing = np.zeros((LEAST_PASTS, HORIZON))
    assert not needed(nothing).any()
    assert all(not edge.any() for edge in band(nothing))


def test_hours_that_have_not_come_teach_nothing():
    draw = np.random.Generator(np.random.PCG64(2))
    miss, features = draw.normal(5, 1, (60, HORIZON)), np.ones((60, HORIZON, 1))
    miss[:, 200:] = np.nan
    learned = lines(miss, features, free=1)
    assert learned.factors[:170, 0] == pytest.approx(5, abs=0.5)
    assert np.isfinite(learned.factors).all()
    assert np.isfinite(learned.foretold).all()
