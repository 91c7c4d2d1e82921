"""Somebody has seen an alert and looks after it, or has something to say about it."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime

from apps.alerts.models import Alert, Comment, Telling
from apps.alerts.services import hooks
from apps.alerts.services.journalling import remember
from apps.parties.actors import Actor
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import ALERT_HANDLING, AlertHandling

RIGHT = "alerts.acknowledge_alert"


class AlreadyAcknowledged(Refused):
    """Somebody was quicker."""

    message = gettext_noop("This alert was acknowledged by %(name)s already.")


class AlertIsOver(Refused):
    """There is nothing left to look after."""

    message = gettext_noop("This alert is over since %(closed_at)s.")


class NothingSaid(Malformed):
    """A comment without words."""

    message = gettext_noop("A comment has to say something.")


@transaction.atomic
def acknowledge(alert: Alert, *, by: Actor, at: datetime) -> None:
    """Say that one has seen it. It stops the escalation, not the alert. Refuses what is over or was acknowledged."""
    by.require(RIGHT, alert.rule.terminal)
    unseen = Alert.objects.filter(pk=alert.pk, acknowledged_at=None, closed_at=None)
    if not unseen.update(acknowledged_at=at, acknowledged_by=by.user, version=F("version") + 1):
        raise _refusal(alert)
    alert.refresh_from_db()
    remember(alert, EventKind.ALERT_ACKNOWLEDGED, by=by.label, at=at)
    more = {"acknowledged_by": str(by.user or by.label), "acknowledged_at": at.isoformat()}
    hooks.put_later(alert, Telling.Why.ACKNOWLEDGED, at, more)


def _refusal(alert: Alert) -> Refused:
    alert.refresh_from_db()
    if ALERT_HANDLING.is_final(alert.handling) and alert.closed_at:
        return AlertIsOver(closed_at=f"{localtime(alert.closed_at):%Y-%m-%d %H:%M}")
    return AlreadyAcknowledged(name=str(alert.acknowledged_by or "–"))


@transaction.atomic
def comment(alert: Alert, text: str, *, by: Actor, at: datetime) -> Comment:
    """Write something about an alert, whatever state it is in. Raises ``NothingSaid``."""
    by.require(RIGHT, alert.rule.terminal)
    if not text.strip():
        raise NothingSaid
    said = Comment.objects.create(alert=alert, at=at, by=str(by.user or by.label)[:150], text=text.strip()[:2000])
    remember(alert, EventKind.ALERT_COMMENTED, by=by.label, at=at)
    return said


def needs_a_person(alert: Alert) -> bool:
    """Whether somebody may still say that they look after it."""
    return ALERT_HANDLING.can_step(alert.handling, AlertHandling.ACKNOWLEDGED)
