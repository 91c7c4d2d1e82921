"""What a rule would have said: raised where the live rule raises; right, false, late or missed against what came."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.backtest import Episode, judge, replay, spells
from terminal.pressure import Thresholds

MONDAY = datetime(2026, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
FULL = Decimal(1)


def series(*percents):
    return [(MONDAY + n * HOUR, None if each is None else Decimal(each) / 100) for n, each in enumerate(percents)]


def hours(episodes):
    return [
        ((each.opened_at - MONDAY) / HOUR, each.closed_at and (each.closed_at - MONDAY) / HOUR) for each in episodes
    ]


class TestReplay:
    @pytest.mark.parametrize(
        ("percents", "raised"),
        [
            ((70, 86, 70, 86), []),
            ((70, 86, 90, 90, 79, 79), [(2, 5)]),
            ((70, 86, 90, 82, 82, 90), [(2, None)]),
            ((86, 86, None, None, 86), [(1, None)]),
            ((86, 86, None, 79, 79, 79), [(1, 4)]),
            ((86, 86, 79, 79, 86, 86, 79, 79), [(1, 3), (5, 7)]),
            ((), []),
        ],
    )
    def test_it_raises_what_lasted_and_ends_what_is_over(self, percents, raised):
        assert hours(replay(series(*percents), Thresholds())) == raised

    def test_it_remembers_the_highest(self):
        assert replay(series(86, 88, 97, 90), Thresholds())[0].peak == Decimal("0.97")


class TestJudging:
    def test_an_alert_that_came_before_full_was_right_and_its_lead_is_told(self):
        record = judged(70, 86, 90, 95, 101, 101, 79, 79)
        assert (record.alerts, record.right, record.false, record.missed) == (1, 1, 0, 0)
        assert record.lead == 2 * HOUR
        assert (record.precision, record.recall) == (1.0, 1.0)

    def test_one_that_ended_before_it_was_full_was_false(self):
        record = judged(70, 86, 90, 79, 79)
        assert (record.right, record.false, record.lead, record.recall) == (0, 1, None, None)

    def test_one_that_stands_is_undecided(self):
        assert judged(70, 86, 90).undecided == 1

    def test_full_at_once_is_met_late_and_has_no_lead(self):
        record = judged(70, 101, 101, 79, 79)
        assert (record.right, record.late, record.foreseen, record.leads) == (1, 1, 0, ())

    def test_full_for_less_than_an_alert_waits_is_missed(self):
        record = judged(70, 101, 70, 70)
        assert (record.alerts, record.missed, record.recall) == (0, 1, 0.0)

    def test_what_comes_true_within_its_grace_was_right(self):
        alert = [Episode(MONDAY, MONDAY + HOUR)]
        assert judge(alert, series(50, 50, 50, 101), FULL).false == 1
        assert judge(alert, series(50, 50, 50, 101), FULL, grace=3 * HOUR).right == 1

    def test_a_gap_neither_begins_nor_ends_a_time_at_the_line(self):
        assert len(spells(series(101, None, 101, 50), FULL)) == 1


def judged(*percents):
    return judge(replay(series(*percents), Thresholds()), series(*percents), FULL)


@settings(max_examples=60)
@given(st.lists(st.one_of(st.none(), st.integers(60, 110)), max_size=60))
def test_every_alert_and_every_time_at_the_line_is_counted_once(percents):
    record = judged(*percents)
    assert record.alerts == record.right + record.false + record.undecided
    assert record.spells == record.foreseen + record.late + record.missed
