"""Reports to customs that wait for its answer."""

from apps.customs.models import DutyReport
from apps.network.models import Terminal
from terminal.errors import Malformed, gettext_noop
from terminal.lifecycle import ReportStatus

OPEN = (ReportStatus.WAITING.value, ReportStatus.SENT.value)


class NoSuchReport(Malformed):
    """A place to go on from that is no report of this terminal."""

    message = gettext_noop("%(number)s is no report of this terminal. Give the number of the last one you fetched.")


def unanswered_reports(terminal: Terminal, *, after: str = "", most: int = 50) -> list[DutyReport]:
    """Reports customs has not answered, the first made first, from the one after that number on.

    Raises ``NoSuchReport``.
    """
    every = DutyReport.objects.filter(terminal=terminal)
    rows = every.filter(status__in=OPEN).order_by("pk")
    if after:
        last = every.filter(number=after).values_list("pk", flat=True).first()
        if last is None:
            raise NoSuchReport(number=after)
        rows = rows.filter(pk__gt=last)
    return list(rows[:most])
