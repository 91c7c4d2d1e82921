"""Nobody is told for a while, and then they are again."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.alerts.models import PARTS, Alert, Rule, Silence, Telling
from apps.alerts.selectors import covers
from apps.alerts.services import hooks
from apps.common.integrity import refusals
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind

RIGHT = "alerts.add_silence"
TOLD_AS = {
    EventKind.ALERTS_SILENCED: Telling.Why.SILENCED,
    EventKind.SILENCE_ENDED: Telling.Why.UNSILENCED,
}


class SilencedAlready(Refused):
    """The same is silent in this time."""

    message = gettext_noop("There is a silence of the same in this time already: end that one first.")


class NoEnd(Malformed):
    """A silence that would end before it begins."""

    message = gettext_noop("A silence ends after it began.")


class SilenceIsOver(Refused):
    """What has ended cannot be ended."""

    message = gettext_noop("This silence is over.")


def one_after_the_other(terminal_id: int) -> None:
    """Wait for whoever makes a silence at the terminal just now: two would wait for each other at the constraint."""
    Terminal.objects.select_for_update(no_key=True).get(pk=terminal_id)


@transaction.atomic
def silence(
    terminal: Terminal, *, rule: Rule | None = None, until: datetime, reason: str, by: Actor, at: datetime,
    since: datetime | None = None, part: dict[str, int] | None = None,
) -> Silence:  # fmt: skip
    """Tell nobody of alerts of a rule, a part of the site or all of it. Raises ``SilencedAlready`` and ``NoEnd``."""
    by.require(RIGHT, terminal)
    start = since or at
    if until <= start:
        raise NoEnd
    facts = {"start_at": start, "end_at": until, "reason": reason[:200], "made_by": str(by.user or by.label)[:150]}
    one_after_the_other(terminal.pk)
    with refusals(silences_of_the_same_do_not_overlap=SilencedAlready()):
        made = Silence.objects.create(terminal=terminal, rule=rule, **facts, **(part or {}))
    remember_silence(made, EventKind.ALERTS_SILENCED, by=by, at=at)
    return made


@transaction.atomic
def end_silence(silence: Silence, *, by: Actor, at: datetime) -> None:
    """People are told again from now on, also of what was raised meanwhile and still stands."""
    by.require(RIGHT, silence.terminal)
    begun = Silence.objects.filter(pk=silence.pk, start_at__lt=at, end_at__gt=at)
    to_come = Silence.objects.filter(pk=silence.pk, start_at__gte=at)
    if not begun.update(end_at=at, version=F("version") + 1) and not to_come.delete()[0]:
        raise SilenceIsOver
    remember_silence(silence, EventKind.SILENCE_ENDED, by=by, at=at)


def remember_silence(silence: Silence, kind: EventKind, *, by: Actor, at: datetime) -> None:
    """Journal it, for staff; programs are told with every alert that stands and falls under it."""
    payload = {"what": str(silence), "from": silence.start_at.isoformat(), "until": silence.end_at.isoformat()}
    happening = Happening(
        kind=kind, terminal_id=silence.terminal_id, at=at, actor=by.label, audience=Audience.STAFF, payload=payload
    )
    record(happening)
    more = {"reason": silence.reason, "silenced_by": silence.made_by, "changed_by": str(by.user or by.label)}
    times = {"silent_from": silence.start_at.isoformat(), "silent_until": _end(silence, kind, at).isoformat()}
    standing = Alert.objects.filter(rule__terminal=silence.terminal_id, closed_at=None).order_by("pk")
    for alert in standing.select_related("rule__terminal", *(f"rule__{part}" for part in PARTS)):
        if covers(silence, alert.rule):
            hooks.put_later(alert, TOLD_AS[kind], at, more | times)


def _end(silence: Silence, kind: EventKind, at: datetime) -> datetime:
    return at if kind is EventKind.SILENCE_ENDED else silence.end_at
