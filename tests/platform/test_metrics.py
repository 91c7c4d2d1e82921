"""What Prometheus reads: in its own format, for whoever may, in few questions."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from apps.alerts.models import Watch
from apps.notices.services import beat
from apps.notices.tallies import tally
from apps.reports.models import DailyThroughput
from terminal.throughput import site_day
from tests.factories.alerts import AlertFactory
from tests.factories.notices import NoticeFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def read(client, **headers):
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(each.name, *sorted(each.labels.values())): each.value for family in families for each in family.samples}


def test_everything_is_told(client, lyg):
    beat("worker", NOW - timedelta(seconds=30))
    tally("apps.notices.tasks.beat_heart", seconds=0.5, at=NOW)
    tally("apps.notices.tasks.beat_heart", seconds=1.5, at=NOW, failure=ValueError("x"))
    alert = AlertFactory(rule__terminal=lyg)
    Watch.objects.create(rule=alert.rule, since=NOW, observed_at=NOW, reading=Decimal(4294), share=Decimal("0.87"))
    NoticeFactory(terminal=lyg)
    today = site_day(NOW, lyg.zone)
    DailyThroughput.objects.create(terminal=lyg, on=today, in_teu=300, out_teu=100, trains_departed=3, counted_at=NOW)
    told = read(client)
    assert told["landbridge_heartbeat_age_seconds", "worker"] >= 30
    task = "apps.notices.tasks.beat_heart"
    assert told["landbridge_task_runs_total", task] == 2
    assert told["landbridge_task_failures_total", task] == 1
    assert told["landbridge_task_seconds_total", task] == 2
    assert told["landbridge_reading", "", "cnlyg", "yard_teu"] == 4294
    assert told["landbridge_reading_share", "", "cnlyg", "yard_teu"] == 0.87
    assert told["landbridge_alerts_open", "cnlyg"] == 1
    assert told["landbridge_notices_not_sent", "waiting"] == 1
    assert told["landbridge_webhook_deliveries_waiting",] == 0
    assert told["landbridge_throughput_teu_today", "cnlyg"] == 200
    assert told["landbridge_trains_departed_today", "cnlyg"] == 3
    assert {queue for name, *queue in told if name == "landbridge_tasks_waiting" for queue in queue} == {
        "urgent",
        "steady",
        "heavy",
    }


def test_without_a_broker_its_queues_are_left_out(client, settings):
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/valkey.sock"
    assert not [name for name, *_labels in read(client) if name == "landbridge_tasks_waiting"]


def test_a_scrape_asks_a_fixed_number_of_questions(client, lyg, django_assert_num_queries):
    for metric in ("yard_teu", "train_places"):
        alert = AlertFactory(rule__terminal=lyg, rule__metric=metric)
        Watch.objects.create(rule=alert.rule, since=NOW, observed_at=NOW, reading=1, share=1)
    with django_assert_num_queries(7):
        client.get("/metrics")


class TestWhoMayRead:
    """This machine, or who has the token."""

    def test_another_machine_may_not(self, client):
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 403

    def test_nor_what_a_proxy_passes_on(self, client):
        assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 403

    @pytest.mark.parametrize(("given", "status"), [("Bearer t0ken", 200), ("Bearer other", 403), ("", 403)])
    def test_with_a_token_it_decides_wherever_one_comes_from(self, client, settings, given, status):
        settings.METRICS_TOKEN = "t0ken"
        answer = client.get("/metrics", headers={"Authorization": given}, REMOTE_ADDR="203.0.113.7")
        assert answer.status_code == status
        assert client.get("/metrics").status_code == 403
