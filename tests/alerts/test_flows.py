"""Trains and TEU of a site day: done and still planned against rated. One alert a day at most."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from apps.alerts import selectors, services
from apps.alerts.models import Alert, Rule
from apps.journal.models import Entry
from apps.notices.models import Notice
from apps.reports.models import DailyThroughput
from tests.factories.alerts import RuleFactory, SubscriptionFactory
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitFactory
from tests.factories.notices import MONDAY_TEN

LAST_MIDNIGHT = datetime(2026, 5, 3, 16, 0, tzinfo=UTC)
"""00:00 on Monday at Lianyungang."""


@pytest.fixture
def trains(lyg):
    SubscriptionFactory(terminal=lyg)
    return RuleFactory(terminal=lyg, metric=Rule.Metric.TRAINS_PER_DAY)


def train(lyg, leaves_at: datetime, **values):
    came = leaves_at - timedelta(hours=9)
    return CallFactory(terminal=lyg, scheduled_arrival_at=came, scheduled_departure_at=leaves_at, **values)


def departed(lyg, at: datetime):
    return train(lyg, at, phase="departed", arrived_at=at - timedelta(hours=9), departed_at=at)


@pytest.mark.django_db
class TestTrainsOfTheDay:
    def test_done_and_still_planned_are_counted_in_the_sites_own_day(self, lyg, trains):
        departed(lyg, LAST_MIDNIGHT)
        departed(lyg, LAST_MIDNIGHT - timedelta(seconds=1))
        train(lyg, LAST_MIDNIGHT + timedelta(hours=23, minutes=59))
        train(lyg, LAST_MIDNIGHT + timedelta(hours=24))
        train(lyg, MONDAY_TEN, phase="cancelled")
        late = {"phase": "ready", "arrived_at": LAST_MIDNIGHT - timedelta(days=1)}
        train(lyg, LAST_MIDNIGHT - timedelta(hours=2), **late)  # should have left yesterday, stands here still
        train(lyg, LAST_MIDNIGHT - timedelta(hours=2))  # should have come yesterday and never did
        train(lyg, MONDAY_TEN, estimated_departure_at=LAST_MIDNIGHT + timedelta(hours=25))
        CallFactory(terminal=lyg, ship=True, scheduled_departure_at=MONDAY_TEN)
        day = selectors.outlook(trains, MONDAY_TEN)
        assert (day.done, day.still_planned, day.rated) == (1, 2, Decimal("10.2"))

    def test_ten_trains_fit_and_eleven_are_one_alert_a_day(self, lyg, trains):
        for n in range(10):
            train(lyg, MONDAY_TEN + timedelta(minutes=n))
        services.watch_capacity(lyg, MONDAY_TEN)
        assert not Alert.objects.exists()
        train(lyg, MONDAY_TEN + timedelta(hours=3))
        for minutes in range(30):
            services.watch_capacity(lyg, MONDAY_TEN + timedelta(minutes=minutes))
        (mail,) = Notice.objects.all()
        assert mail.subject.startswith("11 trains expected today, rated for 10.2 (108 %)")
        assert mail.image is None

    def test_the_alert_ends_with_its_day_and_the_next_day_may_have_its_own(self, lyg, trains):
        for n in range(22):
            train(lyg, MONDAY_TEN + timedelta(minutes=n, days=n % 2))
        services.watch_capacity(lyg, MONDAY_TEN)
        services.watch_capacity(lyg, MONDAY_TEN + timedelta(days=1))
        first, second = Alert.objects.order_by("on")
        assert first.closed_at == LAST_MIDNIGHT + timedelta(days=1)
        assert second.closed_at is None
        assert Notice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_looks_that_both_see_yesterdays_alert_end_it_once(lyg, trains):
    for n in range(11):
        train(lyg, MONDAY_TEN + timedelta(minutes=n))
    services.watch_capacity(lyg, MONDAY_TEN)
    start, tomorrow = Barrier(4), MONDAY_TEN + timedelta(days=1)
    alert = Alert.objects.get()

    def look() -> None:
        try:
            start.wait()
            services.watch_capacity(lyg, tomorrow)
        finally:
            connection.close()

    lookers = [Thread(target=look) for _ in range(4)]
    with transaction.atomic():
        Alert.objects.select_for_update().get()
        for each in lookers:
            each.start()
        time.sleep(1)  # all of them have seen it open and want to end it
    for each in lookers:
        each.join()
    alert.refresh_from_db()
    assert alert.closed_at
    assert alert.version == 2
    assert Entry.objects.filter(kind="alert-cleared").count() == 1


@pytest.mark.django_db
def test_teu_of_the_day_are_half_of_what_came_and_went_and_of_what_is_still_to(lyg):
    rule = RuleFactory(terminal=lyg, metric=Rule.Metric.TEU_PER_DAY)
    DailyThroughput.objects.create(terminal=lyg, on="2026-05-04", in_teu=600, out_teu=400, counted_at=MONDAY_TEN)
    coming, leaving = train(lyg, MONDAY_TEN + timedelta(hours=10)), train(lyg, MONDAY_TEN + timedelta(hours=2))
    VisitFactory.create_batch(3, terminal=lyg, arrival_call=coming, container__size_type="45G1")
    VisitFactory.create_batch(2, terminal=lyg, active=True, departure_call=leaving, container__size_type="L5G1")
    tomorrow = train(lyg, MONDAY_TEN + timedelta(days=1, hours=10))
    VisitFactory(terminal=lyg, arrival_call=tomorrow)
    VisitFactory(terminal=lyg, active=True, departure_call=tomorrow)
    day = selectors.outlook(rule, MONDAY_TEN)
    assert (day.done, day.still_planned, day.rated) == (500, (6 + Decimal("4.5")) / 2, 1123)
