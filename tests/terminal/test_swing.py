"""What is measured begins when the site is in full swing, and leaves nothing out after that."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from terminal.swing import FEWEST, DaysTraffic, in_full_swing, usual_teu

FIRST = date(2026, 1, 1)
LIVELY = st.tuples(st.integers(800, 1500), st.integers(800, 1500))
"""TEU in and out of a day in full swing: the least is more than half of the most."""
FILLING = st.tuples(st.integers(0, 1500), st.integers(0, 250))
"""Boxes come and hardly any leave."""
ANY = st.tuples(st.integers(0, 2000), st.integers(0, 2000))


def days(traffic):
    return [
        DaysTraffic(FIRST + timedelta(days=n), Decimal(came), Decimal(went)) for n, (came, went) in enumerate(traffic)
    ]


def begins(traffic):
    known = days(traffic)
    return in_full_swing(known, usual_teu(known))


@given(st.lists(LIVELY, min_size=FEWEST, max_size=90))
def test_a_site_that_has_long_been_in_full_swing_leaves_nothing_out(steady):
    assert begins(steady) == FIRST


@given(st.lists(LIVELY, min_size=FEWEST, max_size=90), st.lists(FILLING, max_size=90))
def test_weeks_in_which_the_yard_fills_are_left_out_to_the_day(steady, filling):
    filling = filling[: len(steady)]
    assert begins([*filling, *steady]) == FIRST + timedelta(days=len(filling))


@given(st.lists(ANY, max_size=120))
def test_the_day_it_begins_with_is_the_first_on_which_half_of_a_usual_day_came_and_went(traffic):
    known = days(traffic)
    usual, found = usual_teu(known), begins(traffic)
    lively = [day.on for day in known if min(day.teu_in, day.teu_out) * 2 >= usual > 0]
    assert found == (lively[0] if lively else None)


@given(st.lists(ANY, max_size=60), st.integers(1, 9))
def test_it_is_the_same_day_at_a_site_so_many_times_as_large(traffic, times):
    assert begins(traffic) == begins([(came * times, went * times) for came, went in traffic])


def test_a_quiet_holiday_in_the_middle_counts():
    traffic = [(900, 900)] * 10 + [(0, 20)] * 7 + [(900, 900)] * 10
    assert begins(traffic) == FIRST


def test_where_nothing_moves_there_is_no_such_day():
    assert begins([]) is None
    assert begins([(0, 0)] * 30) is None
    assert begins([(900, 0)] * 30) is None
