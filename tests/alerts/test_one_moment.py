"""One alert, one moment, one figure: its name, mails and pages say when the breach began, and of what."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.alerts import services
from apps.alerts.models import Alert, Rule, Watch
from apps.alerts.services import AlertIsOver
from apps.alerts.services.mails import Pen
from apps.common.words import sentence
from apps.containers.models import Question
from apps.parties.actors import Actor
from terminal.lifecycle import AlertState
from tests.factories.alerts import AlertFactory, RuleFactory, SubscriptionFactory
from tests.factories.customs import submitted
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import UserFactory, staff

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BEGAN = MONDAY_TEN - 9 * MINUTE
ROLES = "apps.parties.backends.RoleBackend"

pytestmark = pytest.mark.django_db


@pytest.fixture
def madina(lyg):
    """She reads in Almaty what happens at Lianyungang, three hours ahead of her."""
    reader = staff(
        *("alerts.acknowledge_alert", "alerts.view_alert", "alerts.add_silence", "alerts.view_rule"),
        username="madina", terminal=lyg,
    )  # fmt: skip
    reader.zone_name, reader.first_name, reader.last_name = "Asia/Almaty", "Madina", "Serik"
    reader.save()
    SubscriptionFactory(terminal=lyg, user=reader)
    return reader


@pytest.fixture
def alert(lyg):
    """Of the yard, over its line since nine minutes to ten, raised at ten."""
    rule = RuleFactory(terminal=lyg)
    alert = AlertFactory(rule=rule, since=BEGAN)
    Watch.objects.create(
        rule=rule, state=AlertState.ALERTING.value, since=MONDAY_TEN, observed_at=MONDAY_TEN, reading=Decimal(3949)
    )
    return alert


def link(alert, user) -> str:
    return "/" + services.acknowledge_link(alert, user).split("/", 3)[3]


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


class TestTheMoment:
    def test_an_alert_is_named_by_its_beginning_on_its_readers_clock(self, alert):
        assert str(alert) == "yard, TEU 2026-05-04 09:51"
        with timezone.override(ZoneInfo("Asia/Almaty")):
            assert str(alert) == "yard, TEU 2026-05-04 06:51"

    def test_mails_say_the_same_minute_on_their_readers_clock_and_pages_on_the_sites(self, client, alert, madina):
        pen = Pen(MONDAY_TEN)
        other = AlertFactory(rule=RuleFactory(terminal=alert.rule.terminal, metric="track_metres"))
        client.force_login(madina, backend=ROLES)
        changelist = reverse("admin:alerts_alert_changelist")
        mails = {
            "one": pen.raised([alert], madina).text,
            "storm": pen.raised([alert, other], madina).text,
            "page of the link": client.get(link(alert, madina)).content.decode(),
        }
        pages = {
            "page": client.get(reverse("admin:alerts_alert_change", args=[alert.pk])).content.decode(),
            "list": client.get(changelist).content.decode(),
            "silence": client.post(changelist, {"action": "silence", "_selected_action": [alert.pk]}).content.decode(),
        }
        Alert.objects.filter(pk=alert.pk).update(closed_at=MONDAY_TEN + HOUR, ending=3900)
        alert.refresh_from_db()
        mails["end"] = pen.cleared(alert, madina).text
        assert [where for where, text in mails.items() if "06:51" not in text] == []
        assert [where for where, text in pages.items() if "09:51" not in text] == []
        assert [where for where, text in (mails | pages).items() if "01:51" in text or "02:00" in text] == []

    def test_its_end_is_told_on_the_same_clock_when_somebody_comes_too_late(self, alert, madina):
        Alert.objects.update(closed_at=MONDAY_TEN)
        with timezone.override(ZoneInfo("Asia/Almaty")), pytest.raises(AlertIsOver) as late:
            services.acknowledge(alert, by=Actor.person(madina), at=MONDAY_TEN)
        assert sentence(late.value.message, late.value.facts) == "This alert is over since 2026-05-04 07:00."

    def test_a_wait_began_when_it_grew_too_long_not_when_we_first_looked(self, lyg, madina):
        declaration = submitted(terminal=lyg)
        asked = MONDAY_TEN - 30 * HOUR
        Question.objects.filter(reference=declaration.number).update(state="awaited", asked_at=asked)
        RuleFactory(terminal=lyg, metric=Rule.Metric.CUSTOMS_ANSWER, capacity=24, raise_at=1, pending_seconds=60)
        for minutes in range(3):
            services.watch_capacity(lyg, MONDAY_TEN + minutes * MINUTE)
        assert abs(Alert.objects.get().began_at - (asked + 24 * HOUR)) < MINUTE


class TestTheFigure:
    def test_a_storm_tells_what_was_measured_then_the_line_it_crossed_and_what_there_is_now(self, lyg, alert, madina):
        other = AlertFactory(rule=RuleFactory(terminal=lyg, metric=Rule.Metric.TEU_PER_DAY), since=BEGAN,
                             reading=1200, peak=1200, capacity=1123)  # fmt: skip
        mail = Pen(MONDAY_TEN).raised([alert, other], madina)
        for text in (mail.text, mail.html):
            assert "Yard 87 % full: 4,294 of 4,936 TEU" in plain(text)
            assert "over 85 % since 05-04 06:51 · now 80 %, 3,949 TEU" in plain(text)
            assert "over 100 % since 05-04 06:51" in plain(text)
            assert plain(text).count("· now") == 1

    def test_one_alert_that_is_told_late_tells_what_it_was_raised_for(self, alert, madina):
        mail = Pen(MONDAY_TEN).raised([alert], madina)
        for text in (mail.text, mail.html):
            assert "87 %, 4,294 TEU" in plain(text)
        Watch.objects.update(reading=alert.reading)
        assert "When it was raised" not in Pen(MONDAY_TEN).raised([alert], madina).text

    def test_the_page_of_the_link_tells_the_same(self, client, alert, madina):
        page = plain(client.get(link(alert, madina)).content.decode())
        assert "Yard 87 % full: 4,294 of 4,936 TEU" in page
        assert "over 85 % since 05-04 06:51 · now 80 %, 3,949 TEU" in page


class TestWhoLooksAfterIt:
    def test_before_the_button_is_pressed_nobody_has_acknowledged_and_then_somebody_has(self, client, alert, madina):
        before = plain(client.get(link(alert, madina)).content.decode())
        assert "You will acknowledge it as Madina Serik." in before
        assert "cknowledged as" not in before
        after = plain(client.post(link(alert, madina)).content.decode())
        assert "You acknowledged it at" in after
        assert "as Madina Serik." in after

    def test_whoever_comes_second_reads_the_name_of_the_first(self, client, alert, madina):
        client.post(link(alert, madina))
        aigul = UserFactory(username="aigul")
        assert "Madina Serik acknowledged it at" in plain(client.get(link(alert, aigul)).content.decode())


def test_the_page_of_an_alert_tells_its_severity_its_figures_and_where_it_lies(client, alert, madina):
    client.force_login(madina, backend=ROLES)
    Rule.objects.filter(pk=alert.rule_id).update(severity=Rule.Severity.CRITICAL)
    page = plain(client.get(reverse("admin:alerts_alert_change", args=[alert.pk])).content.decode())
    for told in ("critical", "87 %, 4,294 TEU", "80 %, 3,949 TEU", "85 %", "4,936 TEU"):
        assert told in page, told
    assert Alert._meta.app_config.verbose_name != Alert._meta.verbose_name_plural, "a crumb that is said twice"
