"""Open work orders of listed boxes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from apps.parties.actors import Actor
from apps.ships.models import StowageLine
from apps.ships.services.refusals import LineInHand
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.lifecycle import IN_HAND
from terminal.stowage import StowageList
from terminal.work import Work

WORKS: Final = {
    StowageList.DISCHARGE: (Work.DISCHARGE, Work.TRANSFER),
    StowageList.LOAD: (Work.LOAD, Work.TRANSFER),
}
"""The work by which a line of a list is done."""


def open_orders(lines: Iterable[StowageLine]) -> dict[int, WorkOrder]:
    """The order by which each line is to be done, by the line's number; lines without one are left out."""
    rows = list(lines)
    asked = WorkOrder.objects.open().filter(visit__in=[line.visit_id for line in rows if line.visit_id])
    by_visit = {(order.visit_id, order.kind): order for order in asked.select_related("visit__container")}
    return {
        line.pk: order
        for line in rows
        for work in WORKS[StowageList(line.listed_in)]
        if (order := by_visit.get((line.visit_id or 0, work.value))) is not None
    }


def call_off(lines: Iterable[StowageLine], *, reason: str, by: Actor, at: datetime) -> None:
    """Cancel the orders for boxes that are no more to be worked. Raises ``LineInHand`` where one is being moved."""
    orders = open_orders(lines).values()
    for order in orders:
        if order.state in IN_HAND:
            raise LineInHand(number=order.visit.container.number)
    for order in sorted(orders, key=lambda each: each.pk):
        yard.cancel_order(order, reason=reason, by=by.entrusted(), at=at)
