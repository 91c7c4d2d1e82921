"""Today against rated, and the next 72 hours: what the timetable brings and what the forecast makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Q

from apps.alerts.models import Rule
from apps.alerts.selectors.readings import outlook
from apps.calls.models import Call
from apps.forecasts import selectors as forecasts
from apps.forecasts.selectors import Hour
from apps.network.models import Terminal
from terminal.lifecycle import ON_SITE, Phase
from terminal.pressure import DayOutlook
from terminal.throughput import Mode, day_bounds, site_day

DAYS: Final = 3
HOURS: Final = timedelta(hours=72)
TO_COME: Final = (Phase.SCHEDULED.value, Phase.ANNOUNCED.value)


@dataclass(frozen=True)
class ComingDay:
    """A site day to come: trains that are to arrive and to leave, and the fullest hour the forecast expects."""

    on: date
    arriving: int
    leaving: int
    rated: Decimal
    yard: Hour | None
    yard_capacity: int

    @property
    def is_over(self) -> bool:
        """Whether more trains are to leave than the site is rated for."""
        return self.leaving > self.rated

    @property
    def yard_share(self) -> Decimal | None:
        """Of the operating capacity, at the fullest hour."""
        return self.yard.median / self.yard_capacity if self.yard and self.yard_capacity else None


@dataclass(frozen=True)
class Coming:
    """Today as it will come to, and the three site days that hold the next 72 hours."""

    trains: DayOutlook | None
    teu: DayOutlook | None
    days: Sequence[ComingDay]


def coming(terminal: Terminal, at: datetime) -> Coming:
    """What is to come at a terminal. A fixed number of queries."""
    return Coming(
        trains=outlook(Rule(terminal=terminal, metric=Rule.Metric.TRAINS_PER_DAY), at),
        teu=outlook(Rule(terminal=terminal, metric=Rule.Metric.TEU_PER_DAY), at),
        days=next_days(terminal, at),
    )


def next_days(terminal: Terminal, at: datetime) -> list[ComingDay]:
    """The next three site days by the timetable and the latest forecast of the yard."""
    today = site_day(at, terminal.zone)
    bounds = [day_bounds(today + timedelta(days=n), terminal.zone) for n in range(1, DAYS + 1)]
    told = forecasts.latest(terminal, "yard_teu", at)
    hours = [hour for hour in told.hours if hour.at <= bounds[-1][1]] if told else []
    trains = _trains(terminal, bounds[0][0], bounds[-1][1])
    return [_day(terminal, start, end, trains, hours) for start, end in bounds]


def _trains(terminal: Terminal, start: datetime, end: datetime) -> list[tuple[datetime | None, datetime | None]]:
    """When each train is to arrive and to leave, as far as that is still to come."""
    rail = Call.objects.filter(terminal=terminal, mode=Mode.RAIL.value)
    soon = Q(scheduled_arrival_at__lt=end + HOURS, scheduled_arrival_at__gte=start - HOURS) | Q(
        scheduled_departure_at__lt=end + HOURS, scheduled_departure_at__gte=start - HOURS
    )
    found = []
    for call in rail.filter(soon, phase__in=[*TO_COME, *sorted(ON_SITE)]):
        arrives = call.estimated_arrival_at or call.scheduled_arrival_at if call.phase in TO_COME else None
        found.append((arrives, call.estimated_departure_at or call.scheduled_departure_at))
    return found


def _day(
    terminal: Terminal,
    start: datetime,
    end: datetime,
    trains: Sequence[tuple[datetime | None, datetime | None]],
    hours: Sequence[Hour],
) -> ComingDay:
    mine = [hour for hour in hours if start < hour.at <= end]
    return ComingDay(
        on=site_day(start, terminal.zone),
        arriving=sum(arrives is not None and start <= arrives < end for arrives, _leaves in trains),
        leaving=sum(leaves is not None and start <= leaves < end for _arrives, leaves in trains),
        rated=terminal.rated_trains_per_day,
        yard=max(mine, key=lambda hour: hour.median) if mine else None,
        yard_capacity=terminal.operating_capacity_teu,
    )
