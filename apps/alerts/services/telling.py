"""Who is told of what now: new alerts, alone or gathered in a storm; again; the next person; and of the end.

An alert that nobody was told of is the queue: a look that dies after raising loses nothing, the next one tells. Each is
claimed by an UPDATE that only one of two wins, in the same transaction as its messages.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from apps.alerts import selectors
from apps.alerts.models import PARTS, Alert, Rule, Subscription, Telling
from apps.alerts.selectors import Mute
from apps.alerts.services import hooks
from apps.alerts.services.journalling import remember
from apps.alerts.services.mails import Pen
from apps.network.models import Terminal
from apps.notices import services as notices
from apps.notices.services import NewNotice
from apps.parties.models import User
from terminal.events import EventKind
from terminal.telling import Storm, is_repeated, steps_due, to_tell

STORM: Final = Storm()
ME: Final = "terminal:capacity watch"
Why = Telling.Why


def tell(terminal: Terminal, at: datetime) -> None:
    """Tell whoever has to hear of alerts now. Run by any number at once, each is told once."""
    every = Alert.objects.filter(rule__terminal=terminal).select_related(
        "rule__terminal", *(f"rule__{p}" for p in PARTS)
    )
    standing = list(every.filter(closed_at=None).order_by("pk"))
    ended = list(every.filter(closed_at__isnull=False, over_told=False).order_by("pk"))
    if not standing and not ended:
        return
    mute = selectors.mute(terminal, at, standing)
    _tell_new(terminal, [each for each in standing if not (each.told_at or mute.why(each.rule))], at)
    for alert in standing:
        if alert.told_at and not alert.acknowledged_at and not mute.why(alert.rule):
            _ask_the_next(alert, at)
            _repeat(alert, at)
    _tell_ends(ended, mute, at)


def _tell_new(terminal: Terminal, waiting: list[Alert], at: datetime) -> None:
    if not waiting:
        return
    lately = Alert.objects.filter(rule__terminal=terminal, told_at__gt=at - STORM.window, told_at__lte=at)
    moments = sorted(filter(None, lately.values_list("told_at", flat=True)))
    last = moments[-1] if moments else None
    said = to_tell(waiting, lately=len(moments), last=last, at=at, critical=_is_critical, storm=STORM)
    for group in [*((each,) for each in said.alone), said.together]:
        if group:
            _raise_voice(group, at)


def _is_critical(alert: Alert) -> bool:
    return alert.rule.severity == Rule.Severity.CRITICAL


@transaction.atomic
def _raise_voice(alerts: Iterable[Alert], at: datetime) -> None:
    """Tell the readers of alerts that nobody was told of yet: each gets one mail, whatever it lists."""
    mine = [each for each in alerts if _claim(each, {"told_at": None, "closed_at": None}, told_at=at)]
    _write(mine, Why.RAISED, at)
    for alert in mine:
        hooks.put(alert, Why.RAISED, at)


def _claim(alert: Alert, as_seen: dict[str, Any], **values: Any) -> bool:
    return bool(Alert.objects.filter(pk=alert.pk, **as_seen).update(**values))


def _write(alerts: list[Alert], why: Telling.Why, at: datetime) -> None:
    """One mail to each reader of any of the alerts, and a line in each alert's history for it."""
    if not alerts:
        return
    subscribed = selectors.readers_of(alerts[0].rule.terminal, Subscription.What.ALERTS)
    theirs: dict[int, tuple[User, list[Alert]]] = {}
    for alert in alerts:
        for user in selectors.whom_to_tell(alert, subscribed):
            theirs.setdefault(user.pk, (user, []))[1].append(alert)
    pen = Pen(at)
    _send([(user, mine, pen.raised(mine, user, why)) for user, mine in theirs.values()], why, at)


def _send(letters: list[tuple[User, list[Alert], NewNotice]], why: Telling.Why, at: datetime) -> None:
    written = {each.user_id: each.message_id for each in notices.write([mail for *_, mail in letters], at)}
    Telling.objects.bulk_create(
        (
            Telling(
                alert=alert,
                at=at,
                why=why,
                round=_round(alert, why),
                user=user,
                to=user.email,
                message_id=written.get(user.pk, ""),
            )
            for user, alerts, _mail in letters
            for alert in alerts
        ),
        ignore_conflicts=True,
    )


def _round(alert: Alert, why: Telling.Why) -> int:
    return {Why.REPEAT: alert.repeats + 1, Why.ESCALATION: alert.escalated + 1}.get(why, 0)


@transaction.atomic
def _repeat(alert: Alert, at: datetime) -> None:
    """Say it again to its readers, ever more rarely, while nobody acknowledges. Silence is said once."""
    first = timedelta(seconds=alert.rule.repeat_seconds)
    if alert.silent or not is_repeated(told_at=alert.told_at, repeats=alert.repeats, first=first, at=at):  # type: ignore[arg-type]
        return
    as_seen = {"repeats": alert.repeats, "acknowledged_at": None, "closed_at": None}
    if _claim(alert, as_seen, repeats=alert.repeats + 1):
        _write([alert], Why.REPEAT, at)
        hooks.put(alert, Why.REPEAT, at, round=alert.repeats + 1, more={"repeats": alert.repeats + 1})


@transaction.atomic
def _ask_the_next(alert: Alert, at: datetime) -> None:
    """Ask every further person whose turn it is, while nobody acknowledges."""
    steps = [] if alert.silent else selectors.whom_to_ask(alert.rule)
    waits = [timedelta(seconds=each.after_seconds) for each in steps]
    due = steps_due(waits, told_at=alert.told_at, at=at)  # type: ignore[arg-type]
    if due <= alert.escalated:
        return
    as_seen = {"escalated": alert.escalated, "acknowledged_at": None, "closed_at": None}
    if not _claim(alert, as_seen, escalated=due):
        return
    users = [step.user for step in steps[alert.escalated : due]]
    pen = Pen(at)
    letters = [(user, [alert], pen.raised([alert], user, Why.ESCALATION)) for user in users]
    _send(letters, Why.ESCALATION, at)
    remember(alert, EventKind.ALERT_ESCALATED, by=ME, at=at)
    asked = {"escalated": due, "asked": [str(user) for user in users]}
    hooks.put(alert, Why.ESCALATION, at, round=alert.escalated + 1, more=asked)


def _tell_ends(ended: list[Alert], mute: Mute, at: datetime) -> None:
    for alert in ended:
        with transaction.atomic():
            if _claim(alert, {"over_told": False}, over_told=True) and alert.told_at and not mute.why(alert.rule):
                _write_end(alert, at)


def _write_end(alert: Alert, at: datetime) -> None:
    """Whoever was told of the alert hears that it is over."""
    told = Telling.objects.filter(alert=alert, user__is_active=True).select_related("user").exclude(user__email="")
    users = {each.user_id: each.user for each in told if each.user}
    pen = Pen(at)
    letters = [(user, [alert], pen.cleared(alert, user)) for user in users.values()]
    _send(letters, Why.OVER, at)
    hooks.put(alert, Why.OVER, at)
