"""Many boxes at once to the best cells that are free."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.yard.models import Block, Cell, Standing
from apps.yard.selectors import box_of, grounds, nature_of, natures_of, neighbourhood
from apps.yard.services.placing import RIGHT, cells_of, lock_blocks, record_moves
from terminal.lifecycle import Position, VisitState
from terminal.stacking import BlockGround, Box, Place, Top, find_place
from terminal.stacking.practice import Nature, Neighbourhood, Resident, Stack, class_is_unknown
from terminal.throughput import site_day

ARRIVAL_RIGHT = "containers.change_visit"


def suggest(visit: Visit, *, at: datetime) -> Place | None:
    """The lowest free place in the best block for the box, of those good practice has nothing against; None if none.

    See Note [Dangerous goods of unknown class].
    """
    known = list(grounds(visit.terminal_id, at, moving=visit))
    nature = nature_of(visit)
    blocks = Block.objects.filter(terminal=visit.terminal_id)
    around = neighbourhood(blocks, [nature], site_day(at, visit.terminal.zone))
    return _find_apart(box_of(visit), nature, known, around)


# Note [Dangerous goods of unknown class]
# Where nobody said what dangerous goods a box holds, it is kept as far from others as any could need. Where there is no
# such place left it is given one all the same: it is here, hangs on a hook, and it must be known where it stands. It is
# flagged until its class is noted; ``place`` and ``move`` refuse.
def _find_apart(box: Box, nature: Nature, known: list[BlockGround], around: Neighbourhood) -> Place | None:
    found = find_place(box, but_for(known, around.barred(nature)))
    return find_place(box, known) if found is None and class_is_unknown(nature) else found


def but_for(grounds: Iterable[BlockGround], stacks: Iterable[Stack]) -> list[BlockGround]:
    """The grounds as they look to a box that is not put on these stacks: those are full."""
    full: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for block_id, bay, row in stacks:
        full[block_id].append((bay, row))
    return [
        replace(each, tops={**each.tops, **dict.fromkeys(full[each.block_id], Top(each.tiers))})
        if each.block_id in full
        else each
        for each in grounds
    ]


@transaction.atomic
def ground(visits: list[Visit], *, by: Actor, at: datetime) -> list[Standing]:
    """Put boxes that came to the yard into the best free cells, heavy ones first; where they stand now.

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
    blocks = Block.objects.filter(terminal=terminal_id).in_bulk()
    lock_blocks(blocks)
    known = list(grounds(terminal_id, at))
    coming = _without_cell(terminal_id, visits)
    if not coming:
        return []
    natures = natures_of(coming)
    around = neighbourhood(blocks.values(), natures.values(), site_day(at, coming[0].terminal.zone))
    standings = []
    for visit in coming:
        box, nature = box_of(visit), natures[visit.pk]
        found = _find_apart(box, nature, known, around)
        if found is not None:
            next(each for each in known if each.block_id == found.block_id).take(box, found.bay, found.row)
            standings.append(_standing(visit, blocks[found.block_id], found, box.bays, at))
            around.add(Resident(nature, box, found.bay, found.row, found.tier, str(standings[-1])), found.block_id)
    Standing.objects.bulk_create(standings, batch_size=1000)
    cells = [cell for standing in standings for cell in cells_of(standing)]
    Cell.objects.bulk_create(sorted(cells, key=lambda cell: cell.tier), batch_size=2000)
    record_moves(standings, by=by, at=at, came_from=came_from, rehandled=came_from is not None)
    return standings


def _without_cell(terminal_id: int, visits: list[Visit]) -> list[Visit]:
    """The visits that stand in the yard without a cell, as they are now, the heaviest first."""
    wanted = Visit.objects.filter(
        pk__in=[visit.pk for visit in visits],
        terminal=terminal_id,
        state=VisitState.ACTIVE.value,
        position=Position.IN_YARD.value,
        standing=None,
    )
    locked = wanted.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True)
    rows = Visit.objects.filter(pk__in=list(locked)).select_related("container", "terminal")
    return sorted(rows, key=lambda visit: (-(visit.gross_kg or 0), visit.pk))


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
