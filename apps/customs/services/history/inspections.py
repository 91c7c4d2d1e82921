"""The looks that reported declarations ordered: one a box that was here, so that who is told of them can work them."""

from typing import Final

from apps.common.bulk import insert_from
from apps.common.numbers import next_numbers
from apps.customs.models import Inspection
from apps.parties.actors import Actor
from terminal.customs.inspecting import InspectionKind, InspectionResult
from terminal.lifecycle import OPEN_INSPECTION, InspectionStatus

OPEN: Final = ", ".join(f"'{status}'" for status in sorted(OPEN_INSPECTION))

LOOKS: Final = f"""
FROM (SELECT told.id, told.office_id, covered.visit_id, told.ordered_at, gen_random_uuid() AS public_id,
             CASE WHEN coalesce(covered.over_at > told.inspected_at, true) THEN told.inspected_at END AS done_at
      FROM customs_new told JOIN customs_covered covered USING (reference)
      WHERE told.ordered_at IS NOT NULL AND coalesce(covered.over_at > told.ordered_at, true)
      ORDER BY told.id, covered.visit_id) look
WHERE done_at IS NOT NULL OR NOT EXISTS (
    SELECT FROM customs_inspection known WHERE known.visit_id = look.visit_id AND known.status IN ({OPEN}))
"""
"""A box that is being looked at already is not looked at twice."""


def write_inspections(terminal: int, by: Actor) -> None:
    """The inspections of ``customs_new``: done and as declared where it was told that they are over, else ordered.

    The journal has the steps of the declaration; of the single looks nothing was told.
    """
    done = "CASE WHEN done_at IS NULL THEN '{}' ELSE '{}' END".format
    columns = {name: name for name in ("public_id", "office_id", "visit_id", "ordered_at", "done_at")}
    columns |= {"terminal_id": "%(terminal)s", "declaration_id": "look.id", "number": next_numbers("CI", "ordered_at")}
    columns |= {"kind": f"'{InspectionKind.PHYSICAL}'", "ordered_by": "%(by)s", "begun_at": "done_at"}
    columns |= {"presented_at": "done_at", "status": done(InspectionStatus.ORDERED, InspectionStatus.DONE)}
    columns |= {"result": done("", InspectionResult.AS_DECLARED)}
    columns |= {"done_by": "CASE WHEN done_at IS NULL THEN '' ELSE %(by)s END"}
    insert_from(Inspection, columns, LOOKS, {"terminal": terminal, "by": by.label[:120]})
