"""Who is told, together or alone, again, and who next; by whom it is seen to; and when nobody is told."""

from datetime import time, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from apps.alerts import services
from apps.alerts.models import Alert, Escalation, Inhibition, Rule, Silence, Telling
from apps.alerts.services import AlreadyAcknowledged, NoEnd, SilencedAlready, SilenceIsOver
from apps.journal.models import Entry
from apps.notices.models import Notice
from apps.parties.actors import Actor
from apps.yard import services as yard
from tests.factories.alerts import AlertFactory, RuleFactory, SubscriptionFactory
from tests.factories.containers import VisitFactory
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import UserFactory, staff
from tests.factories.trains import TrackFactory
from tests.factories.yard import BlockFactory

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ME = Actor.itself("test")


@pytest.fixture
def madina(lyg):
    """She reads the alerts of Lianyungang and may acknowledge them."""
    reader = staff("alerts.acknowledge_alert", "alerts.add_silence", username="madina", terminal=lyg)
    SubscriptionFactory(terminal=lyg, user=reader)
    return reader


def raised(lyg, n: int, at=MONDAY_TEN, **values) -> list[Alert]:
    """So many alerts, each of a track of its own."""
    made = []
    for _ in range(n):
        rule = RuleFactory(terminal=lyg, metric=Rule.Metric.TRACK_METRES, track=TrackFactory(terminal=lyg), **values)
        made.append(AlertFactory(rule=rule, opened_at=at, reading=900, capacity=950, peak=900))
    return made


def mails() -> list[Notice]:
    return list(Notice.objects.order_by("pk"))


@pytest.mark.django_db
class TestStorms:
    def test_many_at_once_are_one_mail_that_lists_them(self, lyg, madina):
        alerts = raised(lyg, 5)
        services.tell(lyg, MONDAY_TEN)
        (mail,) = mails()
        assert mail.subject.startswith("5 alerts at once – ")
        for alert in alerts:
            assert f"Track {alert.rule.track.code} 95 % taken" in mail.text.replace("\u00a0", " ")
        assert mail.text.count("/alerts/acknowledge/") == 5
        assert {each.message_id for each in Telling.objects.all()} == {mail.message_id}
        services.tell(lyg, MONDAY_TEN + MINUTE)
        assert len(mails()) == 1

    def test_after_a_few_the_next_are_gathered_but_the_critical_come_at_once(self, lyg, madina):
        raised(lyg, 3)
        services.tell(lyg, MONDAY_TEN)
        assert len(mails()) == 3
        raised(lyg, 2, MONDAY_TEN + MINUTE)
        raised(lyg, 1, MONDAY_TEN + MINUTE, severity=Rule.Severity.CRITICAL)
        services.tell(lyg, MONDAY_TEN + MINUTE)
        assert len(mails()) == 4
        services.tell(lyg, MONDAY_TEN + 5 * MINUTE)
        assert len(mails()) == 4
        services.tell(lyg, MONDAY_TEN + 6 * MINUTE)
        assert mails()[-1].subject.startswith("2 alerts at once")

    def test_a_reader_of_one_rule_hears_of_that_one_only(self, lyg, madina):
        alerts = raised(lyg, 5)
        planner = UserFactory(username="planner")
        SubscriptionFactory(terminal=lyg, user=planner, rule=alerts[2].rule)
        services.tell(lyg, MONDAY_TEN)
        (mail,) = Notice.objects.filter(user=planner)
        assert mail.subject.startswith(f"Track {alerts[2].rule.track.code} ")
        assert "/alerts/acknowledge/" not in mail.text  # the planner's roles do not include it


