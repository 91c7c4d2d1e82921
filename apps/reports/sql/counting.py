"""Statements that count days and hours. ``terminal.throughput`` and ``terminal.kpis`` say what they must come to."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from apps.reports.sql.touched import COUNTED
from terminal.events import ARRIVALS, DEPARTURES, Classifier, EventKind
from terminal.kpis import Load
from terminal.throughput import Mode


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in sorted(kinds))


def columns_of(bounds: list[tuple[date, datetime, datetime]]) -> dict[str, list[Any]]:
    """Days with their first and last moments as three arrays."""
    days, starts, ends = (list(column) for column in zip(*bounds, strict=True))
    return {"days": days, "starts": starts, "ends": ends}


OVERTAKEN: Final = """
SELECT FROM journal_entry later
WHERE later.lineage = {0}.lineage AND later.revision > {0}.revision AND later.revision > 1
"""

PAPERS_CAME: Final = f"""
SELECT FROM journal_entry consist
WHERE consist.call_id = entry.call_id AND consist.kind = '{EventKind.CONSIST_RECEIVED}'
  AND consist.happened_at <= entry.happened_at AND NOT EXISTS ({OVERTAKEN.format("consist")})
"""

MOVED: Final = f"entry.kind = '{EventKind.CONTAINER_MOVED}'"
RAIL: Final = f"entry.payload->>'mode' = '{Mode.RAIL}'"

ENTRIES: Final = f"""
SELECT entry.happened_at,
       entry.kind,
       entry.kind IN ({_listed(ARRIVALS)}) AS came,
       entry.kind IN ({_listed(DEPARTURES)}) AS went,
       entry.payload->>'mode' AS mode,
       (entry.payload->>'teu')::numeric AS teu,
       (entry.payload->>'laden')::boolean AS laden,
       {MOVED} AS moved,
       {MOVED} AND coalesce((entry.payload->>'rehandle')::boolean, false) AS made_way,
       {MOVED} AND coalesce(entry.payload->>'from', '') <> '' AS from_a_cell,
       entry.visit_id,
       call.scheduled_departure_at AS planned_at,
       entry.kind = '{EventKind.CALL_ARRIVED}' AND {RAIL} AND EXISTS ({PAPERS_CAME}) AS papers_came
FROM journal_entry entry
LEFT JOIN LATERAL (SELECT scheduled_departure_at FROM calls_call WHERE id = entry.call_id OFFSET 0) call
    ON entry.kind = '{EventKind.CALL_DEPARTED}' AND {RAIL}
WHERE entry.terminal_id = %(terminal)s
  AND entry.happened_at >= day.starts AND entry.happened_at < day.ends
  AND entry.classifier = '{Classifier.ACTUAL}'
  AND entry.kind IN ({_listed(COUNTED)})
  AND NOT EXISTS ({OVERTAKEN.format("entry")})
