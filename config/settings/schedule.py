"""What beat asks for, and when: seconds between turns, or the time of day."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "note that a worker lives": {"task": "apps.notices.tasks.beat_heart", "schedule": 15.0},
    "read mail that came back": {"task": "apps.notices.tasks.read_returned_mail", "schedule": 120.0},
    "fold the journal into days": {"task": "apps.reports.tasks.fold_journal", "schedule": 20.0},
    "report to the owners": {"task": "apps.reports.tasks.report_to_owners", "schedule": crontab(minute="13")},
    "watch capacity": {"task": "apps.alerts.tasks.watch_capacity", "schedule": 20.0},
    "send alerts to programs": {"task": "apps.alerts.tasks.send_alert_webhooks", "schedule": 10.0},
    "morning digest": {"task": "apps.alerts.tasks.send_digests", "schedule": crontab(minute="*/5")},
    "forecast the next two weeks": {"task": "apps.forecasts.tasks.make_forecasts", "schedule": crontab(minute="2,32")},
    "judge forecasts by what came": {
        "task": "apps.forecasts.tasks.score_forecasts",
        "schedule": crontab(minute="13", hour="*/6"),
    },
    "write down what programs asked": {"task": "apps.parties.tasks.keep_accesses", "schedule": 10.0},
    "forget what programs asked": {
        "task": "apps.parties.tasks.forget_accesses",
        "schedule": crontab(minute="23", hour="3"),
    },
    "forget what webhooks were sent": {
        "task": "apps.webhooks.tasks.forget_deliveries",
        "schedule": crontab(minute="43", hour="3"),
    },
    "forget answered keys": {"task": "apps.common.tasks.forget_answers", "schedule": crontab(minute="17")},
    "expire bookings": {"task": "apps.warehouse.tasks.expire_bookings", "schedule": 60.0},
    "note bookings nobody came for": {"task": "apps.warehouse.tasks.note_no_shows", "schedule": 300.0},
    "note dock appointments nobody came to": {"task": "apps.warehouse.tasks.note_dock_no_shows", "schedule": 300.0},
    "warn of ending periods in bond": {
        "task": "apps.warehouse.tasks.warn_of_bonded_periods",
        "schedule": crontab(minute="41"),
    },
    "give free room to those who wait": {"task": "apps.warehouse.tasks.serve_waiting_list", "schedule": 60.0},
    "have the trains of the next weeks": {"task": "apps.trains.tasks.run_timetables", "schedule": crontab(minute="11")},
    "release places nobody uses": {"task": "apps.trains.tasks.release_places", "schedule": 60.0},
    "give places to those who wait": {"task": "apps.trains.tasks.serve_waiting_for_places", "schedule": 300.0},
    "plan tracks of coming trains": {"task": "apps.trains.tasks.plan_coming_tracks", "schedule": 300.0},
    "look again at customs' messages that wait": {
        "task": "apps.customs.tasks.retry_waiting_messages",
        "schedule": 60.0,
    },
    "make reports to customs": {"task": "apps.customs.tasks.make_duty_reports", "schedule": 60.0},
    "send reports to customs": {"task": "apps.customs.tasks.send_duty_reports", "schedule": 30.0},
    "bring boxes to inspections": {"task": "apps.customs.tasks.bring_to_inspection", "schedule": 60.0},
    "note trucks that did not come": {"task": "apps.gate.tasks.note_no_shows", "schedule": 60.0},
    "charge what has left": {"task": "apps.billing.tasks.charge_what_left", "schedule": 60.0},
    "announce last free days": {"task": "apps.billing.tasks.announce_last_free_days", "schedule": crontab(minute="7")},
    "learn how much work declarations are": {
        "task": "apps.customs.tasks.learn_expected_minutes",
        "schedule": crontab(hour="19", minute="31"),
    },
    "count release times of days that are over": {
        "task": "apps.customs.tasks.count_release_times",
        "schedule": crontab(minute="37"),
    },
    "exchange files with partners": {"task": "apps.edi.tasks.exchange_files", "schedule": 10.0},
    "tell partners what happened": {"task": "apps.edi.tasks.tell_partners", "schedule": 20.0},
    "play sandboxes": {"task": "apps.sandbox.tasks.play", "schedule": 5.0},
    "issue last month's statements": {
        "task": "apps.billing.tasks.issue_statements",
        "schedule": crontab(hour="*/6", minute="23"),
    },
}
