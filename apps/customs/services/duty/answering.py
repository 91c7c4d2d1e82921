"""Customs answers a report: it acknowledges it, or wants it corrected."""

from datetime import datetime

from apps.common.steps import take_step
from apps.customs.models import DutyReport
from terminal.lifecycle import DUTY_REPORT, ReportStatus


def note_answer(report: DutyReport, *, accepted: bool, answer: str, at: datetime) -> None:
    """Write down what customs says of the report. Raises ``StepNotAllowed`` for one that was answered or replaced."""
    wanted = ReportStatus.ACKNOWLEDGED if accepted else ReportStatus.REFUSED
    take_step(report, DUTY_REPORT, wanted.value, answered_at=at, answer=answer[:500], next_attempt_at=None)