@pytest.mark.django_db
class TestWhenNobodyAnswers:
    @pytest.fixture
    def alert(self, lyg, madina):
        Escalation.objects.create(terminal=lyg, user=UserFactory(username="chief"), after_seconds=1800)
        Escalation.objects.create(terminal=lyg, user=UserFactory(username="director"), after_seconds=7200)
        alert = AlertFactory(rule=RuleFactory(terminal=lyg))
        services.tell(lyg, MONDAY_TEN)
        return alert

    def told(self):
        return [(each.user.username, each.subject.split(":")[0]) for each in mails()]

    def test_the_next_person_is_asked_in_time_and_then_the_one_after(self, lyg, alert):
        for minutes in range(0, 180, 10):
            services.tell(lyg, MONDAY_TEN + minutes * MINUTE)
        assert [who for who, _said in self.told()] == ["madina", "chief", "director"]
        assert self.told()[1][1] == "Nobody has acknowledged"
        assert Entry.objects.filter(kind="alert-escalated").count() == 2

    def test_who_acknowledges_stops_the_escalation_and_not_the_alert(self, lyg, alert, madina):
        services.acknowledge(alert, by=Actor.person(madina), at=MONDAY_TEN + 20 * MINUTE)
        for minutes in range(20, 600, 10):
            services.tell(lyg, MONDAY_TEN + minutes * MINUTE)
        assert [who for who, _said in self.told()] == ["madina"]
        assert Alert.objects.get().closed_at is None

    def test_a_rule_with_steps_of_its_own_follows_those(self, lyg, alert):
        Escalation.objects.create(terminal=lyg, rule=alert.rule, user=UserFactory(username="yard"), after_seconds=60)
        for minutes in range(0, 180, 10):
            services.tell(lyg, MONDAY_TEN + minutes * MINUTE)
        assert [who for who, _said in self.told()] == ["madina", "yard"]

    def test_its_readers_hear_again_ever_more_rarely(self, lyg, alert):
        Escalation.objects.all().delete()
        for hours in range(30):
            services.tell(lyg, MONDAY_TEN + hours * HOUR)
        assert [said for _who, said in self.told()] == ["Yard 87 % full", "Still", "Still", "Still"]
        again = Telling.objects.filter(why=Telling.Why.REPEAT).values_list("at", flat=True)
        assert [(at - MONDAY_TEN) / HOUR for at in again] == [4, 12, 28]

    def test_whoever_was_told_hears_of_the_end_also_the_chief(self, lyg, alert):
        services.tell(lyg, MONDAY_TEN + 40 * MINUTE)
        Alert.objects.update(closed_at=MONDAY_TEN + HOUR, ending=Decimal(3900))
        services.tell(lyg, MONDAY_TEN + HOUR)
        services.tell(lyg, MONDAY_TEN + HOUR)
        assert self.told()[2:] == [("madina", "Over"), ("chief", "Over")]


@pytest.mark.django_db
class TestWhenNobodyIsTold:
    def test_a_silenced_rule_says_nothing_until_its_silence_ends_and_then_what_still_stands(self, lyg, madina):
        alert = AlertFactory(rule=RuleFactory(terminal=lyg))
        asked = {"rule": alert.rule, "until": MONDAY_TEN + HOUR, "reason": "works", "by": ME, "at": MONDAY_TEN}
        services.silence(lyg, **asked)
        services.tell(lyg, MONDAY_TEN + MINUTE)
        assert mails() == []
        services.tell(lyg, MONDAY_TEN + HOUR)
        assert len(mails()) == 1

    def test_a_silence_of_a_block_is_of_that_block(self, lyg, madina):
        block, other = BlockFactory(terminal=lyg, code="A"), BlockFactory(terminal=lyg, code="B")
        for each in (block, other, None):
            AlertFactory(rule=RuleFactory(terminal=lyg, block=each))
        until = MONDAY_TEN + HOUR
        services.silence(lyg, part={"block_id": block.pk}, until=until, reason="paving", by=ME, at=MONDAY_TEN)
        services.tell(lyg, MONDAY_TEN + MINUTE)
        assert sorted(each.subject.split(" 87")[0] for each in mails()) == ["Block B", "Yard"]

    def test_silences_of_the_same_do_not_overlap_and_of_others_may(self, lyg):
        rule = RuleFactory(terminal=lyg)
        asked = {"until": MONDAY_TEN + HOUR, "reason": "works", "by": ME, "at": MONDAY_TEN}
        first = services.silence(lyg, rule=rule, **asked)
        services.silence(lyg, **asked)
        with pytest.raises(SilencedAlready):
            services.silence(lyg, rule=rule, **asked | {"at": MONDAY_TEN + 30 * MINUTE})
        with pytest.raises(NoEnd):
            services.silence(lyg, rule=rule, **asked | {"until": MONDAY_TEN})
        services.end_silence(first, by=ME, at=MONDAY_TEN + 10 * MINUTE)
        services.silence(lyg, rule=rule, **asked | {"at": MONDAY_TEN + 10 * MINUTE})
        with pytest.raises(SilenceIsOver):
            services.end_silence(first, by=ME, at=MONDAY_TEN + 20 * MINUTE)
        assert (
            list(Entry.objects.filter(kind__contains="silence").values_list("kind", flat=True)).count("alerts-silenced")
            == 3
        )

    def test_a_full_site_says_enough_of_its_full_blocks(self, lyg, madina):
        site, block = RuleFactory(terminal=lyg), RuleFactory(terminal=lyg, block=BlockFactory(terminal=lyg))
        Inhibition.objects.create(terminal=lyg, by=site, rule=block)
        above, below = AlertFactory(rule=site), AlertFactory(rule=block)
        services.tell(lyg, MONDAY_TEN)
        assert [each.about for each in mails()] == [f"alert:{above.public_id}"]
        Alert.objects.filter(pk=above.pk).update(closed_at=MONDAY_TEN, over_told=True)
        services.tell(lyg, MONDAY_TEN + MINUTE)
        assert mails()[-1].about == f"alert:{below.public_id}"

    def test_outside_its_hours_a_rule_waits_for_the_morning(self, lyg, madina):
        AlertFactory(rule=RuleFactory(terminal=lyg, speaks_from=time(8), speaks_until=time(10)))
        services.tell(lyg, MONDAY_TEN)  # ten at Lianyungang: its hours have just ended
        services.tell(lyg, MONDAY_TEN + 21 * HOUR)
        assert mails() == []
        services.tell(lyg, MONDAY_TEN + 22 * HOUR)
        assert len(mails()) == 1


