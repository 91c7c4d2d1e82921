"""What a party's systems report of its boxes elsewhere: kept as its word, told to the visit's parties, no box moved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import transaction

from apps.common.prepared import Prepared
from apps.journal.models import Entry
from apps.journal.services import Reported, record_reports
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import VisitState
from terminal.progress import NotHappenedYet, Report, require_happened

MINE: Final = Prepared(
    "visits_reported_of",
    ("varchar[]", "bigint", "bigint", "timestamptz"),
    f"""
SELECT DISTINCT ON (c.number) c.number, v.id, r.role
FROM containers_container AS c
JOIN containers_visit AS v ON v.container_id = c.id AND v.terminal_id = $2
JOIN containers_visitrole AS r ON r.visit_id = v.id AND r.party_id = $3
    AND r.since <= $4 AND (r.until IS NULL OR r.until > $4)
WHERE c.number = ANY($1)
ORDER BY c.number, CASE v.state WHEN '{VisitState.ACTIVE}' THEN 0 WHEN '{VisitState.ADVISED}' THEN 1 ELSE 2 END,
    v.arrived_at DESC, v.advised_at DESC, v.id DESC, r.role
""",
)
"""The latest visit of each box in which the party has a part now, and which part."""


class NotFound(Refused):
    """The party has no part in a visit of this container now, whether or not it was ever here."""

    kind = "absent"
    message = gettext_noop("There is no such container, or it is not yours to see.")


class ReportedOtherwise(Refused):
    """The reference names another report."""

    message = gettext_noop("Under %(reference)s something else was reported before; that stands.")


FIELDS: Final[dict[type[Refused], str]] = {
    NotFound: "container",
    ReportedOtherwise: "reference",
    NotHappenedYet: "happened_at",
}
"""What of a report each refusal is about."""


class Outcome(NamedTuple):
    """What became of one report: its journal entry, ``new`` or known before; or why there is none."""

    entry: str | None = None
    new: bool = False
    refusal: Refused | None = None


@transaction.atomic(savepoint=False)
def take_reports(
    reports: Sequence[Report], *, party: Party, terminal: Terminal, by: Actor, at: datetime
) -> list[Outcome]:
    """Keep what a party reports of its boxes, each by itself, in the order told: an outcome for each.

    A report known by its reference is not written again. Refused are ``NotFound``, ``NotHappenedYet`` and
    ``ReportedOtherwise``; a refused one does not stop the others.
    """
    source = f"party:{party.public_id}:{terminal.pk}"
    visits = _visits(reports, party, terminal, at)
    told = [_refusal(each, visits, at) or _told(each, *visits[each.container]) for each in reports]
    facts: Any = {"kind": EventKind.PROGRESS_REPORTED, "terminal_id": terminal.pk, "source": source, "actor": by.label}
    new, known = record_reports([each for each in told if isinstance(each, Reported)], **facts)
    before = {reference: _of_entry(entry) for reference, entry in known.items()}
    return [
        _outcome(each, new, known, before) if isinstance(each, Reported) else Outcome(refusal=each) for each in told
    ]


def _visits(reports: Sequence[Report], party: Party, terminal: Terminal, at: datetime) -> dict[str, tuple[int, str]]:
    numbers = sorted({each.container for each in reports})
    return {number: (visit, role) for number, visit, role in MINE.rows(numbers, terminal.pk, party.pk, at)}


def _refusal(report: Report, visits: dict[str, tuple[int, str]], at: datetime) -> Refused | None:
    if report.container not in visits:
        return NotFound()
    try:
        require_happened(report, at)
    except NotHappenedYet as refusal:
        return refusal
    return None


def _told(report: Report, visit: int, role: str) -> Reported:
    """``as``: the part of whoever reports. Other parties of the visit learn it and not who that is."""
    return Reported(
        reference=report.reference,
        classifier=report.classifier,
        happened_at=report.happened_at,
        visit_id=visit,
        container_number=report.container,
        details={**report.details(), "as": role},
    )


def _of_entry(entry: Entry) -> Reported:
    told = {name: getattr(entry, name) for name in ("classifier", "happened_at", "container_number")}
    return Reported(reference=str(entry.source_ref), visit_id=entry.visit_id or 0, details=entry.payload, **told)


def _outcome(told: Reported, new: dict[str, str], known: dict[str, Entry], before: dict[str, Reported]) -> Outcome:
    """``before`` is what was said under each reference; of several in one request the first is the new one."""
    first = before.setdefault(told.reference, told)
    entry = new[told.reference] if told.reference in new else str(known[told.reference].public_id)
    if first is told:
        return Outcome(entry, new=True)
    if _same(first, told):
        return Outcome(entry)
    return Outcome(refusal=ReportedOtherwise(reference=told.reference))


def _same(one: Reported, other: Reported) -> bool:
    """Whether both say the same; in which part it was said does not count."""
    first, second = ({**each.details, "as": ""} for each in (one, other))
    said = ("classifier", "happened_at", "container_number")
    return first == second and all(getattr(one, name) == getattr(other, name) for name in said)
