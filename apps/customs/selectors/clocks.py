"""Who had a declaration, when, and for how long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.customs.models import ClockPeriod, Declaration
from terminal.customs.clocks import Clock


@dataclass(frozen=True, slots=True)
class Clocks:
    """The periods of a declaration in their order, and how long each clock ran in all, to the moment asked for."""

    periods: list[ClockPeriod]
    ran: dict[Clock, timedelta]


def clocks_of(declaration: Declaration, at: datetime) -> Clocks:
    """Every clock of the declaration, those that never ran too."""
    periods = list(declaration.periods.select_related("office").order_by("began_at", "pk"))
    ran = dict.fromkeys(Clock, timedelta())
    for each in periods:
        ran[Clock(each.clock)] += max(timedelta(), (each.ended_at or at) - each.began_at)
    return Clocks(periods, ran)
