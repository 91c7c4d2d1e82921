"""Staff set the lines, look at the alerts, and say that they have seen one."""

import pytest
from django.urls import reverse

from apps.alerts import services, tasks
from apps.alerts.models import Alert, Hook, Inhibition, Rule, Silence, Subscription, Watch
from apps.alerts.services import AlertIsOver, AlreadyAcknowledged
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from tests.factories.alerts import AlertFactory, RuleFactory, SubscriptionFactory
from tests.factories.network import TerminalFactory
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import UserFactory, staff
from tests.factories.yard import BlockFactory

ROLES = "apps.parties.backends.RoleBackend"
RIGHTS = [f"alerts.{verb}_{name}" for verb in ("view", "change") for name in ("rule", "watch", "alert", "subscription")]


@pytest.fixture
def manager(client, lyg):
    """A signed-in operations manager."""
    user = staff(*RIGHTS, "alerts.add_rule", "alerts.acknowledge_alert", username="madina")
    client.force_login(user, backend="apps.parties.backends.RoleBackend")
    return client


@pytest.mark.django_db
class TestAcknowledging:
    def test_one_person_says_they_look_after_it_and_the_next_is_told_who(self, lyg):
        alert = AlertFactory()
        madina = staff("alerts.acknowledge_alert", username="madina")
        services.acknowledge(alert, by=Actor.person(madina), at=MONDAY_TEN)
        assert Alert.objects.get().acknowledged_by == madina
        assert Entry.objects.get().kind == "alert-acknowledged"
        with pytest.raises(AlreadyAcknowledged, match="by madina"):
            services.acknowledge(alert, by=Actor.itself("test"), at=MONDAY_TEN)

    def test_what_is_over_needs_nobody(self, lyg):
        with pytest.raises(AlertIsOver):
            services.acknowledge(AlertFactory(closed_at=MONDAY_TEN), by=Actor.itself("test"), at=MONDAY_TEN)

    def test_it_takes_the_right(self, lyg):
        with pytest.raises(NotYours):
            services.acknowledge(AlertFactory(), by=Actor.person(staff(username="clerk")), at=MONDAY_TEN)

    def test_from_the_list_of_alerts(self, manager):
        alert = AlertFactory()
        address = reverse("admin:alerts_alert_changelist")
        assert "4,294 / 4,936 (87\u00a0%)" in manager.get(address).content.decode()
        manager.post(address, {"action": "acknowledge", "_selected_action": [alert.pk]})
        assert Alert.objects.get().acknowledged_by.username == "madina"


@pytest.mark.django_db
class TestTheLines:
    def post(self, manager, lyg, **values):
        lines = {"warn_at": "0.75", "raise_at": "0.85", "clear_below": "0.80"}
        form = {"terminal": lyg.pk, "metric": "yard_teu", "severity": "warning", "capacity": "", "pending_seconds": 900}
        form |= {"warns_of": "1", "repeat_seconds": 0, "no_data_to": "administrators", "no_data_after_seconds": 1800}
        return manager.post(
            reverse("admin:alerts_rule_add"), {**form, "recovery_seconds": 1800, **lines, **values}, follow=True
        )

    @pytest.mark.parametrize("wrong", [{"clear_below": "0.90"}, {"warn_at": "0.86"}, {"clear_below": "0"}])
    def test_lines_out_of_order_are_refused_in_words(self, manager, lyg, wrong):
        assert "must lie above zero and not above raise" in self.post(manager, lyg, **wrong).content.decode()
        assert not Rule.objects.exists()

    def test_a_part_that_has_no_such_figure_or_is_elsewhere_is_refused_in_words(self, manager, lyg):
        here, there = BlockFactory(terminal=lyg), BlockFactory(terminal=TerminalFactory(code="kzhor"))
        told = self.post(manager, lyg, block=here.pk, metric="customs_queue").content.decode()
        assert "“customs queue” is not counted there." in told
        manager.force_login(UserFactory(username="root", is_superuser=True), backend=ROLES)
        assert "is at another terminal" in self.post(manager, lyg, block=there.pk).content.decode()
        assert not Rule.objects.exists()

    def test_a_figure_of_a_part_has_one_rule_beside_that_of_the_site(self, manager, lyg):
        block = BlockFactory(terminal=lyg)
        for part in ("", block.pk, block.pk):
            page = self.post(manager, lyg, block=part)
        assert "has a rule already" in page.content.decode()
        assert Rule.objects.count() == 2

    @pytest.mark.parametrize("hours", [("08:00", "08:00"), ("25:00", "")])
    def test_hours_that_are_none_are_refused(self, manager, lyg, hours):
        self.post(manager, lyg, speaks_from=hours[0], speaks_until=hours[1])
        assert not Rule.objects.exists()

    def test_lines_in_order_are_kept(self, manager, lyg):
        self.post(manager, lyg)
        assert Rule.objects.get().metric == "yard_teu"


