"""Reported bookings counted as any others are, and what is said when they do not fit.

See Note [The database counts] in ``apps.warehouse.services.half_days``. All half-days are taken from the site's own
clock: a half-day is a half-day there, also where clocks are changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from apps.common.bulk import ask, run
from apps.common.integrity import refusals
from apps.warehouse.models import HalfDay
from terminal.errors import Refused, gettext_noop


class ZoneWasOverbooked(Refused):
    """More is reported to have been held in a half-day than the zone has, or has left."""

    message = gettext_noop(
        "%(held_m2)s m² of %(zone)s would have been held on %(half_day)s, but it has only %(capacity_m2)s m²."
    )


def _half_day(moment: str) -> str:
    return f"date_bin('12 hours', ({moment}) AT TIME ZONE %(zone)s, TIMESTAMP '2000-01-01')"


LOCK_ZONES: Final = "SELECT id FROM warehouse_zone WHERE terminal_id = %(terminal)s ORDER BY id FOR SHARE"

HELD: Final = f"""
SELECT told.zone_id, part::date AS "on", (extract(hour FROM part) >= 12)::int AS half,
       sum(CASE WHEN told.ended_at IS NULL OR part < {_half_day("told.ended_at")} THEN told.area_m2 ELSE 0 END) AS held
FROM booking_new told CROSS JOIN LATERAL generate_series(
    {_half_day("told.start_at")}, {_half_day("told.end_at - interval '1 microsecond'")}, interval '12 hours') AS part
WHERE told.got_room
GROUP BY told.zone_id, part
"""

COUNTED: Final = f"""
SELECT held.*, zone.code, coalesce(known.used_m2, 0) AS used_m2,
       coalesce(known.capacity_m2, trunc(zone.usable_m2 * (100 + zone.overbooking_percent) / 100, 2)) AS capacity_m2
FROM ({HELD}) held JOIN warehouse_zone zone ON zone.id = held.zone_id
LEFT JOIN warehouse_halfday known USING (zone_id, "on", half)
"""

OVERBOOKED: Final = f"""
SELECT code, "on", half, used_m2 + held, capacity_m2 FROM ({COUNTED}) counted
WHERE used_m2 + held > capacity_m2 ORDER BY "on", half, code LIMIT 1
"""


@contextmanager
def counted(facts: dict[str, Any]) -> Iterator[None]:
    """Write the bookings of ``booking_new`` in the block, which counts them. Raises ``ZoneWasOverbooked``."""
    run(LOCK_ZONES, facts)
    with refusals(half_day_is_not_overbooked=lambda: _overbooked(facts)):
        yield


def _overbooked(facts: dict[str, Any]) -> ZoneWasOverbooked:
    ((code, on, half, held, capacity),) = ask(OVERBOOKED, facts)
    half_day = str(HalfDay(on=on, half=half))
    return ZoneWasOverbooked(zone=code, half_day=half_day, held_m2=str(held), capacity_m2=str(capacity))
