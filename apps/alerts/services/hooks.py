"""Alerts for programs: a signed JSON message to each address of the site's choosing, tried for three days."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from apps.alerts import selectors
from apps.alerts.models import Alert, HookMessage, Telling
from apps.alerts.services.links import admin_link
from apps.common.api.renderers import dumps
from apps.common.sealing import CannotOpen, opened
from apps.webhooks.wire import Answer, Wire
from terminal.signatures import headers
from terminal.webhooks import PATIENCE, Fate, fate_of, pause_after

PURPOSE: Final = "alert webhook"
AGENT: Final = "Landbridge-Alerts/1"
LEASE: Final = timedelta(minutes=2)
AT_ONCE: Final = 50
CANNOT_SIGN: Final = "The secret cannot be read any more: give the webhook another one."
WAITING = HookMessage.State.WAITING
Why = Telling.Why


@dataclass(frozen=True)
class Parcel:
    """A message in hand, signed."""

    message: HookMessage
    url: str
    headers: dict[str, str]
    body: bytes


TYPES: Final = {
    Why.RAISED: "alert.raised",
    Why.REPEAT: "alert.repeated",
    Why.ESCALATION: "alert.escalated",
    Why.ACKNOWLEDGED: "alert.acknowledged",
    Why.SILENCED: "alert.silenced",
    Why.UNSILENCED: "alert.unsilenced",
    Why.OVER: "alert.over",
}


def put(alert: Alert, why: Why, at: datetime, *, round: int = 0, more: dict[str, Any] | None = None) -> None:
    """Queue what happened to an alert for every address that wants its rule's. ``more``: what is told beside."""
    wanted = selectors.hooks_of(alert.rule)
    if not wanted:
        return
    body = _body(alert, why, at, more or {})
    made = HookMessage.objects.bulk_create(
        HookMessage(hook=hook, alert=alert, body=body, created_at=at, next_attempt_at=at) for hook in wanted
    )
    Telling.objects.bulk_create(
        (
            Telling(alert=alert, at=at, why=why, round=round, to=each.hook.url[:254], message_id=str(each.public_id))
            for each in made
        ),
        ignore_conflicts=True,
    )


def put_later(alert: Alert, why: Why, at: datetime, more: dict[str, Any]) -> None:
    """The same of what people did with an alert that programs were told of; of any other they know nothing."""
    if alert.told_at:
        put(alert, why, at, round=Telling.objects.filter(alert=alert, why=why).count(), more=more)


def _body(alert: Alert, why: Why, at: datetime, more: dict[str, Any]) -> dict[str, Any]:
    rule = alert.rule
    facts = {
        "alert": str(alert.public_id),
        "figure": rule.metric,
        "part": str(rule.part) if rule.part_id else None,
        "severity": rule.severity,
        "no_data": alert.silent,
        "reading": str(alert.reading),
        "peak": str(alert.peak),
        "capacity": str(alert.capacity),
        "ending": None if alert.ending is None else str(alert.ending),
        "raised_at": alert.opened_at.isoformat(),
        "over_at": alert.closed_at.isoformat() if alert.closed_at else None,
        "link": admin_link("alerts_alert_change", alert.pk),
        **more,
    }
    return {"type": TYPES[why], "timestamp": at.isoformat(), "terminal": rule.terminal.code, "data": facts}


def send_due(at: datetime) -> int:
    """Send what waits, many at once; how many were taken. An address that is away is tried again, for three days."""
    parcels = [parcel for each in _claim(at) if (parcel := _pack(each, at))]
    if not parcels:
        return 0
    return sum(_stamp(parcel.message, answer, at) for parcel, answer in zip(parcels, sent(parcels), strict=True))


def sent(parcels: Sequence[Parcel]) -> list[Answer]:
    """The answer to each. In a thread of its own: whoever calls may have a loop running in this one."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(lambda: asyncio.run(_send(parcels))).result()


@transaction.atomic
def _claim(at: datetime) -> list[HookMessage]:
    """Take what is due and nobody holds, for as long as a lease lasts."""
    due = HookMessage.objects.filter(state=WAITING, next_attempt_at__lte=at).order_by("next_attempt_at", "pk")
    taken = list(due.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    HookMessage.objects.filter(pk__in=[each.pk for each in taken]).update(
        next_attempt_at=at + LEASE, attempts=F("attempts") + 1
    )
    return list(HookMessage.objects.filter(pk__in=[each.pk for each in taken]).select_related("hook").order_by("pk"))


def _pack(message: HookMessage, at: datetime) -> Parcel | None:
    body = dumps(message.body)
    try:
        secret = opened(message.hook.secret, purpose=PURPOSE)
    except CannotOpen:
        _stamp(message, Answer(None, 0, CANNOT_SIGN), at)
        return None
    signed = headers(secret, identifier=str(message.public_id), at=at, body=body)
    return Parcel(message, message.hook.url, {"Content-Type": "application/json", "User-Agent": AGENT, **signed}, body)


async def _send(parcels: Sequence[Parcel]) -> list[Answer]:
    async with Wire() as wire:
        return await asyncio.gather(*(wire.send(each) for each in parcels))


def _stamp(message: HookMessage, answer: Answer, at: datetime) -> bool:
    fate = fate_of(answer.status)
    values: dict[str, Any] = {"answer": f"{answer.status or ''} {answer.words}".strip()[:500]}
    again = at + pause_after(message.attempts, luck=0.5)
    if fate is Fate.DELIVERED:
        values |= {"state": HookMessage.State.SENT, "sent_at": at}
    elif fate is Fate.GONE or again > message.created_at + PATIENCE:
        values |= {"state": HookMessage.State.PARKED}
    else:
        values |= {"next_attempt_at": again}
    HookMessage.objects.filter(pk=message.pk, state=WAITING).update(version=F("version") + 1, **values)
    return fate is Fate.DELIVERED
