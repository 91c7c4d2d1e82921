"""The link in a mail: a look changes nothing, one button does; it is its reader's, and it ends."""

import time
from datetime import timedelta

import pytest
from django.core import signing

from apps.alerts import services
from apps.alerts.models import Alert
from apps.alerts.services import links
from tests.factories.alerts import AlertFactory, RuleFactory
from tests.factories.parties import UserFactory, staff


@pytest.fixture
def madina(lyg):
    return staff("alerts.acknowledge_alert", username="madina", terminal=lyg)


@pytest.fixture
def alert(lyg):
    return AlertFactory(rule=RuleFactory(terminal=lyg))


def path(alert, user) -> str:
    return "/" + services.acknowledge_link(alert, user).split("/", 3)[3]


@pytest.mark.django_db
class TestTheLink:
    def test_whoever_follows_it_acknowledges_nothing_and_the_button_does(self, client, alert, madina):
        for _ in range(3):
            page = client.get(path(alert, madina))
            assert page.content.decode().count("<button") == 1
            assert client.head(path(alert, madina)).status_code == 200
        assert Alert.objects.get().acknowledged_at is None
        page = client.post(path(alert, madina)).content.decode()
        assert "You acknowledged it at" in page
        assert "<button" not in page
        assert Alert.objects.get().acknowledged_by == madina

    def test_pressed_twice_it_is_acknowledged_once(self, client, alert, madina):
        client.post(path(alert, madina))
        before = Alert.objects.values().get()
        assert "You acknowledged it at" in client.post(path(alert, madina)).content.decode()
        assert Alert.objects.values().get() == before

    def test_who_comes_second_reads_who_was_first(self, client, alert, madina, lyg):
        client.post(path(alert, staff("alerts.acknowledge_alert", username="aigul", terminal=lyg)))
        assert "aigul acknowledged it at" in client.post(path(alert, madina)).content.decode()

    def test_no_cookie_is_needed_and_none_is_given(self, alert, madina):
        from django.test import Client

        strict = Client(enforce_csrf_checks=True)
        assert strict.post(path(alert, madina)).status_code == 200
        assert not strict.cookies
        assert Alert.objects.get().acknowledged_by == madina

    def test_it_ends_after_three_days(self, client, alert, madina, monkeypatch):
        link = path(alert, madina)
        now, later = time.time, links.LASTS + timedelta(minutes=1)
        monkeypatch.setattr(signing.time, "time", lambda: now() + later.total_seconds())
        assert client.post(link).status_code == 410
        assert Alert.objects.get().acknowledged_at is None

    @pytest.mark.parametrize("change", [lambda link: link[:-3] + "xx/", lambda link: "/alerts/acknowledge/nonsense/"])
    def test_a_link_that_nobody_was_sent_leads_nowhere(self, client, alert, madina, change):
        assert client.post(change(path(alert, madina))).status_code == 404
        assert Alert.objects.get().acknowledged_at is None

    def test_a_reader_who_lost_the_right_may_look_and_no_more(self, client, alert):
        clerk = UserFactory(username="clerk")
        assert "Your role does not include this" in client.post(path(alert, clerk)).content.decode()
        assert Alert.objects.get().acknowledged_at is None

    def test_a_reader_who_left_finds_nothing(self, client, alert, madina):
        link = path(alert, madina)
        madina.is_active = False
        madina.save()
        assert client.get(link).status_code == 404

    def test_what_is_over_needs_nobody(self, client, alert, madina):
        Alert.objects.update(closed_at=alert.opened_at)
        page = client.post(path(alert, madina)).content.decode()
        assert "nobody is needed" in page
        assert Alert.objects.get().acknowledged_at is None

    def test_it_speaks_the_readers_language(self, client, alert, madina):
        madina.language = "ru"
        madina.save()
        assert '<html lang="ru">' in client.get(path(alert, madina)).content.decode()
