"""Customs looks, and says what it found."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final

from django.db import transaction

from apps.common.attachments import keep
from apps.containers import services as containers
from apps.containers.selectors import worn
from apps.containers.services.notes.photos import looked_at
from apps.customs.models import Declaration, Inspection
from apps.customs.services.inspecting.goods import let_lots_go, seize_lots
from apps.customs.services.inspecting.moving import cancel_move, goods_wait_for_customs
from apps.customs.services.inspecting.rows import bring_up_to_date, locked, step, tell
from apps.customs.services.rights import require_inspector
from apps.customs.services.steps import step as step_declaration
from apps.customs.services.word import let_go, stop
from apps.parties.actors import Actor
from terminal.customs.inspecting import InspectionKind, InspectionResult
from terminal.errors import Malformed, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DeclarationStatus, InspectionStatus
from terminal.readiness.facts import HoldKind
from terminal.seals import SealAct, SealOwner, require_seal_number

OPENED: Final = frozenset({InspectionKind.PHYSICAL.value, InspectionKind.SAMPLING.value})
"""Inspections for which the box is opened."""


class SaysNothing(Malformed):
    """A result that needs words has none."""

    message = gettext_noop("Say what was found: a discrepancy and a seizure have their reasons.")


@transaction.atomic
def begin(inspection: Inspection, *, by: Actor, at: datetime) -> Inspection:
    """Customs begins to look. Raises ``StepNotAllowed``, ``AnotherOffice``, ``OfficeIsClosed``, ``NotYours``."""
    row = locked(inspection)
    require_inspector(by, row.office)
    step(row, InspectionStatus.IN_WORK, begun_at=at)
    goods_wait_for_customs(row, at)
    tell(row, EventKind.CUSTOMS_INSPECTION_MOVED, by=by, at=at)
    return bring_up_to_date(inspection, row)


@transaction.atomic
def finish(
    inspection: Inspection,
    result: InspectionResult,
    *,
    by: Actor,
    at: datetime,
    finding: str = "",
    seals_before: Sequence[str] = (),
    seals_after: Sequence[str] = (),
    photos: Sequence[BinaryIO] = (),
) -> Inspection:
    """Write down what was found; the box is let go, or seized.

    ``seals_before`` are those found on the box, ``seals_after`` those on it when customs had done: what is new there is
    customs' own. The last inspection of a declaration takes it on. Raises ``SaysNothing``, ``MalformedSealNumber``,
    ``NotAPicture``, ``StepNotAllowed``, ``AnotherOffice``, ``OfficeIsClosed``, ``NotYours``.
    """
    row = locked(inspection)
    require_inspector(by, row.office)
    if result is not InspectionResult.AS_DECLARED and not finding.strip():
        raise SaysNothing
    pictures = looked_at(photos)
    before, after = ([require_seal_number(each) for each in seals] for seals in (seals_before, seals_after))
    said = {"result": InspectionResult(result).value, "finding": finding.strip()[:500]}
    seals = {"seals_before": before, "seals_after": after}
    step(row, InspectionStatus.DONE, done_at=at, done_by=by.label[:120], **said, **seals)
    missing = _reseal(row, before, after, by, at)
    for name, content in pictures:
        keep(BytesIO(content), name=name, by=by, terminal=row.office.terminal, subject=row)
    tell(row, EventKind.CUSTOMS_INSPECTION_DONE, by=by, at=at, result=row.result, missing_seals=missing, **seals)
    _let_go(row, by, at, seized=result is InspectionResult.SEIZED)
    _go_on(row.declaration, by, at)
    return bring_up_to_date(inspection, row)


def finish_all(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """What is still open of a declaration was looked at and is as declared, by an officer's word for all of it.

    Within the transaction of that word, by one whose right was asked.
    """
    for each in Inspection.objects.open().filter(declaration=declaration).order_by("visit_id", "pk"):
        row = locked(each)
        _walk(row, at)
        said = {"result": InspectionResult.AS_DECLARED.value, "done_at": at, "done_by": by.label[:120]}
        step(row, InspectionStatus.DONE, **said)
        cancel_move(row, at)
        tell(row, EventKind.CUSTOMS_INSPECTION_DONE, by=by, at=at, result=row.result)
        _let_go(row, by, at, seized=False)


def _walk(row: Inspection, at: datetime) -> None:
    """Take the steps that nobody noted."""
    if row.status == InspectionStatus.ORDERED:
        step(row, InspectionStatus.PRESENTED, presented_at=at)
    if row.status == InspectionStatus.PRESENTED:
        step(row, InspectionStatus.IN_WORK, begun_at=at)


@transaction.atomic
def call_off(inspection: Inspection, *, by: Actor, at: datetime, reason: str) -> Inspection:
    """Customs will not look after all. Raises ``StepNotAllowed``, ``AnotherOffice``, ``OfficeIsClosed``."""
    row = locked(inspection)
    require_inspector(by, row.office)
    step(row, InspectionStatus.CALLED_OFF, finding=reason[:500], done_at=at, done_by=by.label[:120])
    cancel_move(row, at)
    tell(row, EventKind.CUSTOMS_INSPECTION_DONE, by=by, at=at, reason=reason)
    _let_go(row, by, at, seized=False)
    _go_on(row.declaration, by, at)
    return bring_up_to_date(inspection, row)


def _reseal(row: Inspection, before: list[str], after: list[str], by: Actor, at: datetime) -> list[str]:
    """Note the seals customs took off and put on; those that should have been on the box and were not found."""
    visit = row.visit
    if visit is None or (row.kind not in OPENED and not (before or after)):
        return []
    known = {seal.number: SealOwner(seal.owner) for seal in worn([visit])[visit.pk]}
    off = [(number, owner) for number, owner in known.items() if number not in after]
    on = [number for number in after if number not in known]
    notes = [containers.NewSeal(visit=visit, number=seal, owner=owner, act=SealAct.REMOVED) for seal, owner in off]
    notes += [containers.NewSeal(visit=visit, number=number, owner=SealOwner.CUSTOMS) for number in on]
    if notes:
        containers.note(notes, by=by.entrusted(), at=at)
    return [number for number in known if number not in before]


def _let_go(row: Inspection, by: Actor, at: datetime, *, seized: bool) -> None:
    """Lift the inspection's stop from its box or lot; seized goods are kept by the office before that."""
    if row.visit is None:
        if seized:
            seize_lots(reference=row.number, reason=row.finding)
        let_lots_go(reference=row.number, kind=HoldKind.INSPECTION, by=by, at=at)
        return
    if seized:
        held = {"reason": "seized", "reference": row.number, "kept_by": row.office.code}
        stop([row.visit], by=by, at=at, kind=HoldKind.SEIZURE, **held)
    for reference in {row.number, row.declaration.number if row.declaration else row.number}:
        let_go([row.visit], reference=reference, kind=HoldKind.INSPECTION, kept_by=row.office.code, by=by, at=at)


def _go_on(declaration: Declaration | None, by: Actor, at: datetime) -> None:
    """The declaration is inspected when nothing of it is still to be looked at."""
    if declaration is None or declaration.status != DeclarationStatus.INSPECTION_ORDERED:
        return
    if not Inspection.objects.open().filter(declaration=declaration).exists():
        step_declaration(declaration, DeclarationStatus.INSPECTED, EventKind.DECLARATION_MOVED, by, at)
