"""Boxes that never came, or were never put into their cell, leave it."""

from datetime import datetime
from typing import Any

from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.yard.models import Standing
from apps.yard.services.orders import call_off
from apps.yard.services.placing import above, lock_blocks
from apps.yard.services.refusals import BoxOnTop
from terminal.events import ARRIVALS, EventKind

NEVER_CAME = "the box never came"


def take_back(visit: Visit, entry: Any, *, by: Actor, at: datetime) -> bool:
    """Undo what a movement (its journal ``entry``) did in the yard; whether it was undone.

    A first placement and an arrival free the cell. A move from another cell is not undone: that cell may be taken.
    What was still asked for a box that never came is called off. Raises ``BoxOnTop``, ``BoxBusy``.
    """
    first = entry.kind == EventKind.CONTAINER_MOVED and not entry.payload.get("from")
    if not (first or entry.kind in ARRIVALS):
        return False
    if entry.kind in ARRIVALS:
        call_off(visit, reason=NEVER_CAME, by=by, at=at)
    standings = list(Standing.objects.filter(visit=visit).select_related("block"))
    lock_blocks(standing.block_id for standing in standings)
    if on_top := above(standings):
        raise BoxOnTop(on_top=", ".join(each.visit.container.number for each in on_top))
    Standing.objects.filter(pk__in=[standing.pk for standing in standings]).delete()
    return True
