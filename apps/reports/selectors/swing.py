"""Since when a terminal is in full swing, by what was counted of its days."""

from datetime import date, timedelta
from typing import Final

from apps.network.models import Terminal
from apps.reports.models import DailyThroughput
from terminal.kpis import Span
from terminal.swing import DaysTraffic, in_full_swing, usual_teu

USUAL_OF: Final = timedelta(days=90)
"""Days before today by which a usual one is told."""
LOOKED_BACK: Final = 2 * USUAL_OF
"""A site whose first day lies farther back is no new one, whatever its quietest weeks were like."""


def swing_from(terminal: Terminal, today: date) -> date | None:
    """The first counted day in full swing (``terminal.swing``) of the 180 before ``today``. None: there is none."""
    counted = DailyThroughput.objects.filter(terminal=terminal, on__gte=today - LOOKED_BACK, on__lt=today)
    days = [DaysTraffic(*row) for row in counted.order_by("on").values_list("on", "in_teu", "out_teu")]
    return in_full_swing(days, usual_teu([day for day in days if day.on >= today - USUAL_OF]))


def filled_until(terminal: Terminal, span: Span, today: date) -> date | None:
    """The day before full swing, where the span, or the time before it, has counted days up to it. None: it has not."""
    begun = swing_from(terminal, today)
    if begun is None or begun <= span.before().first:
        return None
    counted = DailyThroughput.objects.filter(terminal=terminal, on__gte=span.before().first, on__lt=begun)
    return begun - timedelta(days=1) if counted.filter(on__lte=span.last).exists() else None
