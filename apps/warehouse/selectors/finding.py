"""When there is room again, and where else there is room: what is asked before booking.

Counted over the half-day counters and the closures of all zones asked about, in two queries however full they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils.functional import cached_property

from apps.warehouse.models import Booking, Closure, HalfDay, Zone
from apps.warehouse.selectors.room import require_time, touched, why_closed
from terminal import capacity
from terminal.capacity import Fullness, Stay, Window
from terminal.lifecycle import HOLDING_SPACE

STARTS_TOLD: Final = 3
OTHER_ZONES_TOLD: Final = 5


@dataclass(frozen=True)
class ZoneTimes:
    """A zone with what is held in it in each half-day, and its closures, over some time. ``but``: as if not booked."""

    zone: Zone
    held: dict[capacity.HalfDay, tuple[Decimal, Decimal]]
    closed: Sequence[Window]
    but: Booking | None = None

    def free_m2(self, start: datetime, end: datetime) -> Decimal:
        """The m² free through the whole window; never below zero."""
        return max(Decimal(0), min(map(self._free, touched(self.zone, start, end))))

    def starts(self, area_m2: Decimal, duration: timedelta, first: datetime, latest: datetime) -> list[datetime]:
        """The next starts at which the zone is open and has that area for the whole duration."""
        if not (self.zone.active and self.zone.terminal.active) or area_m2 > self.zone.capacity_m2:
            return []
        fullness, site = self._fullness(area_m2, first, latest + duration), self.zone.terminal.zone
        opening = self.zone.next_opening
        return capacity.starts_that_fit(
            fullness, self.closed, opening, duration, first, latest, site=site, many=STARTS_TOLD
        )

    def _fullness(self, area_m2: Decimal, since: datetime, until: datetime) -> Fullness:
        site = self.zone.terminal.zone
        asked = touched(self.zone, since, max(until, since + timedelta(microseconds=1)))
        return Fullness(asked[0], [self._free(each) < area_m2 for each in asked], site)

    def _free(self, half_day: capacity.HalfDay) -> Decimal:
        used, usable = self.held.get(half_day, (Decimal(0), self.zone.capacity_m2))
        own = self.but.area_m2 if self.but and half_day in self._own else Decimal(0)
        return usable - used + own

    @cached_property
    def _own(self) -> set[capacity.HalfDay]:
        if self.but is None or self.but.zone_id != self.zone.pk or self.but.status not in HOLDING_SPACE:
            return set()
        return set(touched(self.zone, self.but.start_at, self.but.end_at))


def times_of(zones: Sequence[Zone], since: datetime, until: datetime, but: Booking | None = None) -> list[ZoneTimes]:
    """The zones, which stand at one terminal, with what is held in them in that time, in their order."""
    held: dict[int, dict[capacity.HalfDay, tuple[Decimal, Decimal]]] = {zone.pk: {} for zone in zones}
    closed: dict[int, list[Window]] = {zone.pk: [] for zone in zones}
    site = zones[0].terminal.zone
    days = [capacity.half_day_at(each, site).day for each in (since, until)]
    counted = HalfDay.objects.filter(zone__in=held, on__range=days)
    for zone, on, half, used, usable in counted.values_list("zone_id", "on", "half", "used_m2", "capacity_m2"):
        held[zone][capacity.HalfDay(on, 1 if half else 0)] = (used, usable)
    closures = Closure.objects.filter(zone__in=held, end_at__gt=since, start_at__lt=until).order_by("start_at")
    for zone, start, end in closures.values_list("zone_id", "start_at", "end_at"):
        closed[zone].append((start, end))
    return [ZoneTimes(zone, held[zone.pk], closed[zone.pk], but) for zone in zones]


def next_starts(
    zone: Zone,
    area_m2: Decimal,
    duration: timedelta,
    not_before: datetime,
    *,
    at: datetime | None = None,
    but: Booking | None = None,
) -> list[datetime]:
    """The next three starts at which the zone is open and has ``area_m2`` for the whole duration, each in another
    half-day; none within its horizon, which is counted from ``at`` (None: ``not_before``).

    ``but``: as if this booking held nothing. Raises ``EmptyStay``.
    """
    latest = (at or not_before) + timedelta(days=zone.horizon_days) - duration
    (times,) = times_of([zone], not_before, max(not_before, latest + duration), but)
    return times.starts(area_m2, duration, not_before, latest)


def next_time(zone: Zone, area_m2: Decimal, duration: timedelta, not_before: datetime) -> datetime | None:
    """The first of ``next_starts``; None when there is none."""
    return next(iter(next_starts(zone, area_m2, duration, not_before)), None)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another zone of the same kind, and whether the stay fits there. ``next_start_at``: when it does."""

    zone: str
    name: str
    fits: bool
    free_m2: Decimal
    next_start_at: datetime | None


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a stay fits a zone; if not, ``reason`` is ``full`` or ``closed``.

    ``next_starts``: up to three starts at which it fits, each in another half-day; the first is ``next_start_at``.
    ``alternatives``: other zones of the same kind, those in which it fits as asked first.
    """

    fits: bool
    free_m2: Decimal
    reason: str | None
    next_start_at: datetime | None
    next_starts: Sequence[datetime]
    alternatives: Sequence[Alternative]


def availability(zone: Zone, stay: Stay, at: datetime) -> Availability:
    """Whether there is room for the stay, and if not why, when next and where else.

    Raises ``InThePast``, ``TooFarAhead``.
    """
    require_time(zone, stay, at)
    closed = why_closed(zone, stay.start, stay.end)
    zones = [zone, *_others(zone)]
    here, *there = times_of(zones, stay.start, at + timedelta(days=max(each.horizon_days for each in zones)))
    free = here.free_m2(stay.start, stay.end)
    if closed is None and stay.amount <= free:
        return Availability(True, free, None, stay.start, [stay.start], [])
    starts = _starts(here, stay, at)
    elsewhere = sorted((_alternative(each, stay, at) for each in there), key=lambda each: not each.fits)
    reason = "full" if closed is None else "closed"
    return Availability(False, free, reason, next(iter(starts), None), starts, elsewhere)


def _others(zone: Zone) -> list[Zone]:
    """Zones of the same kind that are in operation."""
    same = Zone.objects.filter(terminal=zone.terminal_id, kind=zone.kind, active=True).exclude(pk=zone.pk)
    return list(same.select_related("terminal").order_by("code")[:OTHER_ZONES_TOLD])


def _starts(times: ZoneTimes, stay: Stay, at: datetime) -> list[datetime]:
    duration = stay.end - stay.start
    latest = at + timedelta(days=times.zone.horizon_days) - duration
    return times.starts(stay.amount, duration, stay.start, latest)


def _alternative(times: ZoneTimes, stay: Stay, at: datetime) -> Alternative:
    zone, start = times.zone, next(iter(_starts(times, stay, at)), None)
    return Alternative(zone.code, zone.name, start == stay.start, times.free_m2(stay.start, stay.end), start)
