"""How long finished declarations kept their offices busy: the working minutes of customs' own clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Prefetch

from apps.customs.models import ClockPeriod, Declaration
from apps.customs.selectors.opening import openings
from apps.network.models import Terminal
from terminal.customs.clocks import Clock
from terminal.customs.opening import working_minutes
from terminal.lifecycle import DeclarationStatus

LEARNED_FROM = timedelta(days=90)
FINISHED = [DeclarationStatus.RELEASED.value, DeclarationStatus.REJECTED.value]


def minutes_worked(terminal: Terminal, at: datetime) -> Mapping[tuple[str, str], list[float]]:
    """Of the declarations decided in the last 90 days: minutes customs' clock ran in their offices' hours.

    By regime and channel; one that was rejected before it had a channel tells nothing.
    """
    since = at - LEARNED_FROM
    customs = ClockPeriod.objects.filter(clock=Clock.CUSTOMS.value, ended_at__isnull=False)
    done = Declaration.objects.filter(
        terminal=terminal, status__in=FINISHED, status_since__gt=since, status_since__lte=at
    ).exclude(channel="")
    hours = openings(terminal, since - LEARNED_FROM, at)
    worked: dict[tuple[str, str], list[float]] = {}
    for each in done.only("regime", "channel").prefetch_related(Prefetch("periods", customs)).iterator(2000):
        minutes = [
            working_minutes(hours[period.office_id], period.began_at, period.ended_at)
            for period in each.periods.all()
            if period.ended_at
        ]
        worked.setdefault((each.regime, each.channel), []).append(sum(minutes))
    return worked
