"""What becomes of cells, and of what stands on them, when boxes leave."""

from datetime import datetime

from django.db.models import Q

from apps.common.locks import waiting_briefly
from apps.containers.models import Visit
from apps.containers.services.rows import lock_visits
from apps.parties.actors import Actor
from apps.yard.models import Block, Standing, WorkOrder
from apps.yard.services.grounding import ground_at
from apps.yard.services.orders import InOtherHands, Made, end_moot, write_down
from apps.yard.services.placing import above, lock_blocks
from terminal.work import Work

GONE = "the box has left"


def vacate(visits: list[int], *, work: Work, by: Actor, at: datetime) -> None:
    """Free the cells of visits that leave the ground by ``work``, and keep their moves as orders that are done.

    What stands on them makes way first: those are the rehandles. What else was asked for these boxes is moot, whoever
    has it in hand: they are gone. Raises ``InOtherHands``.
    """
    rows = list(Visit.objects.filter(pk__in=visits).select_related("container", "departure_call").order_by("pk"))
    stood = {each.visit_id: each for each in Standing.objects.filter(visit__in=visits).select_related("block")}
    _lock(visits, list(stood.values()))
    if stood:
        _free(list(stood.values()), by=by, at=at)
    write_down([_left(row, stood.get(row.pk), work) for row in rows], by=by, at=at)
    for order in WorkOrder.objects.open().filter(visit__in=visits).order_by("pk"):
        end_moot(order, reason=GONE, by=by.entrusted(), at=at)


def _lock(visits: list[int], leaving: list[Standing]) -> None:
    """What stands on the boxes that leave, then what is asked for any of them: both before the blocks.

    The boxes that leave are locked already, so that those on top come out of the order of their numbers.
    """
    on_top = [each.visit for each in above(leaving)]
    if on_top:
        with waiting_briefly(InOtherHands(numbers=", ".join(visit.container.number for visit in on_top))):
            lock_visits(on_top)
    concerned = [*visits, *(visit.pk for visit in on_top)]
    # Joined: an order keeps the one it makes way for. See Note [Locked alone].
    asked = WorkOrder.objects.open().filter(Q(visit__in=concerned) | Q(makes_way_for__visit__in=visits))
    list(asked.order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def _left(visit: Visit, standing: Standing | None, work: Work) -> Made:
    call = visit.departure_call
    return Made(
        kind=work,
        visit=visit,
        call=call,
        came_from=str(standing) if standing else "",
        went_to=call.number if call else "",
    )


def _free(leaving: list[Standing], *, by: Actor, at: datetime) -> None:
    terminals = {standing.block.terminal_id for standing in leaving}
    lock_blocks(Block.objects.filter(terminal__in=terminals).values_list("pk", flat=True))
    in_the_way = above(leaving)
    stood = {standing.visit_id: str(standing) for standing in in_the_way}
    Standing.objects.filter(pk__in=[standing.pk for standing in (*leaving, *in_the_way)]).delete()
    for terminal in {standing.block.terminal_id for standing in in_the_way}:
        moved = [standing.visit for standing in in_the_way if standing.block.terminal_id == terminal]
        found = ground_at(terminal, moved, by=by, at=at, came_from=stood)
        write_down([_rehandled(each, stood[each.visit_id]) for each in found], by=by, at=at)


def _rehandled(standing: Standing, came_from: str) -> Made:
    return Made(
        kind=Work.REHANDLE, visit=standing.visit, came_from=came_from, went_to=str(standing), reason="makes way"
    )
