"""The exact sweep over the bookings, which looks at no counter: what the counters are held against."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from apps.network.models import Terminal
from apps.warehouse.models import Booking, HalfDay, Zone
from apps.warehouse.selectors.room import touched
from terminal.capacity import HalfDay as HalfDayOfSite
from terminal.capacity import half_day_at
from terminal.lifecycle import HOLDING_SPACE

Sums = dict[tuple[int, HalfDayOfSite], Decimal]


@dataclass(frozen=True, slots=True)
class Miscount:
    """A half-day whose counter is not what the bookings hold, or that holds more than the zone has."""

    zone: str
    half_day: HalfDay
    counted_m2: Decimal
    held_m2: Decimal
    capacity_m2: Decimal


def miscounted(terminal: Terminal, since: datetime) -> list[Miscount]:
    """Every half-day from the one of ``since`` on that is counted wrongly or overbooked, by zone and time."""
    first = half_day_at(since, terminal.zone)
    zones = {zone.pk: zone for zone in Zone.objects.filter(terminal=terminal).select_related("terminal")}
    held = _held(zones, since, first)
    rows = {
        (row.zone_id, HalfDayOfSite(row.on, 1 if row.half else 0)): row
        for row in HalfDay.objects.filter(zone__in=zones, on__gte=first.day)
    }
    wanted = sorted(each for each in held.keys() | rows.keys() if each[1] >= first)
    return list(_wrong(zones, held, rows, wanted))


def _wrong(
    zones: dict[int, Zone],
    held: Sums,
    rows: dict[tuple[int, HalfDayOfSite], HalfDay],
    wanted: list[tuple[int, HalfDayOfSite]],
) -> Iterator[Miscount]:
    for key in wanted:
        zone, at = zones[key[0]], key[1]
        row = rows.get(key) or HalfDay(zone=zone, on=at.day, half=at.half, capacity_m2=zone.capacity_m2)
        exact = held.get(key, Decimal(0))
        if row.used_m2 != exact or exact > zone.capacity_m2 or row.capacity_m2 != zone.capacity_m2:
            yield Miscount(zone.code, row, Decimal(row.used_m2), exact, row.capacity_m2)


def _held(zones: dict[int, Zone], since: datetime, first: HalfDayOfSite) -> Sums:
    """What the bookings hold, zone by zone and half-day by half-day, added up one by one."""
    sums: Sums = defaultdict(Decimal)
    bookings = Booking.objects.filter(zone__in=zones, end_at__gt=since).only(
        "zone_id", "start_at", "end_at", "released_at", "status", "area_m2"
    )
    for booking in bookings.iterator():
        for half_day in _half_days(zones[booking.zone_id], booking):
            if half_day >= first:
                sums[booking.zone_id, half_day] += booking.area_m2
    return sums


def _half_days(zone: Zone, booking: Booking) -> list[HalfDayOfSite]:
    taken = touched(zone, booking.start_at, booking.end_at)
    if booking.released_at is not None:
        released = half_day_at(booking.released_at, zone.terminal.zone)
        return [each for each in taken if each < released]
    return taken if booking.status in HOLDING_SPACE else []
