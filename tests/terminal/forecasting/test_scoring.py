"""Coverage and pinball loss against values worked out by hand, and chances of a breach from paths."""

import numpy as np
import pytest

from terminal.forecasting.peaks import chance, peaks
from terminal.forecasting.scoring import Lead, Worth, by_lead, losses, pinball, worth


def of(*values):
    return np.array(values, dtype=np.float64)


def test_pinball_loss_is_dear_where_it_was_thought_rare():
    assert pinball(of(10), of(8), 0.9) == pytest.approx(1.8)
    assert pinball(of(10), of(12), 0.9) == pytest.approx(0.2)
    assert pinball(of(10), of(12), 0.5) == pytest.approx(1.0)


def test_the_loss_of_three_levels_is_their_mean():
    # came 10; levels 8, 10, 13: 0.1 × 2, 0, 0.1 × 3
    assert losses(of(10), (of(8), of(10), of(13))) == pytest.approx((0.2 + 0 + 0.3) / 3)
    # one value for all three: half the miss
    assert losses(of(10), (of(14), of(14), of(14))) == pytest.approx(2.0)


def test_hours_that_have_not_come_are_not_judged():
    came = of(10, np.nan, 20)
    levels = (of(9, 9, 9), of(10, 10, 10), of(11, 11, 11))
    found = worth(came, levels, of(12, 12, 12), of(10, 10, 16), np.array([True, True, True]))
    assert (found.hours, found.inside) == (2, 1)
    assert found.loss_last == pytest.approx(1.0 + 4.0)
    assert found.loss_week == pytest.approx(0 + 2.0)
    assert worth(came, levels, came, came, np.array([False, True, False])) is None


def test_the_band_that_was_shown_is_judged_and_the_loss_is_of_the_levels():
    came, levels, all_of_them = of(3, 4), (of(3, 3), of(4, 4), of(4, 4)), np.array([True, True])
    shown = worth(came, levels, came, came, all_of_them, (of(4, 4), of(4, 4)))
    plain = worth(came, levels, came, came, all_of_them)
    assert (shown.inside, plain.inside) == (1, 2)
    assert shown.loss == plain.loss


def test_each_hour_counts_to_how_long_ahead_it_was_forecast():
    ahead = np.array([1, 6, 7, 24, 72, 73, 336])
    same = np.ones(7)
    found = by_lead(same, (same, same, same), same, same, ahead)
    assert {lead: each.hours for lead, each in found.items()} == {
        Lead.HOURS_6: 2, Lead.HOURS_24: 2, Lead.DAYS_3: 1, Lead.DAYS_7: 1, Lead.DAYS_14: 1,
    }  # fmt: skip


def test_the_ratio_is_against_the_better_simple_forecast_and_absent_where_that_was_never_wrong():
    assert Worth(10, 8, 3.0, 6.0, 10.0).ratio == pytest.approx(0.5)
    assert Worth(10, 8, 3.0, 0.0, 10.0).ratio is None
    assert (Worth(10, 8, 3, 6, 10) + Worth(10, 7, 1, 2, 2)).coverage == pytest.approx(0.75)


class TestPeaks:
    def test_the_chance_is_the_share_of_paths_that_ever_reach_the_level(self):
        paths = np.array([[1, 5, 2], [1, 2, 3], [9, 1, 1], [0, 0, 1]], dtype=float)
        table = peaks(paths)
        assert chance(table, 9.5, 3) == 0
        assert chance(table, 0.5, 3) == 1
        assert chance(table, 4.0, 3) == pytest.approx(0.5, abs=0.2)
        assert chance(table, 4.0, 1) == pytest.approx(0.25, abs=0.2)

    def test_paths_that_are_not_known_so_far_say_nothing_of_it(self):
        paths = np.array([[1, 1, 9], [2, 2, np.nan]])
        assert chance(peaks(paths), 5, 3) == 1
        assert chance(peaks(paths), 5, 2) == 0

    def test_of_no_time_and_no_paths_nothing_is_said(self):
        assert chance({}, 1, 24) is None
        assert chance(peaks(np.zeros((3, 10))), 1, 0) is None

    def test_a_level_at_which_all_paths_stand_is_reached(self):
        assert chance(peaks(np.full((5, 24), 4.0)), 4.0, 24) == 1
