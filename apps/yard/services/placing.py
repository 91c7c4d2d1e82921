"""One box into a cell, and out of it. A person needs ``yard.change_standing``."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from apps.common.integrity import refusals
from apps.containers.models import Visit
from apps.journal.services import Happening, record_many
from apps.parties.actors import Actor
from apps.yard.models import Block, Cell, Standing
from apps.yard.selectors import against_place, box_of, closure_over, tops
from apps.yard.services.refusals import (
    AlreadyPlaced,
    AnotherTerminal,
    BlockClosed,
    BoxOnTop,
    CellTaken,
    CellUnknown,
    NothingBelow,
    NotInTheYard,
    OutsideBlock,
    TooHigh,
)
from terminal.errors import Refused
from terminal.events import Audience, EventKind
from terminal.lifecycle import Position, VisitState
from terminal.stacking import Place, Top, require_home, require_stands_well

RIGHT = "yard.change_standing"


@transaction.atomic
def place(visit: Visit, block: Block, bay: int, row: int, tier: int, *, by: Actor, at: datetime) -> Standing:
    """Note that a box in the yard stands in a cell (the lower bay of a long box).

    Raises ``NotYours``, ``NotInTheYard``, ``AlreadyPlaced``, ``AnotherTerminal``, ``BlockClosed``, ``OutsideBlock``,
    ``TooHigh``, ``CellTaken``, ``NothingBelow``, ``WrongBlock``, ``NoCornersBelow``, ``HeavierOnLighter``,
    ``EmptyWithLaden``, ``NoPlug``, ``TooNear``.
    """
    by.require(RIGHT, visit.terminal)
    _require_in_yard(visit)
    present = Standing.objects.filter(visit=visit).select_related("block").first()
    if present is not None:
        raise AlreadyPlaced(number=visit.container.number, cell=str(present))
    lock_blocks([block.pk])
    standing = _stand(visit, block, bay, row, tier, at)
    record_moves([standing], by=by, at=at)
    return standing


def put_down(
    visit: Visit,
    block: Block,
    place: Place,
    *,
    by: Actor,
    at: datetime,
    came_from: str = "",
    rehandled: bool = False,
    why: str = "",
) -> Standing:
    """A box was set down in a cell: a fact, so that bad practice is flagged and only what cannot be is refused.

    Within the transaction of whoever moved it. Raises as ``place``, but for the refusals of good practice and
    ``BlockClosed``: the journal has them as ``flags``.
    """
    lock_blocks([block.pk])
    standing = Standing(
        visit=visit, block=block, bay=place.bay, bays=box_of(visit).bays, row=place.row, tier=place.tier, placed_at=at
    )
    below = _require_possible(standing)
    flags = [{"rule": each.code(), **each.facts} for each in bad_practice(standing, below, at)]
    _write(standing)
    record_moves([standing], by=by, at=at, came_from={visit.pk: came_from}, rehandled=rehandled, why=why, flags=flags)
    return standing


def take_up(standing: Standing) -> str:
    """Take a box out of its cell, to be set down elsewhere; the cell. Raises ``BoxOnTop``."""
    _clear([standing])
    return str(standing)


def require_free_above(visit: Visit) -> None:
    """Raise ``BoxOnTop`` when another box stands on the visit's."""
    standing = Standing.objects.filter(visit=visit).select_related("block").first()
    if standing is not None:
        lock_blocks([standing.block_id])
        _require_free([standing])


@transaction.atomic
def lift_off(visits: list[Visit], *, by: Actor, at: datetime) -> int:
    """Take boxes out of their cells, all or none; boxes without a known cell are passed over. How many had one.

    Raises ``NotYours`` and ``BoxOnTop`` (unless what stands on top is taken in the same breath).
    """
    for terminal in {visit.terminal_id: visit.terminal for visit in visits}.values():
        by.require(RIGHT, terminal)
    standing = Standing.objects.filter(visit__in=visits)
    lock_blocks(standing.values_list("block_id", flat=True))
    return _clear(list(standing.select_related("block")))


@transaction.atomic
def verify(standing: Standing, *, by: Actor, at: datetime) -> Standing:
    """Note that somebody saw the box where the books have it. Raises ``NotYours``."""
    by.require(RIGHT, standing.visit.terminal)
    Standing.objects.filter(pk=standing.pk).update(verified_at=at, version=F("version") + 1)
    standing.verified_at = at
    return standing