@pytest.mark.django_db
class TestReaders:
    def post(self, client, model, **values):
        client.force_login(UserFactory(username="root", is_superuser=True), backend=ROLES)
        return client.post(reverse(f"admin:alerts_{model}_add"), values, follow=True).content.decode()

    def test_a_reader_without_an_address_is_refused_in_words(self, client, lyg):
        silent = UserFactory(username="silent", email="")
        for model in ("subscription", "escalation"):
            values = {"what": "alerts", "at": "07:00", "after_seconds": 60, "user": silent.pk, "terminal": lyg.pk}
            assert "silent has no e-mail address." in self.post(client, model, **values)
        assert not Subscription.objects.exists()

    @pytest.mark.parametrize("url", ["http://desk.example/", "https://127.0.0.1/", "https://169.254.169.254/latest"])
    def test_a_webhook_into_the_sites_own_network_is_refused(self, client, lyg, url, settings):
        settings.MESSAGES_MAY_STAY_INSIDE = False
        self.post(client, "hook", terminal=lyg.pk, url=url, active="on")
        assert not Hook.objects.exists()

    def test_a_webhooks_secret_is_told_once_and_kept_sealed(self, client, lyg, settings):
        settings.MESSAGES_MAY_STAY_INSIDE = True
        page = self.post(client, "hook", terminal=lyg.pk, url="http://127.0.0.1:9/alerts", active="on")
        assert "shown this once: whsec_" in page
        assert Hook.objects.get().secret.startswith("sealed:")

    def test_rules_that_would_keep_one_another_silent_are_refused(self, client, lyg):
        one, other = RuleFactory(terminal=lyg), RuleFactory(terminal=lyg, block=BlockFactory(terminal=lyg))
        self.post(client, "inhibition", terminal=lyg.pk, by=one.pk, rule=other.pk)
        page = self.post(client, "inhibition", terminal=lyg.pk, by=other.pk, rule=one.pk)
        assert "would keep one another silent" in page
        assert Inhibition.objects.count() == 1

    def test_the_link_of_a_mail_fills_in_terminal_and_rule_for_whoever_may_silence(self, client, lyg):
        rule = RuleFactory(terminal=lyg)
        client.force_login(staff("alerts.add_silence", "alerts.view_silence", username="madina"))
        page = client.get(reverse("admin:alerts_silence_add"), {"terminal": lyg.pk, "rule": rule.pk}).content.decode()
        for row in (lyg, rule):
            assert f'<option value="{row.pk}" selected>' in page

    def test_overlapping_silences_are_refused_in_words(self, client, lyg):
        said = {"terminal": lyg.pk, "reason": "works", "start_at_0": "2026-05-04", "start_at_1": "10:00"}
        said |= {"end_at_0": "2026-05-04", "end_at_1": "12:00"}
        self.post(client, "silence", **said)
        assert "end that one first" in self.post(client, "silence", **said | {"start_at_1": "11:00"})
        assert "ends after it began" in self.post(client, "silence", **said | {"end_at_1": "09:00"})
        assert Silence.objects.get().made_by == "root"


@pytest.mark.django_db
def test_every_page_opens(manager, lyg):
    SubscriptionFactory(terminal=lyg)
    AlertFactory()
    tasks.watch_capacity()
    tasks.send_digests()
    assert Watch.objects.exists()
    for name in ("rule", "watch", "alert", "subscription"):
        row = {"rule": Rule, "watch": Watch, "alert": Alert}.get(name)
        assert manager.get(reverse(f"admin:alerts_{name}_changelist")).status_code == 200
        if row:
            assert manager.get(reverse(f"admin:alerts_{name}_change", args=[row.objects.get().pk])).status_code == 200
