"""What the services of an inspection share: the locked row, its step, and its line in the journal."""

from datetime import datetime
from typing import Any

from django.db.models import F

from apps.common.locks import lock_then_read
from apps.common.steps import take_step
from apps.containers.services.rows import lock_visits
from apps.customs.models import Declaration, Inspection
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.lifecycle import INSPECTION, InspectionStatus


def locked(inspection: Inspection) -> Inspection:
    """The row as it is now; its declaration is locked first, as by whoever decides it, then the box.

    So of two that finish the last two looks of a declaration the second sees that nothing is left.
    """
    whose = Inspection.objects.filter(pk=inspection.pk).values("declaration")
    Declaration.objects.select_for_update(no_key=True).filter(pk__in=whose).first()
    if inspection.visit is not None:
        lock_visits([inspection.visit])
    rows = Inspection.objects.select_related("office__terminal", "declaration", "visit__container", "lot", "block")
    return lock_then_read(rows.filter(pk=inspection.pk)).get()


def step(row: Inspection, wanted: InspectionStatus, **also: Any) -> None:
    """Take the next step. Raises ``StepNotAllowed``, ``ChangedMeanwhile``."""
    take_step(row, INSPECTION, wanted.value, **also)


def write(row: Inspection, **values: Any) -> None:
    """Write columns of the row in hand."""
    Inspection.objects.filter(pk=row.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1


def bring_up_to_date(inspection: Inspection, row: Inspection) -> Inspection:
    """Give the caller's own object what was written."""
    for field in Inspection._meta.concrete_fields:
        setattr(inspection, field.attname, getattr(row, field.attname))
    return inspection


def tell(row: Inspection, kind: EventKind, *, by: Actor, at: datetime, **more: Any) -> None:
    """Remember it, with the box, lot and declaration it is about."""
    record(
        Happening(
            kind=kind,
            terminal_id=row.terminal_id,
            at=at,
            actor=by.label,
            visit_id=row.visit_id,
            container_number=row.visit.container.number if row.visit else "",
            lot_id=row.lot_id,
            declaration_id=row.declaration_id,
            payload={"number": row.number, "kind": row.kind, "status": str(row.status), **more},
        )
    )
