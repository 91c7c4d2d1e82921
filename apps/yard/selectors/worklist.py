"""Work orders as those who carry them out see them: from where, to where, and which one is in hand."""

from typing import Final

from django.db.models import QuerySet

from apps.network.models import Terminal
from apps.yard.models import Block, Equipment, WorkOrder
from terminal.errors import Malformed, gettext_noop
from terminal.lifecycle import OPEN_ORDER
from terminal.stacking import Place
from terminal.work import Work

OFF: Final = frozenset({Work.DISCHARGE, Work.RECEIVE, Work.TRANSFER})
"""Work that begins on a carrier."""

ONTO: Final = frozenset({Work.LOAD, Work.DELIVER})
"""Work that ends on one."""


class NoSuchPlace(Malformed):
    """A cell of a block the terminal does not have, or only a part of a cell."""

    message = gettext_noop("There is no cell %(cell)s here; name block, bay, row and tier, e.g. A-05-03-2.")


class NoSuchMachine(Malformed):
    """A machine the terminal does not have, or has no more."""

    message = gettext_noop("There is no machine %(machine)s here.")


def with_all_it_says(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """The orders with everything that is shown of them, in one query."""
    return orders.select_related(
        "terminal", "visit__container", "visit__standing__block", "call", "onward_call", "block", "equipment"
    )


def in_hand_of(machine: Equipment) -> WorkOrder | None:
    """The order the machine has in hand."""
    return with_all_it_says(WorkOrder.objects.in_hand().filter(equipment=machine)).first()


def where_from(order: WorkOrder) -> str:
    """Where the box is to be taken from, or was; empty when nobody knows."""
    if order.came_from or order.state not in OPEN_ORDER:
        return order.came_from
    if Work(order.kind) in OFF:
        return str(order.call or "")
    return str(getattr(order.visit, "standing", None) or "")


def where_to(order: WorkOrder) -> str:
    """Where it is to be put, or was; empty while no place is chosen."""
    onto = order.call if Work(order.kind) in ONTO else order.onward_call
    return order.went_to or order.target or str(onto or "")


def require_place(terminal: Terminal, code: str) -> Place:
    """The cell people call ``A-05-03-2``. Raises ``NoSuchPlace``."""
    name, *numbers = code.strip().rsplit("-", 3)
    if len(numbers) == 3 and all(each.isascii() and each.isdecimal() and len(each) < 4 for each in numbers):
        block = Block.objects.filter(terminal=terminal, code__iexact=name).first()
        bay, row, tier = map(int, numbers)
        if block is not None and min(bay, row, tier) > 0:
            return Place(block.pk, bay, row, tier)
    raise NoSuchPlace(cell=code.strip()[:40])


def require_machine(terminal: Terminal, code: str) -> Equipment:
    """A machine in service, by its code. Raises ``NoSuchMachine``."""
    found = Equipment.objects.filter(terminal=terminal, code__iexact=code.strip(), active=True).first()
    if found is None:
        raise NoSuchMachine(machine=code.strip()[:40])
    return found
