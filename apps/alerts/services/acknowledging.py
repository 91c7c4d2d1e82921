"""Somebody has seen an alert and looks after it."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.alerts.models import Alert
from apps.alerts.services.journalling import remember
from apps.parties.actors import Actor
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind


class AlreadyAcknowledged(Refused):
    """Somebody was quicker."""

    message = gettext_noop("This alert was acknowledged by %(name)s already.")


class AlertIsOver(Refused):
    """There is nothing left to look after."""

    message = gettext_noop("This alert is over since %(closed_at)s.")


@transaction.atomic
def acknowledge(alert: Alert, *, by: Actor, at: datetime) -> None:
    """Say that one has seen it. It stops the escalation, not the alert. Refuses what is over or was acknowledged."""
    by.require("alerts.acknowledge_alert", alert.rule.terminal)
    unseen = Alert.objects.filter(pk=alert.pk, acknowledged_at=None, closed_at=None)
    if not unseen.update(acknowledged_at=at, acknowledged_by=by.user, version=F("version") + 1):
        raise _refusal(alert)
    alert.refresh_from_db()
    remember(alert, EventKind.ALERT_ACKNOWLEDGED, by=by.label, at=at)


def _refusal(alert: Alert) -> Refused:
    alert.refresh_from_db()
    if alert.closed_at:
        return AlertIsOver(closed_at=alert.closed_at.isoformat())
    return AlreadyAcknowledged(name=str(alert.acknowledged_by or "–"))