"""
"""What stands of one day. LIMIT and OFFSET in a subquery keep the planner from reading a whole table for a few rows."""

STANDING: Final = f"""
day AS (
    SELECT * FROM unnest(%(days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
                  AS day("on", starts, ends)
), standing AS MATERIALIZED (
    SELECT day."on", extract(epoch FROM day.ends - entry.happened_at) AS seconds_left,
           date_bin('1 hour', entry.happened_at, day.starts) AS hour_at,
           entry.*, visit.arrived_at, visit.advised_at, visit.direction
    FROM day CROSS JOIN LATERAL ({ENTRIES}) entry
    LEFT JOIN LATERAL (
        SELECT arrived_at, advised_at, direction FROM containers_visit WHERE id = entry.visit_id OFFSET 0) visit
        ON entry.went OR (entry.came AND entry.mode = '{Mode.RAIL}')
), counted AS (
    SELECT step.*, sum(CASE WHEN came THEN teu WHEN went THEN -teu ELSE 0 END)
                       OVER (PARTITION BY "on" ORDER BY happened_at) AS net
    FROM standing step
)
"""
"""What happened at one moment is one step of the running net: the window's frame ends with the last of its peers."""

WAYS: Final = (("in", "came"), ("out", "went"))
LOADS: Final = ((Load.LADEN, "laden"), (Load.EMPTY, "NOT laden"))


def _boxes(verb: str, which: str) -> str:
    return f"count(*) FILTER (WHERE {verb} AND {which})"


def _teu(verb: str, which: str = "true") -> str:
    return f"coalesce(sum(teu) FILTER (WHERE {verb} AND {which}), 0)"


CROSSINGS: Final = {
    **{f"{way}_{mode}": _boxes(verb, f"mode = '{mode}'") for way, verb in WAYS for mode in Mode},
    "in_teu": _teu("came"),
    "out_teu": _teu("went"),
    "trains_arrived": _boxes(f"kind = '{EventKind.CALL_ARRIVED}'", f"mode = '{Mode.RAIL}'"),
    "trains_departed": _boxes(f"kind = '{EventKind.CALL_DEPARTED}'", f"mode = '{Mode.RAIL}'"),
    "moves": "count(*) FILTER (WHERE came OR went OR moved)",
    "rehandles": "count(*) FILTER (WHERE made_way)",
    "productive_lifts": "count(*) FILTER (WHERE came OR went OR (from_a_cell AND NOT made_way))",
    "net_boxes": "count(*) FILTER (WHERE came) - count(*) FILTER (WHERE went)",
    "net_teu": f"{_teu('came')} - {_teu('went')}",
}
"""What is counted of a day and of an hour alike. A box put from a carrier into its first cell is one lift, not two."""

LATE: Final = "ceil(extract(epoch FROM happened_at - planned_at) / 60)::int"
GAIN: Final = "CASE WHEN came THEN teu WHEN went THEN -teu ELSE 0 END"

FIGURES: Final = {
    **CROSSINGS,
    **{f"{way}_{mode}_teu": _teu(verb, f"mode = '{mode}'") for way, verb in WAYS for mode in Mode},
    **{f"{way}_{load}": _boxes(verb, which) for way, verb in WAYS for load, which in LOADS},
    **{f"{way}_{load}_teu": _teu(verb, which) for way, verb in WAYS for load, which in LOADS},
    "peak_over_opening_teu": "coalesce(greatest(max(net), 0), 0)",
    "teu_hours_over_opening": f"round(coalesce(sum({GAIN} * seconds_left), 0) / 3600, 3)",
    "departure_delays": f"coalesce(array_agg({LATE} ORDER BY {LATE}) FILTER (WHERE planned_at IS NOT NULL), '{{}}')",
    "consists_in_time": "count(*) FILTER (WHERE papers_came)",
    "boxes_foretold": _boxes("came", f"mode = '{Mode.RAIL}' AND advised_at < happened_at"),
}
"""Every column of a day's row, and how it is counted over the entries that stand."""


def _figures(figures: dict[str, str]) -> str:
    return ", ".join(f"{how} AS {name}" for name, how in figures.items())


DAYS: Final = f"""
SELECT day."on", {_figures(FIGURES)}
FROM day LEFT JOIN counted USING ("on") GROUP BY day."on"
"""

HOURS: Final = f"""
SELECT hour.starts_at, {_figures(CROSSINGS)}
FROM day
CROSS JOIN LATERAL generate_series(starts, ends - interval '1 microsecond', interval '1 hour') AS hour(starts_at)
LEFT JOIN standing ON standing.hour_at = hour.starts_at
GROUP BY hour.starts_at
"""

STAYED: Final = "floor(extract(epoch FROM happened_at - arrived_at) / 60)::int"

DWELL: Final = f"""
SELECT "on", direction, CASE WHEN laden THEN '{Load.LADEN}' WHEN NOT laden THEN '{Load.EMPTY}' ELSE '{Load.UNKNOWN}' END
           AS load, array_agg({STAYED} ORDER BY {STAYED}) AS minutes
FROM standing WHERE went AND arrived_at <= happened_at
GROUP BY 1, 2, 3
"""

HASTE: Final = "SET LOCAL synchronous_commit = off"

LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%(lock)s, 0))"


def _written(table: str, key: str, figures: Iterable[str], source: str) -> str:
    """Rows as they are counted, new or in the place of what was; one that is as it was is not written again."""
    names = list(figures)
    return f"""
INSERT INTO {table} AS old (terminal_id, {key}, counted_at, {", ".join(names)})
SELECT %(terminal)s, {key}, %(at)s, {", ".join(names)} FROM ({source}) figures ORDER BY {key}
ON CONFLICT (terminal_id, {key}) DO UPDATE SET
    counted_at = excluded.counted_at, {", ".join(f"{name} = excluded.{name}" for name in names)}
"""


def _unlike(names: Iterable[str]) -> str:
    listed = list(names)
    old, new = (", ".join(f"{side}.{name}" for name in listed) for side in ("old", "excluded"))
    return f"WHERE ({old}) IS DISTINCT FROM ({new})"


COUNT_DAYS: Final = f"""
WITH {STANDING}, hours AS ({_written("reports_hourlythroughput", "starts_at", CROSSINGS, HOURS)}
    {_unlike(CROSSINGS)}
), dwell AS ({DWELL}
), forgotten AS (
    DELETE FROM reports_dailydwell old USING day
    WHERE old.terminal_id = %(terminal)s AND old."on" = day."on" AND NOT EXISTS (
        SELECT FROM dwell WHERE (dwell."on", dwell.direction, dwell.load) = (old."on", old.direction, old.load))
), stayed AS (
    INSERT INTO reports_dailydwell AS old (terminal_id, "on", direction, load, minutes)
    SELECT %(terminal)s, "on", direction, load, minutes FROM dwell ORDER BY "on", direction, load
    ON CONFLICT (terminal_id, "on", direction, load) DO UPDATE SET minutes = excluded.minutes
    {_unlike(["minutes"])}
)
{_written("reports_dailythroughput", '"on"', FIGURES, DAYS)}
"""
"""One statement counts the days, their hours, and how long what left had stood."""


def asking(select: str) -> str:
    """The bare question behind what is written: of days, hours or dwell."""
    return f"WITH {STANDING} {select}"


ALL_OF_A_DAY: Final = f"""
WITH {STANDING} SELECT
    (SELECT array_agg(day) FROM ({DAYS}) day),
    (SELECT array_agg(hour) FROM ({HOURS}) hour),
    (SELECT array_agg(dwell) FROM ({DWELL}) dwell)
"""
"""The same figures, asked once and written nowhere: what counting is measured against."""
