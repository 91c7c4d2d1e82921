"""Staff set the lines, look at the alerts, and say that they have seen one."""

import pytest
from django.urls import reverse

from apps.alerts import services, tasks
from apps.alerts.models import Alert, Rule, Watch
from apps.alerts.services import AlertIsOver, AlreadyAcknowledged
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from tests.factories.alerts import AlertFactory, SubscriptionFactory
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import staff

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
        form = {"terminal": lyg.pk, "metric": "yard_teu", "active": "on", "capacity": "", "pending_seconds": 900}
        return manager.post(
            reverse("admin:alerts_rule_add"), {**form, "recovery_seconds": 1800, **lines, **values}, follow=True
        )

    @pytest.mark.parametrize("wrong", [{"clear_below": "0.90"}, {"warn_at": "0.86"}, {"clear_below": "0"}])
    def test_lines_out_of_order_are_refused_in_words(self, manager, lyg, wrong):
        assert "must lie above zero and not above raise" in self.post(manager, lyg, **wrong).content.decode()
        assert not Rule.objects.exists()

    def test_lines_in_order_are_kept(self, manager, lyg):
        self.post(manager, lyg)
        assert Rule.objects.get().metric == "yard_teu"


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
