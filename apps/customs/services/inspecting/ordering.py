"""An inspection is ordered: the box is held, and its move asked for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from apps.common.integrity import refusals
from apps.common.numbers import next_number
from apps.containers import services as containers
from apps.containers.models import Hold, Visit
from apps.containers.services.rows import lock_visits
from apps.customs.models import Declaration, Inspection, Office
from apps.customs.services.inspecting.goods import hand_stops_over, stop_lots
from apps.customs.services.inspecting.moving import plan_move
from apps.customs.services.inspecting.rows import tell, write
from apps.customs.services.rights import require_inspector
from apps.customs.services.word import declared, stop
from apps.parties.actors import Actor
from apps.warehouse.models import Lot
from apps.warehouse.services import stock
from terminal.customs.inspecting import InspectionKind
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import VISIT
from terminal.readiness.facts import HoldKind


class NothingToInspect(Malformed):
    """No box and no lot, or one that has left."""

    message = gettext_noop("Name at least one container or lot that is here or announced; %(number)s is not.")


class BeingInspected(Refused):
    """One look at a time."""

    message = gettext_noop("An inspection of %(thing)s is open already: %(inspection)s.")


@transaction.atomic
def order_inspections(
    office: Office,
    kind: InspectionKind,
    *,
    by: Actor,
    at: datetime,
    visits: Sequence[Visit] = (),
    lots: Sequence[Lot] = (),
    declaration: Declaration | None = None,
    reason: str = "",
) -> list[Inspection]:
    """Order a look at each box and lot: a hold of the office's on each box, and its move to the inspection block.

    Raises ``NothingToInspect``, ``BeingInspected``, ``AnotherOffice``, ``OfficeIsClosed``, ``NotYours``.
    """
    require_inspector(by, office)
    return order_for(office, kind, by=by, at=at, visits=visits, lots=lots, declaration=declaration, reason=reason)


@transaction.atomic
def order_for(
    office: Office,
    kind: InspectionKind,
    *,
    by: Actor,
    at: datetime,
    visits: Sequence[Visit] = (),
    lots: Sequence[Lot] = (),
    declaration: Declaration | None = None,
    reason: str = "",
) -> list[Inspection]:
    """``order_inspections`` by one whose right was asked: the officer who gave the red channel, or the authority."""
    rows, goods = lock_visits(visits), list(stock.lock_lots(each.pk for each in lots).values())
    _require_here(rows, goods)
    made = [_make(office, kind, visit, None, declaration, reason, by, at) for visit in rows]
    made += [_make(office, kind, None, lot, declaration, reason, by, at) for lot in goods]
    for each in made:
        if each.visit is not None:
            plan_move(each, at=at)
    return made


def order_for_declaration(declaration: Declaration, *, by: Actor, at: datetime) -> list[Inspection]:
    """A physical look at everything the declaration covers; its office's own look that is open already is taken for it.

    Raises ``BeingInspected`` where another declaration's, or another office's, is open. Within the transaction of
    whoever orders it.
    """
    boxes, lots = declared(declaration), list(declaration.lots.order_by("pk"))
    open_ones = Inspection.objects.open().filter(Q(visit__in=boxes) | Q(lot__in=lots))
    open_ones.filter(declaration=None, office=declaration.office).update(
        declaration=declaration, version=F("version") + 1
    )
    ours = open_ones.filter(declaration=declaration)
    seen_boxes, seen_lots = (set(ours.values_list(each, flat=True)) for each in ("visit_id", "lot_id"))
    return order_for(
        declaration.office,
        InspectionKind.PHYSICAL,
        visits=[each for each in boxes if each.pk not in seen_boxes],
        lots=[each for each in lots if each.pk not in seen_lots],
        declaration=declaration,
        by=by,
        at=at,
    )


def hand_inspections_over(declaration: Declaration, office: Office, *, by: Actor, at: datetime) -> None:
    """The open inspections of a declaration that another office has now are that office's, and so are their holds."""
    theirs = Inspection.objects.open().filter(declaration=declaration).exclude(office=office)
    rows = list(theirs.select_related("office").order_by("visit_id", "pk"))
    for row in rows:
        standing = Hold.objects.filter(visit=row.visit_id, kind=HoldKind.INSPECTION.value, lifted_at=None)
        kept = standing.filter(kept_by=row.office.code, visit__isnull=False).select_related("visit")
        containers.keep_elsewhere(kept, office.code, by=by.entrusted(), at=at)
        write(row, office=office)
    hand_stops_over(declaration, [row.number for row in rows], office)


def _require_here(visits: Iterable[Visit], lots: Iterable[Lot]) -> None:
    gone = [str(each) for each in visits if VISIT.is_final(each.state)]
    gone += [each.number for each in lots if not each.packages]
    if gone:
        raise NothingToInspect(number=gone[0])


def _make(
    office: Office,
    kind: InspectionKind,
    visit: Visit | None,
    lot: Lot | None,
    declaration: Declaration | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Inspection:
    row = Inspection(
        terminal_id=office.terminal_id,
        number=next_number("CI", at),
        office=office,
        declaration=declaration,
        visit=visit,
        lot=lot,
        zone=lot.zone if lot else None,
        kind=InspectionKind(kind).value,
        reason=reason[:200],
        ordered_at=at,
        ordered_by=by.label[:120],
    )
    open_one = refusals(a_box_has_one_open_inspection=_open(row), a_lot_has_one_open_inspection=_open(row))
    with open_one:
        row.save(force_insert=True)
    if visit is not None:
        reference = declaration.number if declaration else row.number
        held = {"reason": "inspection", "reference": reference, "kept_by": office.code}
        stop([visit], by=by, at=at, kind=HoldKind.INSPECTION, **held)
    if lot is not None:
        said, why = row.number, row.reason
        stop_lots([lot], office=office, kind=HoldKind.INSPECTION, reference=said, reason=why, by=by, at=at)
    tell(row, EventKind.CUSTOMS_INSPECTION_ORDERED, by=by, at=at)
    return row


def _open(row: Inspection) -> BeingInspected:
    there = Inspection.objects.open().filter(visit=row.visit, lot=row.lot).first()
    return BeingInspected(thing=str(row.visit or row.lot), inspection=there.number if there else "—")