@pytest.mark.django_db
class TestNoData:
    def test_it_is_said_once_an_outage_to_whom_the_rule_says(self, lyg, madina):
        rule = RuleFactory(terminal=lyg, metric=Rule.Metric.CUSTOMS_QUEUE, no_data_to=Rule.NoDataTo.READERS)
        for minutes in range(0, 600, 10):
            services.watch_capacity(lyg, MONDAY_TEN + minutes * MINUTE)
        (mail,) = mails()
        assert mail.subject.startswith("No data: customs queue – ")
        alert = Alert.objects.get()
        assert alert.opened_at == MONDAY_TEN + 30 * MINUTE
        Rule.objects.filter(pk=rule.pk).update(capacity=100)
        services.watch_capacity(lyg, MONDAY_TEN + 11 * HOUR)
        assert Alert.objects.get().closed_at == MONDAY_TEN + 11 * HOUR

    def test_or_to_nobody(self, lyg, madina):
        RuleFactory(terminal=lyg, metric=Rule.Metric.CUSTOMS_QUEUE, no_data_to=Rule.NoDataTo.NOBODY)
        for minutes in range(0, 600, 10):
            services.watch_capacity(lyg, MONDAY_TEN + minutes * MINUTE)
        assert not Alert.objects.exists()


@pytest.mark.django_db
def test_a_block_is_watched_by_itself(lyg, madina):
    block = BlockFactory(terminal=lyg, bays=5, rows=4, tiers=1)
    RuleFactory(terminal=lyg, block=block, pending_seconds=0)
    for n, visit in enumerate(VisitFactory.create_batch(13, terminal=lyg, in_yard=True)):
        yard.place(visit, block, n // 4 + 1, n % 4 + 1, 1, by=ME, at=MONDAY_TEN)
    for minutes in range(2):
        services.watch_capacity(lyg, MONDAY_TEN + minutes * MINUTE)
    assert mails()[0].subject.startswith(f"Block {block.code} 93 % full: 13 of 14 TEU")


def at_once(*deeds) -> list[Exception]:
    """Do them at the same moment, each on a connection of its own; what went wrong."""
    start, troubles = Barrier(len(deeds)), []

    def run(deed) -> None:
        try:
            start.wait()
            deed()
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return troubles


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_two_who_acknowledge_at_once_one_is_told_who_was_first(self, lyg, madina):
        alert = AlertFactory(rule=RuleFactory(terminal=lyg))
        other = staff("alerts.acknowledge_alert", username="aigul", terminal=lyg)
        people = [Actor.person(madina), Actor.person(other)] * 2
        deeds = [lambda by=by: services.acknowledge(alert_again(), by=by, at=MONDAY_TEN) for by in people]
        troubles = at_once(*deeds)
        assert [type(each) for each in troubles] == [AlreadyAcknowledged] * 3
        assert Entry.objects.filter(kind="alert-acknowledged").count() == 1
        alert.refresh_from_db()
        assert alert.acknowledged_by in (madina, other)

    def test_looks_at_the_same_time_tell_ask_and_end_once(self, lyg, madina):
        Escalation.objects.create(terminal=lyg, user=UserFactory(username="chief"), after_seconds=60)
        raised(lyg, 5)
        assert at_once(*[lambda: services.tell(lyg, MONDAY_TEN)] * 4) == []
        assert len(mails()) == 1
        assert at_once(*[lambda: services.tell(lyg, MONDAY_TEN + HOUR)] * 4) == []
        assert len(mails()) == 6
        Alert.objects.update(closed_at=MONDAY_TEN + HOUR, ending=500)
        assert at_once(*[lambda: services.tell(lyg, MONDAY_TEN + HOUR)] * 4) == []
        assert len(mails()) == 16
        assert Telling.objects.count() == 20

    def test_of_two_silences_of_the_same_at_once_one_is_refused(self, lyg):
        asked = {"until": MONDAY_TEN + HOUR, "reason": "works", "by": ME, "at": MONDAY_TEN}
        troubles = at_once(*[lambda: services.silence(lyg, **asked)] * 3)
        assert [type(each) for each in troubles] == [SilencedAlready] * 2
        assert Silence.objects.count() == 1


def alert_again() -> Alert:
    return Alert.objects.select_related("rule__terminal").get()
