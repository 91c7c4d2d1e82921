"""From which day on a terminal's traffic says what its days are like.

A site that begins fills first: boxes come, hardly any leave yet, and a mean over those days is of no day anybody will
see again. So what is measured begins with the first day in full swing: as much as half of a usual day came, and as
much went. Days after it all count, also quiet ones: they are part of what the site's days are like.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Final

FEWEST: Final = 14
"""Days by which a usual one is told, where fewer are half of all."""
HALF: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class DaysTraffic:
    """TEU that came and that went on a site day."""

    on: date
    teu_in: Decimal
    teu_out: Decimal

    @property
    def throughput_teu(self) -> Decimal:
        """Each box once."""
        return (self.teu_in + self.teu_out) / 2


def usual_teu(days: Sequence[DaysTraffic]) -> Decimal:
    """The throughput of a usual day: the median of the later half of the days, of 14 at least; 0 without days.

    The later half: the first weeks of a site are few beside what came since, or there is nothing to measure yet.
    """
    later = days[-max(FEWEST, len(days) // 2) :]
    return median(day.throughput_teu for day in later) if later else Decimal(0)


def in_full_swing(days: Sequence[DaysTraffic], usual: Decimal) -> date | None:
    """The first of the days, in their order, on which half of ``usual`` came and half of it went. None: no day was it.

    >>> day = lambda n, came, went: DaysTraffic(date(2026, 5, n), Decimal(came), Decimal(went))
    >>> in_full_swing([day(1, 900, 0), day(2, 800, 300), day(3, 700, 600), day(4, 90, 80)], Decimal(900))
    datetime.date(2026, 5, 3)
    """
    needed = usual * HALF
    return next((day.on for day in days if min(day.teu_in, day.teu_out) >= needed > 0), None)
