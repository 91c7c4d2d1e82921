"""Over 85 % one e-mail, not ten; under 80 % for half an hour, the end."""

from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from apps.alerts import services
from apps.alerts.models import Alert, Reading, Rule, Watch
from apps.alerts.services import watching
from apps.journal.models import Entry
from apps.notices.models import Notice
from terminal.lifecycle import AlertState
from tests.factories.alerts import RuleFactory, SubscriptionFactory
from tests.factories.containers import VisitFactory
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import UserFactory

TWENTY_SECONDS = timedelta(seconds=20)


@pytest.fixture
def yard(lyg):
    """The yard is watched, and Madina wants to know."""
    SubscriptionFactory(terminal=lyg, user=UserFactory(username="madina", language="en"))
    return RuleFactory(terminal=lyg, capacity=Decimal(100))


def fill(terminal, boxes: int) -> None:
    VisitFactory.create_batch(boxes, terminal=terminal, active=True)


def empty(terminal, boxes: int) -> None:
    from apps.containers.models import Visit

    leaving = Visit.objects.in_yard().filter(terminal=terminal).values("pk")[:boxes]
    Visit.objects.filter(pk__in=leaving).update(position="gone", state="departed", departed_at=MONDAY_TEN)


def look(terminal, start: datetime, minutes: float, every: timedelta = TWENTY_SECONDS) -> datetime:
    """Let beat tick for so many minutes; the moment after."""
    at, end = start, start + timedelta(minutes=minutes)
    while at < end:
        services.watch_capacity(terminal, at)
        at += every
    return end


@pytest.mark.django_db
class TestTheYard:
    def test_over_85_percent_for_15_minutes_is_one_mail_not_ten(self, lyg, yard):
        fill(lyg, 87)
        look(lyg, MONDAY_TEN, 14.9)
        assert not Alert.objects.exists()
        look(lyg, MONDAY_TEN + timedelta(minutes=15), 120, every=timedelta(minutes=2))
        (mail,) = Notice.objects.all()
        assert mail.subject == "Yard 87 % full: 87 of 100 TEU – Lianyungang China–Kazakhstan logistics terminal"
        assert Alert.objects.get().opened_at == MONDAY_TEN + timedelta(minutes=15)

    def test_a_short_peak_is_no_alert(self, lyg, yard):
        fill(lyg, 90)
        at = look(lyg, MONDAY_TEN, 10)
        empty(lyg, 10)
        at = look(lyg, at, 1)
        fill(lyg, 10)
        look(lyg, at, 14)
        assert not Alert.objects.exists()
        assert not Notice.objects.exists()

    def test_under_80_percent_for_half_an_hour_is_the_end(self, lyg, yard):
        fill(lyg, 87)
        at = look(lyg, MONDAY_TEN, 16, every=timedelta(minutes=1))
        empty(lyg, 8)
        at = look(lyg, at, 30, every=timedelta(minutes=1))
        assert Alert.objects.get().closed_at is None
        look(lyg, at, 2, every=timedelta(minutes=1))
        alert = Alert.objects.get()
        assert alert.closed_at == at
        assert Notice.objects.order_by("pk").last().subject.startswith("Over: yard down to 79 %, 79 of 100 TEU")
        assert Notice.objects.count() == 2
        assert [each.kind for each in Entry.objects.order_by("id")] == ["alert-raised", "alert-cleared"]
        assert {each.audience for each in Entry.objects.all()} == {"staff"}

    def test_between_the_lines_it_neither_ends_nor_begins_again(self, lyg, yard):
        fill(lyg, 87)
        at = look(lyg, MONDAY_TEN, 16, every=timedelta(minutes=1))
        for boxes in (8, 0, 0):  # 79, then up and down between the lines
            empty(lyg, boxes)
            at = look(lyg, at, 20, every=timedelta(minutes=5))
            fill(lyg, 4)
            at = look(lyg, at, 20, every=timedelta(minutes=5))
            empty(lyg, 4)
        assert Notice.objects.filter(subject__startswith="Yard").count() == 1

    def test_the_alert_remembers_the_highest_reading(self, lyg, yard):
        fill(lyg, 86)
        at = look(lyg, MONDAY_TEN, 16, every=timedelta(minutes=1))
        fill(lyg, 9)
        at = look(lyg, at, 2, every=timedelta(minutes=1))
        empty(lyg, 5)
        look(lyg, at, 2, every=timedelta(minutes=1))
        alert = Alert.objects.get()
        assert (alert.reading, alert.peak) == (86, 95)

    def test_every_subscriber_gets_one_mail_in_their_own_language_and_zone(self, lyg, yard):
        SubscriptionFactory(terminal=lyg, user=UserFactory(username="aigul", language="ru", zone_name="Asia/Almaty"))
        SubscriptionFactory(terminal=lyg, user=UserFactory(username="gone", is_active=False))
        SubscriptionFactory(terminal=lyg, user=UserFactory(username="nowhere", email=""))
        fill(lyg, 87)
        look(lyg, MONDAY_TEN, 60, every=timedelta(minutes=1))
        mails = {each.user.username: each for each in Notice.objects.all()}
        assert set(mails) == {"madina", "aigul"}
        assert "05-04 10:00" in mails["madina"].text
        assert "05-04 07:00" in mails["aigul"].text
        assert bytes(mails["aigul"].image).startswith(b"\x89PNG")

    def test_a_missed_hour_of_ticks_is_made_up_by_the_next_one(self, lyg, yard):
        fill(lyg, 87)
        services.watch_capacity(lyg, MONDAY_TEN)
        services.watch_capacity(lyg, MONDAY_TEN + timedelta(hours=1))
        assert Alert.objects.count() == 1

    def test_a_tick_that_comes_late_changes_nothing(self, lyg, yard):
        fill(lyg, 87)
        at = look(lyg, MONDAY_TEN, 16, every=timedelta(minutes=1))
        before = Watch.objects.values().get()
        services.watch_capacity(lyg, at - timedelta(minutes=10))
        assert Watch.objects.values().get() == before

    def test_readings_are_kept_every_five_minutes_and_for_ninety_days(self, lyg, yard):
        Reading.objects.create(rule=yard, at=MONDAY_TEN - timedelta(days=91), value=1, capacity=100)
        look(lyg, MONDAY_TEN, 20)
        assert Reading.objects.count() == 4
        assert Reading.objects.order_by("at").first().at == MONDAY_TEN

    def test_a_rule_switched_off_ends_its_alert_without_a_mail(self, lyg, yard):
        fill(lyg, 87)
        at = look(lyg, MONDAY_TEN, 16, every=timedelta(minutes=1))
        Rule.objects.update(active=False)
        services.watch_capacity(lyg, at)
        assert Alert.objects.get().closed_at == at
        assert Notice.objects.count() == 1


