"""A forecast is made once an hour, says what it says, and says nothing where nothing is known."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from apps.forecasts import tasks
from apps.forecasts.models import Course, Run, Score
from apps.forecasts.selectors import chance_of_breach, latest, track_record
from apps.forecasts.services import forget_forecasts, make_forecasts, score_forecasts
from apps.reports.selectors import hourly
from terminal.moments import NaiveTime
from tests.factories.forecasts import NOON, weeks_of_boxes
from tests.factories.network import TerminalFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def busy(lyg):
    weeks_of_boxes(lyg)
    return lyg


@pytest.mark.django_db
class TestMaking:
    def test_a_forecast_reaches_as_far_as_there_is_experience_and_starts_from_what_stands(self, busy):
        run = make_forecasts(busy, NOON + timedelta(minutes=20))
        said = latest(busy, "yard_teu", NOON + timedelta(minutes=20))
        assert run.at == said.at == NOON
        assert said.hours[0].at == NOON + HOUR
        assert 24 <= len(said.hours) <= 336
        assert 20 < said.stock < 60
        assert all(0 <= hour.low <= hour.median <= hour.high for hour in said.hours)
        assert {"known_in", "unknown_in", "by_carrier", "by_dwell", "learned"} == set(said.hours[0].parts)

    def test_a_second_time_in_the_same_hour_changes_nothing(self, busy):
        first = make_forecasts(busy, NOON)
        assert make_forecasts(busy, NOON + timedelta(minutes=59)) == first
        assert Run.objects.count() == 1

    def test_a_terminal_without_history_gets_no_forecast_rather_than_a_line(self, lyg):
        make_forecasts(lyg, NOON)
        assert Course.objects.count() == 0
        assert latest(lyg, "yard_teu", NOON) is None
        assert chance_of_breach(lyg, "yard_teu", over=Decimal(1), within_hours=24, at=NOON) is None

    def test_a_week_of_history_is_too_little_to_know_how_wrong_one_is(self, lyg):
        weeks_of_boxes(lyg, days=15)
        make_forecasts(lyg, NOON)
        assert Course.objects.count() == 0

    def test_what_happens_after_the_hour_is_not_known_in_it(self, busy):
        early = NOON - timedelta(days=2)
        make_forecasts(busy, early)
        assert latest(busy, "yard_teu", early).stock == hourly(busy, "yard_teu", early, early + HOUR)[0][1]

    def test_a_moment_without_zone_is_refused(self, busy):
        with pytest.raises(NaiveTime):
            make_forecasts(busy, NOON.replace(tzinfo=None))

    def test_an_old_forecast_is_none_and_so_is_one_of_a_later_hour(self, busy):
        make_forecasts(busy, NOON)
        assert latest(busy, "yard_teu", NOON + 3 * HOUR) is None
        assert latest(busy, "yard_teu", NOON - HOUR) is None

    def test_the_task_makes_every_terminal_of_the_hour_it_names(self, busy):
        TerminalFactory(khorgos=True)
        tasks.make_forecasts(NOON.isoformat())
        tasks.make_forecasts(NOON.isoformat())
        assert Run.objects.filter(at=NOON).count() == 2

    def test_old_runs_are_forgotten_and_young_ones_kept(self, lyg):
        make_forecasts(lyg, NOON)
        assert forget_forecasts(at=NOON + timedelta(days=30)) == 0
        assert forget_forecasts(at=NOON + timedelta(days=36)) == 1


@pytest.mark.django_db
class TestChance:
    def test_it_is_sure_below_what_stands_and_nil_far_above(self, busy):
        make_forecasts(busy, NOON)
        ask = {"within_hours": 24, "at": NOON}
        assert chance_of_breach(busy, "yard_teu", over=Decimal(1), **ask).probability == 1
        assert chance_of_breach(busy, "yard_teu", over=Decimal(1), **ask).expected_at == NOON + HOUR
        never = chance_of_breach(busy, "yard_teu", over=Decimal(4000), **ask)
        assert (never.probability, never.expected_at) == (0, None)

    def test_it_never_falls_with_more_time_nor_rises_with_the_level(self, busy):
        make_forecasts(busy, NOON)

        def chance(over, hours):
            return chance_of_breach(busy, "yard_teu", over=Decimal(over), within_hours=hours, at=NOON).probability

        by_time = [chance(41, hours) for hours in (1, 3, 12, 24, 48)]
        assert by_time == sorted(by_time)
        by_level = [chance(over, 48) for over in (30, 36, 40, 44, 50)]
        assert by_level == sorted(by_level, reverse=True)

    def test_of_a_part_of_the_site_and_of_no_time_nothing_is_said(self, busy):
        make_forecasts(busy, NOON)
        assert chance_of_breach(busy, "yard_teu", over=Decimal(1), within_hours=24, at=NOON, scope=1) is None
        assert chance_of_breach(busy, "yard_teu", over=Decimal(1), within_hours=0, at=NOON) is None


@pytest.mark.django_db
class TestScoring:
    def test_a_day_is_judged_once_its_hours_have_come_and_again_without_doubling(self, busy):
        for back in range(4):
            make_forecasts(busy, NOON - timedelta(days=3) - back * HOUR)
        on = (NOON - timedelta(days=2)).date()
        many = score_forecasts(busy, on, at=NOON)
        assert many == Score.objects.count() > 0
        assert score_forecasts(busy, on, at=NOON) == Score.objects.count() == many
        record = track_record(busy, "yard_teu", NOON)
        assert {each.lead for each in record} <= {"24h", "3d"}
        assert all(each.days == 1 and each.worth.hours >= 24 for each in record if each.lead == "3d")

    def test_hours_are_counted_inside_the_band_that_was_shown_and_not_between_the_levels(self, busy):
        made = make_forecasts(busy, NOON - timedelta(days=2)).courses.get(metric="yard_teu")
        made.low, made.tenth = [9999.0] * len(made.low), made.low
        made.high, made.ninetieth = [9999.0] * len(made.high), made.high
        made.save()
        score_forecasts(busy, (NOON - timedelta(days=1)).date(), at=NOON)
        scores = Score.objects.filter(metric="yard_teu")
        assert scores
        assert not any(score.inside for score in scores)
        assert all(score.loss < 9999 for score in scores)

    def test_a_day_nobody_forecast_has_no_score(self, busy):
        assert score_forecasts(busy, NOON.date(), at=NOON) == 0
        assert track_record(busy, "yard_teu", NOON) == []

    def test_hours_that_have_not_come_are_not_judged(self, busy):
        make_forecasts(busy, NOON - 3 * HOUR)
        score_forecasts(busy, NOON.date(), at=NOON)
        (record,) = track_record(busy, "yard_teu", NOON)
        assert record.worth.hours == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_make_the_same_hour_at_once_leave_one_run():
    lyg = TerminalFactory()
    weeks_of_boxes(lyg, days=40, a_day=4)
    start = Barrier(2)

    def make(_place):
        try:
            start.wait(timeout=10)
            return make_forecasts(lyg, NOON).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(make, range(2)))
    assert made[0] == made[1]
    assert Course.objects.filter(run_id=made[0]).count() == Course.objects.count() > 0
