"""One terminal on the front page: which sections its reader sees, and the figures in them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from apps.alerts.dashboard.chart import Chart, chart
from apps.alerts.dashboard.errands import Errand, errands
from apps.alerts.models import PARTS, Alert
from apps.alerts.selectors import ComingDay, next_days
from apps.calls.lateness import Lateness
from apps.calls.models import Call
from apps.containers.models import Visit
from apps.customs import selectors as customs
from apps.customs.selectors import OfficeQueue
from apps.network.models import Terminal
from apps.reports.models import DailyThroughput
from apps.trains.selectors import track_use
from apps.trains.selectors.delays import LateTrain, late_trains
from apps.warehouse import selectors as warehouse
from apps.warehouse.selectors import ZoneUse
from terminal.throughput import Mode, site_day

DAYS = 14
AHEAD = timedelta(hours=24)
MOST_TRAINS = 40

May = Callable[[str], bool]


@dataclass(frozen=True)
class Gauge:
    """A stock against what there is room for. No ``value``: no data."""

    value: Decimal | None
    capacity: Decimal
    warn: Decimal = Decimal("0.75")
    limit: Decimal = Decimal("0.85")

    @property
    def share(self) -> Decimal | None:
        """Of the capacity; None without data."""
        return None if self.value is None or not self.capacity else self.value / self.capacity

    @property
    def width(self) -> int:
        """Of the bar, in percent."""
        return 0 if self.share is None else max(1, min(100, round(self.share * 100)))

    @property
    def mood(self) -> str:
        """``calm``, ``warn`` or ``over`` its marks."""
        share = self.share or Decimal(0)
        return "over" if share >= self.limit else "warn" if share >= self.warn else "calm"


@dataclass(frozen=True)
class Train:
    """A train that stands here or is to come within a day. ``delay``: of its arrival against plan; None when none is
    known. ``leaves_late``: by how much it will leave late, as a person says it; empty: in time, as far as is known."""

    call: Call
    page: Any
    here: bool
    delay: timedelta | None
    leaves_late: str = ""

    @property
    def is_late(self) -> bool:
        """By at least a minute."""
        return self._lateness.is_late

    @property
    def delay_said(self) -> str:
        """To the minute, as a person says it: “17 h 38 min early”."""
        return self._lateness.said or "–"

    @property
    def _lateness(self) -> Lateness:
        return Lateness(None if self.delay is None else round(self.delay / timedelta(minutes=1)))


@dataclass(frozen=True)
class Site:
    """What the front page tells of one terminal. A section is None where the reader's rights do not include it."""

    terminal: Terminal
    at: datetime
    today: DailyThroughput | None
    trains_today: Gauge | None
    teu_today: Gauge | None
    chart: Chart | None
    yard: Gauge | None
    tracks: Gauge | None
    zones: list[ZoneUse] | None
    offices: list[OfficeQueue] | None
    trains: list[Train] | None
    late: list[LateTrain] | None
    alerts: list[Alert] | None
    coming: list[ComingDay] | None
    errands: list[Errand]

    @property
    def queue_length(self) -> int:
        """Open declarations of all offices."""
        return sum(office.length for office in self.offices or ())

    @property
    def queue_oldest(self) -> datetime | None:
        """When the longest waiting declaration was submitted."""
        ages = [office.oldest_age for office in self.offices or () if office.oldest_age]
        return self.at - max(ages) if ages else None

    @property
    def zone_gauges(self) -> list[tuple[ZoneUse, Gauge]]:
        """Every zone with its bar."""
        return [(zone, Gauge(zone.held_m2, zone.usable_m2)) for zone in self.zones or ()]


def site(terminal: Terminal, may: May, user: Any, at: datetime) -> Site:
    """The terminal as its reader may see it, at a moment."""
    figures = _days(terminal, site_day(at, terminal.zone)) if may("reports.view_dailythroughput") else None
    today = figures[max(figures)] if figures else None
    late = late_trains(terminal, at) if may("trains.view_trainvisit") else None
    return Site(
        terminal=terminal,
        at=at,
        today=today,
        trains_today=_rated(figures, today and today.trains_departed, terminal.rated_trains_per_day),
        teu_today=_rated(figures, today and today.throughput_teu, Decimal(terminal.rated_teu_per_day)),
        chart=chart(figures, Decimal(terminal.rated_teu_per_day)) if figures is not None else None,
        yard=_yard(terminal) if may("yard.view_standing") else None,
        tracks=_tracks(terminal, at) if may("trains.view_track") else None,
        zones=warehouse.utilisation(terminal, at) if may("warehouse.view_zone") else None,
        offices=customs.queue(terminal, at) if may("customs.view_declaration") else None,
        trains=None if late is None else _trains(terminal, late, at),
        late=late,
        alerts=_alerts(terminal) if may("alerts.view_alert") else None,
        coming=next_days(terminal, at) if may("trains.view_trainvisit") else None,
        errands=errands(terminal, may, user, at),
    )


def _days(terminal: Terminal, today: date) -> dict[date, DailyThroughput | None]:
    first = today - timedelta(days=DAYS - 1)
    known = {row.on: row for row in DailyThroughput.objects.filter(terminal=terminal, on__range=(first, today))}
    return {day: known.get(day) for day in (first + timedelta(days=n) for n in range(DAYS))}


def _rated(figures: Any, value: Any, rated: Decimal) -> Gauge | None:
    if figures is None:
        return None
    return Gauge(None if value is None else Decimal(value), rated, warn=Decimal(1), limit=Decimal("1.0001"))


def _yard(terminal: Terminal) -> Gauge:
    standing = Visit.objects.in_yard().filter(terminal=terminal).aggregate(teu=Sum("container__teu"))["teu"]
    return Gauge(standing, Decimal(terminal.operating_capacity_teu))


def _tracks(terminal: Terminal, at: datetime) -> Gauge:
    use = track_use(terminal, at)
    return Gauge(Decimal(use.places_taken) if use.places else None, Decimal(use.places))


def _alerts(terminal: Terminal) -> list[Alert]:
    return list(
        Alert.objects.filter(rule__terminal=terminal, closed_at=None).select_related(
            "rule__terminal", "acknowledged_by", *(f"rule__{part}" for part in PARTS)
        )
    )


def _trains(terminal: Terminal, late: list[LateTrain], at: datetime) -> list[Train]:
    leave_late = {each.train.call.pk: each.lateness.said for each in late}
    rail = Call.objects.filter(terminal=terminal, mode=Mode.RAIL.value).select_related("train")
    soon = Q(estimated_arrival_at__lte=at + AHEAD) | Q(estimated_arrival_at=None, scheduled_arrival_at__lte=at + AHEAD)
    here = [_train(call, leave_late, here=True) for call in rail.on_site().order_by("arrived_at", "pk")[:MOST_TRAINS]]
    coming = rail.expected().filter(soon).order_by("scheduled_arrival_at", "pk")[:MOST_TRAINS]
    return [*here, *(_train(call, leave_late, here=False) for call in coming)]


def _train(call: Call, leave_late: dict[int, str], *, here: bool) -> Train:
    planned, best = call.scheduled_arrival_at, call.arrived_at or call.estimated_arrival_at
    delay = best - planned if planned and best else None
    return Train(call, getattr(call, "train", None), here, delay, leave_late.get(call.pk, ""))
