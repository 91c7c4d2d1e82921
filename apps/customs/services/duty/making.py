"""Reports to customs are made: at once when a carrier has come, and again when there is more to say."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from apps.calls.models import Call
from apps.common.numbers import next_number
from apps.common.steps import take_step
from apps.customs.models import DutyReport
from apps.customs.selectors.duty import REPORTED, OfCall, is_discharged, latest_report
from apps.customs.services.duty.memory import journal
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.customs.duty import arrival_report, tally_report
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DUTY_REPORT, ReportStatus

RIGHT: Final = "customs.change_dutyreport"
LOOKED_AT_FOR: Final = timedelta(days=3)
"""So long after its arrival a call is looked at by itself; afterwards staff make a report again."""

PREFIX: Final = "CR"
_K = DutyReport.Kind


class NothingToReport(Refused):
    """Reports are owed of trains, ships and barges that have arrived."""

    message = gettext_noop("%(number)s is no train, ship or barge that has arrived: there is nothing to report of it.")


class NothingNewToReport(Refused):
    """A further revision would say what the last one said."""

    message = gettext_noop(
        "Nothing has changed since %(number)s was made. Correct its papers, seals, weights or tally first."
    )


def make_arrival_report(call: Call, *, by: Actor, at: datetime) -> DutyReport | None:
    """Report what the carrier brings by its manifest; None where the last report says so already.

    Raises ``NotYours``, ``NothingToReport``.
    """
    return _make(call, _K.ARRIVAL, by=by, at=at)


def make_tally_report(call: Call, *, by: Actor, at: datetime) -> DutyReport | None:
    """Report what was found of what the manifest lists, as of now; None where the last report says so already.

    Raises ``NotYours``, ``NothingToReport``.
    """
    return _make(call, _K.TALLY, by=by, at=at)


def make_again(report: DutyReport, *, by: Actor, at: datetime) -> DutyReport:
    """The report's next revision. Raises ``NotYours``, ``NothingNewToReport``."""
    made = _make(report.call, _K(report.kind), by=by, at=at)
    if made is None:
        last = latest_report(report.call, report.kind)
        raise NothingNewToReport(number=last.number if last else report.number)
    return made


def make_due_reports(at: datetime) -> int:
    """Make what is owed of the carriers that came in the last days; how many reports."""
    by = Actor.itself("duty reports")
    came = Call.objects.filter(mode__in=REPORTED, arrived_at__gt=at - LOOKED_AT_FOR, arrived_at__lte=at)
    came = came.filter(terminal__in=Terminal.objects.in_earnest())
    return sum(len(_due(call, by=by, at=at)) for call in came.select_related("terminal").order_by("pk"))


def _due(call: Call, *, by: Actor, at: datetime) -> list[DutyReport]:
    made = [make_arrival_report(call, by=by, at=at)]
    if is_discharged(call):
        made.append(make_tally_report(call, by=by, at=at))
    return [report for report in made if report is not None]


@transaction.atomic
def _make(call: Call, kind: DutyReport.Kind, *, by: Actor, at: datetime) -> DutyReport | None:
    """Whoever makes reports of a call holds its row: of two, the second finds nothing new."""
    by.require(RIGHT, call.terminal)
    # Joined: a call keeps its terminal. See Note [Locked alone].
    locked = Call.objects.select_for_update(of=("self",), no_key=True).select_related("terminal").get(pk=call.pk)
    if locked.mode not in REPORTED or locked.arrived_at is None:
        raise NothingToReport(number=call.number)
    former = latest_report(locked, kind.value)
    content = _content(locked, kind)
    if former is not None and former.content == content:
        return None
    if former is not None:
        take_step(former, DUTY_REPORT, ReportStatus.REPLACED.value, next_attempt_at=None)
    report = DutyReport.objects.create(
        terminal=locked.terminal,
        number=next_number(PREFIX, at),
        kind=kind.value,
        call=locked,
        revision=former.revision + 1 if former else 1,
        content=content,
        differences=len(content.get("differences", ())),
        made_at=at,
        made_by=by.label[:120],
        next_attempt_at=at,
    )
    journal(report, EventKind.DUTY_REPORT_MADE, by=by, at=at)
    return report


def _content(call: Call, kind: DutyReport.Kind) -> dict[str, Any]:
    told = OfCall(call)
    listed = told.listed(latest_report(call, _K.ARRIVAL.value))
    if kind is _K.ARRIVAL:
        return arrival_report(told.carrier, listed)
    return tally_report(told.carrier, told.tally(listed))
