"""The kinds of work at a terminal: moves of one box each, the machines that make them, and what can go wrong."""

from enum import StrEnum
from typing import Final

from terminal.errors import Refused, gettext_noop


class Work(StrEnum):
    """What an order asks for. Every physical move of a box is one of these."""

    DISCHARGE = "discharge"
    """Off a train, ship or barge into a cell."""
    LOAD = "load"
    """Out of the yard onto a train, ship or barge."""
    RECEIVE = "receive"
    """Off a truck that came through the gate into a cell."""
    DELIVER = "deliver"
    """Out of the yard onto a truck."""
    TRANSFER = "transfer"
    """From one carrier straight onto another, without touching a cell."""
    SHIFT = "shift"
    """To another cell, for a reason of its own: an inspection, a plug, order in the yard."""
    REHANDLE = "rehandle"
    """To another cell, only to make way for another box."""


INTO_A_CELL: Final = frozenset({Work.DISCHARGE, Work.RECEIVE, Work.SHIFT, Work.REHANDLE})
"""Work that ends in a cell."""

OUT_OF_A_CELL: Final = frozenset({Work.LOAD, Work.DELIVER, Work.SHIFT, Work.REHANDLE})
"""Work that begins in the yard."""

UNPRODUCTIVE: Final = frozenset({Work.REHANDLE})
"""Lifts nobody asked for: the numerator of the rehandle ratio."""


class Machine(StrEnum):
    """What lifts boxes."""

    RAIL_GANTRY = "rail_gantry"
    QUAY_CRANE = "quay_crane"
    REACH_STACKER = "reach_stacker"
    EMPTY_HANDLER = "empty_handler"


ABILITIES: Final[dict[Machine, frozenset[Work]]] = {
    Machine.RAIL_GANTRY: frozenset({Work.DISCHARGE, Work.LOAD, Work.TRANSFER}),
    Machine.QUAY_CRANE: frozenset({Work.DISCHARGE, Work.LOAD, Work.TRANSFER}),
    Machine.REACH_STACKER: frozenset(Work),
    Machine.EMPTY_HANDLER: frozenset(Work) - {Work.TRANSFER},
}
"""Which work a machine can do (ours). Yard moves are the reach stackers'; an empty handler lifts empty boxes only."""


class Cause(StrEnum):
    """Why an order cannot be carried out as it stands."""

    NOT_FOUND = "not_found"
    WRONG_BOX = "wrong_box"
    BOX_DAMAGED = "box_damaged"
    PLACE_TAKEN = "place_taken"
    BLOCKED = "blocked"
    TOO_HEAVY = "too_heavy"
    NOT_RELEASED = "not_released"
    MACHINE_DOWN = "machine_down"
    OTHER = "other"


class CannotDo(Refused):
    """A machine was asked for work it is not made for."""

    message = gettext_noop("%(machine)s is a %(kind)s and cannot do this (%(work)s).")


def can_do(machine: Machine, work: Work, *, laden: bool | None) -> bool:
    """Whether such a machine does such work on such a box (``laden`` None counts as laden)."""
    return work in ABILITIES[machine] and (machine is not Machine.EMPTY_HANDLER or laden is False)
