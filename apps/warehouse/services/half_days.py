"""The counters of the half-days: taken and given back in one order, so that nobody waits in a circle.

# Note [Counting half-days]
Three statements go to the server at once. The first makes the counters that are missing, in time order, with the
capacity of the zone's row, which it locks against a change of area (only when something is missing). The second locks
the counters in time order. The third counts. In one statement the count would be taken from before the lock. Whether
it fits is the database's own word: CHECK ``half_day_is_not_overbooked``.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from apps.warehouse.models import Booking, Zone
from apps.warehouse.selectors import touched
from terminal.capacity import HalfDay, half_day_bounds

OPEN = """
    INSERT INTO warehouse_halfday (zone_id, "on", half, used_m2, capacity_m2)
    SELECT zone.id, wanted."on", wanted.half, 0,
           trunc(zone.usable_m2 * (100 + zone.overbooking_percent) / 100, 2)
    FROM warehouse_zone zone, unnest(%(days)s::date[], %(halves)s::smallint[]) AS wanted("on", half)
    WHERE zone.id = %(zone)s AND NOT EXISTS (
        SELECT 1 FROM warehouse_halfday known
        WHERE known.zone_id = zone.id AND known."on" = wanted."on" AND known.half = wanted.half)
    ORDER BY wanted."on", wanted.half
    FOR SHARE OF zone
    ON CONFLICT DO NOTHING;
"""
LOCK_AND_COUNT = """
    SELECT id FROM warehouse_halfday
    WHERE zone_id = %(zone)s
      AND ("on", half) BETWEEN (%(first_day)s::date, %(first)s) AND (%(last_day)s::date, %(last)s)
    ORDER BY "on", half
    FOR NO KEY UPDATE;
    UPDATE warehouse_halfday SET used_m2 = used_m2 + %(area)s
    WHERE zone_id = %(zone)s
      AND ("on", half) BETWEEN (%(first_day)s::date, %(first)s) AND (%(last_day)s::date, %(last)s);
"""


def hold(zone: Zone, start: datetime, end: datetime, area_m2: Decimal) -> None:
    """Take the area in every half-day from ``start`` to ``end``. See Note [Counting half-days].

    Violates ``half_day_is_not_overbooked`` when one of them has no room; nothing is taken then.
    """
    _count(OPEN + LOCK_AND_COUNT, zone.pk, touched(zone, start, end), area_m2)


def give_back(booking: Booking, at: datetime) -> None:
    """Give back what the booking holds in the half-days that have not ended yet."""
    site = booking.zone.terminal.zone
    taken = touched(booking.zone, booking.start_at, booking.end_at)
    left = [each for each in taken if half_day_bounds(each, site)[1] > at]
    if left:
        _count(LOCK_AND_COUNT, booking.zone_id, left, -booking.area_m2)


def _count(statements: str, zone_id: int, half_days: list[HalfDay], area_m2: Decimal) -> None:
    first, last = half_days[0], half_days[-1]
    facts: dict[str, Any] = {
        "zone": zone_id,
        "days": [each.day for each in half_days],
        "halves": [each.half for each in half_days],
        "first_day": first.day,
        "first": first.half,
        "last_day": last.day,
        "last": last.half,
        "area": area_m2,
    }
    with connection.cursor() as cursor:
        cursor.execute(statements, facts)
        if cursor.rowcount != len(half_days):
            raise RuntimeError(f"{cursor.rowcount} of {len(half_days)} half-days counted in zone {zone_id}")
