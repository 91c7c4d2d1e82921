"""What every forecast keeps: its bands in order, its sums whole, what is known in it, and nothing out of nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from terminal.forecasting import forecast
from terminal.forecasting.forecast import pasts
from terminal.forecasting.habits import learn
from terminal.forecasting.known import DAY, HOUR, NEVER, Calls, Trucks
from terminal.forecasting.past import Past
from terminal.metrics import Stock
from tests.terminal.forecasting.knowing import NOW, by_truck, nothing, trains_and_boxes

YARD = Stock.YARD_TEU
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
stays = st.lists(st.tuples(st.floats(0, 55 * 24), st.floats(1, 200)), min_size=1, max_size=60)


def test_nothing_known_gives_no_forecast_rather_than_a_line():
    assert forecast(nothing()) == {}
    assert forecast(nothing(start=NOW)) == {}


def test_a_fortnight_of_history_is_no_experience():
    assert forecast(trains_and_boxes(days=15)) == {}


@settings(max_examples=5, deadline=None, phases=WITHOUT_SHRINKING)
@given(stays)
def test_bands_are_in_order_and_never_below_nothing(boxes):
    found = forecast(by_truck(60, boxes))
    for outlook in found.values():
        assert (outlook.low >= 0).all()
        assert (outlook.low <= outlook.median).all()
        assert (outlook.median <= outlook.high).all()


@settings(max_examples=5, deadline=None, phases=WITHOUT_SHRINKING)
@given(stays)
def test_what_stands_and_what_comes_and_goes_adds_up_to_what_is_expected(boxes):
    found = forecast(by_truck(60, boxes)).get(YARD)
    if found is None:
        return
    moved = sum(np.cumsum(found.parts[name]) for name in ("known_in", "unknown_in", "by_carrier", "by_dwell"))
    assert np.allclose(found.stock + moved + found.parts["learned"], found.median)
    assert (found.parts["by_carrier"] <= 0).all()
    assert (found.parts["by_dwell"] <= 0).all()


def test_no_more_is_taken_than_stood_or_came():
    found = forecast(trains_and_boxes())[YARD]
    came = np.cumsum(found.parts["known_in"] + found.parts["unknown_in"])
    went = -np.cumsum(found.parts["by_carrier"] + found.parts["by_dwell"])
    assert (went <= found.stock + came + 1e-6).all()


def test_a_train_that_takes_lowers_the_stock_when_it_is_planned():
    whole = trains_and_boxes()
    found = forecast(whole)[YARD]
    cancelled = np.where(whole.calls.planned > NOW, NOW - HOUR, NEVER)
    columns = {name: getattr(whole.calls, name) for name in whole.calls.__dataclass_fields__}
    nothing_runs = replace(whole, calls=Calls(**columns | {"cancelled": cancelled}))
    without = forecast(nothing_runs)[YARD]
    assert found.parts["by_carrier"][:24].sum() < -10
    assert without.parts["by_carrier"][14:].sum() == pytest.approx(0, abs=1)


def test_boxes_on_a_train_to_come_are_known_arrivals_at_its_time():
    whole = trains_and_boxes()
    found = forecast(whole)[YARD]
    listed = int((whole.boxes.came == NEVER).sum())
    assert found.parts["known_in"][:40].sum() == pytest.approx(listed, rel=0.15)


def test_a_punctual_terminal_is_forecast_closely():
    found = forecast(trains_and_boxes())[YARD]
    assert found.reach == 336
    assert (found.high - found.low)[:24].mean() < 25


def test_places_taken_are_never_more_than_there_are():
    found = forecast(trains_and_boxes())[Stock.TRAIN_PLACES]
    assert found.high.max() <= 4
    assert found.stock <= 4


def test_the_same_knowledge_gives_the_same_forecast():
    one, other = (forecast(trains_and_boxes()) for _again in range(2))
    for stock, outlook in one.items():
        assert np.array_equal(outlook.median, other[stock].median)
        assert np.array_equal(outlook.high, other[stock].high)


def test_a_zone_that_changes_its_clocks_is_forecast_too():
    berlin = forecast(by_truck(60, [(24.0 * day, 50.0) for day in range(1, 50)], zone="Europe/Berlin"))
    assert berlin[YARD].reach == 336


def test_the_hours_of_the_week_follow_the_sites_clock_over_a_change():
    berlin = nothing(zone="Europe/Berlin")
    sunday_midnight = 1774738800  # 29 March 2026, the day on which the clocks go forward
    hours = berlin.clock(sunday_midnight + np.arange(4) * HOUR)
    assert hours.tolist() == [144, 145, 147, 148]


def test_past_moments_share_no_hour_of_the_day():
    moments = pasts(trains_and_boxes())
    assert len({int(at // HOUR % 24) for at in moments}) == 24
    assert (moments < NOW).all()
    assert (np.diff(moments) == 7 * HOUR).all()


def test_a_clock_that_was_set_back_makes_no_forecast_of_what_it_has_forgotten():
    whole = trains_and_boxes()
    assert forecast(replace(whole, now=whole.start - DAY)) == {}


@given(st.integers(1, 40), st.booleans())
def test_a_truck_carries_no_more_than_a_truck_where_appointments_have_just_begun(many, fetches):
    """All that went by road before would else be laid upon the first of them."""
    stays = by_truck(60, [(hour, 20.0) for hour in range(1200, 2, -1)])
    slot = np.full(many, NOW - HOUR)
    told = Trucks(slot - 3 * HOUR, slot, np.full(many, fetches), np.full(many, NEVER))
    assert learn(Past(replace(stays, trucks=told))).truck_teu.max() <= 2.65
