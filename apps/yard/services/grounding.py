"""Many boxes at once to the best cells that are free."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from apps.common.locks import lock_then_read
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.yard.models import Block, Cell, Standing
from apps.yard.selectors import YardNow, box_of, yard_now
from apps.yard.services.placing import RIGHT, cells_of, lock_blocks, record_moves
from terminal.lifecycle import Position, VisitState
from terminal.stacking import Place

ARRIVAL_RIGHT = "containers.change_visit"


@transaction.atomic
def ground(visits: list[Visit], *, by: Actor, at: datetime) -> list[Standing]:
    """Put boxes that came to the yard into the cells ``suggest_places`` would name first; where they stand now.

    Of those put down together the ones that stay longest come first, so that they are below, then the heaviest.

    A box for which no cell fits stays in the yard with its cell unknown; boxes that have a cell or are not in the yard
    are passed over. Finding arrivals a cell is part of their arrival: whoever may let boxes arrive
    (``containers.change_visit``) may have them grounded. Raises ``NotYours``.
    """
    terminals = {visit.terminal_id: visit.terminal for visit in visits}
    for terminal in terminals.values():
        if not by.may(ARRIVAL_RIGHT, terminal):
            by.require(RIGHT, terminal)
    return [standing for terminal in sorted(terminals) for standing in ground_at(terminal, visits, by=by, at=at)]


def ground_at(
    terminal_id: int, visits: list[Visit], *, by: Actor, at: datetime, came_from: dict[int, str] | None = None
) -> list[Standing]:
    """As ``ground``, at one terminal and with the right asked; ``came_from``: the cells of boxes that make way."""
    coming = _without_cell(terminal_id, visits)
    if not coming:
        return []
    blocks = Block.objects.filter(terminal=terminal_id).in_bulk()
    lock_blocks(blocks)
    now = yard_now(coming[0].terminal, coming, at, blocks=blocks.values())
    standings = list(_placed(now, coming, blocks, at))
    Standing.objects.bulk_create(standings, batch_size=1000)
    cells = [cell for standing in standings for cell in cells_of(standing)]
    Cell.objects.bulk_create(sorted(cells, key=lambda cell: cell.tier), batch_size=2000)
    record_moves(standings, by=by, at=at, came_from=came_from, rehandled=came_from is not None)
    return standings


def _placed(now: YardNow, coming: list[Visit], blocks: dict[int, Block], at: datetime) -> Iterator[Standing]:
    """One box after the other to its best place, each finding those before it there; none for one that has no place."""
    for visit in sorted(coming, key=lambda visit: (-now.expected_h(visit.pk), -(visit.gross_kg or 0), visit.pk)):
        found = now.best(visit.pk)
        if found is not None:
            standing = _standing(visit, blocks[found.block_id], found, box_of(visit).bays, at)
            now.put(visit.pk, found, str(standing))
            yield standing


def _without_cell(terminal_id: int, visits: list[Visit]) -> list[Visit]:
    """The visits that stand in the yard without a cell, as they are now."""
    wanted = Visit.objects.filter(
        pk__in=[visit.pk for visit in visits],
        terminal=terminal_id,
        state=VisitState.ACTIVE.value,
        position=Position.IN_YARD.value,
        standing=None,
    )
    return list(lock_then_read(wanted.select_related("container", "terminal").order_by("pk"), no_key=True))


def _standing(visit: Visit, block: Block, found: Place, bays: int, at: datetime) -> Standing:
    return Standing(
        visit=visit,
        block=block,
        bay=found.bay,
        bays=bays,
        row=found.row,
        tier=found.tier,
        placed_at=at,
    )
