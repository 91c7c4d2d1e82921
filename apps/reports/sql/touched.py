"""Which site days new entries touch.

# Note [What else a day depends on]
A day counts its own entries. But how long a box stood, and whether it was announced by its number, is told by its
visit; whether papers came before their train, by the consist of the call. So what is said of a visit opens again the
days on which its box came and left, and a consist the days on which its train did. What is planned of a departure
cannot change any more once it has happened.
"""

from typing import Any, Final

from terminal.events import ARRIVALS, DEPARTURES, Classifier, EventKind

CALLS: Final = frozenset({EventKind.CALL_ARRIVED, EventKind.CALL_DEPARTED})
COUNTED: Final = sorted({*ARRIVALS, *DEPARTURES, *CALLS, EventKind.CONTAINER_MOVED})
OF_A_VISIT: Final = sorted({*ARRIVALS, EventKind.VISIT_CHANGED, EventKind.VISIT_JOINED})
OF_A_CALL: Final = sorted({*CALLS, EventKind.CONSIST_RECEIVED})

KINDS: Final[dict[str, Any]] = {
    "counted": list(map(str, COUNTED)),
    "of_a_visit": list(map(str, OF_A_VISIT)),
    "of_a_call": list(map(str, OF_A_CALL)),
    "crossings": sorted(map(str, ARRIVALS | DEPARTURES)),
    "calls": sorted(map(str, CALLS)),
    "retracted": EventKind.RETRACTED.value,
}

UP_TO: Final = "(%(upto_xid)s::text IS NULL OR (xid, id) <= (%(upto_xid)s::text::xid8, %(upto_id)s))"

STRETCH_ENDS: Final = """
SELECT xid::text::bigint, id FROM journal_entry
WHERE (xid, id) > (%(xid)s::text::xid8, %(entry_id)s) ORDER BY xid, id OFFSET %(stretch)s LIMIT 1
"""
"""Where so many entries behind the mark end; no row: there are fewer."""

DAYS_TOUCHED: Final = f"""
WITH fresh AS MATERIALIZED (
    SELECT terminal_id, happened_at, kind, lineage, revision, visit_id, call_id
    FROM journal_entry
    WHERE (xid, id) > (%(xid)s::text::xid8, %(entry_id)s) AND {UP_TO}
      AND classifier = '{Classifier.ACTUAL}'
      AND (kind = ANY(%(counted)s) OR kind = ANY(%(of_a_visit)s) OR kind = ANY(%(of_a_call)s) OR kind = %(retracted)s)
), earlier AS MATERIALIZED (
    SELECT before.terminal_id, before.happened_at, before.kind, before.visit_id, before.call_id
    FROM fresh JOIN journal_entry before USING (lineage)
    WHERE fresh.revision > 1 AND before.revision < fresh.revision
), said AS MATERIALIZED (
    SELECT terminal_id, happened_at, kind, visit_id, call_id FROM fresh
    UNION ALL
    SELECT * FROM earlier
), touched AS (
    SELECT terminal_id, happened_at FROM said WHERE kind = ANY(%(counted)s)
    UNION ALL
    SELECT entry.terminal_id, entry.happened_at
    FROM (SELECT DISTINCT visit_id FROM said WHERE kind = ANY(%(of_a_visit)s) AND visit_id IS NOT NULL) visit
    JOIN journal_entry entry ON entry.visit_id = visit.visit_id
    WHERE entry.kind = ANY(%(crossings)s) AND entry.classifier = '{Classifier.ACTUAL}'
    UNION ALL
    SELECT entry.terminal_id, entry.happened_at
    FROM (SELECT DISTINCT call_id FROM said WHERE kind = ANY(%(of_a_call)s) AND call_id IS NOT NULL) call
    JOIN journal_entry entry ON entry.call_id = call.call_id
    WHERE entry.kind = ANY(%(calls)s) AND entry.classifier = '{Classifier.ACTUAL}'
)
SELECT DISTINCT terminal.id, (touched.happened_at AT TIME ZONE terminal.zone_name)::date
FROM touched JOIN network_terminal terminal ON terminal.id = touched.terminal_id
ORDER BY 1, 2
"""

LAST_SETTLED: Final = f"""
SELECT xid::text::bigint, id FROM journal_entry
WHERE (xid, id) > (%(xid)s::text::xid8, %(entry_id)s) AND {UP_TO} AND xid < %(horizon)s::text::xid8
ORDER BY xid DESC, id DESC LIMIT 1
"""

DAYS_KNOWN: Final = f"""
SELECT DISTINCT (happened_at AT TIME ZONE %(zone)s)::date AS day FROM journal_entry
WHERE terminal_id = %(terminal)s AND classifier = '{Classifier.ACTUAL}' AND kind = ANY(%(counted)s)
UNION
SELECT "on" FROM reports_dailythroughput WHERE terminal_id = %(terminal)s
ORDER BY day
"""
"""Every day on which something that is counted happened, and every one that has a row."""
