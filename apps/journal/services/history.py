"""Reported history by the million, from staged rows to the journal in one statement.

# Note [When it became known]
``recorded_at`` says when the terminal's records first held a thing; whoever asks what was known at some hour asks by
it. History that another system kept brings its own moments of knowledge, ``told_at``, with it, and they stand here as
they stood there. The order in which readers follow the journal is another matter: ``(xid, id)``, which nobody can
backdate.

# Note [One by one through the index]
What is staged is little beside the millions of rows that are there. LIMIT and OFFSET in a subquery keep the planner,
which knows nothing of rows written in this transaction, from reading them all to find a few.
"""

from typing import Any, Final

from apps.common.bulk import ask, insert_from, run, stage_ids
from apps.journal.models import Entry
from terminal.events import Audience, Authority, Classifier, EventKind

COLUMNS: Final = {
    "kind": "text",
    "happened_at": "timestamptz",
    "told_at": "timestamptz",
    "classifier": "text",
    "visit_id": "bigint",
    "container_number": "text",
    "call_id": "bigint",
    "booking_id": "bigint",
    "declaration_id": "bigint",
    "audience": "text",
    "reference": "text",
    "retracts": "text",
    "payload": "jsonb",
    "turn": "smallint",
}
"""What a SELECT of history may name. ``kind``, ``happened_at``, ``reference`` it must; see ``happening``.

``turn`` puts what happened and was told in one moment in order.
"""

DEFAULTS: Final = {
    "told_at": "now()",
    "classifier": f"'{Classifier.ACTUAL}'",
    "container_number": "''",
    "audience": f"'{Audience.PUBLIC}'",
    "payload": "'{}'::jsonb",
    "turn": "0",
}

TOLD: Final = """
DROP TABLE IF EXISTS history_told;
CREATE TEMPORARY TABLE history_told ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY told_at, happened_at, turn, reference) AS n, told.* FROM ({select}) told;
ANALYZE history_told
"""

ENTRIES: Final = f"""
FROM history_told told JOIN history_id id USING (n)
LEFT JOIN history_told same ON same.reference = told.retracts
LEFT JOIN history_id same_id ON same_id.n = same.n
LEFT JOIN LATERAL (
    SELECT lineage FROM journal_entry entry
    WHERE told.retracts IS NOT NULL AND same.n IS NULL
      AND entry.source = %(source)s AND entry.source_ref = told.retracts LIMIT 1) known ON true
WHERE told.retracts IS NULL OR told.kind <> '{EventKind.RETRACTED}' OR coalesce(same_id.uuid, known.lineage) IS NOT NULL
ORDER BY told.n
ON CONFLICT (source, source_ref) DO NOTHING
"""


KNOWN: Final = """
DELETE FROM {table} told WHERE EXISTS (
    SELECT FROM journal_entry known
    WHERE known.source = %(source)s AND known.source_ref = told.reference || ':' || %(step)s OFFSET 0)
"""

TWICE: Final = """
DELETE FROM {table} later USING {table} told WHERE later.reference = told.reference AND later.ctid > told.ctid
"""


def forget_known(table: str, *, step: str, source: str) -> int:
    """Drop staged rows that the source reported before, or twice here; how many. The first word on a thing stands.

    A row is known by its column ``reference``, with the ``step`` that each such thing begins with: the entry
    ``reference:step`` is in the journal.
    """
    known = run(KNOWN.format(table=table), {"source": source, "step": step})
    return known + run(TWICE.format(table=table))


def happening(**columns: str) -> str:
    """The list of a SELECT for ``write_history``: SQL by the name of a column of ``COLUMNS``, defaults for the rest."""
    unknown = sorted(set(columns) - set(COLUMNS))
    if unknown:
        raise TypeError(f"no such column of history: {', '.join(unknown)}")
    return ", ".join(
        f"({columns.get(name, DEFAULTS.get(name, 'NULL'))})::{kind} AS {name}" for name, kind in COLUMNS.items()
    )


def write_history(select: str, params: dict[str, Any], *, terminal_id: int, source: str, actor: str) -> int:
    """Write what a SELECT (its list made by ``happening``) tells as reported entries, in the order it was told.

    ``reference`` names a report at its ``source``: the same report twice is one row, the first. With ``retracts``, the
    reference of an earlier report, the row takes back that one (kind ``retracted``, next revision of its lineage).
    Returns how many rows were written. Within a transaction.
    """
    facts = {**params, "terminal": terminal_id, "source": source, "actor": actor}
    run(TOLD.format(select=select), facts)
    ((many,),) = ask("SELECT count(*) FROM history_told")
    stage_ids("history_id", many)
    columns = {
        "public_id": "id.uuid",
        "lineage": "coalesce(same_id.uuid, known.lineage, id.uuid)",
        "revision": "CASE WHEN told.retracts IS NULL THEN 1 ELSE 2 END",
        "terminal_id": "%(terminal)s",
        "kind": "told.kind",
        "classifier": "told.classifier",
        "happened_at": "told.happened_at",
        "recorded_at": "told.told_at",
        "visit_id": "told.visit_id",
        "container_number": "told.container_number",
        "call_id": "told.call_id",
        "booking_id": "told.booking_id",
        "declaration_id": "told.declaration_id",
        "audience": "told.audience",
        "authority": f"'{Authority.REPORTED}'",
        "source": "%(source)s",
        "source_ref": "told.reference",
        "actor": "%(actor)s",
        "payload": "told.payload",
    }
    return insert_from(Entry, columns, ENTRIES, facts)
