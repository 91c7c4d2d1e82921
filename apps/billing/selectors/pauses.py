"""For which times nobody pays for a box: what staff entered, and inspections that customs ordered.

An inspection lasts from the order until customs wrote down that the box was inspected; one that belongs to a
declaration until all of its boxes were, as the declaration's journal says. One that goes on ends, for whoever asks, at
the moment of asking, or when the box left: a charge is the same whenever it is computed.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from apps.billing.models import Pause
from apps.containers.models import Visit
from apps.customs.models import DeclaredContainer, Inspection
from apps.journal.models import Entry
from terminal.charges import storage
from terminal.lifecycle import DeclarationStatus

INSPECTION: Final = "customs inspection"
OF_A_DECLARATION: Final = "declaration-"
"""Kinds of event whose status is the declaration's own; an inspection of it has another."""

Inspected = tuple[int, datetime, datetime | None, str]
"""A visit, from when, until when (None: it goes on), and why."""


def pauses_of(visits: Iterable[Visit], at: datetime) -> dict[int, tuple[storage.Pause, ...]]:
    """The pauses of each visit until ``at``, the first first; in a fixed number of queries."""
    over = {visit.pk: min(visit.departed_at or at, at) for visit in visits}
    numbers = list(over)
    found: dict[int, list[storage.Pause]] = defaultdict(list)
    entered = Pause.objects.filter(visit__in=numbers, withdrawn=False, starts_at__lt=at).order_by("starts_at", "pk")
    for row in entered:
        _add(found[row.visit_id], row.starts_at, min(row.ends_at or over[row.visit_id], at), row.reason)
    declared = list(_inspections(numbers))
    for look in (*declared, *(each for each in _looks(numbers) if not _is_told(each, declared))):
        visit_id, starts_at, ends_at, reason = look
        _add(found[visit_id], starts_at, min(ends_at or over[visit_id], at), reason)
    return {number: tuple(sorted(found[number], key=lambda each: each.starts_at)) for number in numbers}


def _add(pauses: list[storage.Pause], starts_at: datetime, ends_at: datetime, reason: str) -> None:
    if starts_at < ends_at:
        pauses.append(storage.Pause(starts_at=starts_at, ends_at=ends_at, reason=reason))


def _is_told(look: Inspected, declared: Iterable[Inspected]) -> bool:
    """Whether the inspection of a declaration that the look was part of says all of its time."""
    visit_id, starts_at, ends_at, _reason = look
    return any(
        visit == visit_id and begins <= starts_at and (ends is None or (ends_at is not None and ends_at <= ends))
        for visit, begins, ends, _ in declared
    )


def _looks(visits: list[int]) -> Iterable[Inspected]:
    """Inspections of the boxes, called off or not, each with its number as its reason.

    One that a declaration took over began before the declaration was to be inspected.
    """
    for row in Inspection.objects.filter(visit__in=visits).order_by("ordered_at", "pk"):
        if row.visit_id is not None:
            yield row.visit_id, row.ordered_at, row.done_at, f"{INSPECTION} {row.number}"


def _inspections(visits: list[int]) -> Iterable[Inspected]:
    """Every inspection of declarations over the boxes, with the declaration's number as its reason."""
    declared: dict[int, list[int]] = defaultdict(list)
    # An advice of the same box may be what was declared.
    joined = dict(Visit.objects.filter(joined_into__in=visits).values_list("pk", "joined_into_id"))
    theirs = DeclaredContainer.objects.filter(visit__in=[*visits, *joined])
    for declaration, visit in theirs.values_list("declaration_id", "visit_id"):
        declared[declaration].append(joined.get(visit) or visit)
    if not declared:
        return
    entries = (
        Entry.objects.filter(declaration_id__in=declared, kind__startswith=OF_A_DECLARATION)
        .standing()
        .order_by("declaration_id", "happened_at", "pk")
    )
    began: dict[int, tuple[datetime, str]] = {}
    for entry in entries:
        number = entry.declaration_id or 0
        inspecting = entry.payload.get("status") == DeclarationStatus.INSPECTION_ORDERED.value
        if inspecting and number not in began:
            began[number] = (entry.happened_at, f"{INSPECTION} {entry.payload.get('number', '')}".strip())
        elif not inspecting and number in began:
            starts_at, reason = began.pop(number)
            yield from ((visit, starts_at, entry.happened_at, reason) for visit in declared[number])
    for number, (starts_at, reason) in began.items():
        yield from ((visit, starts_at, None, reason) for visit in declared[number])
