"""What others report, a thousand at a time: kept once each, as theirs. Nothing here follows on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from orjson import dumps

from apps.common.bulk import copy, escaped, hyphened, line, uuid7_texts
from apps.common.prepared import Prepared
from apps.journal.models import Entry
from terminal.events import Audience, Authority, EventKind

# Note [Two who report the same]
# Of reports under one reference the first stands. A source is heard one request after another: what is known of its
# references then stays so until its rows are written, which COPY can do, and rows are written in the order told.
ONE_AFTER_ANOTHER: Final = "SELECT pg_advisory_xact_lock({}); "

COLUMNS: Final = (
    "public_id, lineage, revision, classifier, happened_at, visit_id, container_number, source_ref, payload, "
    "terminal_id, kind, audience, authority, source, actor, payload_version"
)
KNOWN: Final = Prepared(
    "reports_known",
    ("varchar", "varchar[]"),
    "SELECT id FROM journal_entry WHERE source = $1 AND source_ref = ANY($2)",
)


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
    first = {each.reference: each for each in reversed(reports)}
    ids = [each for (each,) in KNOWN.rows(source, list(first), before=ONE_AFTER_ANOTHER.format(_turn(source)))]
    known = {str(each.source_ref): each for each in Entry.objects.filter(pk__in=ids)} if ids else {}
    new = [each for each in reports if each.reference not in known and first[each.reference] is each]
    idents = [hyphened(each) for each in uuid7_texts(len(new))]
    whose = line(terminal_id, kind, Audience.PUBLIC, Authority.REPORTED, source, actor, 1)
    copy(f"journal_entry ({COLUMNS})", (_line(*each, whose) for each in zip(new, idents, strict=True)))
    return {each.reference: ident for each, ident in zip(new, idents, strict=True)}, known


def _turn(source: str) -> int:
    """What those wait for who report as this source."""
    return int.from_bytes(sha256(f"reports of {source}".encode()).digest()[:8], "big", signed=True)


def _line(report: Reported, ident: str, whose: str) -> str:
    """A row as COPY reads it; ``whose`` is what all of them end with. Only words of others are escaped."""
    reference, number = escaped(report.reference), escaped(report.container_number)
    details = dumps(report.details).decode().replace("\\", "\\\\")  # JSON leaves nothing else to escape
    told = f"{report.classifier}\t{report.happened_at.isoformat()}\t{report.visit_id}\t{number}"
    return f"{ident}\t{ident}\t1\t{told}\t{reference}\t{details}\t{whose}"