@pytest.mark.django_db
class TestSilence:
    def test_a_queue_without_a_capacity_is_no_data_not_normal(self, lyg):
        RuleFactory(terminal=lyg, metric=Rule.Metric.CUSTOMS_QUEUE)
        services.watch_capacity(lyg, MONDAY_TEN)
        assert Watch.objects.get().state == AlertState.NO_DATA

    def test_an_unreadable_figure_blinds_us_to_no_other(self, lyg, yard, monkeypatch):
        RuleFactory(terminal=lyg, metric=Rule.Metric.TRAIN_PLACES, capacity=4)

        def broken(look, rule):
            if rule.metric == Rule.Metric.YARD_TEU:
                raise RuntimeError("the yard cannot be read")
            return Decimal(1), Decimal(4)

        monkeypatch.setattr(watching.Look, "reading", broken)
        services.watch_capacity(lyg, MONDAY_TEN)
        states = dict(Watch.objects.values_list("rule__metric", "state"))
        assert states == {"yard_teu": "no_data", "train_places": "normal"}

    def test_an_alert_outlives_a_silence(self, lyg, yard, monkeypatch):
        fill(lyg, 87)
        at = look(lyg, MONDAY_TEN, 16, every=timedelta(minutes=1))
        with monkeypatch.context() as patch:
            patch.setattr(watching.Look, "reading", lambda look, rule: None)
            at = look(lyg, at, 60, every=timedelta(minutes=5))
        assert Watch.objects.get().state == AlertState.NO_DATA
        look(lyg, at, 60, every=timedelta(minutes=5))
        assert Alert.objects.get(silent=False).closed_at is None
        assert Notice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("due", [False, True], ids=["first look", "look that raises"])
def test_two_watchers_at_once_raise_one_alert(lyg, yard, due):
    fill(lyg, 87)
    yard.pending_seconds = 0
    yard.save()
    if due:
        services.watch_capacity(lyg, MONDAY_TEN)
    start, troubles = Barrier(4), []

    def watch() -> None:
        try:
            start.wait()
            services.watch_capacity(lyg, MONDAY_TEN + timedelta(minutes=1))
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    watchers = [Thread(target=watch) for _ in range(4)]
    for each in watchers:
        each.start()
    for each in watchers:
        each.join()
    services.watch_capacity(lyg, MONDAY_TEN + timedelta(minutes=2))
    assert troubles == []
    assert Alert.objects.count() == 1
    assert Notice.objects.count() == 1
