"""The books checked from outside: by counting, not by asking the constraints that should have seen to it."""

from collections import Counter, defaultdict

from apps.containers.models import Visit
from apps.gate.models import AppointmentBox
from apps.network.models import Terminal
from apps.ships.models import StowageLine
from apps.yard.models import Cell, Standing, WorkOrder
from terminal.equipment import SizeType
from terminal.lifecycle import LineState, OrderState, Phase, Position, VisitState

Spot = tuple[int, int, int, int]


def audit(terminal: Terminal) -> list[str]:
    """Everything in the books that cannot be, as sentences; an empty list for books that are right."""
    standings = list(
        Standing.objects.filter(block__terminal=terminal).select_related("block", "visit__container").order_by("pk")
    )
    cells: dict[int, list[Spot]] = defaultdict(list)
    for cell in Cell.objects.filter(block__terminal=terminal).order_by("pk"):
        cells[cell.standing_id].append((cell.block_id, cell.bay, cell.row, cell.tier))
    taken = Counter(spot for spots in cells.values() for spot in spots)
    return [
        *(f"{many} boxes in one cell: {spot}" for spot, many in taken.items() if many > 1),
        *(f"air below {spot}" for spot in taken if spot[3] > 1 and (*spot[:3], spot[3] - 1) not in taken),
        *(told for each in standings for told in _wrong(each, cells[each.pk])),
        *_twice_here(terminal),
        *_otherwise_tallied(terminal),
        *_out_of_step(terminal),
    ]


def _wrong(standing: Standing, cells: list[Spot]) -> list[str]:
    visit, block = standing.visit, standing.block
    bays = SizeType.parse(visit.container.size_type).bays
    own = {(block.pk, standing.bay + each, standing.row, standing.tier) for each in range(bays)}
    last = standing.bay + bays - 1
    found = []
    if set(cells) != own:
        found.append(f"{visit} covers other cells than its {bays} bays at {standing}")
    if visit.state != VisitState.ACTIVE or visit.position != Position.IN_YARD:
        found.append(f"{visit} stands at {standing} and is {visit.state}, {visit.position}")
    if last > block.bays or standing.row > block.rows or standing.tier > block.tiers:
        found.append(f"{standing} is outside its block")
    return found


def _twice_here(terminal: Terminal) -> list[str]:
    active = Visit.objects.filter(terminal=terminal, state=VisitState.ACTIVE.value)
    numbers = Counter(active.values_list("container__number", flat=True))
    return [f"{number} is here {many} times" for number, many in numbers.items() if many > 1]


def _otherwise_tallied(terminal: Terminal) -> list[str]:
    """Ships whose tally differs from the moves that were confirmed at them."""
    done = WorkOrder.objects.filter(terminal=terminal, state=OrderState.DONE.value)
    moves = Counter(done.filter(call__ship__isnull=False).values_list("call__ship", "visit"))
    moves += Counter(done.filter(onward_call__ship__isnull=False).values_list("onward_call__ship", "visit"))
    lines = StowageLine.objects.filter(ship__call__terminal=terminal, state=LineState.DONE.value)
    tallied = Counter(lines.values_list("ship", "visit"))
    return [
        f"visit {visit} was moved {moves[ship, visit]} times at ship {ship} and tallied {tallied[ship, visit]} times"
        for ship, visit in sorted(moves.keys() | tallied.keys())
        if moves[ship, visit] != tallied[ship, visit]
    ]


def _out_of_step(terminal: Terminal) -> list[str]:
    """Boxes on carriers that are not here, and boxes of trucks that have left and did not go the truck's way."""
    left = [Phase.DEPARTED.value, Phase.CLOSED.value, Phase.CANCELLED.value]
    aboard = Visit.objects.filter(terminal=terminal, state=VisitState.ACTIVE.value, carrier_call__phase__in=left)
    out = AppointmentBox.objects.filter(appointment__terminal=terminal, direction="out", done_at__isnull=False)
    stayed = out.exclude(visit__state=VisitState.DEPARTED.value)
    return [
        *(f"{visit} is on a carrier that has left" for visit in aboard.select_related("container").order_by("pk")),
        *(f"{box.number} went out on a truck and is here" for box in stayed.order_by("pk")),
    ]