def lock_blocks(blocks: Iterable[int]) -> None:
    """Lock blocks in the order of their numbers: who changes a stack has its block to themselves."""
    list(Block.objects.filter(pk__in=set(blocks)).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _require_in_yard(visit: Visit) -> None:
    here = Visit.objects.filter(pk=visit.pk, state=VisitState.ACTIVE.value, position=Position.IN_YARD.value)
    if not here.select_for_update(no_key=True).exists():
        raise NotInTheYard(number=visit.container.number)


def _stand(visit: Visit, block: Block, bay: int, row: int, tier: int, at: datetime) -> Standing:
    standing = Standing(visit=visit, block=block, bay=bay, bays=box_of(visit).bays, row=row, tier=tier, placed_at=at)
    below = _require_possible(standing)
    require_good_practice(standing, below, at)
    _write(standing)
    return standing


def _write(standing: Standing) -> None:
    with refusals(cell_holds_one_container=CellTaken(cell=str(standing))):
        standing.save()
        Cell.objects.bulk_create(cells_of(standing))


def _require_possible(standing: Standing, *, without: int | None = None) -> list[Top]:
    """Raise what makes it impossible to stand there; what it would stand on. ``without`` a visit's box, if it is there.

    Raises ``AnotherTerminal``, ``OutsideBlock``, ``TooHigh``, ``NothingBelow``.
    """
    block, facts = standing.block, {"cell": str(standing), "block": standing.block.code}
    if block.terminal_id != standing.visit.terminal_id:
        raise AnotherTerminal(block=block.code)
    if not (1 <= standing.bay <= block.bays - standing.bays + 1 and 1 <= standing.row <= block.rows):
        raise OutsideBlock(**facts, bays=block.bays, rows=block.rows)
    if not 1 <= standing.tier <= block.tiers:
        raise TooHigh(**facts, tiers=block.tiers)
    bays = range(standing.bay, standing.bay + standing.bays)
    below = tops(block, bays, standing.row, under=standing.tier, without=without)
    if any(top.tiers < standing.tier - 1 for top in below):
        raise NothingBelow(cell=str(standing))
    return below


def require_could_stand(visit: Visit, block: Block, bay: int, row: int, tier: int, at: datetime) -> None:
    """Raise what ``place`` would have against the cell, but for what stands in it; the box itself counts as gone."""
    standing = Standing(visit=visit, block=block, bay=bay, bays=box_of(visit).bays, row=row, tier=tier)
    below = _require_possible(standing, without=visit.pk)
    require_good_practice(standing, below, at)


def require_good_practice(standing: Standing, below: list[Top], at: datetime) -> None:
    """Raise the first thing that is not done: what ``bad_practice`` names."""
    for refusal in bad_practice(standing, below, at):
        raise refusal


def bad_practice(standing: Standing, below: list[Top], at: datetime) -> Iterator[Refused]:
    """What is to be said against a box in a cell, standing on ``below``, though it can be done.

    ``BlockClosed``, ``WrongBlock``, ``NoCornersBelow``, ``HeavierOnLighter``, ``EmptyWithLaden``, ``NoPlug``,
    ``TooNear``.
    """
    box, block = box_of(standing.visit), standing.block
    asked: tuple[Callable[[], None], ...] = (
        lambda: _require_open(standing, at),
        lambda: require_home(box.goods, block.kind),
        lambda: require_stands_well(box, below, standing.visit.terminal.stacking_tolerance_kg),
    )
    for ask in asked:
        try:
            ask()
        except Refused as refusal:
            yield refusal
    yield from against_place(standing.visit, block, Place(block.pk, standing.bay, standing.row, standing.tier), at)


def _require_open(standing: Standing, at: datetime) -> None:
    closure = closure_over(standing.block, range(standing.bay, standing.bay + standing.bays), at)
    if closure is not None:
        raise BlockClosed(block=standing.block.code, reason=closure.reason)


def cells_of(standing: Standing) -> list[Cell]:
    """The cells a standing box takes."""
    return [
        Cell(standing=standing, block_id=standing.block_id, bay=bay, row=standing.row, tier=standing.tier)
        for bay in range(standing.bay, standing.bay + standing.bays)
    ]


def _clear(standings: list[Standing]) -> int:
    """Remove standings and their cells, unless a box that stays stands on one of them."""
    _require_free(standings)
    Standing.objects.filter(pk__in=[standing.pk for standing in standings]).delete()
    return len(standings)


def _require_free(standings: list[Standing]) -> None:
    on_top = above(standings)
    if on_top:
        raise BoxOnTop(on_top=", ".join(each.visit.container.number for each in on_top))


def above(standings: list[Standing]) -> list[Standing]:
    """Every box that stands, at whatever height, on one of these and is not one of them; the highest first."""
    on_top = Q()
    for standing in standings:
        bays = range(standing.bay, standing.bay + standing.bays)
        on_top |= Q(cells__block=standing.block_id, cells__bay__in=bays, cells__row=standing.row) & Q(
            cells__tier__gt=standing.tier
        )
    if not standings:
        return []
    found = Standing.objects.filter(on_top).exclude(pk__in=[each.pk for each in standings]).distinct()
    return list(found.select_related("block", "visit__container", "visit__terminal").order_by("-tier", "pk"))


def require_cell(visit: Visit) -> Standing:
    """The visit's cell. Raises ``CellUnknown``."""
    standing = Standing.objects.filter(visit=visit).select_related("block").first()
    if standing is None:
        raise CellUnknown(number=visit.container.number)
    return standing


def record_moves(
    standings: list[Standing],
    *,
    by: Actor,
    at: datetime,
    came_from: dict[int, str] | None = None,
    rehandled: bool = False,
    why: str = "",
    flags: Sequence[dict[str, Any]] = (),
) -> None:
    """One journal row per box that was put somewhere; ``came_from`` by visit, ``rehandled`` when it only made way.

    ``flags``: what good practice has against it.
    """
    before = came_from or {}
    more = {name: said for name, said in (("reason", why), ("flags", list(flags))) if said}
    record_many(
        Happening(
            kind=EventKind.CONTAINER_MOVED,
            terminal_id=standing.visit.terminal_id,
            at=at,
            actor=by.label,
            visit_id=standing.visit_id,
            container_number=standing.visit.container.number,
            audience=Audience.STAFF,
            payload={"to": str(standing), "from": before.get(standing.visit_id, ""), "rehandle": rehandled, **more},
        )
        for standing in standings
    )
