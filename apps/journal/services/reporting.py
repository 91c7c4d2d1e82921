"""What others report, a thousand at a time: kept once each, as theirs. Nothing here follows on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from orjson import dumps

from apps.common.bulk import ask, copy, escaped, line, run
from apps.common.ids import uuid7
from apps.journal.models import Entry
from terminal.events import Audience, Authority, EventKind

# Note [Two who report the same]
# Of reports under one reference the first stands. A source is heard one request after another: what is known of its
# references then stays so until its rows are written, which COPY can do, and rows are written in the order told.
ONE_AFTER_ANOTHER: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"

COLUMNS: Final = (
    "public_id, lineage, revision, classifier, happened_at, visit_id, container_number, source_ref, payload, "
    "terminal_id, kind, audience, authority, source, actor, payload_version"
)
KNOWN: Final = "SELECT id FROM journal_entry WHERE source = %s AND source_ref = ANY(%s)"


@dataclass(slots=True)
class Reported:
    """One report; ``reference`` is its name at the source."""

    reference: str
    classifier: str
    happened_at: datetime
    visit_id: int
    container_number: str
    details: dict[str, Any]


def record_reports(
    reports: Sequence[Reported], *, kind: EventKind, terminal_id: int, source: str, actor: str
) -> tuple[dict[str, str], dict[str, Entry]]:
    """Write reports of one source in the order told; within a transaction.

    Returns, by reference, the new entries' public ids, and the entries of those that were known before. Of several
    reports under one reference the first is written. See Note [Two who report the same].
    """
    run(ONE_AFTER_ANOTHER, [f"reports of {source}"])
    first = {each.reference: each for each in reversed(reports)}
    ids = [each for (each,) in ask(KNOWN, [source, list(first)])]
    known = {str(each.source_ref): each for each in Entry.objects.filter(pk__in=ids)} if ids else {}
    new = [each for each in reports if each.reference not in known and first[each.reference] is each]
    idents = [str(uuid7()) for _ in new]
    whose = line(terminal_id, kind, Audience.PUBLIC, Authority.REPORTED, source, actor, 1)
    copy(f"journal_entry ({COLUMNS})", (_line(*each, whose) for each in zip(new, idents, strict=True)))
    return {each.reference: ident for each, ident in zip(new, idents, strict=True)}, known


def _line(report: Reported, ident: str, whose: str) -> str:
    """A row as COPY reads it; ``whose`` is what all of them end with. Only words of others are escaped."""
    reference, number = escaped(report.reference), escaped(report.container_number)
    details = escaped(dumps(report.details).decode())
    told = f"{report.classifier}\t{report.happened_at.isoformat()}\t{report.visit_id}\t{number}"
    return f"{ident}\t{ident}\t1\t{told}\t{reference}\t{details}\t{whose}"
