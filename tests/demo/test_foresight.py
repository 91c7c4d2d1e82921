"""History that was taken in at once has a forecast and a track record: as of past hours, judged by what came."""

import itertools
from datetime import UTC, datetime, timedelta

from apps.demo.services.foresight import BACK, EVERY, NEEDED, hours, look_ahead
from apps.forecasts.models import Course, Run
from apps.forecasts.selectors import made_afterwards

UNTIL = datetime(2026, 3, 30, 9, 40, tzinfo=UTC)
HOUR = datetime(2026, 3, 30, 9, tzinfo=UTC)


def test_forecasts_are_made_at_every_hour_of_the_day_back_to_two_weeks_before_the_last_one():
    asked = hours(UNTIL - timedelta(days=90), UNTIL)
    assert asked[-1] == HOUR
    assert asked[0] >= HOUR - BACK
    assert {later - earlier for earlier, later in itertools.pairwise(asked)} == {EVERY}
    assert HOUR - asked[0] > timedelta(days=14)


def test_nothing_is_forecast_from_less_history_than_it_takes():
    assert hours(UNTIL - NEEDED + timedelta(hours=2), UNTIL) == []
    assert hours(HOUR - NEEDED, UNTIL) == [HOUR]


def test_what_was_forecast_from_less_is_forecast_anew_as_of_the_present_hour_and_past_ones(lyg):
    early = Run.objects.create(terminal=lyg, at=HOUR, made_at=HOUR, seconds=1)
    before = Run.objects.create(terminal=lyg, at=HOUR - timedelta(days=60), made_at=HOUR, seconds=1)
    since = UNTIL - timedelta(days=90)
    told = []
    foreseen = look_ahead(lyg, since=since, until=UNTIL, at=UNTIL, progress=told.append)
    assert foreseen.made == len(told) == len(hours(since, UNTIL))
    assert foreseen.days == 14
    assert not Run.objects.filter(pk=early.pk).exists()
    assert list(Run.objects.exclude(pk=before.pk).values_list("at", flat=True).order_by("at")) == hours(since, UNTIL)
    assert set(Run.objects.exclude(pk=before.pk).values_list("made_at", flat=True)) == {UNTIL}


def test_forecasts_made_after_their_hour_are_counted_as_such_and_those_made_in_time_are_not(lyg):
    for hours_ago, late in ((0, 40), (46, 46 * 60)):
        at = HOUR - timedelta(hours=hours_ago)
        run = Run.objects.create(terminal=lyg, at=at, made_at=at + timedelta(minutes=late), seconds=1)
        for metric in ("yard_teu", "train_places"):
            Course.objects.create(
                run=run, metric=metric, stock=1, low=[1], median=[1], high=[1], parts={}, causes=[], peaks={}
            )
    Run.objects.create(terminal=lyg, at=HOUR - timedelta(days=2), made_at=UNTIL, seconds=1)
    assert made_afterwards(lyg, UNTIL) == 1
