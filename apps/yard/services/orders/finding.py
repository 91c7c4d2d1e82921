"""The best place for the box of an order, kept for it before anybody else has it."""

from datetime import datetime
from typing import Final

from apps.yard.models import WorkOrder
from apps.yard.services.orders.holding import hold_place
from apps.yard.services.orders.refusals import NoPlaceFound, PlaceHeld
from apps.yard.services.suggesting import suggest

TRIES: Final = 10
"""How often somebody else may be faster. Each time the place is gone, and another is the best."""


def hold_best_place(order: WorkOrder, *, at: datetime) -> WorkOrder:
    """Keep the best place there is for the order's box. Raises ``NoPlaceFound``; ``PlaceHeld`` after ten tries."""
    for _ in range(TRIES - 1):
        try:
            return _hold(order, at)
        except PlaceHeld:
            continue
    return _hold(order, at)


def _hold(order: WorkOrder, at: datetime) -> WorkOrder:
    place = suggest(order.visit, at=at)
    if place is None:
        raise NoPlaceFound(number=order.visit.container.number)
    return hold_place(order, place, at=at)
