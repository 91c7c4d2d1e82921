"""What the morning digest tells: the day that ended against what the site was built for, and how things stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.alerts.models import PARTS, Alert
from apps.alerts.selectors.coming import Coming, coming
from apps.customs import selectors as customs
from apps.network.models import Terminal
from apps.reports import selectors as reports
from apps.reports.selectors import DayFigures
from apps.warehouse.models import Booking
from terminal.lifecycle import BookingStatus
from terminal.throughput import Mode, day_bounds, site_day

PLOTTED_DAYS = 14


@dataclass(frozen=True)
class ByMode:
    """Boxes of one mode that came in and went out."""

    name: str
    boxes_in: int
    boxes_out: int


@dataclass(frozen=True)
class Digest:
    """Yesterday's figures (``days[-1]``) and this morning's state of a terminal. Shares are of the rated figures."""

    terminal: Terminal
    days: Sequence[DayFigures]
    alerts: Sequence[Alert]
    bookings_holding: int
    booked_m2: Decimal
    bookings_asked: int
    queue: int
    queue_oldest: timedelta | None
    coming: Coming

    @property
    def day(self) -> DayFigures:
        """The day that ended."""
        return self.days[-1]

    @property
    def on(self) -> date:
        return self.day.on

    @property
    def train_share(self) -> Decimal:
        return self.day.row.trains_departed / self.terminal.rated_trains_per_day

    @property
    def teu_share(self) -> Decimal:
        return self.day.throughput_teu / self.terminal.rated_teu_per_day

    @property
    def yard_share(self) -> Decimal:
        """What stood at the day's end ÷ operating capacity."""
        return self.day.yard_teu / self.terminal.operating_capacity_teu

    @property
    def modes(self) -> list[ByMode]:
        """Every mode of which a box moved, in the reader's language."""
        row = self.day.row
        names = {Mode.RAIL: _("rail"), Mode.ROAD: _("road"), Mode.SEA: _("sea"), Mode.BARGE: _("barge")}
        every = [ByMode(name, getattr(row, f"in_{mode}"), getattr(row, f"out_{mode}")) for mode, name in names.items()]
        return [each for each in every if each.boxes_in or each.boxes_out]

    @property
    def queue_oldest_hours(self) -> float | None:
        return self.queue_oldest / timedelta(hours=1) if self.queue_oldest else None


def digest_of(terminal: Terminal, at: datetime) -> Digest:
    """The digest of the last finished site day, as it stands at ``at``."""
    yesterday = site_day(at, terminal.zone) - timedelta(days=1)
    offices = customs.queue(terminal, at)
    held = Booking.objects.holding_space().filter(terminal=terminal, start_at__lte=at, end_at__gt=at)
    start, end = day_bounds(yesterday, terminal.zone)
    asked = Booking.objects.filter(terminal=terminal, requested_at__gte=start, requested_at__lt=end)
    return Digest(
        terminal=terminal,
        days=reports.daily(terminal, yesterday - timedelta(days=PLOTTED_DAYS - 1), yesterday),
        alerts=list(
            Alert.objects.filter(rule__terminal=terminal, closed_at=None).select_related(
                "rule__terminal", "acknowledged_by", *(f"rule__{part}" for part in PARTS)
            )
        ),
        bookings_holding=held.count(),
        booked_m2=held.aggregate(area=Sum("area_m2"))["area"] or Decimal(0),
        bookings_asked=asked.exclude(status=BookingStatus.WAITING).count(),
        queue=sum(office.length for office in offices),
        queue_oldest=max((office.oldest_age for office in offices if office.oldest_age), default=None),
        coming=coming(terminal, at),
    )
