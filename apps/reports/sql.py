"""The statements that count. ``terminal.throughput.count_day`` says what they must come to."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from terminal.events import ARRIVALS, DEPARTURES, Classifier, EventKind
from terminal.throughput import Mode


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in sorted(kinds))


COUNTED: Final = sorted(
    {*ARRIVALS, *DEPARTURES, EventKind.CONTAINER_MOVED, EventKind.CALL_ARRIVED, EventKind.CALL_DEPARTED}
)
KINDS: Final[dict[str, Any]] = {"counted": list(map(str, COUNTED)), "retracted": EventKind.RETRACTED.value}


def columns_of(bounds: list[tuple[date, datetime, datetime]]) -> dict[str, list[Any]]:
    """Days with their first and last moments as three arrays."""
    days, starts, ends = (list(column) for column in zip(*bounds, strict=True))
    return {"days": days, "starts": starts, "ends": ends}


DAYS_TOUCHED: Final = f"""
WITH fresh AS MATERIALIZED (
    SELECT terminal_id, happened_at, kind, lineage, revision
    FROM journal_entry
    WHERE (xid, id) > (%(xid)s::text::xid8, %(entry_id)s)
      AND classifier = '{Classifier.ACTUAL}'
      AND (kind = ANY(%(counted)s) OR kind = %(retracted)s)
), touched AS (
    SELECT terminal_id, happened_at FROM fresh WHERE kind = ANY(%(counted)s)
    UNION ALL
    SELECT earlier.terminal_id, earlier.happened_at
    FROM fresh JOIN journal_entry earlier USING (lineage)
    WHERE fresh.revision > 1 AND earlier.revision < fresh.revision AND earlier.kind = ANY(%(counted)s)
)
SELECT DISTINCT terminal.id, (touched.happened_at AT TIME ZONE terminal.zone_name)::date
FROM touched JOIN network_terminal terminal ON terminal.id = touched.terminal_id
ORDER BY 1, 2
"""

LAST_SETTLED: Final = """
SELECT xid::text::bigint, id FROM journal_entry
WHERE (xid, id) > (%(xid)s::text::xid8, %(entry_id)s) AND xid < %(horizon)s::text::xid8
ORDER BY xid DESC, id DESC LIMIT 1
"""

STANDING: Final = f"""
        SELECT entry.happened_at,
               entry.kind,
               entry.kind IN ({_listed(ARRIVALS)}) AS came,
               entry.kind IN ({_listed(DEPARTURES)}) AS went,
               entry.payload->>'mode' AS mode,
               (entry.payload->>'teu')::numeric AS teu
        FROM journal_entry entry
        WHERE entry.terminal_id = %(terminal)s
          AND entry.happened_at >= day.starts AND entry.happened_at < day.ends
          AND entry.classifier = '{Classifier.ACTUAL}'
          AND entry.kind IN ({_listed(COUNTED)})
          AND NOT EXISTS (
              SELECT FROM journal_entry later
              WHERE later.lineage = entry.lineage AND later.revision > entry.revision AND later.revision > 1)
"""

BOXES: Final = {
    f"{way}_{mode}": f"count(*) FILTER (WHERE {verb} AND mode = '{mode}')"
    for way, verb in (("in", "came"), ("out", "went"))
    for mode in Mode
}

FIGURES: Final = {
    **BOXES,
    "in_teu": "coalesce(sum(teu) FILTER (WHERE came), 0)",
    "out_teu": "coalesce(sum(teu) FILTER (WHERE went), 0)",
    "trains_arrived": f"count(*) FILTER (WHERE kind = '{EventKind.CALL_ARRIVED}' AND mode = '{Mode.RAIL}')",
    "trains_departed": f"count(*) FILTER (WHERE kind = '{EventKind.CALL_DEPARTED}' AND mode = '{Mode.RAIL}')",
    "moves": f"count(*) FILTER (WHERE came OR went OR kind = '{EventKind.CONTAINER_MOVED}')",
    "net_boxes": "count(*) FILTER (WHERE came) - count(*) FILTER (WHERE went)",
    "net_teu": "coalesce(sum(teu) FILTER (WHERE came), 0) - coalesce(sum(teu) FILTER (WHERE went), 0)",
    "peak_over_opening_teu": "coalesce(greatest(max(net), 0), 0)",
}
"""Every column of a day's row, and how it is counted over the entries that stand."""

ONE_DAY: Final = f"""
SELECT {", ".join(f"{how} AS {name}" for name, how in FIGURES.items())}
FROM (
    SELECT step.*, sum(CASE WHEN came THEN teu WHEN went THEN -teu ELSE 0 END) OVER (ORDER BY happened_at) AS net
    FROM ({STANDING}) step
) counted
"""
"""What happened at one moment is one step of the running net: the window's frame ends with the last of its peers."""

HASTE: Final = "SET LOCAL synchronous_commit = off"

LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%(lock)s, 0))"

COUNT_DAYS: Final = f"""
INSERT INTO reports_dailythroughput (terminal_id, "on", counted_at, {", ".join(FIGURES)})
SELECT %(terminal)s, day."on", %(at)s, {", ".join(f"figures.{name}" for name in FIGURES)}
FROM unnest(%(days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS day("on", starts, ends)
CROSS JOIN LATERAL ({ONE_DAY}) figures
ORDER BY day."on"
ON CONFLICT (terminal_id, "on") DO UPDATE SET
    counted_at = excluded.counted_at, {", ".join(f"{name} = excluded.{name}" for name in FIGURES)}
"""
