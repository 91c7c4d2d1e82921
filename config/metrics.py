"""What Prometheus reads: how the terminal and the processes of the product do, asked of the database as it scrapes.

Nothing is counted in the web processes, so it does not matter which of them answers, nor when it was started.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from apps.alerts.models import Alert, Watch
from apps.alerts.models.scopes import PARTS
from apps.notices.broker import waiting_in
from apps.notices.models import Heartbeat, Notice, TaskTally
from apps.reports.models import DailyThroughput
from apps.webhooks.models import Delivery
from config.settings.tasks import QUEUES
from terminal.throughput import site_day

HERE: Final = ("127.0.0.1", "::1", "")
"""Addresses of this machine; empty over a unix socket."""


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in Prometheus' text format; 403 for a stranger."""
    if not _may_read(request):
        return HttpResponse("Send METRICS_TOKEN as bearer token.\n", status=403, content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(Figures(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    # What a proxy passes on comes from its address, not from this machine.
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR", "") in HERE and not forwarded


class Figures:
    """All that is told at one moment. A part that cannot be asked is left out: absent is told from zero."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Metric]:
        """Every family, in the order they are written."""
        yield from self._processes()
        yield from self._tasks()
        yield from self._queues()
        yield from self._terminals()

    def _processes(self) -> Iterator[Metric]:
        ages = GaugeMetricFamily(
            "landbridge_heartbeat_age_seconds", "Since a process last said that it lives", labels=["process"]
        )
        for process, seen_at in Heartbeat.objects.order_by("process").values_list("process", "seen_at"):
            ages.add_metric([process], max(0.0, (self.at - seen_at).total_seconds()))
        yield ages

    def _tasks(self) -> Iterator[Metric]:
        runs = CounterMetricFamily("landbridge_task_runs", "Runs of a task that ended", labels=["task"])
        failures = CounterMetricFamily("landbridge_task_failures", "Runs of a task that failed", labels=["task"])
        seconds = CounterMetricFamily("landbridge_task_seconds", "Seconds a task ran in all", labels=["task"])
        ended = GaugeMetricFamily(
            "landbridge_task_last_ended_timestamp_seconds", "When a task last ended", labels=["task"]
        )
        for each in TaskTally.objects.all():
            runs.add_metric([each.task], each.runs)
            failures.add_metric([each.task], each.failures)
            seconds.add_metric([each.task], each.seconds)
            ended.add_metric([each.task], each.last_ended_at.timestamp())
        yield from (runs, failures, seconds, ended)

    def _queues(self) -> Iterator[Metric]:
        notices = GaugeMetricFamily("landbridge_notices_not_sent", "Notices by state", labels=["state"])
        unsent = [Notice.State.WAITING, Notice.State.PARKED]
        counted = dict(Notice.objects.filter(state__in=unsent).order_by().values_list("state").annotate(n=Count("pk")))
        for state in unsent:
            notices.add_metric([state], counted.get(state, 0))
        yield notices
        hooks = GaugeMetricFamily("landbridge_webhook_deliveries_waiting", "Webhook deliveries that wait")
        hooks.add_metric([], Delivery.objects.filter(state=Delivery.State.WAITING).count())
        yield hooks
        tasks = GaugeMetricFamily("landbridge_tasks_waiting", "Tasks in a queue of the broker", labels=["queue"])
        for queue, length in _waiting().items():
            tasks.add_metric([queue], length)
        yield tasks

    def _terminals(self) -> Iterator[Metric]:
        here = ["terminal", "metric", "part"]
        value = GaugeMetricFamily("landbridge_reading", "A watched stock, in its unit", labels=here)
        share = GaugeMetricFamily("landbridge_reading_share", "A watched stock as share of its capacity", labels=here)
        parts = [f"rule__{part}" for part in PARTS]
        for watch in Watch.objects.select_related("rule__terminal", *parts).order_by("rule"):
            names = [watch.rule.terminal.code, watch.rule.metric, str(watch.rule.part or "")]
            if watch.reading is not None and watch.share is not None:
                value.add_metric(names, float(watch.reading))
                share.add_metric(names, float(watch.share))
        yield from (value, share)
        yield self._alerts()
        yield from self._today()

    def _alerts(self) -> Metric:
        alerts = GaugeMetricFamily("landbridge_alerts_open", "Capacity alerts that stand", labels=["terminal"])
        standing = Alert.objects.filter(closed_at=None).order_by().values_list("rule__terminal__code")
        for code, number in standing.annotate(n=Count("pk")):
            alerts.add_metric([code], number)
        return alerts

    def _today(self) -> Iterator[Metric]:
        here = ["terminal"]
        teu = GaugeMetricFamily("landbridge_throughput_teu_today", "(TEU in + TEU out) / 2 today", labels=here)
        trains = GaugeMetricFamily("landbridge_trains_departed_today", "Trains departed this site day", labels=here)
        latest = DailyThroughput.objects.order_by("terminal", "-on").distinct("terminal").select_related("terminal")
        for row in latest:
            if row.on == site_day(self.at, row.terminal.zone):
                teu.add_metric([row.terminal.code], float(row.throughput_teu))
                trains.add_metric([row.terminal.code], row.trains_departed)
        yield from (teu, trains)


def _waiting() -> dict[str, int]:
    try:
        return waiting_in(QUEUES)
    except Exception:  # no broker: what waits in it is not known
        return {}
