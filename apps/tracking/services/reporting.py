"""What a party's systems report of its boxes elsewhere: kept as its word, told to the visit's parties, no box moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from apps.common.prepared import Prepared
from apps.journal.models import Entry
from apps.journal.services import Happening, record_reports
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.errors import Refused, gettext_noop
from terminal.events import Authority, EventKind
from terminal.lifecycle import VisitState
from terminal.progress import NotHappenedYet, Report, require_happened

MINE: Final = Prepared(
    "visits_reported_of",
    ("varchar[]", "bigint", "bigint", "timestamptz"),
    f"""
SELECT DISTINCT ON (c.number) c.number, v.id, part.role
FROM containers_container AS c
JOIN containers_visit AS v ON v.container_id = c.id AND v.terminal_id = $2
JOIN LATERAL (
    SELECT min(r.role) AS role FROM containers_visitrole AS r
    WHERE r.visit_id = v.id AND r.party_id = $3 AND r.since <= $4 AND (r.until IS NULL OR r.until > $4)
) AS part ON part.role IS NOT NULL
WHERE c.number = ANY($1)
ORDER BY c.number, CASE v.state WHEN '{VisitState.ACTIVE}' THEN 0 WHEN '{VisitState.ADVISED}' THEN 1 ELSE 2 END,
    v.arrived_at DESC, v.advised_at DESC, v.id DESC
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


Details = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of one report: its journal entry, ``new`` or known before; or why there is none."""

    entry: UUID | None = None
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
    refused = {n: refusal for n, each in enumerate(reports) if (refusal := _refusal(each, visits, at))}
    told = {
        n: _happening(each, *visits[each.container], terminal=terminal, source=source, by=by)
        for n, each in enumerate(reports)
        if n not in refused
    }
    new, known = record_reports(list(told.values()), source)
    first: dict[str, Happening] = {}
    outcomes = []
    for n in range(len(reports)):
        if n in refused:
            outcomes.append(Outcome(refusal=refused[n]))
        else:
            outcomes.append(_outcome(told[n], new, known, first))
    return outcomes


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


def _happening(report: Report, visit: int, role: str, *, terminal: Terminal, source: str, by: Actor) -> Happening:
    """``as``: the part of whoever reports. Other parties of the visit learn it and not who that is."""
    return Happening(
        kind=EventKind.PROGRESS_REPORTED,
        terminal_id=terminal.pk,
        at=report.happened_at,
        actor=by.label,
        classifier=report.classifier,
        visit_id=visit,
        container_number=report.container,
        authority=Authority.REPORTED,
        source=source,
        source_ref=report.reference,
        payload={**report.details(), "as": role},
    )


def _outcome(told: Happening, new: dict[str, UUID], known: dict[str, Entry], first: dict[str, Happening]) -> Outcome:
    reference = str(told.source_ref)
    if reference in new:
        before = first.setdefault(reference, told)
        if before is told:
            return Outcome(new[reference], new=True)
        return _again(told, before.at, before.container_number, before.classifier, before.payload, new[reference])
    entry = known[reference]
    return _again(told, entry.happened_at, entry.container_number, entry.classifier, entry.payload, entry.public_id)


def _again(told: Happening, at: datetime, number: str, classifier: str, said: Details, entry: UUID) -> Outcome:
    """The same report once more, or another one under its reference."""
    again, before = ({name: value for name, value in each.items() if name != "as"} for each in (told.payload, said))
    if (told.at, told.container_number, told.classifier, again) == (at, number, classifier, before):
        return Outcome(entry)
    return Outcome(refusal=ReportedOtherwise(reference=told.source_ref))
