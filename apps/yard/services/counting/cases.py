"""Differences cleared up: the books are corrected to what was seen, or the case is dismissed."""

from datetime import datetime

from django.db import connection, transaction

from apps.common.integrity import refusals
from apps.common.steps import take_step
from apps.containers.models import Visit
from apps.containers.services.rows import lock_visits
from apps.journal.services import Happening, record_many
from apps.parties.actors import Actor
from apps.yard.models import Cell, Discrepancy, Standing
from apps.yard.selectors import box_of
from apps.yard.services.placing import RIGHT, cells_of, lock_blocks
from apps.yard.services.refusals import CellTaken, NotInTheYard
from terminal.errors import Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.lifecycle import CASE, CaseState, Position, VisitState
from terminal.stocktaking import Finding


class CaseClosed(Refused):
    """A case is cleared up once."""

    message = gettext_noop("The case of %(number)s is closed already (%(state)s, by %(by)s).")


class WouldFloat(Refused):
    """Books after which a box stands on air are not right either."""

    message = gettext_noop("After that a box would stand on air: %(numbers)s. Correct all boxes of the stack together.")


@transaction.atomic
def correct(cases: list[Discrepancy], *, by: Actor, at: datetime) -> list[Discrepancy]:
    """Make the books say what was seen, all or none: two boxes that were mixed up change places in one breath.

    A box nobody saw has no known cell any more; one the books had in no cell stands where it was seen. Each is a
    journal row. Raises ``NotYours``, ``CaseClosed``, ``NotInTheYard``, ``CellTaken``, ``WouldFloat``.
    """
    rows = _lock(cases)
    for row in rows:
        by.require(RIGHT, row.count.terminal)
        _require_open(row)
    present = {each.visit_id: each for each in _standing(rows)}
    lock_blocks([*(row.count.block_id for row in rows), *(each.block_id for each in present.values())])
    moved = [_seen_at(row, at) for row in rows if row.finding != Finding.MISSING]
    with refusals(
        cell_holds_one_container=lambda: _taken(moved),
        nothing_floats=WouldFloat(numbers=", ".join(sorted(row.number for row in rows))),
    ):
        Standing.objects.filter(pk__in=[each.pk for each in present.values()]).delete()
        Standing.objects.bulk_create(moved)
        cells = [cell for standing in moved for cell in cells_of(standing)]
        Cell.objects.bulk_create(sorted(cells, key=lambda cell: cell.tier))
        _check_now()
    after = {standing.visit_id: str(standing) for standing in moved}
    record_many(_told(row, present, after, by=by, at=at) for row in rows if row.visit_id)
    for row in rows:
        _close(row, CaseState.CORRECTED, "", by=by, at=at)
    return rows


@transaction.atomic
def dismiss(case: Discrepancy, *, reason: str, by: Actor, at: datetime) -> Discrepancy:
    """The books are right, or the case is settled elsewhere. Raises ``NotYours``, ``CaseClosed``."""
    row = _lock([case])[0]
    by.require(RIGHT, row.count.terminal)
    _require_open(row)
    _close(row, CaseState.DISMISSED, reason, by=by, at=at)
    return row


def _lock(cases: list[Discrepancy]) -> list[Discrepancy]:
    """The cases and their boxes as they are now, locked: a box that is just leaving is gone first, or stays."""
    rows = Discrepancy.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk")
    # Joined: a case keeps its count. See Note [Locked alone].
    found = list(rows.select_related("count__block", "count__terminal").select_for_update(of=("self",)))
    visits = {each.pk: each for each in lock_visits(Visit(pk=row.visit_id) for row in found if row.visit_id)}
    for row in found:
        row.visit = visits.get(row.visit_id or 0)
    return found


def _require_open(case: Discrepancy) -> None:
    if case.state != CaseState.OPEN:
        raise CaseClosed(number=case.number, state=case.state, by=case.closed_by)


def _standing(cases: list[Discrepancy]) -> list[Standing]:
    visits = [case.visit_id for case in cases if case.visit_id]
    return list(Standing.objects.filter(visit__in=visits).select_related("block"))


def _seen_at(case: Discrepancy, at: datetime) -> Standing:
    visit = case.visit
    if visit is None or visit.state != VisitState.ACTIVE or visit.position != Position.IN_YARD:
        raise NotInTheYard(number=case.number)
    return Standing(
        visit=visit,
        block=case.count.block,
        bay=case.bay or 0,
        bays=box_of(visit).bays,
        row=case.row or 0,
        tier=case.tier or 0,
        placed_at=at,
        verified_at=case.found_at,
    )


def _check_now() -> None:
    """Ask the constraints that wait for the end of the transaction, while a refusal can still be told."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _taken(moved: list[Standing]) -> CellTaken:
    for standing in moved:
        cells = Cell.objects.filter(block=standing.block_id, row=standing.row, tier=standing.tier)
        there = cells.filter(bay__in=range(standing.bay, standing.bay + standing.bays))
        if there.exclude(standing__visit=standing.visit_id).exists():
            return CellTaken(cell=str(standing))
    return CellTaken(cell=", ".join(str(each) for each in moved))


def _told(
    case: Discrepancy, before: dict[int, Standing], after: dict[int, str], *, by: Actor, at: datetime
) -> Happening:
    visit: Visit | None = case.visit
    number = visit.pk if visit else 0
    said = {"from": str(before[number]) if number in before else "", "to": after.get(number, "")}
    return Happening(
        kind=EventKind.POSITION_CORRECTED,
        terminal_id=case.count.terminal_id,
        at=at,
        actor=by.label,
        visit_id=number or None,
        container_number=case.number,
        audience=Audience.STAFF,
        payload={**said, "finding": case.finding, "count": str(case.count.public_id)},
    )


def _close(case: Discrepancy, state: CaseState, note: str, *, by: Actor, at: datetime) -> None:
    closed = {"closed_at": at, "closed_by": by.label[:120], "note": note[:200]}
    take_step(case, CASE, state.value, field="state", **closed)
