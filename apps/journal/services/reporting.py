"""What others report, a thousand at a time: kept once each, as theirs. Nothing here follows on it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from apps.common.bulk import ask, run
from apps.journal.models import Entry
from apps.journal.services.recording import Happening

# Note [Two who report the same]
# Of reports under one reference the first stands. Rows of two transactions that wait for each other's references could
# wait in a circle, and the order of rows is the order in which they were told: so a source is heard one request after
# another.
ONE_AFTER_ANOTHER: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"

WRITE: Final = """
INSERT INTO journal_entry (public_id, lineage, revision, terminal_id, kind, classifier, happened_at, visit_id,
    container_number, audience, authority, source, source_ref, actor, payload, payload_version)
SELECT lineage, lineage, 1, terminal_id, kind, classifier, happened_at, visit_id,
    container_number, audience, authority, source, source_ref, actor, payload, 1
FROM json_to_recordset(%s) AS told (lineage uuid, terminal_id bigint, kind text, classifier text,
    happened_at timestamptz, visit_id bigint, container_number text, audience text, authority text, source text,
    source_ref text, actor text, payload jsonb)
ON CONFLICT (source, source_ref) DO NOTHING
RETURNING source_ref, public_id
"""

TOLD: Final = (
    "lineage", "terminal_id", "kind", "classifier", "visit_id", "container_number", "audience", "authority", "source",
    "source_ref", "actor", "payload",
)  # fmt: skip


def record_reports(reports: Sequence[Happening], source: str) -> tuple[dict[str, UUID], dict[str, Entry]]:
    """Write reports of one source in the order told; within a transaction. Each has a ``source_ref``.

    Returns, by reference, the new entries' public ids, and the entries of those that were known before. Of several
    reports under one reference the first is written. See Note [Two who report the same].
    """
    run(ONE_AFTER_ANOTHER, [f"reports of {source}"])
    new = dict(ask(WRITE, [orjson.dumps([_row(each) for each in reports]).decode()]))
    others = {str(each.source_ref) for each in reports} - new.keys()
    known = Entry.objects.filter(source=source, source_ref__in=sorted(others)) if others else ()
    return new, {str(entry.source_ref): entry for entry in known}


def _row(report: Happening) -> dict[str, Any]:
    return {"happened_at": report.at, **{name: getattr(report, name) for name in TOLD}}
