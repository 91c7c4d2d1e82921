"""Staff see who is told what and whether it got there, and may test, send again and end."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.webhooks.models import Attempt, Delivery, Webhook
from tests.factories.parties import PartyFactory, staff
from tests.factories.webhooks import webhook_of

pytestmark = pytest.mark.django_db
LIST = "admin:webhooks_webhook_changelist"
URL = "https://93.184.216.34/hook"


@pytest.fixture
def manager(lyg, client):
    """An administrator who looks after webhooks."""
    rights = ("view_webhook", "change_webhook", "replay_webhook", "view_delivery")
    client.force_login(staff(*(f"webhooks.{right}" for right in rights), username="wang"))
    return client


def deed(client, row, action, **answers):
    kind = row._meta.model_name
    where = reverse(f"admin:webhooks_{kind}_do", args=[row.pk, action])
    answer = client.post(where, {"answered": "1", **answers})
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_test_a_replay_and_the_end_from_the_page(manager):
    webhook, _secret = webhook_of(PartyFactory(), URL)
    assert any("A test is on its way" in said for said in deed(manager, webhook, "test"))
    assert Delivery.objects.get().reason == "test"
    now = timezone.localtime(timezone.now()).strftime("%Y-%m-%dT%H:%M")
    assert any("0 events are sent again" in said for said in deed(manager, webhook, "replay", since=now))
    deed(manager, webhook, "end")
    webhook.refresh_from_db()
    assert (webhook.standing, webhook.ended_because) == ("ended", "The terminal ended it.")
    assert Delivery.objects.get().state == "dropped"


def test_what_is_parked_is_shown_with_its_answer_and_sent_again(manager):
    webhook, _secret = webhook_of(PartyFactory(), URL)
    row = Delivery.objects.create(webhook=webhook, entry_id=17, lane=5, queued_at=timezone.now(), state="parked")
    Attempt.objects.create(delivery=row, at=timezone.now(), status=503, took_ms=12, answer="we are moving house")
    page = manager.get(reverse("admin:webhooks_delivery_changelist") + "?state=parked").content.decode()
    assert "503 we are moving house" in page
    deed(manager, row, "send_again")
    again = Delivery.objects.on_their_way().get()
    assert (again.event_id, again.lane, again.reason) == (row.event_id, 5, "replay")


def test_no_secret_is_on_any_page(manager):
    webhook, secret = webhook_of(PartyFactory(), URL)
    page = manager.get(reverse("admin:webhooks_webhook_change", args=[webhook.pk])).content.decode()
    assert URL in page
    assert "('running'" not in page
    assert not any(each in page for each in (secret, webhook.secret, "sealed:"))


def test_failing_ones_are_found_and_the_list_asks_a_fixed_number_of_questions(manager):
    webhook, _secret = webhook_of(PartyFactory(), URL)
    Webhook.objects.update(failures=9, failing_since=timezone.now())
    webhook_of(PartyFactory(code="osaka-steel"), URL)
    failing = manager.get(reverse(LIST) + "?standing=failing").context["cl"].result_list
    assert [row.pk for row in failing] == [webhook.pk]
    manager.get(reverse(LIST))

    def asked() -> int:
        with CaptureQueriesContext(connection) as asked:
            manager.get(reverse(LIST))
        return len(asked)

    few = asked()
    for _ in range(5):
        webhook_of(PartyFactory(code="osaka-steel"), URL)
    assert asked() == few


def test_who_may_only_look_is_offered_nothing_and_refused(lyg, client):
    client.force_login(staff("webhooks.view_webhook", username="li"))
    webhook, _secret = webhook_of(PartyFactory(), URL)
    where = reverse("admin:webhooks_webhook_do", args=[webhook.pk, "test"])
    assert client.post(where, {"answered": "1"}).status_code == 403
    assert not Delivery.objects.exists()
