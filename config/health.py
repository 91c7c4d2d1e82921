"""Two questions a supervisor, a load balancer or a curious person asks: do you live, and can you work?"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from apps.notices.broker import TIMEOUT_S, broker
from apps.notices.models import Heartbeat

SILENCE = timedelta(seconds=90)
HEARTS = ("worker", "heavy worker", "beat", "desk", "webhooks")
"""Without workers nothing is counted, without beat nothing is asked for, without the desk nobody hears of it, without
webhooks no program does.
"""


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Servers, processes and migrations, each ``ok`` or a sentence; 200 when all are, else 503."""
    checks = {name: _answer(check) for name, check in CHECKS.items()}
    ready = all(answer == "ok" for answer in checks.values())
    return JsonResponse({"status": "ready" if ready else "not ready", **checks}, status=200 if ready else 503)


def _answer(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as trouble:  # whatever it is, the answer must be JSON
        return f"{type(trouble).__name__}: {trouble}".splitlines()[0]


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _broker() -> str:
    with broker() as connected:
        connected.ensure_connection(max_retries=1, timeout=TIMEOUT_S)
    return "ok"


def _heart(process: str) -> str:
    beat = Heartbeat.objects.filter(process=process).first()
    if beat is None:
        return f"no {process} has reported yet"
    silence = timezone.now() - beat.seen_at
    return "ok" if silence <= SILENCE else f"silent for {int(silence.total_seconds())} s"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if not waiting else f"{len(waiting)} not applied"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "broker": _broker,
    **{process: partial(_heart, process) for process in HEARTS},
    "migrations": _migrations,
}
