"""A box comes to where it is looked at: its move is asked for, made, and the box presented."""

from datetime import datetime
from typing import Final

from django.db import transaction

from apps.containers.models import Visit
from apps.customs.models import Inspection
from apps.customs.services.clocks import turn_clock
from apps.customs.services.inspecting.rows import bring_up_to_date, locked, step, tell, write
from apps.customs.services.rights import require_inspector
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import Block, Cell, Standing, WorkOrder
from apps.yard.selectors import box_of
from apps.yard.services.orders.holding import require_not_held
from apps.yard.services.placing import require_could_stand
from terminal.customs.clocks import Clock
from terminal.errors import Refused
from terminal.events import EventKind
from terminal.lifecycle import InspectionStatus, OrderState, Position
from terminal.stacking import Place
from terminal.work import Work

BEAT: Final = Actor.itself("inspections")
URGENT: Final = 2
"""The priority of a move to an inspection: before order in the yard, after what a carrier waits for."""


def bring_to_inspection(*, at: datetime, terminal: Terminal | None = None) -> list[Inspection]:
    """Ask for the moves that could not be asked for when inspections were ordered: the box was not here, or no room.

    The inspections whose box is on its way now. Safe to run twice.
    """
    waiting = Inspection.objects.open().filter(
        status=InspectionStatus.ORDERED.value,
        visit__position=Position.IN_YARD.value,
        visit__terminal__in=Terminal.objects.looked_after(terminal),
    )
    without = waiting.exclude(move__in=WorkOrder.objects.open()).select_related("visit__container", "visit__terminal")
    return [each for each in without.order_by("ordered_at", "pk") if plan_move(each, at=at)]


@transaction.atomic
def plan_move(inspection: Inspection, *, at: datetime) -> bool:
    """Ask for the box's move to the ground of an inspection block; whether that was possible.

    A box that stands there already is presented. Within or without a transaction.
    """
    visit = inspection.visit
    if visit is None or visit.position != Position.IN_YARD:
        return False
    blocks = list(Block.objects.filter(terminal=visit.terminal, kind=Block.Kind.INSPECTION).order_by("code"))
    if Standing.objects.filter(visit=visit, block__in=blocks).exists():
        _present(inspection, BEAT, at)
        return True
    found = next((place for block in blocks if (place := _free_ground(visit, block, at))), None)
    if found is None:
        return False
    wanted = yard.NewOrder(
        kind=Work.SHIFT, visit=visit, place=found, priority=URGENT, reason=f"inspection {inspection.number}"
    )
    try:
        with transaction.atomic():
            move = yard.plan_orders([wanted], by=BEAT, at=at)[0]
    except Refused:
        return False
    write(inspection, move=move, block=next(block for block in blocks if block.pk == found.block_id))
    return True


def _free_ground(visit: Visit, block: Block, at: datetime) -> Place | None:
    """The first cell on the ground where the box could stand and that is kept for nobody else."""
    taken = set(Cell.objects.filter(block=block, tier=1).values_list("bay", "row"))
    wide = box_of(visit).bays
    for row in range(1, block.rows + 1):
        for bay in range(1, block.bays + 2 - wide):
            cells = {(each, row) for each in range(bay, bay + wide)}
            place = Place(block.pk, bay, row, 1)
            if not cells & taken and _could_stand(visit, block, place, wide, at):
                return place
    return None


def _could_stand(visit: Visit, block: Block, place: Place, wide: int, at: datetime) -> bool:
    try:
        require_could_stand(visit, block, place.bay, place.row, place.tier, at)
        require_not_held(visit.pk, place, wide, at=at)
    except Refused:
        return False
    return True


def note_carried_out(order: WorkOrder, *, by: Actor, at: datetime) -> None:
    """A confirmed move ended in an inspection block: the box is presented. Part of the confirmation."""
    waiting = Inspection.objects.filter(visit=order.visit_id, status=InspectionStatus.ORDERED.value)
    there = Standing.objects.filter(visit=order.visit_id, block__kind=Block.Kind.INSPECTION)
    if order.kind in (Work.SHIFT, Work.DISCHARGE, Work.RECEIVE) and there.exists():
        for each in waiting.select_related("visit__container", "declaration"):
            _present(each, by, at)


@transaction.atomic
def present(inspection: Inspection, *, by: Actor, at: datetime) -> Inspection:
    """The box, or the lot, is where customs looks at it, wherever that is.

    Raises ``StepNotAllowed``, ``AnotherOffice``, ``OfficeIsClosed``, ``NotYours``.
    """
    row = locked(inspection)
    require_inspector(by, row.office)
    cancel_move(row, at)
    standing = Standing.objects.filter(visit=row.visit_id, block__kind=Block.Kind.INSPECTION).first()
    write(row, block=standing.block if standing else None)
    _present(row, by, at)
    return bring_up_to_date(inspection, row)


def cancel_move(row: Inspection, at: datetime) -> None:
    """Nobody need bring the box any more; what somebody has in hand is let be."""
    if row.move is None or row.move.state not in (OrderState.PLANNED, OrderState.QUARANTINED):
        return
    yard.cancel_order(row.move, reason=f"{row.number} needs no move", by=BEAT, at=at)


def _present(row: Inspection, by: Actor, at: datetime) -> None:
    step(row, InspectionStatus.PRESENTED, presented_at=at)
    goods_wait_for_customs(row, at)
    tell(row, EventKind.CUSTOMS_INSPECTION_MOVED, by=by, at=at, block=row.block.code if row.block else "")


def goods_wait_for_customs(row: Inspection, at: datetime) -> None:
    """Once every box of the declaration is presented the goods wait for customs and no more for the terminal."""
    declaration = row.declaration
    if declaration is None or _others_wait(row):
        return
    if not declaration.periods.filter(ended_at=None, clock=Clock.CUSTOMS.value).exists():
        turn_clock(declaration, at, Clock.CUSTOMS)


def _others_wait(row: Inspection) -> bool:
    """Whether other boxes of the declaration are still to be brought: the goods wait for the terminal until then."""
    rest = Inspection.objects.filter(declaration=row.declaration_id, status=InspectionStatus.ORDERED.value)
    return rest.exclude(pk=row.pk).exists()
