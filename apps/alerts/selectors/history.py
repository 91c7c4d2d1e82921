"""What became of an alert, step by step: raised, told and whether it got there, acknowledged, said, silenced, over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.alerts.models import Alert, HookMessage, Silence, Telling
from apps.notices.models import Notice


@dataclass(frozen=True)
class Step:
    """One line of an alert's history. ``fate``: how the message of a telling stands, with its state for the colour."""

    at: datetime
    what: str
    who: str = ""
    fate: str = ""
    state: str = ""
    link: Any = None


def history(alert: Alert, at: datetime) -> list[Step]:
    """Everything that happened to the alert until now, the first first."""
    return sorted(_steps(alert, at), key=lambda step: step.at)


def _steps(alert: Alert, at: datetime) -> Iterator[Step]:
    if alert.since and alert.since < alert.opened_at:
        yield Step(alert.since, _("the figure was too high") if not alert.silent else _("the last reading"))
    yield Step(alert.opened_at, _("no data") if alert.silent else pgettext("step of an alert", "raised"))
    yield from _tellings(alert)
    if alert.acknowledged_at:
        who = str(alert.acknowledged_by or "")
        yield Step(alert.acknowledged_at, pgettext("step of an alert", "acknowledged"), who)
    for said in alert.comments.all():
        yield Step(said.at, said.text, said.by)
    yield from _silences(alert, at)
    if alert.closed_at:
        yield Step(alert.closed_at, pgettext("step of an alert", "over"))


def _tellings(alert: Alert) -> Iterator[Step]:
    rows = list(Telling.objects.filter(alert=alert))
    sent_as: dict[str, Any] = {
        each.message_id: each for each in Notice.objects.filter(message_id__in=[row.message_id for row in rows])
    }
    sent_as |= {str(each.public_id): each for each in HookMessage.objects.filter(alert=alert).select_related("hook")}
    for row in rows:
        sent = sent_as.get(row.message_id)
        fate = sent.get_state_display() if sent else ""
        yield Step(
            row.at, _("told: %(why)s") % {"why": row.get_why_display()}, row.to, fate, getattr(sent, "state", ""), sent
        )


def _silences(alert: Alert, at: datetime) -> Iterator[Step]:
    ended = alert.closed_at or at
    of_it = Silence.objects.filter(terminal=alert.rule.terminal_id, start_at__lt=ended, end_at__gt=alert.opened_at)
    for each in of_it.filter(Q(rule=alert.rule_id) | Q(rule=None)):
        yield Step(each.start_at, _("silenced: %(reason)s") % {"reason": each.reason}, each.made_by)
