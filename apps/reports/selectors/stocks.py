"""What stood at each full hour, out of the records themselves: stays, track stays, bookings, declarations."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from apps.customs.selectors import OPEN
from apps.network.models import Terminal
from terminal.errors import Malformed, gettext_noop
from terminal.lifecycle import HOLDING_SPACE, DeclarationStatus, VisitState
from terminal.metrics import Stock

HOUR: Final = timedelta(hours=1)
INSTANT: Final = timedelta(microseconds=1)
Level = list[tuple[datetime, Decimal]]


class NoSuchStock(Malformed):
    """A figure of which there is no history by the hour."""

    message = gettext_noop("“%(metric)s” is no stock whose past is known by the hour; there are: %(known)s.")


def hourly(terminal: Terminal, metric: str, start: datetime, end: datetime, scope: int | None = None) -> Level:
    """How much there was at every full hour from ``start`` on and before ``end``, in UTC, as the records have it today.

    Scope: of one block, track, zone or office (its number) instead of the whole site. One query. A box that is carried
    between blocks is in neither. Raises ``NoSuchStock``.
    """
    if metric not in STATEMENTS:
        raise NoSuchStock(metric=metric, known=", ".join(STATEMENTS))
    facts: Mapping[str, Any] = {
        "terminal": terminal.pk,
        "zone": terminal.zone_name,
        "scope": scope,
        "first": _full_hour(start),
        "end": end.astimezone(UTC),
        "open": OPEN,
        "holding": sorted(HOLDING_SPACE),
        "here": [VisitState.ACTIVE.value, VisitState.DEPARTED.value],
        "over": [DeclarationStatus.REJECTED.value, DeclarationStatus.WITHDRAWN.value],
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(Stock(metric), scoped=scope is not None), facts)
        return [(at, Decimal(value)) for at, value in cursor.fetchall()]


def _full_hour(at: datetime) -> datetime:
    """The moment itself if it is a full hour, else the next."""
    return (at.astimezone(UTC) + HOUR - INSTANT).replace(minute=0, second=0, microsecond=0)


def _statement(metric: Stock, *, scoped: bool) -> str:
    site, of_scope = STATEMENTS[metric]
    return LEVEL.format(spells=of_scope if scoped else site)


HOURS: Final = "generate_series(%(first)s, %(end)s - interval '1 microsecond', interval '1 hour')"
CEILING: Final = "date_trunc('hour', {} + interval '1 hour' - interval '1 microsecond', 'UTC')"
LEVEL: Final = f"""
WITH spells(since, until, size) AS ({{spells}}),
inside AS MATERIALIZED (
    SELECT * FROM spells WHERE since < %(end)s AND (until IS NULL OR until > greatest(since, %(first)s))
), steps(at, size) AS (
    SELECT greatest({CEILING.format("since")}, %(first)s), size FROM inside
    UNION ALL
    SELECT {CEILING.format("until")}, -size FROM inside WHERE until IS NOT NULL
), changes AS (SELECT at, sum(size) AS size FROM steps GROUP BY at)
SELECT hour.at, sum(coalesce(changes.size, 0)) OVER (ORDER BY hour.at)
FROM {HOURS} AS hour(at) LEFT JOIN changes USING (at)
ORDER BY hour.at
"""
"""What came by an hour, less what had gone by it: who leaves on the hour is not counted in it."""

STAYS: Final = """
SELECT visit.arrived_at, visit.departed_at, box.teu
FROM containers_visit visit JOIN containers_container box ON box.id = visit.container_id
WHERE visit.terminal_id = %(terminal)s AND visit.state = ANY(%(here)s) AND visit.arrived_at < %(end)s
"""

IN_BLOCK: Final = """
WITH place AS (
    SELECT code, code || '-' AS prefix FROM yard_block WHERE id = %(scope)s AND terminal_id = %(terminal)s
), moves AS (
    SELECT visit_id, went_to, done_at, lead(done_at) OVER (PARTITION BY visit_id ORDER BY done_at, id) AS next_at
    FROM yard_workorder
    WHERE done_at IS NOT NULL AND terminal_id = %(terminal)s
), spells AS (
    SELECT moves.visit_id, moves.done_at AS since, moves.next_at AS until
    FROM moves JOIN place ON starts_with(moves.went_to, place.prefix)
        AND regexp_replace(moves.went_to, '(-[0-9]+){3}$', '') = place.code
    UNION ALL
    SELECT standing.visit_id, standing.placed_at, NULL
    FROM yard_standing standing
    WHERE standing.block_id = (SELECT %(scope)s::bigint FROM place)
      AND NOT EXISTS (
          SELECT FROM moves WHERE moves.visit_id = standing.visit_id AND moves.done_at >= standing.placed_at)
)
SELECT spells.since, least(spells.until, visit.departed_at), box.teu
FROM spells JOIN containers_visit visit ON visit.id = spells.visit_id
JOIN containers_container box ON box.id = visit.container_id
"""
"""Orders tell where a box went, and when it went on; a box that no order brought stands since it was placed."""

ON_TRACK: Final = """
SELECT stay.since, stay.until, 1
FROM trains_trackstay stay JOIN trains_track track ON track.id = stay.track_id
WHERE track.terminal_id = %(terminal)s AND {which}
"""

IN_QUEUE: Final = """
SELECT submitted_at, CASE WHEN status = ANY(%(over)s) THEN status_since ELSE released_at END, 1
FROM customs_declaration
WHERE terminal_id = %(terminal)s AND submitted_at IS NOT NULL
  AND (status = ANY(%(open)s) OR status = ANY(%(over)s) OR released_at IS NOT NULL) {which}
"""

HALF_DAY: Final = """(
    date_trunc('day', {moment} AT TIME ZONE %(zone)s)
    + CASE WHEN extract(hour FROM {moment} AT TIME ZONE %(zone)s) >= 12 THEN interval '12 hours' ELSE interval '0' END
)"""
BOOKED: Final = f"""
SELECT greatest(booking.requested_at, {HALF_DAY.format(moment="booking.start_at")} AT TIME ZONE %(zone)s),
       least(booking.released_at,
             ({HALF_DAY.format(moment="(booking.end_at - interval '1 microsecond')")} + interval '12 hours')
             AT TIME ZONE %(zone)s),
       booking.area_m2
FROM warehouse_booking booking JOIN warehouse_zone zone ON zone.id = booking.zone_id
WHERE zone.terminal_id = %(terminal)s AND (booking.status = ANY(%(holding)s) OR booking.released_at IS NOT NULL)
  AND {{which}}
"""
"""Area is held by the half-day of the site, from when it was asked for until it was given back."""

STATEMENTS: Final = {
    Stock.YARD_TEU: (STAYS, IN_BLOCK),
    Stock.TRAIN_PLACES: (ON_TRACK.format(which="NOT track.closed"), ON_TRACK.format(which="track.id = %(scope)s")),
    Stock.WAREHOUSE_M2: (BOOKED.format(which="zone.active"), BOOKED.format(which="zone.id = %(scope)s")),
    Stock.CUSTOMS_QUEUE: (IN_QUEUE.format(which=""), IN_QUEUE.format(which="AND office_id = %(scope)s")),
}
"""For the site (what a reading of it counts now), and for one block, track, zone or office."""
