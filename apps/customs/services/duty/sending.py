"""Reports go to customs: claimed, sent, stamped; what is not taken is tried again, what has no address is fetched.

The claim is committed before the network is used: see Note [A claim is not an open transaction] in ``apps.notices``.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from apps.common.steps import take_step
from apps.customs.models import Authority, DutyReport
from apps.customs.services.duty.answering import note_answer
from apps.customs.services.duty.making import RIGHT
from apps.customs.services.duty.memory import journal
from apps.customs.services.duty.posting import Reply, post
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.lifecycle import DUTY_REPORT, ReportStatus
from terminal.signatures import headers

LEASE: Final = timedelta(minutes=2)
"""So long a report in hand is left alone; longer than the network is waited for."""

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
AT_ONCE: Final = 100
_S = ReportStatus


def message_of(report: DutyReport) -> dict[str, Any]:
    """The report as customs receives it, by whichever way; the same each time. ``replaces``: the number it corrects."""
    former = DutyReport.objects.filter(call=report.call_id, kind=report.kind, revision=report.revision - 1)
    return {
        "report": report.number,
        "kind": report.kind,
        "revision": report.revision,
        "replaces": former.values_list("number", flat=True).first(),
        "made_at": report.made_at.isoformat(),
        "content": report.content,
    }


def send_due_reports(at: datetime) -> int:
    """Send what is due and has an address; how many were taken. Stops for now where nobody answers."""
    taken = 0
    for _ in range(AT_ONCE):
        report = claim_next(at)
        if report is None:
            break
        reply = _send(report, at)
        taken += reply.accepted
        if not reply.reached:
            break
    return taken


@transaction.atomic(durable=True)
def claim_next(at: datetime) -> DutyReport | None:
    """Take the longest waiting report that nobody has in hand."""
    listening = _listening().filter(terminal=OuterRef("terminal"))
    due = DutyReport.objects.filter(Exists(listening), status=_S.WAITING.value, next_attempt_at__lte=at)
    report = due.select_for_update(skip_locked=True, of=("self",)).order_by("next_attempt_at", "pk").first()
    if report is None:
        return None
    report.attempts, report.next_attempt_at = report.attempts + 1, at + LEASE
    report.save(update_fields=["attempts", "next_attempt_at"])
    return report


def _listening() -> Any:
    return Authority.objects.filter(active=True).exclude(inbox_url="")


def _send(report: DutyReport, at: datetime) -> Reply:
    authority = _listening().filter(terminal=report.terminal_id).order_by("code").first()
    if authority is None:
        return Reply(accepted=False, words="")
    body = orjson.dumps(message_of(report))
    reply = post(authority, body, headers(authority.secret, identifier=report.number, at=at, body=body))
    stamp(report, reply, authority, at)
    return reply


@transaction.atomic
def stamp(report: DutyReport, reply: Reply, authority: Authority, at: datetime) -> None:
    """Write down what became of an attempt; of a report that was answered or replaced meanwhile, nothing."""
    row = DutyReport.objects.select_for_update().get(pk=report.pk)
    if row.status != _S.WAITING:
        return
    if not reply.accepted:
        again = at + pause_after(row.attempts)
        told = {"next_attempt_at": again, "answer": reply.words}
        DutyReport.objects.filter(pk=row.pk).update(**told, version=F("version") + 1)
        return
    by = Actor(label=f"authority:{authority.code}"[:120])
    _mark_sent(row, reply.words, by=Actor.itself("duty reports"), at=at)
    if reply.acknowledged is not None:
        note_answer(row, accepted=reply.acknowledged, answer=reply.words, at=at, by=by)


def _mark_sent(row: DutyReport, words: str, *, by: Actor, at: datetime) -> None:
    take_step(row, DUTY_REPORT, _S.SENT.value, sent_at=at, answer=words, next_attempt_at=None)
    journal(row, EventKind.DUTY_REPORT_SENT, by=by, at=at)


def pause_after(attempts: int) -> timedelta:
    """The pause after so many attempts: a minute, doubling up to an hour."""
    return min(FIRST_PAUSE * (1 << min(max(attempts - 1, 0), 10)), LONGEST_PAUSE)


@transaction.atomic
def hand_out(reports: Iterable[DutyReport], authority: Authority, at: datetime) -> list[dict[str, Any]]:
    """Give reports to a system that came for them: from now on they are sent."""
    numbers = [each.pk for each in reports]
    rows = list(DutyReport.objects.select_for_update().filter(pk__in=numbers).order_by("pk"))
    by = Actor(label=f"authority:{authority.code}"[:120])
    for row in rows:
        if row.status == _S.WAITING:
            _mark_sent(row, "", by=by, at=at)
    return [message_of(row) for row in rows]


@transaction.atomic
def send_again(report: DutyReport, *, by: Actor, at: datetime) -> None:
    """Send an unanswered report at once, under its number. Raises ``NotYours``, ``StepNotAllowed``."""
    by.require(RIGHT, report.terminal)
    row = DutyReport.objects.select_for_update().get(pk=report.pk)
    if row.status == _S.WAITING:
        DutyReport.objects.filter(pk=row.pk).update(next_attempt_at=at, version=F("version") + 1)
    else:
        take_step(row, DUTY_REPORT, _S.WAITING.value, next_attempt_at=at)
