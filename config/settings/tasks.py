"""Which tasks are urgent and which are heavy, how long each may take, and for how long a turn of beat is worth taking.

Three queues. ``urgent``: somebody hears of it within the minute. ``steady``: everything else that is done in seconds.
``heavy``: what may take minutes; a worker of its own takes it, so that it never stands in the way of the others.
"""

from typing import Any

URGENT_QUEUE, STEADY_QUEUE, HEAVY_QUEUE = QUEUES = ("urgent", "steady", "heavy")

URGENT = (
    "apps.notices.tasks.beat_heart",
    "apps.alerts.tasks.watch_capacity",
    "apps.alerts.tasks.send_alert_webhooks",
    "apps.alerts.tasks.send_digests",
    "apps.reports.tasks.fold_journal",
    "apps.customs.tasks.bring_to_inspection",
    "apps.customs.tasks.retry_waiting_messages",
    "apps.customs.tasks.make_duty_reports",
    "apps.customs.tasks.send_duty_reports",
)
HEAVY = (
    "apps.billing.tasks.issue_statements",
    "apps.common.tasks.forget_answers",
    "apps.customs.tasks.count_release_times",
    "apps.customs.tasks.learn_expected_minutes",
    "apps.forecasts.tasks.make_forecasts",
    "apps.forecasts.tasks.score_forecasts",
    "apps.parties.tasks.forget_accesses",
    "apps.reports.tasks.report_to_owners",
    "apps.webhooks.tasks.forget_deliveries",
)

ROUTES = {name: {"queue": queue} for queue, names in ((URGENT_QUEUE, URGENT), (HEAVY_QUEUE, HEAVY)) for name in names}

USUAL_LIMIT_S, HEAVY_LIMIT_S = 300, 1500
TIME_TO_STOP_S = 60
"""So long before it is killed a task is told to stop."""

LIMITS = {name: {"time_limit": HEAVY_LIMIT_S, "soft_time_limit": HEAVY_LIMIT_S - TIME_TO_STOP_S} for name in HEAVY}

REDELIVERED_AFTER_S = HEAVY_LIMIT_S + 300
"""What a worker took and never finished is given to another after that time: longer than any task may take."""


def with_expiry(schedule: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The schedule, in which what comes again soon is worth nothing once three turns are over.

    So a worker that was away for a night does not begin with thousands of turns nobody needs; what is due at an hour
    of the day is kept until it is done.
    """
    for entry in schedule.values():
        if isinstance(entry["schedule"], float):
            entry["options"] = {"expire_seconds": max(60, int(3 * entry["schedule"]))}
    return schedule
