"""Customs answers a report: it acknowledges it, or wants it corrected."""

from datetime import datetime

from django.db import transaction

from apps.common.steps import take_step
from apps.customs.models import DutyReport
from apps.customs.services.duty.memory import journal
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.lifecycle import DUTY_REPORT, ReportStatus

CUSTOMS = "customs"
"""Whose answer it is, where no system of theirs is named."""


@transaction.atomic
def note_answer(report: DutyReport, *, accepted: bool, answer: str, at: datetime, by: Actor | None = None) -> None:
    """Write down what customs says of the report; said again, it is no news.

    Raises ``StepNotAllowed`` for one that was answered otherwise or replaced.
    """
    wanted = ReportStatus.ACKNOWLEDGED if accepted else ReportStatus.REFUSED
    if report.status == wanted:
        return
    take_step(report, DUTY_REPORT, wanted.value, answered_at=at, answer=answer[:500], next_attempt_at=None)
    kind = EventKind.DUTY_REPORT_ACKNOWLEDGED if accepted else EventKind.DUTY_REPORT_REFUSED
    journal(report, kind, by=by or Actor(label=CUSTOMS), at=at, answer=answer[:500])
